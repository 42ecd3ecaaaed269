package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.camel.BatchAnswer;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.route.Stage;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One request of a batch on its way; it holds one of the places of requests that are under way at a time. */
final class BatchLine {
    private final FileBatches batches;
    private final Batch batch;
    private final int number;
    private final byte @Nullable [] bytes;
    private final AtomicBoolean released = new AtomicBoolean();
    private final @Nullable BulkAnswer answer;
    private volatile @Nullable JsonNode id;
    private volatile boolean waiting;
    private volatile LineCost cost;

    /** @param bytes null where there are too many */
    BatchLine(FileBatches batches, Batch batch, int number, byte @Nullable [] bytes) {
        this(batches, batch, number, bytes, null);
    }

    /** @param answer what came of it in a batch of a provider; null if it was in none */
    BatchLine(FileBatches batches, Batch batch, int number, byte @Nullable [] bytes, @Nullable BulkAnswer answer) {
        this.batches = batches;
        this.batch = batch;
        this.number = number;
        this.bytes = bytes;
        this.answer = answer;
        this.cost = batch.costBefore(number);
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

    /** What came of it in a batch of a provider; null if it was in none. */
    @Nullable
    BulkAnswer answer() {
        return answer;
    }

    /** Whether it may be put into a batch of a provider. */
    boolean mayWait() {
        return answer == null && bytes != null && batch.input().form() == BatchInput.Form.LINES;
    }

    /**
     * A try is over.
     *
     * @param unseen what it cost where nothing of it was seen, because it failed before anybody was asked, or a route of the user's own answered;
     *     null if that is not known
     */
    void paid(Exchange exchange, @Nullable BigDecimal unseen) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        BigDecimal told = exchange.getMessage().getHeader(LlmRouterConstants.COST_USD, BigDecimal.class);
        cost = stage != null ? cost.plus(stage) : cost.plus(told == null ? unseen : told);
    }

    /** What a batch failed to answer was paid, and is in no request. */
    void paid(BatchAnswer unbooked) {
        cost = cost.plus(unbooked.costUsd());
    }

    /** What its tries that are over cost, those of earlier runs included. */
    LineCost cost() {
        return cost;
    }

    /** Its content; empty where there is too much. */
    byte[] bytes() {
        byte[] content = bytes;
        return content == null ? new byte[0] : content;
    }

    /** Its answer, or what becomes of it, comes another time: it has been put into a batch of a provider, or waits with one. */
    void waits() {
        waiting = true;
    }

    boolean isWaiting() {
        return waiting;
    }

    /** What is asked. @throws BadLineException if the line is no request */
    LineRequest request() throws BadLineException {
        byte[] content = bytes;
        if (content == null) {
            throw new BadLineException("has more than " + LineReader.MAX_BYTES + " bytes");
        }
        try {
            LineRequest request = LineRequest.parse(content, batch.input().form(), answer == null);
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
