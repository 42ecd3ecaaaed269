package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How good a trained classifier is, measured on held-out folds only.
 *
 * @param tasks in the order of the matrix
 * @param confusion counts: row = true task, column = best task; rejection does not count here
 * @param outcomes one per held-out text, in the order of the examples
 * @param threshold of the model
 * @param learning accuracy by examples per task, fewest first
 * @param noisy what typing errors, politeness and spacing change
 * @param examples number of examples, those of "none of these" included
 * @param folds how many
 * @param repeats by task whose near duplicates were parted, because they are nearly all of it: how many of its examples these are
 */
public record Quality(
        List<String> tasks,
        int[][] confusion,
        List<Outcome> outcomes,
        double threshold,
        List<Point> learning,
        Noisy noisy,
        int examples,
        int folds,
        Map<String, Integer> repeats) {
    public Quality {
        tasks = List.copyOf(tasks);
        repeats = Collections.unmodifiableMap(new TreeMap<>(repeats));
        outcomes = List.copyOf(outcomes);
        learning = List.copyOf(learning);
    }

    /**
     * A held-out text.
     *
     * @param truth index of its task; -1 if it is none of them
     * @param best index of the task found
     */
    public record Outcome(int truth, int best, double confidence) {
        public boolean right() {
            return truth == best;
        }
    }

    /** A point of the learning curve. @param perTask examples per task on average; accuracy 0 to 1 on {@code n} texts */
    public record Point(double perTask, double accuracy, int n) {}

    /**
     * Noisy copies of held-out texts of the tasks, by their answer (a task, or none where it is rejected).
     *
     * @param n copies
     * @param changed of them: another answer than the text itself
     * @param elsewhere of those: another task, with the confidence to act on it
     */
    public record Noisy(int n, int changed, int elsewhere) {
        /** Share with another answer, 0 to 1; 0 if there are no copies. */
        public double changedShare() {
            return changed / (double) Math.max(1, n);
        }

        /** Share sent to another task, 0 to 1; 0 if there are no copies. */
        public double elsewhereShare() {
            return elsewhere / (double) Math.max(1, n);
        }
    }

    /** Fewest held-out texts of the tasks whose figures mean something: 20 right of 20 still allow 14 % errors. */
    public static final int LEAST = 20;

    /** Whether there are enough held-out texts to state figures. */
    public boolean isMeasurable() {
        return inScope(0) >= LEAST;
    }

    /** Why there are no figures, where {@link #isMeasurable} is false. */
    public String tooFew() {
        return "Not measured: " + inScope(0) + " examples of the tasks are too few; at least " + LEAST
                + " are needed, 20 to 200 of each task are good. Add examples.";
    }

    /** Recall of a task up to which its examples teach nothing about each other. */
    private static final double HARDLY = 0.1;

    /** A lower threshold rejects nothing to speak of. */
    private static final double NO_THRESHOLD = 0.01;

    /** A higher threshold accepts little else than what is like the examples. Assumption: 1 in 1,000 is no doubt to speak of. */
    private static final double NEAR_CERTAINTY = 0.999;

    /** What the figures do not show by themselves, one sentence or more each, with what to do; empty if there is nothing. */
    public List<String> cautions() {
        List<String> cautions = new ArrayList<>();
        repeats.forEach((task, n) -> cautions.add(String.format(
                Locale.ROOT,
                "Task '%s': %,d of its examples repeat one text with other numbers or another word. They were measured on"
                        + " each other, so its figures and the confidence flatter: they hold for more of these repeats, and"
                        + " say nothing of other wordings. Add examples of other wording.",
                task,
                n)));
        for (int k = 0; k < tasks.size(); k++) {
            if (support(k) > 0 && recall(k) <= HARDLY) {
                cautions.add(String.format(
                        Locale.ROOT,
                        "Task '%s': %,d of its %,d held-out examples were found, so hardly anything is known of how well it"
                                + " is recognised. Its examples are all nearly the same, all different, or like those of another"
                                + " task. Add examples, of several wordings.",
                        tasks.get(k),
                        confusion[k][k],
                        support(k)));
            }
        }
        if (threshold < NO_THRESHOLD) {
            cautions.add(String.format(
                    Locale.ROOT,
                    "The threshold is %.3f: nothing is rejected, texts of no task included, because held-out examples were found"
                            + " with hardly any confidence. Do not act on this model before the examples are mended.",
                    threshold));
        } else if (threshold > NEAR_CERTAINTY) {
            cautions.add(
                    "The threshold is " + ConfidenceText.of(threshold, 3)
                            + ": an input of which the model is hardly less certain than of the examples is rejected, because these are told"
                            + " apart without doubt. Add examples of other wordings, those above all that people would have to think about.");
        }
        return cautions;
    }

    /** Examples of none of the tasks from which on a classifier of few tasks knows what these look like. Assumption. */
    private static final int ENOUGH_OF_NONE = 20;

    /** Said where hardly anything teaches what is none of the tasks: no figure shows it, as all are of texts of the tasks. */
    public Optional<String> missingNone() {
        long none = outcomes.stream().filter(o -> o.truth() < 0).count();
        return none >= ENOUGH_OF_NONE
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s of what is none of the tasks (a line of task 'none'): a classifier of few tasks has only learned what"
                                + " tells these apart, and takes some of what is of none for one (measured: 1 of 10 to 1 of 3)."
                                + " Add %d or more of what else is asked here, those above all that resemble the tasks.",
                        none == 0 ? "There are no examples" : "There are " + none + " examples",
                        ENOUGH_OF_NONE));
    }

    /** Share of texts of the tasks whose task was found, 0 to 1. */
    public double accuracy() {
        return accuracyAbove(0);
    }

    /** The same among those with at least this confidence; 1 if there are none. */
    public double accuracyAbove(double confidence) {
        long n = inScope(confidence);
        long right = outcomes.stream()
                .filter(o -> o.truth() >= 0 && o.confidence() >= confidence && o.right())
                .count();
        return n == 0 ? 1 : right / (double) n;
    }

    private long inScope(double confidence) {
        return outcomes.stream()
                .filter(o -> o.truth() >= 0 && o.confidence() >= confidence)
                .count();
    }

    /** Share of texts of the tasks that are not rejected at this confidence. */
    public double coverage(double confidence) {
        return inScope(confidence) / (double) Math.max(1, inScope(0));
    }

    /** Share of the texts that are none of the tasks but are accepted nevertheless; NaN if there are none. */
    public double wronglyAccepted() {
        long n = outcomes.stream().filter(o -> o.truth() < 0).count();
        long accepted = outcomes.stream()
                .filter(o -> o.truth() < 0 && o.confidence() >= threshold)
                .count();
        return n == 0 ? Double.NaN : accepted / (double) n;
    }

    /** Mean of the tasks' F1, 0 to 1. */
    public double macroF1() {
        double sum = 0;
        for (int k = 0; k < tasks.size(); k++) {
            double p = precision(k);
            double r = recall(k);
            sum += p + r == 0 ? 0 : 2 * p * r / (p + r);
        }
        return sum / tasks.size();
    }

    /** Of the texts that were given this task, the share that has it; 0 if none was. */
    public double precision(int task) {
        int given = 0;
        for (int[] row : confusion) {
            given += row[task];
        }
        return given == 0 ? 0 : confusion[task][task] / (double) given;
    }

    /** Of the texts of this task, the share that was given it; 0 if there are none. */
    public double recall(int task) {
        int all = support(task);
        return all == 0 ? 0 : confusion[task][task] / (double) all;
    }

    /** Texts of this task. */
    public int support(int task) {
        int all = 0;
        for (int count : confusion[task]) {
            all += count;
        }
        return all;
    }

    /**
     * Texts with a confidence in each of ten equal bins: number, mean confidence, share right.
     *
     * @return ten rows
     */
    public double[][] reliability() {
        double[][] bins = new double[10][3];
        for (Outcome o : outcomes) {
            if (o.truth() >= 0) {
                double[] bin = bins[Math.min(9, (int) (o.confidence() * 10))];
                bin[0]++;
                bin[1] += o.confidence();
                bin[2] += o.right() ? 1 : 0;
            }
        }
        for (double[] bin : bins) {
            if (bin[0] > 0) {
                bin[1] /= bin[0];
                bin[2] /= bin[0];
            }
        }
        return bins;
    }

    /** Expected calibration error over those ten bins: mean distance of confidence and share right, 0 to 1. */
    public double calibrationError() {
        double sum = 0;
        double n = 0;
        for (double[] bin : reliability()) {
            sum += bin[0] * Math.abs(bin[1] - bin[2]);
            n += bin[0];
        }
        return n == 0 ? 0 : sum / n;
    }

    /** What doubling the examples added last, as a difference of accuracy; 0 if the curve has fewer than two points. */
    public double lastGain() {
        int n = learning.size();
        return n < 2 ? 0 : learning.get(n - 1).accuracy() - learning.get(n - 2).accuracy();
    }

    /** Standard error of {@link #lastGain}, as if the two accuracies were of different inputs: at most too large. */
    public double lastGainError() {
        int n = learning.size();
        return n < 2 ? 0 : Math.hypot(error(learning.get(n - 1)), error(learning.get(n - 2)));
    }

    private static double error(Point point) {
        return point.n() == 0 ? 0 : Math.sqrt(point.accuracy() * (1 - point.accuracy()) / point.n());
    }
}
