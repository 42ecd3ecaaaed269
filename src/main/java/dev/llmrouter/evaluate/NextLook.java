package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * How many examples a look by the {@link SequentialBet} needs, where those that were seen come first in it. From what was seen
 * follow, for each of the constant bets, the mean and the variance of what its wealth grows by with an example; the look is
 * expected to settle it once the average wealth reaches the line although the growth is one that only a fifth falls below
 * (normal approximation of the logarithm). One disagreement that has not been seen yet is added, half of it won and half lost,
 * so that answers which were all alike are not taken to be so for ever. Immutable.
 */
final class NextLook {
    private static final double POWER_QUANTILE = 0.8416212335729143; // standard normal quantile of 0.8
    private static final int MOST_EXAMPLES = 10_000_000;

    /** Where fewer were seen, one disagreement in ten is expected: assumption. */
    private static final int LEAST_SEEN = 9;

    private final double[] wealth = new double[SequentialBet.BETS];
    private final double[] growth = new double[SequentialBet.BETS];
    private final double[] spread = new double[SequentialBet.BETS];
    private final double line;

    private NextLook(PairedOutcomes seen, double margin, double alpha) {
        line = -Math.log(alpha);
        boolean isPass = seen.difference() > -margin;
        int ties = Math.max(0, LEAST_SEEN - seen.n());
        double all = seen.n() + ties + 1;
        for (int bet = 0; bet < SequentialBet.BETS; bet++) {
            double squares = 0;
            for (int i = 0; i < seen.n(); i++) {
                double gain = gain(isPass, bet, margin, seen.candidateScore(i) - seen.baselineScore(i));
                wealth[bet] += gain;
                squares += gain * gain;
            }
            double won = gain(isPass, bet, margin, 1);
            double lost = gain(isPass, bet, margin, -1);
            double tie = gain(isPass, bet, margin, 0);
            growth[bet] = (wealth[bet] + ties * tie + (won + lost) / 2) / all;
            squares += ties * tie * tie + (won * won + lost * lost) / 2;
            spread[bet] = Math.sqrt(Math.max(0, squares / all - growth[bet] * growth[bet]));
        }
    }

    private static double gain(boolean isPass, int bet, double margin, double difference) {
        return isPass
                ? SequentialBet.gainOnPass(bet, margin, difference)
                : SequentialBet.gainOnFail(bet, margin, difference);
    }

    /**
     * Examples in all at which the look would likely settle it (80 % power, if what was seen holds): pass it while the loss
     * seen is within the margin, else fail it.
     *
     * @param level one-sided error level of all looks
     * @param look which look it is, from 2
     * @return null if no reachable number would
     */
    static @Nullable Integer needed(PairedOutcomes seen, double margin, double level, int look) {
        NextLook next = new NextLook(seen, margin, level / Relook.share(look));
        long more = 1;
        while (!next.isSettled(more)) {
            more *= 2;
            if (more > MOST_EXAMPLES) {
                return null;
            }
        }
        long tooFew = more / 2;
        while (more - tooFew > 1) {
            long middle = (more + tooFew) / 2;
            if (next.isSettled(middle)) {
                more = middle;
            } else {
                tooFew = middle;
            }
        }
        double total = Math.max(Gate.MIN_EXAMPLES, seen.n() + more);
        if (seen.reached() < seen.n() && seen.difference() > -margin) {
            int least = new Gate(margin, level / Relook.share(look)).leastReached(seen);
            total = Math.max(total, Gate.forReached(least, seen));
        }
        return total <= MOST_EXAMPLES ? (int) total : null; // false for infinity too
    }

    private boolean isSettled(long more) {
        double[] logs = new double[wealth.length];
        for (int bet = 0; bet < logs.length; bet++) {
            logs[bet] = wealth[bet] + more * growth[bet] - POWER_QUANTILE * Math.sqrt(more) * spread[bet];
        }
        return SequentialBet.logMean(logs) >= line;
    }
}
