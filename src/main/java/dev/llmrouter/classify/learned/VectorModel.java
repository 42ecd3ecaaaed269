package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.List;

/**
 * Knows tasks by the vectors of their examples: each task has a few centres, and a text belongs to the task with the nearest
 * one, by the cosine. Whether it belongs to any is a {@link Calibration}, as for {@link LearnedModel}. Immutable and safe for
 * use by many threads. Made by {@link VectorTrainer}.
 */
public final class VectorModel {
    /** Cosines count as ten times their value, so that they are of the size of the scores that calibrations are made for. */
    static final double SCALE = 10;

    private final List<String> tasks;
    private final List<float[][]> centres;
    private final Calibration calibration;

    /** @param centres of length 1, by task; one more than tasks where "none of these" is the last */
    VectorModel(List<String> tasks, List<float[][]> centres, Calibration calibration) {
        this.tasks = List.copyOf(tasks);
        this.centres = List.copyOf(centres);
        this.calibration = calibration;
    }

    /** The tasks it knows, in alphabetical order. */
    public List<String> tasks() {
        return tasks;
    }

    public Calibration calibration() {
        return calibration;
    }

    /** Numbers that a vector has to have. */
    public int dimensions() {
        return centres.get(0)[0].length;
    }

    /**
     * Names the task of a text by its vector.
     *
     * @throws IllegalArgumentException if it has another length than those of the examples, or no direction
     */
    public Prediction predict(float[] vector) {
        if (vector.length != dimensions()) {
            throw new IllegalArgumentException(
                    "the vector has " + vector.length + " numbers, those of the examples have " + dimensions());
        }
        float[] scores = scores(unit(vector), centres);
        int best = LearnedModel.best(scores, tasks.size());
        double raw = scores[best];
        double lead = centres.size() > tasks.size() ? raw - scores[tasks.size()] : 0;
        Softmax.normalise(scores, tasks.size(), calibration.temperature());
        double confidence = confidence(calibration, scores[best], raw, lead);
        String task = confidence >= calibration.threshold() ? tasks.get(best) : null;
        List<Prediction.Ranked> top = new ArrayList<>();
        top.add(new Prediction.Ranked(tasks.get(best), confidence));
        // where the confidence is lower than the share among the tasks, the rest is the chance of none of them
        double others = confidence / Math.max(1e-12, scores[best]);
        for (int i = 1; i < Math.min(LearnedModel.TOP, tasks.size()); i++) {
            scores[best] = -1;
            best = LearnedModel.best(scores, tasks.size());
            top.add(new Prediction.Ranked(tasks.get(best), scores[best] * others));
        }
        return new Prediction(task, confidence, top);
    }

    /** Never more than the share of the best task among the tasks: two that are as near are a toss-up, however near. */
    static double confidence(Calibration calibration, double probability, double score, double lead) {
        return Math.min(probability, calibration.confidence(probability, score, lead, 0));
    }

    /** For each class the cosine to its nearest centre, times {@link #SCALE}; lowest where it has no centre. */
    static float[] scores(float[] unit, List<float[][]> centres) {
        float[] scores = new float[centres.size()];
        for (int k = 0; k < scores.length; k++) {
            float nearest = -1;
            for (float[] centre : centres.get(k)) {
                nearest = Math.max(nearest, dot(unit, centre));
            }
            scores[k] = (float) (SCALE * nearest);
        }
        return scores;
    }

    static float dot(float[] one, float[] other) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < one.length; i += 4) { // four sums, as the processor adds them side by side
            a += one[i] * other[i];
            b += one[i + 1] * other[i + 1];
            c += one[i + 2] * other[i + 2];
            d += one[i + 3] * other[i + 3];
        }
        for (; i < one.length; i++) {
            a += one[i] * other[i];
        }
        return a + b + c + d;
    }

    /** The vector brought to length 1. @throws IllegalArgumentException if it has no direction */
    /** Whether a vector can be compared: its numbers are finite, and not all of them 0. */
    public static boolean hasDirection(float[] vector) {
        double square = square(vector);
        return square > 0 && !Double.isInfinite(square);
    }

    private static double square(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        return square;
    }

    static float[] unit(float[] vector) {
        double square = square(vector);
        if (!hasDirection(vector)) {
            throw new IllegalArgumentException(
                    "a vector has no direction: all its numbers are 0, or some are not finite");
        }
        float factor = (float) (1 / Math.sqrt(square));
        float[] unit = vector.clone();
        for (int i = 0; i < unit.length; i++) {
            unit[i] *= factor;
        }
        return unit;
    }
}
