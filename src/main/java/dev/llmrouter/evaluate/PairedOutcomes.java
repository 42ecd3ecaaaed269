package dev.llmrouter.evaluate;

import java.lang.ref.SoftReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The scores of two models on the same examples: the n-th score of one belongs to the n-th of the other. Only the scores
 * are kept (16 bytes an example), and the bounds as long as there is memory. Not safe for use by several threads while scores are added.
 */
public final class PairedOutcomes {
    private double[] baseline = new double[16];
    private double[] candidate = new double[16];
    private int size;
    private int lifted;
    private @Nullable SoftReference<GaffkeBound> bound;

    /** Adds an example. Both scores are from 0 to 1. @throws IllegalArgumentException if one is not */
    public PairedOutcomes add(double baselineScore, double candidateScore) {
        requireScore("baseline", baselineScore);
        requireScore("candidate", candidateScore);
        if (size == baseline.length) {
            baseline = Arrays.copyOf(baseline, size * 2);
            candidate = Arrays.copyOf(candidate, size * 2);
        }
        baseline[size] = baselineScore;
        candidate[size] = candidateScore;
        size++;
        bound = null;
        return this;
    }

    /**
     * Outcomes by their counts.
     *
     * @param won examples that only the candidate got right
     * @param lost examples that only the baseline got right
     */
    public static PairedOutcomes ofCounts(int bothRight, int won, int lost, int bothWrong) {
        PairedOutcomes outcomes = new PairedOutcomes();
        outcomes.repeat(bothRight, 1, 1);
        outcomes.repeat(won, 0, 1);
        outcomes.repeat(lost, 1, 0);
        outcomes.repeat(bothWrong, 0, 0);
        return outcomes;
    }

    private void repeat(int times, double baselineScore, double candidateScore) {
        for (int i = 0; i < times; i++) {
            add(baselineScore, candidateScore);
        }
    }

    private static void requireScore(String whose, double score) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score of the " + whose + " is " + score + "; allowed 0 to 1");
        }
    }

    /** Says of the last example that the baseline served it in the candidate's place: its two scores are one. */
    public void lift() {
        lifted++;
    }

    /** Number of examples that reached the candidate: those that the baseline did not serve in its place. */
    public int reached() {
        return size - lifted;
    }

    /** Number of examples. */
    public int n() {
        return size;
    }

    /** Score of the baseline on example {@code i}, from 0. */
    public double baselineScore(int i) {
        return baseline[i];
    }

    /** Score of the candidate on example {@code i}, from 0. */
    public double candidateScore(int i) {
        return candidate[i];
    }

    /** Mean score of the baseline; 0 if there is no example. */
    public double baselineQuality() {
        return mean(baseline);
    }

    /** Mean score of the candidate; 0 if there is no example. */
    public double candidateQuality() {
        return mean(candidate);
    }

    /** Mean of candidate minus baseline, -1 to 1; 0 if there is no example. */
    public double difference() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += candidate[i] - baseline[i];
        }
        return size == 0 ? 0 : sum / size;
    }

    /** Whether every score is 0 or 1. */
    public boolean isBinary() {
        for (int i = 0; i < size; i++) {
            if ((baseline[i] != 0 && baseline[i] != 1) || (candidate[i] != 0 && candidate[i] != 1)) {
                return false;
            }
        }
        return true;
    }

    /** Examples on which the candidate scored higher. */
    public int won() {
        return count(1);
    }

    /** Examples on which the baseline scored higher. */
    public int lost() {
        return count(-1);
    }

    /** Gaffke's bounds, drawn once and kept until an example is added or memory gets short; drawn again they are the same. */
    GaffkeBound gaffke() {
        GaffkeBound known = bound == null ? null : bound.get();
        if (known == null) {
            known = GaffkeBound.of(this);
            bound = new SoftReference<>(known);
        }
        return known;
    }

    /** Variance of the paired differences (divisor n - 1); 0 if there are fewer than two examples. */
    public double variance() {
        double mean = difference();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double deviation = candidate[i] - baseline[i] - mean;
            sum += deviation * deviation;
        }
        return size < 2 ? 0 : sum / (size - 1);
    }

    private int count(int sign) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (Double.compare(candidate[i], baseline[i]) == sign && candidate[i] != baseline[i]) {
                count++;
            }
        }
        return count;
    }

    private double mean(double[] scores) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += scores[i];
        }
        return size == 0 ? 0 : sum / size;
    }
}
