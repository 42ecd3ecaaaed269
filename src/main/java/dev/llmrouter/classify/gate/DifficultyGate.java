package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.Bag;
import dev.llmrouter.classify.learned.TextModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says for a single input how much more the stronger model is worth. Immutable and safe for use by many threads.
 *
 * <p>The score is P(only the stronger model is right) - P(only the cheaper model is right), which is P(stronger right) -
 * P(cheaper right), by a heavily regularised n-gram model that also knows the task and signs of difficulty that a person
 * can see.
 */
public final class DifficultyGate {
    /** Classes of the model: both wrong, only the stronger right, only the cheaper right, both right. */
    static final int OUTCOMES = 4;

    /**
     * Labels that say the task, beside one for each sign. All labels of an input share one length, so that this is what the task weighs
     * against the signs: with one label it could hardly be learned. Chosen on folds of public outcomes (docs/quality.md); 4 and 30 are as good.
     */
    static final int TASK_LABELS = 12;

    /** How many gates of versions before have. */
    static final int ONE_LABEL = 1;

    static final int STRONG_ONLY = 1;
    static final int WEAK_ONLY = 2;
    private static final int SHOWN = 6;
    private static final double LEAST_SHOWN = 0.0005;

    private final String id;
    private final String weak;
    private final String strong;
    private final TextModel text;
    private final SignScale signs;
    private final double meanGain;
    private final CalibrationSet calibration;
    private final SeenInputs seen;
    private final int taskLabels;

    /**
     * What thresholds are proved on.
     *
     * @param grid thresholds to test, rising, fixed on training inputs
     * @param scores of inputs that training has not seen
     * @param losses of serving them with the cheaper model, -1 to 1; negative where it is the better one
     */
    record CalibrationSet(double[] grid, double[] scores, double[] losses) {}

    DifficultyGate(
            String id,
            String weak,
            String strong,
            TextModel text,
            SignScale signs,
            double meanGain,
            CalibrationSet calibration,
            SeenInputs seen,
            int taskLabels) {
        this.id = id;
        this.weak = weak;
        this.strong = strong;
        this.text = text;
        this.signs = signs;
        this.meanGain = meanGain;
        this.calibration = calibration;
        this.seen = seen;
        this.taskLabels = taskLabels;
    }

    /** The same gate with its thresholds proved on other inputs. */
    DifficultyGate with(CalibrationSet other) {
        return new DifficultyGate(id, weak, strong, text, signs, meanGain, other, seen, taskLabels);
    }

    /** Hash of the outcomes and settings that the gate was made from: 16 hexadecimal digits. */
    public String id() {
        return id;
    }

    /** The cheaper model. */
    public String weak() {
        return weak;
    }

    /** The stronger model. */
    public String strong() {
        return strong;
    }

    TextModel text() {
        return text;
    }

    SignScale signs() {
        return signs;
    }

    /** How much more the stronger model was worth on average in training, -1 to 1. */
    public double meanGain() {
        return meanGain;
    }

    CalibrationSet calibration() {
        return calibration;
    }

    /** Inputs that it was made from: no proof of this gate may stand on them. */
    public SeenInputs seen() {
        return seen;
    }

    /**
     * How much more the stronger model is worth for this input, -1 to 1.
     *
     * @param task of the input; null if it is not known
     */
    public double score(String input, @Nullable String task) {
        return score(text, input, labels(input, task));
    }

    static double score(TextModel model, String input, int[] labels) {
        float[] p = model.probabilities(input, labels);
        return (double) p[STRONG_ONLY] - p[WEAK_ONLY];
    }

    private int[] labels(String input, @Nullable String task) {
        return labels(signs, input, task, taskLabels);
    }

    /** What the model knows besides the text: the signs, and the task as the last, where there is one. */
    static int[] labels(SignScale signs, String input, @Nullable String task, int taskLabels) {
        int[] found = signs.labels(PromptSigns.of(input));
        if (task == null) {
            return found;
        }
        int[] all = Arrays.copyOf(found, found.length + taskLabels);
        for (int i = 0; i < taskLabels; i++) {
            all[found.length + i] = Bag.label("task " + task + (i == 0 ? "" : "\n" + i));
        }
        return all;
    }

    /** How many labels say the task. */
    int taskLabels() {
        return taskLabels;
    }

