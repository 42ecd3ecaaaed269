package dev.llmrouter.camel.files;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a file: fails where it is not complete, so that the file stays where it is and is taken up again. */
public final class CompleteProcessor extends FileStep {
    private static final Logger LOG = LoggerFactory.getLogger(CompleteProcessor.class);

    /** @throws IOException if lines are left */
    @Override
    public void process(Exchange exchange) throws IOException {
        Batch batch = batch(exchange);
        IOException left = left(exchange, batch);
        if (left != null) {
            throw left(batch.input().file(), left);
        }
    }

    /** Why the file stays; null if it is to go. */
    private static @Nullable IOException left(Exchange exchange, Batch batch) throws IOException {
        BatchProgress progress = batch.progress();
        IOException broken = batch.broken();
        if (broken != null) {
            batches(exchange).rest(batch.input().file());
            return new IOException(
                    "The results of " + progress.file() + " cannot be written: " + broken.getMessage(), broken);
        }
        FileStamp.Found found = batch.input().find();
        if (found == FileStamp.Found.WRITTEN) {
            return new IOException(progress.file()
                    + " was written to while its lines were under way. It is taken up again, as"
                    + " another file, when nobody writes to it; what was answered stays in its results. " + progress);
        }
        if (!progress.isComplete()) {
            return new IOException(
                    found == FileStamp.Found.SAME
                            ? "Stopped before its end, to be taken up again: " + progress
                            : "Stopped before its end, and the file is not there any more: what is left of it stands nowhere. "
                                    + progress);
        }
        LOG.info("Done: {}", progress);
        if (found == FileStamp.Found.REPLACED) {
            return new IOException(progress.file()
                    + (Files.exists(batch.input().file())
                            ? " is done, and another file lies under its name, which is taken up now"
                            : " is done, and was taken away meanwhile"));
        }
        return null;
    }
}
