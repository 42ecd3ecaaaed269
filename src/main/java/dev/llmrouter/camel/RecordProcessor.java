package dev.llmrouter.camel;

import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.RequestEntry;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.RequestRecords;
import dev.llmrouter.route.Stage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records the request, once it is over: a streamed one when its stream ends, however it ends. Waits without a thread.
 *
 * <p>Use it behind a wire tap, so that it is never in the caller's way. Where a ledger is configured the record is kept
 * there too: by this step itself, or, with {@code handOver}, by the steps behind it.
 */
public final class RecordProcessor extends AsyncProcessorSupport {
    private boolean handOver;
    private Executor executor = Runnable::run;

    /**
     * Whether the body becomes the {@link RequestEntry} for the ledger, and the exchange property
     * {@link LlmRouterConstants#LEDGER} true, so that a route can write many of them at once. Default: false
     */
    public void setHandOver(boolean handOver) {
        this.handOver = handOver;
    }

    /**
     * Where the record of a stream is written once that is over: else it is on the event loop that ended it. Default: there
     */
    public void setExecutorService(ExecutorService executor) {
        this.executor = executor;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        if (stage == null) {
            callback.done(true);
            return true;
        }
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger != null) {
            ledger.expect(stage.received().id());
        }
        Throwable failure = RoutingExchange.failureOf(exchange);
        if (failure == null && stage instanceof Dispatched dispatched && dispatched.isStreamOpen()) {
            dispatched.streamEnd().whenComplete((fault, never) -> {
                long ended = System.nanoTime();
                executor.execute(() -> {
                    try {
                        record(exchange, stage, fault, ended);
                    } finally {
                        callback.done(false);
                    }
                });
            });
            return false;
        }
        Long ended = exchange.getProperty(LlmRouterConstants.ENDED, Long.class);
        record(exchange, stage, failure, ended == null ? System.nanoTime() : ended);
        callback.done(true);
        return true;
    }

    /**
     * Records a request without a route, as this step does without {@code handOver}; that of a stream when the stream ends.
     *
     * @param failure what the request failed with; null if it did not
     * @param threads write the record: recorders may block
     */
    static void whenOver(CamelContext camel, Stage stage, @Nullable Throwable failure, Executor threads) {
        LlmRouterContext context = LlmRouterContext.of(camel);
        Ledger ledger = context.ledger();
        if (ledger != null) {
            ledger.expect(stage.received().id());
        }
        if (failure == null && stage instanceof Dispatched dispatched && dispatched.isStreamOpen()) {
            dispatched.streamEnd().whenComplete((fault, never) -> write(context, stage, fault, threads));
        } else {
            write(context, stage, failure, threads);
        }
    }

    private static void write(LlmRouterContext context, Stage stage, @Nullable Throwable failure, Executor threads) {
        RequestRecord request = RequestRecords.of(stage, failure, System.nanoTime());
        threads.execute(() -> {
            context.record(request);
            if (context.ledger() != null) {
                context.keep(RequestEntry.of(request));
            }
        });
    }

    private void record(Exchange exchange, Stage stage, @Nullable Throwable failure, long ended) {
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        RequestRecord request = RequestRecords.of(stage, failure, ended);
        context.record(request);
        if (context.ledger() == null) {
            return;
        }
        if (handOver) {
            exchange.getMessage().setBody(RequestEntry.of(request));
            exchange.setProperty(LlmRouterConstants.LEDGER, true);
        } else {
            context.keep(RequestEntry.of(request));
        }
    }
}
