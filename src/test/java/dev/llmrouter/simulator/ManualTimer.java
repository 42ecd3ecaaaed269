package dev.llmrouter.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes only when a test says so; everything runs on the test's thread. */
final class ManualTimer implements Timer {
    private record Due(long at, long order, Runnable task) {}

    private final List<Due> tasks = new ArrayList<>();
    private long now = 1_000;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Runnable schedule(Runnable task, long delayNanos) {
        Due due = new Due(now + Math.max(0, delayNanos), order++, task);
        tasks.add(due);
        return () -> tasks.remove(due);
    }

    void advanceMillis(long millis) {
        long until = now + millis * 1_000_000;
        while (true) {
            Due next = tasks.stream()
                    .filter(due -> due.at() <= until)
                    .min(Comparator.comparingLong(Due::at).thenComparingLong(Due::order))
                    .orElse(null);
            if (next == null) {
                now = until;
                return;
            }
            tasks.remove(next);
            now = Math.max(now, next.at());
            next.task().run();
        }
    }

    int waiting() {
        return tasks.size();
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
