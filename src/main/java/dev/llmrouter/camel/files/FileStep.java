package dev.llmrouter.camel.files;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A step of the routes for folders of work. */
abstract class FileStep implements Processor {
    private static final String BATCH = "CamelLlmRouterFileBatch";
    private static final String LINE = "CamelLlmRouterFileLine";

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
