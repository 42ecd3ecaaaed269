package dev.llmrouter.camel.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a batch that are not done, for Camel's splitter. {@link #next} waits until one of the places for requests under
 * way is free: so a file of any length needs memory for that many lines.
 */
final class BatchLines implements Iterator<BatchLine>, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLines.class);

    private final FileBatches batches;
    private final Batch batch;
    private @Nullable LineReader reader;
    private byte @Nullable [] ahead;
    private int number;
    private boolean tooLong;
    private boolean over;

    BatchLines(FileBatches batches, Batch batch) {
        this.batches = batches;
        this.batch = batch;
    }

    /** False also where the context stops, the results cannot be written or the file is written to. A line once promised is given. */
    @Override
    public boolean hasNext() {
        try {
            if (ahead == null && !over) {
                over = batches.isEnding() || batch.broken() != null || isWritten() || !advance();
            }
            return ahead != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody writes to is not what was taken; a file that was replaced is read to its end. */
    private boolean isWritten() throws IOException {
        boolean isWritten = batch.input().find() == FileStamp.Found.WRITTEN;
        if (isWritten) {
            LOG.warn(
                    "{} was written to while its lines were under way: no more of them are asked, and it is taken up again as another"
                            + " file when those under way are over, batches of providers included",
                    batch.input().name());
        }
        return isWritten;
    }

    private boolean advance() throws IOException {
        if (batch.input().form() != BatchInput.Form.LINES) {
            return document();
        }
        LineReader lines = reader;
        if (lines == null) {
            lines = new LineReader(batch.input().file());
            reader = lines;
            if (batch.input().find() != FileStamp.Found.SAME) {
                return false;
            }
        }
        do {
            ahead = lines.next();
            number = lines.number();
            tooLong = lines.isTooLong();
        } while (ahead != null && (batch.isDone(number) || batch.bulks().holds(number)));
        return ahead != null;
    }

    private boolean document() throws IOException {
        if (number > 0 || batch.isDone(1)) {
            return false;
        }
        number = 1;
        Path file = batch.input().file();
        tooLong = Files.size(file) > LineReader.MAX_BYTES;
        byte[] content = tooLong ? new byte[0] : Files.readAllBytes(file);
        if (batch.input().find() != FileStamp.Found.SAME) {
            return false;
        }
        ahead = content;
        return true;
    }

    @Override
    public BatchLine next() {
        byte[] bytes = hasNext() ? ahead : null;
        if (bytes == null) {
            throw new NoSuchElementException();
        }
        BatchLine line = new BatchLine(batches, batch, number, tooLong ? null : bytes);
        ahead = null;
        batches.acquire();
        return line;
    }

    @Override
    public void close() throws IOException {
        over = true;
        if (reader != null) {
            reader.close();
        }
    }
}
