package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Observer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a comparison sees, for the search of partial routes: texts, scores, costs and the conditions that hold, of
 * {@value #MOST} examples of each task and candidate at most. Of more examples so many are drawn, each with the same probability
 * wherever it stands (reservoir sampling; Vitter, Random sampling with a reservoir, 1985, algorithm R): a file sorted by time or
 * origin gives the same claim as a shuffled one. The same data in the same order give the same sample. Used by one thread.
 */
public final class Seen implements Observer {
    /** More are not kept, so that memory stays bounded. */
    static final int MOST = 20_000;

    private static final long SEED = 7;

    private final Map<String, Route> byRoute = new HashMap<>();
    private final String baseline;

    /** @param baseline model that quality is measured against */
    public Seen(String baseline) {
        this.baseline = baseline;
    }

    /**
     * One example.
     *
     * @param holding conditions that hold, as {@link TextCondition#holding} tells them
     * @param saved USD that the candidate's answer costs less; null if a cost is not recorded
     */
    record Pair(
            String text,
            double baseline,
            double candidate,
            int holding,
            @Nullable Double saved) {
        /** -1 to 1; negative where the candidate is better. */
        double loss() {
            return baseline - candidate;
        }

        /** @param condition number in {@link TextCondition#ALL} */
        boolean holds(int condition) {
            return (holding >> condition & 1) == 1;
        }
    }

    /**
     * What a search may look at.
     *
     * @param pairs all, or those that were drawn
     * @param of examples that were compared
     * @param losses sum of what is lost over all of them beside each condition of {@link TextCondition#ALL}, -{@code of} to {@code of}
     */
    record Sample(List<Pair> pairs, int of, List<Double> losses) {
        Sample {
            pairs = List.copyOf(pairs);
            losses = List.copyOf(losses);
        }

        int drawn() {
            return pairs.size();
        }

        /** What is lost over all examples, drawn or not, where those that a condition holds for go to the baseline; -1 to 1. */
        double lossBeside(int condition) {
            return of == 0 ? 0 : losses.get(condition) / of;
        }

        /** That not all were looked at; empty if they were. */
        String statement() {
            return drawn() == of
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            " It was looked for in %,d drawn of %,d examples, by chance over the whole data.",
                            drawn(),
                            of);
        }
    }

    private static final class Route {
        private final List<Pair> pairs = new ArrayList<>();
        private final double[] losses = new double[TextCondition.ALL.size()];
        private final SplittableRandom random = new SplittableRandom(SEED);
        private int of;

        void add(Pair pair) {
            for (int i = 0; i < losses.length; i++) {
                losses[i] += pair.holds(i) ? 0 : pair.loss();
            }
            of++;
            if (pairs.size() < MOST) {
                pairs.add(pair);
            } else {
                int place = random.nextInt(of);
                if (place < MOST) {
                    pairs.set(place, pair);
                }
            }
        }

        Sample sample() {
            return new Sample(pairs, of, Arrays.stream(losses).boxed().toList());
        }
    }

    @Override
    public void compared(String task, String candidate, Example example, double base, double score) {
        Double a = cost(example, baseline);
        Double b = cost(example, candidate);
        byRoute.computeIfAbsent(key(task, candidate), k -> new Route())
                .add(new Pair(
                        example.input(),
                        base,
                        score,
                        TextCondition.holding(example),
                        a == null || b == null ? null : a - b));
    }

    private static @Nullable Double cost(Example example, String model) {
        Example.Output output = example.outputs().get(model);
        return output == null ? null : output.costUsd();
    }

    Sample sample(String task, String candidate) {
        return byRoute.getOrDefault(key(task, candidate), new Route()).sample();
    }

    private static String key(String task, String candidate) {
        return task + "\n" + candidate;
    }
}
