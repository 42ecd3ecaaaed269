package dev.llmrouter.camel.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A step of the routes for folders of work. */
abstract class FileStep implements Processor, CamelContextAware, Service {
    private static final Logger LOG = LoggerFactory.getLogger(FileStep.class);
    private static final String BATCH = "CamelLlmRouterFileBatch";
    private static final String LINE = "CamelLlmRouterFileLine";

    private @Nullable CamelContext camelContext;

    @Override
    public final void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    @SuppressWarnings("NullAway") // Camel sets it before it starts the route
    public final CamelContext getCamelContext() {
        return camelContext;
    }

    /** So that a setting that cannot be used stops the start, and what is to be watched is there from the start. */
    @Override
    public final void start() {
        if (camelContext != null) {
            FileBatches.of(camelContext);
        }
    }

    @Override
    public final void stop() {
        // the context stops what its steps share
    }

    /** Camel only says that a file was rolled back: this says why. @return the same */
    static IOException left(Path file, IOException why) {
        if (why instanceof LockedException) {
            LOG.warn("{} is left for now: {}", file.getFileName(), why.getMessage());
        } else if (why instanceof NoSuchFileException && !Files.exists(file)) {
            LOG.info("{} is gone: another process has put it away", file.getFileName());
        } else {
            LOG.warn("{} is not put away: {}", file.getFileName(), String.valueOf(why.getMessage()));
        }
        return why;
    }

    static FileBatches batches(Exchange exchange) {
        return FileBatches.of(exchange.getContext());
    }

    static void put(Exchange exchange, Batch batch) {
        exchange.setProperty(BATCH, batch);
    }

    static Batch batch(Exchange exchange) {
        Batch batch = (Batch) exchange.getProperty(BATCH);
        if (batch == null) {
            throw new IllegalStateException("this exchange has no batch: the step llmFileOpen comes before this one");
        }
        return batch;
    }

    static void put(Exchange exchange, BatchLine line) {
        exchange.setProperty(LINE, line);
    }

    static BatchLine line(Exchange exchange) {
        BatchLine line = (BatchLine) exchange.getProperty(LINE);
        if (line == null) {
            throw new IllegalStateException("this exchange has no line: the step llmFileRequest comes before this one");
        }
        return line;
    }
}
