package dev.llmrouter.evaluate.collect;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds out that an open route has become worse by more than the margin, whenever that began. A route whose every request
 * has an expected loss within the margin is closed with probability {@code alpha} at most, however long it is watched.
 *
 * <p>A test from the start alone would first have to lose what it lost in the good times. So one starts anew after every
 * {@value #BLOCK} pairs, with a share of the stakes, 1/2, 1/6, 1/12 and so on, which sum to 1. What is not staked yet counts
 * as it is. That is a mixture of e-processes, hence one. Of the tests between only the last {@value #KEPT} go on, so that a
 * pair costs the same after a year: who lets a bet go can only lose. Sources: for the bets see {@link ConfidenceSequence};
 * Shin, Ramdas and Rinaldo, E-detectors, NEJSDS 2 (2024), section 2, for tests that start anew. Not safe for use by many
 * threads.
 */
final class WorseningDetector {
    /** Pairs from one start to the next. */
    static final int BLOCK = 50;

    /** Starts that go on, besides the first. */
    static final int KEPT = 40;

    private static final int BETS = 25;
    private static final double LARGEST_BET = 0.98; // share of the bet that could lose everything

    private final double margin;
    private final List<double[]> logs = new ArrayList<>(); // of the stakes of each start's bets
    private int starts;
    private int n;

    /** @param margin loss that is accepted, above 0 and below 1 */
    WorseningDetector(double margin) {
        this.margin = margin;
    }

    /** Takes in a pair's difference, -1 to 1. @return logarithm of the wealth now */
    double add(double difference) {
        if (n % BLOCK == 0) {
            start();
        }
        n++;
        double excess = (difference + margin) / (1 + margin);
        double[] all = new double[logs.size() + 1];
        int filled = 0;
        double[] gains = new double[BETS];
        for (int i = 0; i < BETS; i++) {
            gains[i] = Math.log1p(-LARGEST_BET * (i + 1) / BETS * excess);
        }
        for (double[] bets : logs) {
            for (int i = 0; i < BETS; i++) {
                bets[i] += gains[i];
            }
            all[filled++] = LogMean.of(bets);
        }
        all[filled++] = -Math.log(starts + 1.0); // what is not staked yet: 1 - sum of 1/(k(k+1)) = 1/(starts + 1)
        return LogMean.sum(all, filled);
    }

    private void start() {
        starts++;
        double stake = -Math.log(starts) - Math.log(starts + 1.0);
        double[] bets = new double[BETS];
        java.util.Arrays.fill(bets, stake);
        logs.add(bets);
        if (logs.size() > KEPT + 1) {
            logs.remove(1);
        }
    }
}
