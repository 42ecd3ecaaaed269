package dev.llmrouter.classify.learned;

import org.jspecify.annotations.Nullable;

/**
 * How familiar a text is to a classifier, as a weighted sum of its {@link Signs}: what tells the texts of its tasks
 * from those of no task. It is learned where some tasks were left out of training, and held near to what public data show
 * for any tasks, because a few tasks leave few texts out, and two tasks none: then it is what the public data show.
 *
 * <p>In the standard deviations of the tasks' own held-out texts the raw score counts {@value #SCORE}, and the {@link
 * Coverage} {@value #COVERED}. Source: CLINC150, Banking77, SNIPS and t0-tasktype, two to eight tasks drawn at random with
 * 10, 25 and 80 examples of each; a logistic regression of the tasks' own texts against those of other tasks, of none, and
 * of Arena-Hard, either side counted alike. With one of the four sets left out these are 2.02 to 2.36 and 0.53 to 0.69.
 */
final class Familiarity {
    private static final double SCORE = 2.1;
    private static final double COVERED = 0.65;
    /** Texts of no task in the same data, where the mean of the tasks' own is 0: mean and standard deviation of the sum. */
    private static final double MEAN = -5;

    private static final double DEVIATION = 2.1;
    /** How many rows it takes to outweigh what is expected; 5 to 100 differ little in the same data. */
    private static final double EXPECTED = 20;

    /**
     * Least standard deviation of each sign, a little less than any that was seen in the same data: texts of one template
     * score alike, and single words are covered alike, which says little of others.
     */
    private static final double[] LEAST = {1, 1, 0.3, 0.25, 0.3};

    private final double[] weights;
    private final double usual;

    private Familiarity(double[] weights, double usual) {
        this.weights = weights;
        this.usual = usual;
    }

    /**
     * Learns.
     *
     * @param known held-out texts, every one of a known task; may have others
     * @param without texts where tasks were left out, or with others than the tasks' own; null for none
     */
    static Familiarity learn(SignRows known, @Nullable SignRows without) {
        int signs = known.signs();
        double[] mean = new double[signs];
        double[] deviation = new double[signs];
        double[] expected = new double[signs];
        double[] penalties = new double[signs];
        for (int a = 1; a < signs; a++) {
            mean[a] = known.meanOfTasks(a);
            deviation[a] = Math.max(known.deviationOfTasks(a, mean[a]), LEAST[a]);
            penalties[a] = EXPECTED;
        }
        expected[SignRows.SCORE] = SCORE;
        expected[SignRows.COVERED] = COVERED;
        double[] weights = without == null ? expected : without.learn(mean, deviation, penalties, expected);
        double usual = 0;
        weights[0] = 0;
        for (int a = 1; a < signs; a++) {
            // a few examples of none may seem to say that being like these speaks for a task
            weights[a] = (a == SignRows.LEAD ? Math.max(0, weights[a]) : weights[a]) / deviation[a];
            usual += weights[a] * mean[a];
        }
        return new Familiarity(weights, usual);
    }

    /** By sign; the first, of the constant, is 0. */
    double[] weights() {
        return weights;
    }

    double of(double[] signs) {
        double sum = 0;
        for (int a = 0; a < weights.length; a++) {
            sum += weights[a] * signs[a];
        }
        return sum;
    }

    /** That of three texts of no task, if these are as they are in public data. */
    double[] expectedOfUnknown() {
        return new double[] {usual + MEAN - DEVIATION, usual + MEAN, usual + MEAN + DEVIATION};
    }
}
