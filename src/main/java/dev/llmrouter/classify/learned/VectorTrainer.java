package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes a {@link VectorModel} of the vectors of examples. Deterministic; takes well under a second for thousands.
 *
 * <p>Each task has one centre for every {@value #EXAMPLES_PER_CENTRE} examples, at most {@value #MOST_CENTRES}, found by
 * spherical k-means. The confidence is learned on {@link Folds} whose examples, and near duplicates of them, no centre was made of; what is none
 * of the tasks, on examples whose own task is left out.
 */
public final class VectorTrainer {
    private static final int EXAMPLES_PER_CENTRE = 40;
    private static final int MOST_CENTRES = 8;
    private static final int ROUNDS = 10;
    private static final int FOLDS = 5;
    /** One input of five is taken to be none of the tasks: our choice, on the careful side. */
    private static final int KNOWN_PER_UNKNOWN = 4;

    /** What is more likely right than not is never rejected here: the policy's minConfidence says what is acted on. */
    private static final double LIKELY = 0.5;

    private static final double RIDGE = 0.05;

    private VectorTrainer() {}

    /** An example. @param of its text and task; the task may be a name for "none of these" @param vector of the text */
    public record Example(LabelledExample of, float[] vector) {}

    /** @param fold in which it is held out */
    private record Member(float[] unit, int fold) {}

    /**
     * Learns.
     *
     * @param noneNames names of tasks whose examples are none of the tasks
     * @param keep share of the tasks' texts that must not be rejected, above 0 to 1
     * @throws IllegalArgumentException if there are fewer than 2 tasks with 2 examples, or vectors cannot be compared
     */
    public static VectorModel train(List<Example> examples, Set<String> noneNames, double keep) {
        Map<String, List<Member>> byTask = new TreeMap<>();
        List<Member> none = new ArrayList<>();
        int[] folds =
                Folds.of(examples.stream().map(Example::of).toList(), 0, FOLDS).ofExamples();
        for (int i = 0; i < folds.length; i++) {
            Example example = examples.get(i);
            if (example.vector().length != examples.get(0).vector().length) {
                throw new IllegalArgumentException("the vectors of the examples have different lengths");
            }
            Member member = new Member(VectorModel.unit(example.vector()), folds[i]);
            String name = String.valueOf(example.of().task());
            if (noneNames.contains(name)) {
                none.add(member);
            } else {
                byTask.computeIfAbsent(name, task -> new ArrayList<>()).add(member);
            }
        }
        byTask.values().removeIf(vectors -> vectors.size() < 2);
        if (byTask.size() < 2) {
            throw new IllegalArgumentException(
                    "examples of " + byTask.size() + " task(s); at least 2 are needed to tell them apart");
        }
        List<List<Member>> classes = new ArrayList<>();
        byTask.values().forEach(all -> classes.add(parted(all)));
        if (!none.isEmpty()) {
            classes.add(parted(none));
        }
        List<String> tasks = List.copyOf(byTask.keySet());
        List<float[][]> centres = classes.stream()
                .map(all -> centres(units(all), count(all.size())))
                .toList();
        return new VectorModel(tasks, centres, calibrate(classes, tasks.size(), keep));
    }

    /** With a fold left to learn from whichever is held out: where all are nearly the same they are parted in turn. */
    private static List<Member> parted(List<Member> all) {
        if (all.stream().mapToInt(Member::fold).distinct().count() > 1) {
            return all;
        }
        List<Member> inTurn = new ArrayList<>();
        for (Member member : all) {
            inTurn.add(new Member(member.unit(), inTurn.size() % FOLDS));
        }
        return inTurn;
    }

    private static List<float[]> units(List<Member> all) {
        return all.stream().map(Member::unit).toList();
    }

    /** What held-out examples score. @param truth its class; {@code tasks} for none */
    private record Row(int truth, float[] scores) {}

    private static Calibration calibrate(List<List<Member>> classes, int tasks, double keep) {
        List<Row> rows = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<float[][]> centres = new ArrayList<>();
            for (List<Member> all : classes) {
                centres.add(centres(part(all, fold, false), count(all.size())));
            }
            for (int k = 0; k < classes.size(); k++) {
                for (float[] held : part(classes.get(k), fold, true)) {
                    rows.add(new Row(k, VectorModel.scores(held, centres)));
                }
            }
        }
        double temperature = temperature(rows, tasks);
        boolean knowsNone = classes.size() > tasks;
        List<double[]> xs = new ArrayList<>();
        List<Boolean> right = new ArrayList<>();
        double odds = 0;
        for (Row row : rows) {
            Sign sign = Sign.of(row.scores(), tasks, temperature);
            xs.add(sign.features(knowsNone));
            right.add(sign.best() == row.truth());
            odds += xs.get(xs.size() - 1)[1];
        }
        for (int i = 0; i < rows.size(); i += KNOWN_PER_UNKNOWN) {
            Row row = rows.get(i);
            if (row.truth() < tasks) {
                float[] without = row.scores().clone();
                without[row.truth()] = -2 * (float) VectorModel.SCALE;
                double[] x = Sign.of(without, tasks, temperature).features(knowsNone);
                if (tasks == 2) { // the one that is left has all the odds, which says nothing
                    x[1] = odds / rows.size();
                }
                xs.add(x);
                right.add(false);
            }
        }
        double[] beta = Logistic.learn(xs.toArray(double[][]::new), targets(right), RIDGE);
        Calibration open = new Calibration(temperature, beta[0], beta[1], beta[2], knowsNone ? beta[3] : 0, 0, 0);
        double[] confidences = rows.stream()
                .filter(row -> row.truth() < tasks)
                .mapToDouble(row -> Sign.of(row.scores(), tasks, temperature).confidence(open))
                .sorted()
                .toArray();
        int at = Math.min(confidences.length - 1, (int) Math.floor((1 - keep) * confidences.length));
        return open.withThreshold(Math.min(LIKELY, confidences[at]));
    }

    /** Not quite 1 and 0, by how many there are. Source: Platt 1999, section 2.2 (out-of-sample model). */
    private static double[] targets(List<Boolean> right) {
        long good = right.stream().filter(each -> each).count();
        long bad = right.size() - good;
        double high = (good + 1.0) / (good + 2.0);
        double low = 1.0 / (bad + 2.0);
        return right.stream().mapToDouble(each -> each ? high : low).toArray();
    }

    private static List<float[]> part(List<Member> all, int fold, boolean held) {
        return all.stream()
                .filter(each -> each.fold() == fold == held)
                .map(Member::unit)
                .toList();
    }

    /** The temperature with the least negative log likelihood on the tasks' examples, by golden section on its logarithm. */
    private static double temperature(List<Row> rows, int tasks) {
        double low = Math.log(0.05);
        double high = Math.log(5);
        double golden = (Math.sqrt(5) - 1) / 2;
        for (int i = 0; i < 30; i++) {
            double left = high - golden * (high - low);
            double right = low + golden * (high - low);
            if (loss(rows, tasks, StrictMath.exp(left)) < loss(rows, tasks, StrictMath.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return StrictMath.exp((low + high) / 2);
    }

    private static double loss(List<Row> rows, int tasks, double temperature) {
        double sum = 0;
        for (Row row : rows) {
            if (row.truth() < tasks) {
                float[] p = row.scores().clone();
                Softmax.normalise(p, tasks, temperature);
                sum -= StrictMath.log(Math.max(1e-9, p[row.truth()]));
            }
        }
        return sum;
    }

    /** What a text's scores say about its best task. */
    private record Sign(int best, double probability, double score, double lead) {
        static Sign of(float[] scores, int tasks, double temperature) {
            int best = LearnedModel.best(scores, tasks);
            float[] p = scores.clone();
            Softmax.normalise(p, tasks, temperature);
            return new Sign(best, p[best], scores[best], scores.length > tasks ? scores[best] - scores[tasks] : 0);
        }

        double[] features(boolean knowsNone) {
            double odds = Calibration.logOdds(probability);
            return knowsNone ? new double[] {1, odds, score, lead} : new double[] {1, odds, score};
        }

        double confidence(Calibration calibration) {
            return VectorModel.confidence(calibration, probability, score, lead);
        }
    }

    /** How many centres a task of so many examples has; the folds of it as many, so that they score as all do. */
    private static int count(int examples) {
        return Math.max(1, Math.min(MOST_CENTRES, examples / EXAMPLES_PER_CENTRE));
    }

    /** Centres of some vectors of length 1; none of none. @param most how many, if there are as many vectors */
    static float[][] centres(List<float[]> vectors, int most) {
        int n = Math.min(most, vectors.size());
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            // the first is the middle of all, each further one the vector that is farthest from those before
            centres.add(
                    i == 0
                            ? mean(vectors, vectors.get(0))
                            : vectors.stream()
                                    .min(Comparator.comparingDouble(
                                            each -> nearest(each, centres).similarity()))
                                    .orElseThrow());
        }
        for (int round = 0; round < ROUNDS && n > 1; round++) {
            List<List<float[]>> members = new ArrayList<>();
            centres.forEach(centre -> members.add(new ArrayList<>()));
            vectors.forEach(each -> members.get(nearest(each, centres).index()).add(each));
            for (int i = 0; i < n; i++) {
                centres.set(i, mean(members.get(i), centres.get(i)));
            }
        }
        return centres.toArray(float[][]::new);
    }

    private record Near(int index, double similarity) {}

    private static Near nearest(float[] vector, List<float[]> centres) {
        Near nearest = new Near(0, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < centres.size(); i++) {
            double similarity = VectorModel.dot(vector, centres.get(i));
            if (similarity > nearest.similarity()) {
                nearest = new Near(i, similarity);
            }
        }
        return nearest;
    }

    /** The direction of the sum; another where there is none. */
    private static float[] mean(List<float[]> vectors, float[] otherwise) {
        float[] sum = new float[otherwise.length];
        for (float[] vector : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        return VectorModel.dot(sum, sum) > 1e-12f ? VectorModel.unit(sum) : otherwise;
    }
}
