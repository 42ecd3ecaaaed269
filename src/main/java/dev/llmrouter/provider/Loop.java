package dev.llmrouter.provider;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** What one attempt runs on: a thread of its own, time, and timers. */
interface Loop {
    /** In ns, comparable with {@code ProviderCall.deadlineNanos}. */
    long nanoTime();

    /** Runs something later, on the loop. @return id of the timer, for {@link #cancel} */
    long after(long millis, Runnable task);

    /** One that has run, or was cancelled, is none any more. */
    void cancel(long timer);

    /** Runs it now if this is the loop's thread, else there. */
    void run(Runnable action);

    /** An event loop of Vert.x, with the system's time. */
    static Loop of(Vertx vertx, Context context) {
        return new Loop() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long after(long millis, Runnable task) {
                return vertx.setTimer(millis, id -> task.run());
            }

            @Override
            public void cancel(long timer) {
                vertx.cancelTimer(timer);
            }

            @Override
            public void run(Runnable action) {
                Loops.run(context, action);
            }
        };
    }
}
