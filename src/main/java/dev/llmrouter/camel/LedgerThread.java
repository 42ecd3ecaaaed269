package dev.llmrouter.camel;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for what waits for a database, so that nobody else does. It ends when it has had nothing to do for 5 s. */
public final class LedgerThread extends ThreadPoolExecutor {
    private static final int MAX_WAITING = 10_000;

    public LedgerThread() {
        super(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                work -> {
                    Thread thread = new Thread(work, "llm-ledger");
                    thread.setDaemon(true);
                    return thread;
                },
                new CallerRunsPolicy());
        allowCoreThreadTimeOut(true);
    }
}
