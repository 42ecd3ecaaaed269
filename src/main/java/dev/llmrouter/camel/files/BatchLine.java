package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.camel.BatchAnswer;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.Stage;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One request of a batch on its way; it holds one of the places of requests that are under way at a time. */
final class BatchLine {
    /** How often an exchange has been tried again. */
    private static final String TRIES = "CamelLlmRouterFileTries";

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
     * Whether a try that has failed is not the last one: because the same may be answered in a while, or because the answer of a batch that it brings is in
     * no request yet, and is not to be lost.
     */
    boolean comesAgain(Exchange exchange, @Nullable Throwable failure) {
        if (isUntaken(exchange)) {
            return true;
        }
        boolean hasFailedInBatch = answer != null && answer.fault() != null;
        return !hasFailedInBatch
                && LineFault.of(failure).passing()
                && exchange.getProperty(TRIES, 0, Integer.class) < batches.retries();
    }

    /** Whether it brings an answer of a batch that is no attempt of a request. */
    boolean isUntaken(Exchange exchange) {
        return BatchAnswer.of(exchange) != null && !(RoutingExchange.stageOrNull(exchange) instanceof Dispatched);
    }

    /** A try that has failed is followed by another one. */
    void again(Exchange exchange) {
        paid(exchange, BigDecimal.ZERO, true);
        RoutingExchange.forget(exchange); // where the next try fails before anything is received, this one is not its
        exchange.setProperty(TRIES, exchange.getProperty(TRIES, 0, Integer.class) + 1);
    }

    /**
     * A try is over.
     *
     * @param comesAgain whether another one follows, which brings what a batch answered
     * @param unseen what it cost where nothing of it was seen, because it failed before anybody was asked, or a route of the user's own answered;
     *     null if that is not known
     */
    void paid(Exchange exchange, @Nullable BigDecimal unseen, boolean comesAgain) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        BigDecimal told = exchange.getMessage().getHeader(LlmRouterConstants.COST_USD, BigDecimal.class);
        cost = stage != null ? cost.plus(stage, comesAgain) : cost.plus(told == null ? unseen : told);
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
