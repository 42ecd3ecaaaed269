package dev.llmrouter.camel;

import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.RequestEntry;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.RequestRecords;
import dev.llmrouter.route.Stage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records the request, once it is over: a streamed one when its stream ends, however it ends. Waits without a thread.
 *
 * <p>Use it behind a wire tap, so that it is never in the caller's way; at the end of the route it lets the answer go when
 * the ledger has the record, if that is synchronous. Where a ledger is configured the record is kept
 * there too: by this step itself, or, with {@code handOver}, by the steps behind it.
 */
public final class RecordProcessor extends AsyncProcessorSupport implements ShutdownAware {
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private boolean handOver;
    private Executor executor = Runnable::run;

    /**
     * Whether the body becomes the {@link RequestEntry} for the ledger, and the exchange property
     * {@link LlmRouterConstants#LEDGER} true, so that a route can write many of them at once. While the context stops this step keeps
     * it itself: a route that is forced to stop takes no further step. Default: false
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
    public boolean deferShutdown(ShutdownRunningTask running) {
        return true;
    }

    /**
     * What waits for the {@link RecordThread}: the wire tap before this step counts it only once it has begun, and a route that stops
     * earlier would lose it.
     */
    @Override
    public int getPendingExchangesSize() {
        return executor instanceof RecordThread thread ? thread.open() : 0;
    }

    @Override
    public void prepareShutdown(boolean isSuspendOnly, boolean isForced) {
        // what is pending comes by itself
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        Throwable failure = RoutingExchange.failureOf(exchange);
        if (stage == null
                || LlmRouterContext.of(exchange.getContext())
                        .openCalls()
                        .isCutOff(stage.received().id())
                || BatchAnswer.comesAgain(exchange, failure) && !RequestRecords.hasCalls(stage)) {
            callback.done(true);
            return true;
        }
        Long ended = exchange.getProperty(LlmRouterConstants.ENDED, Long.class);
        if (ended == null) {
            expect(exchange); // else the wire tap did
        }
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        if (failure == null && stage instanceof Dispatched dispatched && dispatched.isStreamOpen()) {
            context.openRecords().begin();
            dispatched.streamEnd().whenComplete((fault, never) -> {
                long over = System.nanoTime();
                executor.execute(() -> {
                    try {
                        record(exchange, stage, fault, over);
                    } finally {
                        context.openRecords().end();
                        callback.done(false);
                    }
                });
            });
            return false;
        }
        CompletableFuture<Void> kept = record(exchange, stage, failure, ended == null ? System.nanoTime() : ended);
        CallersThread.Step step = CallersThread.until(kept);
        return kept.isDone() || ended != null // behind a wire tap nobody waits on this thread
                ? step.process(callback)
                : CallersThread.process(exchange, callback, step);
    }

    /** The ledger will have this request soon: feedback for it is not for an unknown one. */
    static void expect(Exchange exchange) {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        Stage stage = ledger == null ? null : RoutingExchange.stageOrNull(exchange);
        if (ledger != null && stage != null) {
            ledger.expect(stage.received().id());
        }
    }

    /**
     * Records a request without a route, as this step does without {@code handOver}; that of a stream when the stream ends.
     *
     * @param failure what the request failed with; null if it did not
     * @param threads write the record: recorders may block
     * @return what the answer has to wait for; complete where it does not
     */
    static CompletableFuture<Void> whenOver(
            Exchange exchange, Stage stage, @Nullable Throwable failure, Executor threads) {
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        if (context.openCalls().isCutOff(stage.received().id())) {
            return NOTHING; // the stop of the context has recorded it
        }
        expect(exchange);
        Object held = exchange.getProperty(LlmRouterConstants.COMMITTED);
        context.openRecords().begin();
        if (failure == null && stage instanceof Dispatched dispatched && dispatched.isStreamOpen()) {
            dispatched.streamEnd().whenComplete((fault, never) -> write(context, stage, fault, threads, held));
            return NOTHING;
        }
        CompletableFuture<Void> kept = write(context, stage, failure, threads, held);
        return context.isSynchronous() ? kept : NOTHING;
    }

    private static CompletableFuture<Void> write(
            LlmRouterContext context,
            Stage stage,
            @Nullable Throwable failure,
            Executor threads,
            @Nullable Object held) {
        RequestRecord request = RequestRecords.of(stage, failure, System.nanoTime());
        CompletableFuture<Void> kept = new CompletableFuture<>();
        Runnable work = () -> {
            CompletableFuture<Void> committed = NOTHING;
            try {
                context.record(request);
                if (context.isKeeping()) {
                    committed = keep(context, RequestEntry.of(request), held);
                }
            } finally {
                context.openRecords().end();
                committed.whenComplete((nothing, never) -> kept.complete(null));
            }
        };
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            work.run(); // the context stops
        }
        return kept;
    }

    /** @return completes when the ledger has it; at once where nobody waits for that */
    private static CompletableFuture<Void> keep(LlmRouterContext context, RequestEntry entry, @Nullable Object held) {
        if (!context.isSynchronous()) {
            context.keep(entry);
            return NOTHING;
        }
        CompletableFuture<Void> kept = context.commit(entry);
        if (held instanceof CompletableFuture<?> stream) {
            kept.whenComplete((nothing, never) -> stream.complete(null));
        }
        return kept;
    }

    private CompletableFuture<Void> record(Exchange exchange, Stage stage, @Nullable Throwable failure, long ended) {
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        RequestRecord request = failure != null && BatchAnswer.comesAgain(exchange, failure)
                ? RequestRecords.ofTry(stage, failure, ended, context.router().newId())
                : RequestRecords.of(stage, failure, ended);
        context.record(request);
        if (!context.isKeeping()) {
            return NOTHING;
        }
        if (handOver && !context.isCamelStopping()) {
            exchange.getMessage().setBody(RequestEntry.of(request));
            exchange.setProperty(LlmRouterConstants.LEDGER, true);
            return NOTHING;
        }
        return keep(context, RequestEntry.of(request), exchange.getProperty(LlmRouterConstants.COMMITTED));
    }
}
