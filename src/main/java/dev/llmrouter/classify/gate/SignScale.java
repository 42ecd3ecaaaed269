package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.Bag;
import java.util.List;

/**
 * What is usual for each sign: its value in standard deviations, rounded to whole ones from -2 to 2, becomes a label.
 *
 * @param means in training
 * @param deviations standard deviations in training; 0 where a sign never varied
 */
record SignScale(double[] means, double[] deviations) {
    private static final int WIDEST = 2;

    static SignScale learn(List<double[]> all) {
        int d = PromptSigns.NAMES.size();
        double[] means = new double[d];
        double[] deviations = new double[d];
        for (int k = 0; k < d; k++) {
            for (double[] signs : all) {
                means[k] += signs[k] / all.size();
            }
            for (double[] signs : all) {
                deviations[k] += (signs[k] - means[k]) * (signs[k] - means[k]) / all.size();
            }
            deviations[k] = deviations[k] < 1e-18 ? 0 : Math.sqrt(deviations[k]);
        }
        return new SignScale(means, deviations);
    }

    double[] levels(double[] signs) {
        double[] levels = new double[signs.length];
        for (int k = 0; k < signs.length; k++) {
            double standard = deviations[k] == 0 ? 0 : (signs[k] - means[k]) / deviations[k];
            levels[k] = Math.rint(Math.max(-WIDEST, Math.min(WIDEST, standard)));
        }
        return levels;
    }

    int[] labels(double[] signs) {
        double[] levels = levels(signs);
        int[] labels = new int[levels.length];
        for (int k = 0; k < labels.length; k++) {
            labels[k] = Bag.label("sign " + k + " " + (int) levels[k]);
        }
        return labels;
    }
}
