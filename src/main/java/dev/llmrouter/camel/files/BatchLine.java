package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request of a batch on its way; it holds one of the places of requests that are under way at a time. */
final class BatchLine {
    private final FileBatches batches;
    private final Batch batch;
    private final int number;
    private final byte @Nullable [] bytes;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable JsonNode id;

    /** @param bytes null where there are too many */
    BatchLine(FileBatches batches, Batch batch, int number, byte @Nullable [] bytes) {
        this.batches = batches;
        this.batch = batch;
        this.number = number;
        this.bytes = bytes;
    }

    Batch batch() {
        return batch;
    }

    /** From 1. */
    int number() {
        return number;
    }

    /** The line's own name for itself; null without one. */
    @Nullable
    JsonNode id() {
        return id;
    }

    /** What is asked. @throws BadLineException if the line is no request */
    LineRequest request() throws BadLineException {
        byte[] content = bytes;
        if (content == null) {
            throw new BadLineException("has more than " + LineReader.MAX_BYTES + " bytes");
        }
        try {
            LineRequest request = LineRequest.parse(content, batch.input().form());
            id = request.id();
            return request;
        } catch (BadLineException e) {
            id = e.id();
            throw e;
        }
    }

    /** Gives its place back; the second time does nothing. */
    void release() {
        if (released.compareAndSet(false, true)) {
            batches.release();
        }
    }
}
