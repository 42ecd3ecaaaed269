package dev.llmrouter.camel.files;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a file: fails where it is not complete, so that the file stays where it is and is taken up again. */
public final class CompleteProcessor extends FileStep {
    private static final Logger LOG = LoggerFactory.getLogger(CompleteProcessor.class);

    /** @throws IOException if lines are left */
    @Override
    public void process(Exchange exchange) throws IOException {
        Batch batch = batch(exchange);
        BatchProgress progress = batch.progress();
        IOException broken = batch.broken();
        if (broken != null) {
            throw new IOException(
                    "The results of " + progress.file() + " cannot be written: " + broken.getMessage(), broken);
        }
        if (!progress.isComplete()) {
            throw new IOException("Stopped before its end, to be taken up again: " + progress);
        }
        LOG.info("Done: {}", progress);
    }
}
