package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Learns a {@link Calibration} from scores that held-out folds gave. */
final class Calibrator {
    private static final double RIDGE = 0.05;
    /** How often an unknown task is asked for, as a share of how often a known one is. */
    private static final double UNKNOWN = 0.25;
    /** Confidence from which a text is rejected by no threshold. */
    private static final double SURE = 0.95;

    private Calibrator() {}

    /**
     * Learns from the texts and their noisy copies alike, so that the confidence holds for both.
     *
     * <p>The {@link Familiarity} of a text tells a right answer from a wrong one. How high the confidence then is, is
     * learned on the folds that know all tasks, with texts of no task beside them: as many as if there were one task more
     * that is asked for {@value #UNKNOWN} times as often as each of the others. Without these a classifier of few tasks,
     * which its folds see make no mistake, would be sure of whatever it is asked.
     *
     * @param heldOut all examples
     * @param parted some examples, where tasks were left out; may be empty
     * @param keep share of the tasks' texts that must stay above the threshold
     */
    static Calibration learn(TrainingSet set, HeldOut heldOut, List<HeldOut> parted, double keep) {
        double temperature = temperature(set, heldOut);
        SignRows rows = rows(set, List.of(heldOut), temperature);
        SignRows without = rows(set, parted, temperature);
        double[] beta = scaled(set, rows, without.size() > 0 ? without : set.none ? rows : null);
        Calibration open = new Calibration(temperature, beta[0], beta[1], beta[2], set.none ? beta[4] : 0, beta[3], 0);
        return open.withThreshold(threshold(set, heldOut, open, keep));
    }

    private static double[] scaled(TrainingSet set, SignRows rows, @Nullable SignRows without) {
        Familiarity familiarity = Familiarity.learn(rows, without);
        double[] unknown = without == null ? new double[0] : without.ofUnknown(familiarity);
        double[] scale = rows.learnScale(
                familiarity, halves(unknown, familiarity.expectedOfUnknown()), UNKNOWN / set.tasks.size(), RIDGE);
        if (scale[1] <= 0) {
            return rows.learn(RIDGE);
        }
        double[] beta = familiarity.weights();
        for (int a = 0; a < beta.length; a++) {
            beta[a] = scale[1] * beta[a] + (a == 0 ? scale[0] : 0);
        }
        return beta;
    }

    /**
     * Texts of tasks that were left out, and as many that are as in public data: tasks of templates are further from each
     * other than from what people ask.
     */
    private static double[] halves(double[] unknown, double[] expected) {
        int times = Math.max(1, unknown.length / expected.length);
        double[] both = Arrays.copyOf(unknown, unknown.length + times * expected.length);
        for (int i = unknown.length; i < both.length; i++) {
            both[i] = expected[(i - unknown.length) % expected.length];
        }
        return both;
    }

    private static SignRows rows(TrainingSet set, List<HeldOut> all, double temperature) {
        SignRows rows = new SignRows(set.tasks.size(), set.none);
        double[] weights = weights(set);
        for (HeldOut heldOut : all) {
            for (int i = 0; i < set.size(); i++) {
                if (heldOut.has(i)) {
                    int truth = heldOut.isUnknown(i) ? -1 : set.classes[i];
                    rows.add(Signs.of(heldOut.text(i), set, temperature), truth, weights[i]);
                    for (Scored copy : heldOut.copies(i)) {
                        rows.add(Signs.of(copy, set, temperature), truth, weights[i]);
                    }
                }
            }
        }
        return rows;
    }

    /**
     * Below which lies no more than what need not be kept, each task counted as much as any other. Where even more is as
     * sure as can be asked for, nothing of that is given away, unless an example of none is as sure.
     */
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
        double most = SURE;
        for (int i = 0; i < set.size(); i++) {
            if (set.isNone(i)) {
                most = Math.max(
                        most, Signs.of(heldOut.text(i), set, open.temperature()).confidence(open));
            }
        }
        confidences.sort(Comparator.comparingDouble(each -> each[0]));
        double below = 0;
        for (double[] each : confidences) {
            below += each[1];
            if (below > (1 - keep) * all) {
                return Math.min(most, each[0]);
            }
        }
        return Math.min(most, confidences.get(confidences.size() - 1)[0]);
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
            outcomes.add(new Quality.Outcome(truth, signs.best(), signs.confidence(calibration)));
            if (truth >= 0) {
                confusion[truth][signs.best()]++;
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
}
