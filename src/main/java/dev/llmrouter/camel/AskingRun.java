package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.route.RequestRecords;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * A step of a request that asks somebody besides whoever answers it: for its task, or what he thinks of the output. It is over when those
 * calls are, or when the context that is stopped by force has recorded it.
 */
final class AskingRun implements OpenCalls.Open {
    private final Exchange exchange;
    private final LlmRouterContext context;
    private final Cancellation calls;
    private final AsyncCallback callback;
    private final String id;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private AskingRun(Exchange exchange, Cancellation calls, AsyncCallback callback) {
        this.exchange = exchange;
        this.context = LlmRouterContext.of(exchange.getContext());
        this.calls = calls;
        this.callback = callback;
        this.id = RoutingExchange.stage(exchange).received().id();
    }

    /** What the step does; the same contract as {@code AsyncProcessor.process}. */
    @FunctionalInterface
    interface Asking {
        /** @param calls are cancelled with the caller, and where nobody waits for them any more */
        boolean process(Cancellation calls, AsyncCallback callback);
    }

    /** Runs a step of an exchange; the same contract as {@code AsyncProcessor.process}. */
    static boolean process(Exchange exchange, AsyncCallback callback, Asking step) {
        Cancellation calls = ClassifierCall.calls(exchange);
        return CallersThread.process(
                exchange,
                callback,
                answered -> {
                    AskingRun run = new AskingRun(exchange, calls, answered);
                    run.begin();
                    return step.process(calls, run::end);
                },
                calls);
    }

    private void begin() {
        // the next try of a line that was in a batch is recorded by its own name
        if (BatchAnswer.of(exchange) == null) {
            context.openCalls().begin(id, this);
        }
    }

    private void end(boolean doneSync) {
        ended.complete(null);
        if (over.compareAndSet(false, true)) {
            context.goesOn(id);
            callback.done(doneSync);
        }
    }

    @Override
    public CompletableFuture<Void> breakOff() {
        calls.cancel();
        return ended;
    }

    @Override
    public RequestRecord cutOff(Exception stop) {
        return RequestRecords.of(RoutingExchange.stage(exchange), stop, System.nanoTime());
    }

    @Override
    public void release(Exception stop) {
        if (over.compareAndSet(false, true)) {
            RoutingExchange.failed(exchange);
            exchange.setException(stop);
            callback.done(false);
        }
    }
}
