package dev.llmrouter.provider;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for what may block: virtual ones where the JDK has them (21 and later), else a bounded pool. */
public final class Workers {
    /** Most platform threads of the pool on older JDKs. */
    static final int MAX_THREADS = 512;

    private Workers() {}

    /** A new executor; whoever asks for it closes it. */
    public static ExecutorService create(String name) {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return pool(name);
        }
    }

    private static ExecutorService pool(String name) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, MAX_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, name + '-' + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
