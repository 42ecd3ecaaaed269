package dev.llmrouter.camel.files;

import java.io.File;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up a file where an earlier run over it ended. The body becomes the lines that are not done, for a {@code split}; a
 * document has one.
 */
public final class OpenProcessor extends FileStep {
    /** Exchange property: the name under which the file is put away when it is done. */
    public static final String DONE_NAME = "CamelLlmRouterFileDone";

    private static final Logger LOG = LoggerFactory.getLogger(OpenProcessor.class);

    /** @throws IOException if the files cannot be read or written, or another process works on them */
    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException {
        FileBatches batches = batches(exchange);
        File file = exchange.getMessage().getMandatoryBody(File.class);
        Batch batch;
        try {
            batch = batches.open(file.toPath());
        } catch (IOException e) {
            throw left(file.toPath(), e);
        }
        BatchLines lines = new BatchLines(batches, batch);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try (lines) {
                    batches.close(batch);
                } catch (IOException e) {
                    LOG.warn(
                            "The files of {} could not be closed", batch.input().name(), e);
                }
            }
        });
        put(exchange, batch);
        exchange.setProperty(DONE_NAME, batch.doneName());
        exchange.getMessage().setBody(lines);
        if (batch.skipped() > 0) {
            LOG.info("Taken up again: {}", batch.progress());
        }
    }
}
