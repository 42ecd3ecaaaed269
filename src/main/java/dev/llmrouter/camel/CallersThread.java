package dev.llmrouter.camel;

import io.vertx.core.Context;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an exchange on the thread that brought it, as Camel's HTTP component does: a transaction of JMS or a database belongs
 * to that thread, and a step after ours has to find it there. Where a thread must not wait (an event loop) or need not
 * (exchange property {@link LlmRouterConstants#ASYNCHRONOUS}), the exchange goes on wherever the answer comes.
 */
final class CallersThread {
    private CallersThread() {}

    /** A step that may answer later, on another thread. */
    @FunctionalInterface
    interface Step {
        /** @return whether it has answered already */
        boolean process(AsyncCallback callback);
    }

    /** Runs a step of an exchange; the same contract as {@code AsyncProcessor.process}. */
    static boolean process(Exchange exchange, AsyncCallback callback, Step step) {
        if (Context.isOnEventLoopThread() || isTrue(exchange.getProperty(LlmRouterConstants.ASYNCHRONOUS))) {
            return step.process(callback);
        }
        CountDownLatch answered = new CountDownLatch(1);
        step.process(doneSync -> answered.countDown());
        await(answered);
        callback.done(true);
        return true;
    }

    private static boolean isTrue(@Nullable Object value) {
        return value != null && Boolean.parseBoolean(value.toString());
    }

    /** The step's own time limits end it; an interrupt waits for that, because the exchange is in use until then. */
    private static void await(CountDownLatch answered) {
        boolean interrupted = false;
        while (true) {
            try {
                answered.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
