package dev.llmrouter.camel;

import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an exchange on the thread that brought it, as Camel's HTTP component does: a transaction of JMS or a database belongs
 * to that thread, and a step after ours has to find it there. Where a thread must not wait (an event loop) or need not
 * (exchange property {@link LlmRouterConstants#ASYNCHRONOUS}), the exchange goes on wherever the answer comes.
 */
final class CallersThread {
    private CallersThread() {}

    /** A step that may answer later, on another thread; the same contract as {@code AsyncProcessor.process}. */
    @FunctionalInterface
    interface Step {
        boolean process(AsyncCallback callback);
    }

    /** A step that is over when something else is, well or not. */
    static Step until(CompletableFuture<Void> other) {
        return done -> {
            if (other.isDone()) {
                done.done(true);
                return true;
            }
            other.whenComplete((nothing, never) -> done.done(false));
            return false;
        };
    }

    /** Runs a step of an exchange; the same contract as {@code AsyncProcessor.process}. */
    static boolean process(Exchange exchange, AsyncCallback callback, Step step) {
        return process(exchange, callback, step, () -> {});
    }

    /**
     * The same.
     *
     * @param left is told, on the thread that waited, that it was interrupted (its route or its context is stopped by force) and waits no
     *     longer: the exchange fails and is somebody else's from then on
     */
    static boolean process(Exchange exchange, AsyncCallback callback, Step step, Runnable left) {
        if (Context.isOnEventLoopThread() || isTrue(exchange.getProperty(LlmRouterConstants.ASYNCHRONOUS))) {
            return step.process(callback);
        }
        // Camel's own way to wait: it runs what is queued for this thread meanwhile, and shows in JMX who waits
        Waited waited = new Waited(step);
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext()).process(waited, exchange);
        if (!waited.isOver) {
            left.run();
        }
        callback.done(true);
        return true;
    }

    private static boolean isTrue(@Nullable Object value) {
        return value != null && Boolean.parseBoolean(value.toString());
    }

    private static final class Waited extends AsyncProcessorSupport {
        private final Step step;
        private volatile boolean isOver;

        Waited(Step step) {
            this.step = step;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return step.process(doneSync -> {
                isOver = true;
                callback.done(doneSync);
            });
        }
    }
}
