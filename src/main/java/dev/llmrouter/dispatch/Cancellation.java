package dev.llmrouter.dispatch;

import java.util.ArrayList;
import java.util.List;

/** Tells whoever works on a request that its caller has gone. Safe for use by many threads. */
public final class Cancellation {
    private final List<Runnable> hooks = new ArrayList<>(2);
    private boolean cancelled;

    /** Runs every hook once, then and there. Later calls do nothing. */
    public void cancel() {
        List<Runnable> due;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(hooks);
            hooks.clear();
        }
        due.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Runs {@code hook} on cancellation; at once if that has happened. @return takes the hook off again */
    public Runnable onCancel(Runnable hook) {
        synchronized (this) {
            if (!cancelled) {
                hooks.add(hook);
                return () -> remove(hook);
            }
        }
        hook.run();
        return () -> {};
    }

    private synchronized void remove(Runnable hook) {
        hooks.remove(hook);
    }
}
