package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What texts show to somebody who has to say whether the task named for them is right, and whether it was. */
final class SignRows {
    static final int SCORE = 2;
    static final int COVERED = 3;
    static final int LEAD = 4;

    private final int tasks;
    private final boolean none;
    private final List<double[]> signs = new ArrayList<>();
    private final List<Double> rights = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private final List<Integer> truths = new ArrayList<>();

    /** @param none whether "none of these" is a class, so that there is a lead over it */
    SignRows(int tasks, boolean none) {
        this.tasks = tasks;
        this.none = none;
    }

    /** @param truth the text's class; -1 if it was unknown in training @param weight how often the text counts */
    void add(Signs of, int truth, double weight) {
        signs.add(
                none
                        ? new double[] {1, of.logOdds(), of.score(), of.covered(), of.lead()}
                        : new double[] {1, of.logOdds(), of.score(), of.covered()});
        rights.add(of.best() == truth ? 1.0 : 0.0);
        weights.add(weight);
        truths.add(truth);
    }

    int size() {
        return signs.size();
    }

    int signs() {
        return none ? LEAD + 1 : LEAD;
    }

    private boolean isOfTask(int i) {
        return truths.get(i) >= 0 && truths.get(i) < tasks;
    }

    /** Weight of all rows that are of a known task, or of all others. */
    double weight(boolean ofTasks) {
        return IntStream.range(0, signs.size())
                .filter(i -> isOfTask(i) == ofTasks)
                .mapToDouble(weights::get)
                .sum();
    }

    double meanOfTasks(int sign) {
        double sum = 0;
        for (int i = 0; i < signs.size(); i++) {
            sum += isOfTask(i) ? weights.get(i) * signs.get(i)[sign] : 0;
        }
        return sum / weight(true);
    }

    double deviationOfTasks(int sign, double mean) {
        double sum = 0;
        for (int i = 0; i < signs.size(); i++) {
            double distance = signs.get(i)[sign] - mean;
            sum += isOfTask(i) ? weights.get(i) * distance * distance : 0;
        }
        return Math.sqrt(sum / weight(true));
    }

    /** How familiar the texts are whose task was unknown in training. */
    double[] ofUnknown(Familiarity familiarity) {
        return IntStream.range(0, signs.size())
                .filter(i -> truths.get(i) == -1)
                .mapToDouble(i -> familiarity.of(signs.get(i)))
                .toArray();
    }

    /** Weights of the signs, in standard deviations; see {@link Logistic#learn(double[][], double[], double[], double[], double[])}. */
    double[] learn(double[] mean, double[] deviation, double[] penalties, double[] expected) {
        double[][] standard = new double[signs.size()][];
        for (int i = 0; i < standard.length; i++) {
            standard[i] = signs.get(i).clone();
            for (int a = 1; a < standard[i].length; a++) {
                standard[i][a] = (standard[i][a] - mean[a]) / deviation[a];
            }
        }
        return Logistic.learn(standard, array(rights), array(weights), penalties, expected);
    }

    /**
     * Intercept and slope that turn a familiarity into the probability that the task named is right.
     *
     * @param unknown familiarity of texts of no task
     * @param share weight of all these, by that of the tasks' texts; examples of "none of these" count towards it
     */
    double[] learnScale(Familiarity familiarity, double[] unknown, double share, double ridge) {
        double each = Math.max(0, share * weight(true) - weight(false)) / unknown.length;
        int n = signs.size();
        double[][] sums = new double[n + unknown.length][];
        double[] right = Arrays.copyOf(array(rights), sums.length);
        double[] weight = Arrays.copyOf(array(weights), sums.length);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new double[] {1, i < n ? familiarity.of(signs.get(i)) : unknown[i - n]};
            weight[i] = i < n ? weight[i] : each;
        }
        return Logistic.learn(sums, right, weight, ridge);
    }

    double[] learn(double ridge) {
        return Logistic.learn(signs.toArray(double[][]::new), array(rights), array(weights), ridge);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
