package dev.llmrouter.camel;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread for what is written about requests that are over. Under load it looks for work every {@value #PAUSE_MILLIS} ms
 * and nobody has to wake it, which would cost every request more than its record does; what has come meanwhile is written at once, so that an
 * event loop on the same core is interrupted less often. It sleeps where nothing comes, and
 * ends after 5 s of that. Where 10,000 records wait, whoever brings one more writes it himself: none is lost.
 */
public final class RecordThread extends ThreadPoolExecutor {
    private static final int MAX_WAITING = 10_000;
    private static final int PAUSE_MILLIS = 10;
    /** Pauses without work before it sleeps. */
    private static final int PAUSES = 3;

    private final AtomicInteger open = new AtomicInteger();

    public RecordThread() {
        super(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new PausingQueue(),
                work -> {
                    Thread thread = new Thread(work, "llm-record");
                    thread.setDaemon(true);
                    return thread;
                },
                (work, pool) -> {
                    try {
                        work.run();
                    } finally {
                        ((RecordThread) pool).open.decrementAndGet();
                    }
                });
        allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable work) {
        open.incrementAndGet();
        super.execute(work);
    }

    @Override
    protected void afterExecute(Runnable work, @Nullable Throwable failure) {
        open.decrementAndGet();
    }

    /** @return what it was given and has not finished, without a gap between the two */
    int open() {
        return open.get();
    }

    /** A queue whose taker pauses before it waits: who puts something in finds nobody to wake. */
    private static final class PausingQueue extends LinkedBlockingQueue<Runnable> {
        private static final long serialVersionUID = 1;

        PausingQueue() {
            super(MAX_WAITING);
        }

        @Override
        public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
            Runnable work = poll();
            for (int i = 0; work == null && i < PAUSES; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
                work = poll();
            }
            return work == null ? super.poll(timeout, unit) : work;
        }
    }
}
