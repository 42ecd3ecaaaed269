package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Learns a {@link Calibration} from scores that held-out folds gave. */
final class Calibrator {
    private static final double RIDGE = 0.05;

    private Calibrator() {}

    /**
     * Learns from the texts and their noisy copies alike, so that the confidence holds for both.
     *
     * <p>What tells a right answer from a wrong one is learned where some tasks were left out of training, as their texts
     * stand for all that nobody gave examples of; how high the confidence then is, on the folds that know all tasks.
     *
     * @param heldOut all examples
     * @param parted some examples, where tasks were left out; may be empty
     * @param keep share of the tasks' texts that must stay above the threshold
     */
    static Calibration learn(TrainingSet set, HeldOut heldOut, List<HeldOut> parted, double keep) {
        double temperature = temperature(set, heldOut);
        Rows rows = new Rows(set, temperature);
        rows.add(heldOut);
        double[] beta = rows.learn();
        Rows unknown = new Rows(set, temperature);
        parted.forEach(unknown::add);
        if (!unknown.xs.isEmpty()) {
            double[] direction = unknown.learn();
            double[] scale = rows.learnScale(direction);
            if (scale[1] > 0) {
                beta = direction;
                for (int a = 0; a < beta.length; a++) {
                    beta[a] = scale[1] * direction[a] + (a == 0 ? scale[0] : 0);
                }
            }
        }
        Calibration open = new Calibration(temperature, beta[0], beta[1], beta[2], set.none ? beta[4] : 0, beta[3], 0);
        return open.withThreshold(threshold(set, heldOut, open, keep));
    }

    /** Below which lies no more than what need not be kept, each task counted as much as any other. */
    private static double threshold(TrainingSet set, HeldOut heldOut, Calibration open, double keep) {
        double[] weights = weights(set);
        List<double[]> confidences = new ArrayList<>();
        double all = 0;
        for (int i = 0; i < set.size(); i++) {
            if (!set.isNone(i)) {
                confidences.add(new double[] {
                    Signs.of(heldOut.text(i), set, open.temperature()).confidence(open), weights[i]
                });
                all += weights[i];
            }
        }
        confidences.sort(Comparator.comparingDouble(each -> each[0]));
        double below = 0;
        for (double[] each : confidences) {
            below += each[1];
            if (below > (1 - keep) * all) {
                return each[0];
            }
        }
        return confidences.get(confidences.size() - 1)[0];
    }

    /** How often an example counts: tasks count alike, however many examples they have. */
    private static double[] weights(TrainingSet set) {
        int[] counts = new int[set.classCount()];
        for (int each : set.classes) {
            counts[each]++;
        }
        int most = 0;
        for (int k = 0; k < set.tasks.size(); k++) {
            most = Math.max(most, counts[k]);
        }
        double[] weights = new double[set.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = set.isNone(i) ? 1 : (double) most / counts[set.classes[i]];
        }
        return weights;
    }

    /** Signs of texts, and whether the answer was right. */
    private static final class Rows {
        private final TrainingSet set;
        private final double temperature;
        private final List<double[]> xs = new ArrayList<>();
        private final List<Double> ys = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();
        private final double[] weightOf;

        Rows(TrainingSet set, double temperature) {
            this.set = set;
            this.weightOf = weights(set);
            this.temperature = temperature;
        }

        void add(HeldOut heldOut) {
            for (int i = 0; i < set.size(); i++) {
                if (heldOut.has(i)) {
                    int truth = heldOut.isUnknown(i) ? -1 : set.classes[i];
                    add(heldOut.text(i), truth, weightOf[i]);
                    for (Scored copy : heldOut.copies(i)) {
                        add(copy, truth, weightOf[i]);
                    }
                }
            }
        }

