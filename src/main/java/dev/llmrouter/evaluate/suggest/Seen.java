package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Observer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a comparison sees, for the search of partial routes: texts, scores and costs of the first {@value #MOST} examples
 * of each task and candidate. Used by one thread.
 */
public final class Seen implements Observer {
    /** More are not kept, so that memory stays bounded. */
    static final int MOST = 20_000;

    private final Map<String, List<Pair>> byRoute = new HashMap<>();
    private final String baseline;

    /** @param baseline model that quality is measured against */
    public Seen(String baseline) {
        this.baseline = baseline;
    }

    /**
     * One example.
     *
     * @param saved USD that the candidate's answer costs less; null if a cost is not recorded
     */
    record Pair(
            String text,
            double baseline,
            double candidate,
            @Nullable Double saved) {
        /** -1 to 1; negative where the candidate is better. */
        double loss() {
            return baseline - candidate;
        }
    }

    @Override
    public void compared(String task, String candidate, Example example, double base, double score) {
        List<Pair> pairs = byRoute.computeIfAbsent(key(task, candidate), k -> new ArrayList<>());
        if (pairs.size() < MOST) {
            Double a = cost(example, baseline);
            Double b = cost(example, candidate);
            pairs.add(new Pair(example.input(), base, score, a == null || b == null ? null : a - b));
        }
    }

    private static @Nullable Double cost(Example example, String model) {
        Example.Output output = example.outputs().get(model);
        return output == null ? null : output.costUsd();
    }

    List<Pair> pairs(String task, String candidate) {
        return List.copyOf(byRoute.getOrDefault(key(task, candidate), List.of()));
    }

    private static String key(String task, String candidate) {
        return task + "\n" + candidate;
    }
}
