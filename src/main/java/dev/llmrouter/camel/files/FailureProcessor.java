package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

    /** Writes the failure, unless the line has its result or error, nothing can be written, or the line comes again. */
    static void fail(FileBatches batches, BatchLine line, Exchange exchange, @Nullable Throwable failure) {
        if (line.batch().isDone(line.number())) {
            return;
        }
        BulkAnswer bulk = line.answer();
        String inBatch =
                bulk == null || !(RoutingExchange.stageOrNull(exchange) instanceof Dispatched) ? null : bulk.fault();
        LineFault fault = inBatch == null ? LineFault.of(failure) : LineFault.inBatch(inBatch);
        boolean comesAgain = line.comesAgain(exchange, failure);
        if (comesAgain) {
            line.waits();
        }
        if (line.batch().broken() != null) {
            line.release();
            return;
        }
        boolean isUntaken = line.isUntaken(exchange);
        boolean isTold = isUntaken && !BulkProcessor.postpone(batches, line, fault);
        boolean isInternal = fault.type().equals(LineFault.INTERNAL);
        if (isInternal && !isTold) {
            LOG.warn("Line {} of {} failed", line.number(), line.batch().input().name(), failure);
        }
        line.paid(exchange, isInternal && !isUntaken ? null : BigDecimal.ZERO, comesAgain);
        ObjectNode error = LineJson.begin(line);
        error.put("type", fault.type());
        error.put("reason", fault.reason());
        error.put("again", comesAgain || fault.again());
        if (bulk != null && bulk.answer() != null) {
            error.put(LineJson.BATCH, bulk.answer().batch());
        }
        LineJson.decision(error, exchange.getMessage(), line.cost());
        if (comesAgain) {
            error.remove(LineJson.BATCH); // its answer is not in the cost
            line.batch().left(line.number(), error, line.cost());
        } else if (line.batch().failed(line.number(), error, line.cost())) {
            batches.countFailed();
        }
        line.release();
    }

    /** Whether the failure may pass if the same is asked again in a while. For {@code onWhen}. */
    public boolean isPassing(Exchange exchange) {
        BatchLine line = line(exchange);
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return !line.isUntaken(exchange)
                && line.comesAgain(exchange, failure); // else it waits with the rest of its batch
    }
}
