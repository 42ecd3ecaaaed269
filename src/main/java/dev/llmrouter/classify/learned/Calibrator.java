package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Learns a {@link Calibration} from scores that held-out folds gave. */
final class Calibrator {
    private static final double RIDGE = 0.05;

    private Calibrator() {}

    /**
     * Learns from the texts and their noisy copies alike, so that the confidence holds for both.
     *
     * @param noisy scores of each text's copies
     * @param keep share of the tasks' texts that must stay above the threshold
     */
    static Calibration learn(TrainingSet set, float[][] scores, float[][][] noisy, double keep) {
        double temperature = temperature(set, scores);
        List<double[]> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            add(Signs.of(scores[i], set, temperature), set, i, xs, ys);
            for (float[] copy : noisy[i]) {
                add(Signs.of(copy, set, temperature), set, i, xs, ys);
            }
        }
        double[] beta = Logistic.learn(
                xs.toArray(double[][]::new),
                ys.stream().mapToDouble(Double::doubleValue).toArray(),
                RIDGE);
        Calibration open = new Calibration(temperature, beta[0], beta[1], beta[2], set.none ? beta[3] : 0, 0);
        double[] confidences = new double[set.size()];
        int n = 0;
        for (int i = 0; i < set.size(); i++) {
            if (!set.isNone(i)) {
                confidences[n++] = Signs.of(scores[i], set, temperature).confidence(open);
            }
        }
        confidences = Arrays.copyOf(confidences, n);
        Arrays.sort(confidences);
        return open.withThreshold(confidences[Math.min(n - 1, (int) Math.floor((1 - keep) * n))]);
    }

    private static void add(Signs signs, TrainingSet set, int i, List<double[]> xs, List<Double> ys) {
        xs.add(
                set.none
                        ? new double[] {1, signs.logOdds(), signs.score(), signs.lead()}
                        : new double[] {1, signs.logOdds(), signs.score()});
        ys.add(signs.best == set.classes[i] ? 1.0 : 0.0);
    }

    /** The temperature with the least negative log likelihood on the tasks' texts, by golden section on its logarithm. */
    private static double temperature(TrainingSet set, float[][] scores) {
        double low = Math.log(0.05);
        double high = Math.log(5);
        double golden = (Math.sqrt(5) - 1) / 2;
        for (int i = 0; i < 30; i++) {
            double left = high - golden * (high - low);
            double right = low + golden * (high - low);
            if (loss(set, scores, StrictMath.exp(left)) < loss(set, scores, StrictMath.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return StrictMath.exp((low + high) / 2);
    }

    private static double loss(TrainingSet set, float[][] scores, double temperature) {
        int tasks = set.tasks.size();
        double sum = 0;
        float[] p = new float[tasks];
        for (int i = 0; i < set.size(); i++) {
            if (!set.isNone(i)) {
                System.arraycopy(scores[i], 0, p, 0, tasks);
                Softmax.normalise(p, tasks, temperature);
                sum -= StrictMath.log(Math.max(1e-9, p[set.classes[i]]));
            }
        }
        return sum;
    }

    static Quality quality(
            TrainingSet set,
            float[][] scores,
            float[][][] noisy,
            Calibration calibration,
            List<Quality.Point> learning) {
        int tasks = set.tasks.size();
        int[][] confusion = new int[tasks][tasks];
        List<Quality.Outcome> outcomes = new ArrayList<>();
        int copies = 0;
        int changed = 0;
        int elsewhere = 0;
        for (int i = 0; i < set.size(); i++) {
            Signs signs = Signs.of(scores[i], set, calibration.temperature());
            int truth = set.isNone(i) ? -1 : set.classes[i];
            outcomes.add(new Quality.Outcome(truth, signs.best, signs.confidence(calibration)));
            if (truth >= 0) {
                confusion[truth][signs.best]++;
                int answer = signs.answer(calibration);
                for (float[] copy : noisy[i]) {
                    int other = Signs.of(copy, set, calibration.temperature()).answer(calibration);
                    copies++;
                    changed += other == answer ? 0 : 1;
                    elsewhere += other == answer || other < 0 || answer < 0 ? 0 : 1;
                }
            }
        }
        return new Quality(
                set.tasks,
                confusion,
                outcomes,
                calibration.threshold(),
                learning,
                new Quality.Noisy(copies, changed, elsewhere),
                set.size(),
                set.foldCount);
    }

    /** What a text's scores say about its best task. */
    private record Signs(int best, double probability, double score, double lead) {
        static Signs of(float[] scores, TrainingSet set, double temperature) {
            int tasks = set.tasks.size();
            int best = LearnedModel.best(scores, tasks);
            float[] p = Arrays.copyOf(scores, tasks);
            Softmax.normalise(p, tasks, temperature);
            double lead = set.none ? scores[best] - scores[tasks] : 0;
            return new Signs(best, p[best], scores[best], lead);
        }

        double logOdds() {
            return Calibration.logOdds(probability);
        }

        /** The task named; -1 where the text is rejected. */
        int answer(Calibration calibration) {
            return confidence(calibration) >= calibration.threshold() ? best : -1;
        }

        double confidence(Calibration calibration) {
            return calibration.confidence(probability, score, lead);
        }
    }
}
