package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.BatchAnswer;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.route.Dispatched;
import java.math.BigDecimal;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes why a line has no answer to the errors of the line's file. The rest of the file goes on. */
public final class FailureProcessor extends FileStep {
    private static final Logger LOG = LoggerFactory.getLogger(FailureProcessor.class);

    @Override
    public void process(Exchange exchange) {
        fail(
                batches(exchange),
                line(exchange),
                exchange,
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    /**
     * Writes the failure, unless the line has its result or error, nothing can be written, or the line brings an answer that was paid
     * for and is not to be lost.
     */
    static void fail(FileBatches batches, BatchLine line, Exchange exchange, @Nullable Throwable failure) {
        if (line.batch().isDone(line.number())) {
            return;
        }
        BulkAnswer bulk = line.answer();
        String inBatch =
                bulk == null || !(RoutingExchange.stageOrNull(exchange) instanceof Dispatched) ? null : bulk.fault();
        LineFault fault = inBatch == null ? LineFault.of(failure) : LineFault.inBatch(inBatch);
        boolean isPostponed = line.batch().broken() == null && BulkProcessor.postpone(batches, line, exchange, fault);
        if (isPostponed) {
            line.waits();
        }
        if (isPostponed || line.batch().broken() != null) {
            line.release();
            return;
        }
        ObjectNode error = LineJson.begin(line);
        error.put("type", fault.type());
        error.put("reason", fault.reason());
        error.put("again", fault.again());
        line.paid(exchange, fault.type().equals(LineFault.INTERNAL) ? null : BigDecimal.ZERO);
        BatchAnswer unbooked = BulkProcessor.unbooked(line, exchange);
        if (unbooked != null) {
            line.paid(unbooked);
        }
        String of = bulk != null && bulk.answer() != null
                ? bulk.answer().batch()
                : line.batch().bookedIn(line.number());
        if (of != null) {
            error.put(LineJson.BATCH, of);
        }
        LineJson.decision(error, exchange.getMessage(), line.cost());
        if (fault.type().equals(LineFault.INTERNAL)) {
            LOG.warn("Line {} of {} failed", line.number(), line.batch().input().name(), failure);
        }
        if (line.batch().failed(line.number(), error, line.cost())) {
            batches.countFailed();
        }
        line.release();
    }

    /** Whether the failure may pass if the same is asked again in a while. For {@code onWhen}. */
    public boolean isPassing(Exchange exchange) {
        BatchLine line = line(exchange);
        BulkAnswer bulk = line.answer();
        if (bulk != null && bulk.fault() != null || BulkProcessor.unbooked(line, exchange) != null) {
            return false; // the batch is over, or its answers wait with the rest of it
        }
        return LineFault.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))
                .passing();
    }
}
