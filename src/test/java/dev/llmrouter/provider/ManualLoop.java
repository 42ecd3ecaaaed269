package dev.llmrouter.provider;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** A loop whose time passes only when a test says so; everything runs on the test's thread. */
final class ManualLoop implements Loop {
    private record Due(long at, long id, Runnable task) {}

    private final Map<Long, Due> timers = new TreeMap<>();
    private long now = 1_000;
    private long ids;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long after(long millis, Runnable task) {
        long id = ids++;
        timers.put(id, new Due(now + millis * 1_000_000, id, task));
        return id;
    }

    @Override
    public void cancel(long timer) {
        timers.remove(timer);
    }

    @Override
    public void run(Runnable action) {
        action.run();
    }

    void advanceMillis(long millis) {
        long until = now + millis * 1_000_000;
        while (true) {
            Due next = timers.values().stream()
                    .filter(due -> due.at() <= until)
                    .min(Comparator.comparingLong(Due::at).thenComparingLong(Due::id))
                    .orElse(null);
            if (next == null) {
                now = until;
                return;
            }
            timers.remove(next.id());
            now = Math.max(now, next.at());
            next.task().run();
        }
    }

    /** Time passes while the loop is busy with something else: nothing runs, and what is due runs late. */
    void holdUpMillis(long millis) {
        now += millis * 1_000_000;
    }

    int waiting() {
        return timers.size();
    }
}
