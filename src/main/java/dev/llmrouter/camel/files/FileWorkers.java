package dev.llmrouter.camel.files;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for reading, deciding and writing. There are as many as there is work: how much that is, the places of
 * {@link FileBatches} bound. A thread ends when it has had nothing to do for 5 s.
 */
public class FileWorkers extends ThreadPoolExecutor {
    private static final AtomicInteger COUNT = new AtomicInteger();

    public FileWorkers() {
        this("llm-files-");
    }

    /** @param prefix of the threads' names */
    protected FileWorkers(String prefix) {
        super(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, prefix + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