        private void add(Scored scored, int truth, double weight) {
            Signs signs = Signs.of(scored, set, temperature);
            xs.add(
                    set.none
                            ? new double[] {1, signs.logOdds(), signs.score(), signs.covered(), signs.lead()}
                            : new double[] {1, signs.logOdds(), signs.score(), signs.covered()});
            ys.add(signs.best == truth ? 1.0 : 0.0);
            weights.add(weight);
        }

        double[] learn() {
            return Logistic.learn(xs.toArray(double[][]::new), array(ys), array(weights), RIDGE);
        }

        /** Intercept and slope that turn a sum of the signs into a probability. */
        double[] learnScale(double[] direction) {
            double[][] sums = new double[xs.size()][];
            for (int i = 0; i < sums.length; i++) {
                double sum = 0;
                for (int a = 0; a < direction.length; a++) {
                    sum += direction[a] * xs.get(i)[a];
                }
                sums[i] = new double[] {1, sum};
            }
            return Logistic.learn(sums, array(ys), array(weights), RIDGE);
        }

        private static double[] array(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** The temperature with the least negative log likelihood on the tasks' texts, by golden section on its logarithm. */
    private static double temperature(TrainingSet set, HeldOut heldOut) {
        double low = Math.log(0.05);
        double high = Math.log(5);
        double golden = (Math.sqrt(5) - 1) / 2;
        for (int i = 0; i < 30; i++) {
            double left = high - golden * (high - low);
            double right = low + golden * (high - low);
            if (loss(set, heldOut, StrictMath.exp(left)) < loss(set, heldOut, StrictMath.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return StrictMath.exp((low + high) / 2);
    }

    private static double loss(TrainingSet set, HeldOut heldOut, double temperature) {
        int tasks = set.tasks.size();
        double[] weights = weights(set);
        double sum = 0;
        float[] p = new float[tasks];
        for (int i = 0; i < set.size(); i++) {
            if (!set.isNone(i)) {
                System.arraycopy(heldOut.text(i).scores(), 0, p, 0, tasks);
                Softmax.normalise(p, tasks, temperature);
                sum -= weights[i] * StrictMath.log(Math.max(1e-9, p[set.classes[i]]));
            }
        }
        return sum;
    }

    static Quality quality(TrainingSet set, HeldOut heldOut, Calibration calibration, List<Quality.Point> learning) {
        int tasks = set.tasks.size();
        int[][] confusion = new int[tasks][tasks];
        List<Quality.Outcome> outcomes = new ArrayList<>();
        int copies = 0;
        int changed = 0;
        int elsewhere = 0;
        for (int i = 0; i < set.size(); i++) {
            Signs signs = Signs.of(heldOut.text(i), set, calibration.temperature());
            int truth = set.isNone(i) ? -1 : set.classes[i];
            outcomes.add(new Quality.Outcome(truth, signs.best, signs.confidence(calibration)));
            if (truth >= 0) {
                confusion[truth][signs.best]++;
                int answer = signs.answer(calibration);
                for (Scored copy : heldOut.copies(i)) {
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
                set.foldCount,
                set.repeats);
    }

    /** What a text's scores say about its best task. */
    private record Signs(int best, double probability, double score, double lead, double covered) {
        static Signs of(Scored scored, TrainingSet set, double temperature) {
            float[] scores = scored.scores();
            int tasks = set.tasks.size();
            int best = LearnedModel.best(scores, tasks);
            float[] p = Arrays.copyOf(scores, tasks);
            Softmax.normalise(p, tasks, temperature);
            double lead = set.none ? scores[best] - scores[tasks] : 0;
            return new Signs(best, p[best], scores[best], lead, scored.covered());
        }

        double logOdds() {
            return Calibration.logOdds(probability);
        }

        /** The task named; -1 where the text is rejected. */
        int answer(Calibration calibration) {
            return confidence(calibration) >= calibration.threshold() ? best : -1;
        }

        double confidence(Calibration calibration) {
            return calibration.confidence(probability, score, lead, covered);
        }
    }
}
