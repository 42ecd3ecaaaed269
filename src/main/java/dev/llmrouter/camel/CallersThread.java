package dev.llmrouter.camel;

import dev.llmrouter.dispatch.Cancellation;
import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private static final int END_SECONDS = 5;

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
        if (!mayWait(exchange)) {
            return step.process(callback);
        }
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext()).process(new Waited(step), exchange);
        callback.done(true);
        return true;
    }

    /**
     * The same, of a request.
     *
     * @param left is told, on the thread that waited, that it was interrupted (its route or its context is stopped by force) and waits no
     *     longer: the exchange fails and is somebody else's from then on
     */
    static boolean process(Exchange exchange, AsyncCallback callback, Step step, Runnable left) {
        return process(exchange, callback, new Waited(step), left);
    }

    /**
     * The same, of a request whose step calls others.
     *
     * @param calls are broken off where the thread is interrupted; their end is waited for, as it still needs the exchange
     */
    static boolean process(Exchange exchange, AsyncCallback callback, Step step, Cancellation calls) {
        Waited waited = new Waited(step);
        return process(exchange, callback, waited, () -> {
            calls.cancel();
            waited.awaitEnd();
        });
    }

    private static boolean process(Exchange exchange, AsyncCallback callback, Waited waited, Runnable left) {
        if (!mayWait(exchange)) {
            return waited.step.process(callback);
        }
        // Camel's own way to wait: it runs what is queued for this thread meanwhile, and shows in JMX who waits
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext()).process(waited, exchange);
        if (!waited.isOver()) {
            left.run();
        }
        if (exchange.getException() instanceof InterruptedException && RoutingExchange.stageOrNull(exchange) != null) {
            RoutingExchange.failed(exchange); // also where the step had ended at that moment
        }
        callback.done(true);
        return true;
    }

    private static boolean mayWait(Exchange exchange) {
        return !Context.isOnEventLoopThread() && !isTrue(exchange.getProperty(LlmRouterConstants.ASYNCHRONOUS));
    }

    private static boolean isTrue(@Nullable Object value) {
        return value != null && Boolean.parseBoolean(value.toString());
    }

    private static final class Waited extends AsyncProcessorSupport {
        private final Step step;
        private final CountDownLatch ended = new CountDownLatch(1);

        Waited(Step step) {
            this.step = step;
        }

        boolean isOver() {
            return ended.getCount() == 0;
        }

        /** For a call that was broken off this takes no longer than to say so; whatever else interrupts the thread waits. */
        void awaitEnd() {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
            boolean wasInterrupted = Thread.interrupted();
            while (!isOver() && System.nanoTime() < until) {
                try {
                    boolean unused = ended.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
            }
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            return step.process(doneSync -> {
                ended.countDown();
                callback.done(doneSync);
            });
        }
    }
}