    /**
     * The threshold that sends the most inputs to the cheaper model while the loss stays within the margin with the
     * stated confidence, see {@link RiskControl}. The promise is for one pair of values chosen beforehand: whoever tries
     * many and takes the best loses it.
     *
     * @param margin above 0 to below 1
     * @param confidence above 0 to below 1, usually 0.9 or 0.95
     */
    public GateThreshold thresholdFor(double margin, double confidence) {
        if (!(margin > 0 && margin < 1)) {
            throw new IllegalArgumentException("margin is " + margin + "; allowed above 0 to below 1");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence is " + confidence + "; allowed above 0 to below 1");
        }
        double[] scores = calibration.scores();
        int at = RiskControl.furthest(calibration.grid(), scores, calibration.losses(), margin, confidence);
        double threshold = at < 0 ? Double.NEGATIVE_INFINITY : calibration.grid()[at];
        int weakInputs = 0;
        double loss = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] <= threshold) {
                weakInputs++;
                loss += calibration.losses()[i];
            }
        }
        double n = Math.max(1, scores.length);
        return new GateThreshold(threshold, weakInputs / n, margin, confidence, loss / n, scores.length);
    }

    /**
     * A place on the coverage-quality curve.
     *
     * @param share of inputs that go to the cheaper model, 0 to 1
     * @param loss of quality over all inputs, -1 to 1; negative where the cheaper model wins more than it loses
     */
    public record Coverage(double share, double loss) {}

    /**
     * Loss by share on the inputs that training has not seen, from none to all of them. As seen, without a margin of error: a
     * share is to be chosen by {@link #thresholdFor}.
     *
     * @param steps from 1
     */
    public List<Coverage> curve(int steps) {
        double[] scores = calibration.scores();
        double[] losses = calibration.losses();
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        List<Coverage> curve = new ArrayList<>();
        double loss = 0;
        int step = 0;
        for (int i = 0; i <= order.length; i++) {
            if ((long) i * steps >= (long) step * order.length) {
                curve.add(new Coverage(i / Math.max(1.0, order.length), loss / Math.max(1, order.length)));
                step++;
            }
            loss += i < order.length ? losses[order[i]] : 0;
        }
        return curve;
    }

    /** How the score moves with each class's raw score: the derivative of p1 - p2 under softmax. */
    private static double[] direction(float[] p) {
        double gain = (double) p[STRONG_ONLY] - p[WEAK_ONLY];
        double[] direction = new double[OUTCOMES];
        for (int k = 0; k < OUTCOMES; k++) {
            direction[k] = p[k] * ((k == STRONG_ONLY ? 1 : 0) - (k == WEAK_ONLY ? 1 : 0) - gain);
        }
        return direction;
    }

    /** The reasons for an input's score that count most, in words, the strongest first. */
    public List<String> explain(String input, @Nullable String task) {
        int[] labels = labels(input, task);
        float[] p = text.probabilities(input, labels);
        double gain = (double) p[STRONG_ONLY] - p[WEAK_ONLY];
        double[] direction = direction(p);
        List<Reason> reasons = new ArrayList<>();
        text.words(input, labels, direction, SHOWN)
                .forEach(word -> reasons.add(new Reason(word.weight(), "the word '" + word.text() + "'")));
        double[] weights = text.labels(input, labels, direction);
        double[] values = signs.levels(PromptSigns.of(input));
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                String amount = values[i] > 0 ? "more than usual: " : "less than usual: ";
                reasons.add(new Reason(weights[i], amount + PromptSigns.NAMES.get(i)));
            }
        }
        if (task != null) {
            double weight =
                    Arrays.stream(weights, values.length, weights.length).sum();
            reasons.add(new Reason(weight, "the task '" + task + "'"));
        }
        reasons.sort(Comparator.comparingDouble((Reason r) -> -Math.abs(r.weight())));
        List<String> said = new ArrayList<>();
        said.add(String.format(
                Locale.ROOT, "'%s' is worth %+.3f against '%s' here, %+.3f on average", strong, gain, weak, meanGain));
        reasons.stream()
                .limit(SHOWN)
                .filter(r -> Math.abs(r.weight()) >= LEAST_SHOWN)
                .forEach(r -> said.add(String.format(Locale.ROOT, "%+.3f %s", r.weight(), r.what())));
        return List.copyOf(said);
    }

    /**
     * The signs that count most, by name and without a word of the input, the strongest first.
     *
     * @param direction 1 for those that make it harder, -1 easier, 0 for both
     */
    public List<String> signs(String input, @Nullable String task, int direction, int most) {
        int[] labels = labels(input, task);
        double[] weights = text.labels(input, labels, direction(text.probabilities(input, labels)));
        double[] values = signs.levels(PromptSigns.of(input));
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            boolean wanted = direction == 0 || weights[i] * direction > 0;
            if (values[i] != 0 && wanted) {
                String amount = values[i] > 0 ? "more than usual: " : "less than usual: ";
                reasons.add(new Reason(weights[i], amount + PromptSigns.NAMES.get(i)));
            }
        }
        reasons.sort(Comparator.comparingDouble((Reason r) -> -Math.abs(r.weight())));
        return reasons.stream().limit(most).map(Reason::what).toList();
    }

    private record Reason(double weight, String what) {}
}
