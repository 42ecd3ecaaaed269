package dev.llmrouter.simulator;

import dev.llmrouter.policy.SimulatorSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Says which fault the next request meets: first what a script says, then what the model always does, then chance.
 *
 * <p>Chance follows from the seed, the model and how many requests the model had before, so that a repeated attempt is
 * a new draw. Safe for use by many threads.
 */
final class FaultPlan {
    /** Counters are shared by models whose names fall on the same one, so that unknown names cannot fill the memory. */
    private final AtomicLongArray arrivals = new AtomicLongArray(1024);

    private final Queue<Fault> script = new ArrayDeque<>();

    synchronized void next(List<Fault> faults) {
        script.addAll(faults);
    }

    synchronized void clear() {
        script.clear();
    }

    private synchronized @Nullable Fault scripted() {
        return script.poll();
    }

    Fault draw(String model, Behaviour behaviour) {
        Fault scripted = scripted();
        if (scripted != null) {
            return scripted;
        }
        return behaviour.always() == null
                ? drawn(model, behaviour.settings(), behaviour.retryAfter())
                : behaviour.always();
    }

    private Fault drawn(String model, SimulatorSettings settings, Duration retryAfter) {
        if (settings.errors().isEmpty()) {
            return Fault.none();
        }
        long name = Chance.hash(settings.seed(), model, "fault");
        long arrival = arrivals.getAndIncrement((int) Math.floorMod(name, (long) arrivals.length()));
        double share = Chance.share(name + arrival * 0x9E3779B97F4A7C15L);
        double sum = 0;
        for (Map.Entry<String, Double> error : settings.errors().entrySet()) {
            sum += error.getValue();
            if (share < sum) {
                return Fault.named(error.getKey(), retryAfter);
            }
        }
        return Fault.none();
    }
}
