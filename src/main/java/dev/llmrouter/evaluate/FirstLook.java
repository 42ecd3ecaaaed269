package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * How many examples a first look by the {@link Gate} needs, where those that were seen come first in it. From what was seen follow the shares of
 * examples that only one of the two gets right; where none was won, or none lost, half a one that has not been seen yet. The look is expected
 * to settle it once four of five ways that the further examples may go are settled by the gate's own rule, guards included: summed
 * over all of them, where there are not very many examples. Graded scores, and very many examples, by normal approximation. Immutable.
 */
final class FirstLook {
    private static final double POWER = 0.8;
    private static final double POWER_QUANTILE = 0.8416212335729143; // standard normal quantile of POWER
    private static final int MOST_EXAMPLES = 10_000_000;
    /** From here on the normal approximation is as good, and sums would take long. */
    private static final int MOST_SUMMED = 50_000;

    /** Of a kind of disagreement that was never seen. */
    private static final double UNSEEN = 0.5;

    /** Where fewer were seen, one disagreement in ten is expected: assumption. */
    private static final int LEAST_SEEN = 9;

    /** Numbers of won examples that are less likely than this at their most likely are left out. */
    private static final double LEAST_LIKELY = 1e-7;

    private final PairedOutcomes seen;
    private final Gate gate;
    private final boolean isPass;
    private final int n;
    private final int won;
    private final int lost;
    private final double wonShare;
    private final double lostShare;

    private FirstLook(PairedOutcomes seen, Gate gate) {
        this.seen = seen;
        this.gate = gate;
        this.isPass = seen.difference() > -gate.margin();
        this.n = seen.n();
        this.won = seen.won();
        this.lost = seen.lost();
        double all = Math.max(LEAST_SEEN, n) + (Math.min(won, lost) > 0 ? 0.0 : 1);
        this.wonShare = Math.max(UNSEEN, won) / all;
        this.lostShare = Math.max(UNSEEN, lost) / all;
    }

    /**
     * Examples in all at which the look would likely settle it (80 % power, if what was seen holds): pass it while the loss
     * seen is within the margin, else fail it.
     *
     * @return null if no reachable number would
     */
    static @Nullable Integer needed(PairedOutcomes seen, Gate gate) {
        FirstLook look = new FirstLook(seen, gate);
        double total = Math.max(look.approximate(), Math.max(Gate.MIN_EXAMPLES, seen.n() + 1.0));
        if (seen.isBinary() && total <= MOST_SUMMED) {
            total = look.summed();
        }
        if (look.isPass && seen.reached() < seen.n()) {
            total = Math.max(total, Gate.forReached(gate.leastReached(seen), seen));
        }
        return total <= MOST_EXAMPLES ? (int) total : null; // false for infinity too
    }

    private double approximate() {
        double room = gate.margin() + seen.difference();
        double observed = seen.variance();
        double share = 1.0 / (n + 2); // what one unseen disagreement would add
        double variance = Math.max(observed, n == 0 ? 0.1 : share * (1 - share));
        double z = -Distributions.normalQuantile(gate.alpha()) + POWER_QUANTILE;
        double enough = seen.isBinary()
                ? Math.ceil(variance * z * z / (room * room))
                : graded(Math.sqrt(observed) * z, Math.abs(room));
        return Math.max(enough, isPass ? gate.fewest() : 0);
    }

    /**
     * Examples from which spread / sqrt(n) and the worst that may be unseen, -log(alpha) / n, together are within the
     * room: a quadratic equation in 1 / sqrt(n).
     */
    private double graded(double spread, double room) {
        double unseen = -Math.log(gate.alpha());
        double root = (Math.sqrt(spread * spread + 4 * unseen * room) - spread) / (2 * unseen);
        return Math.ceil(1 / (root * root));
    }

    /** The smallest number that is found by doubling and halving: chances go up with the number, but for small steps. */
    private double summed() {
        int more = Math.max(1, Gate.MIN_EXAMPLES - n);
        int tooFew = more - 1;
        while (!isSettled(more)) {
            tooFew = more;
            more *= 2;
            if (n + more > 2 * MOST_SUMMED) {
                return Double.POSITIVE_INFINITY;
            }
        }
        while (more - tooFew > 1) {
            int middle = (more + tooFew) >>> 1;
            if (isSettled(middle)) {
                more = middle;
            } else {
                tooFew = middle;
            }
        }
        return n + (double) more;
    }

    /** Whether {@code more} examples settle it with the power: for each number of those won, the chance that not too many, or enough, are lost. */
    private boolean isSettled(int more) {
        int likeliest = (int) Math.min(more, (more + 1) * wonShare);
        double odds = wonShare / (1 - wonShare);
        double all = 0;
        double settled = 0;
        double weight = 1;
        for (int w = likeliest; w >= 0 && weight > LEAST_LIKELY; w--) {
            all += weight;
            settled += weight * chance(more, w);
            weight *= w / ((more - w + 1) * odds);
        }
        weight = 1;
        for (int w = likeliest; w < more && weight > LEAST_LIKELY; w++) {
            weight *= (more - w) * odds / (w + 1);
            all += weight;
            settled += weight * chance(more, w + 1);
        }
        return settled >= POWER * all;
    }

    /** The chance that it is settled after {@code more} examples, {@code w} of them won. */
    private double chance(int more, int w) {
        int rest = more - w;
        double share = lostShare / (1 - wonShare);
        if (isPass) {
            int most = edge(more, w, rest);
            return most < 0 ? 0 : Distributions.atMost(most, rest, share);
        }
        int least = edge(more, w, rest);
        return least > rest ? 0 : least == 0 ? 1 : 1 - Distributions.atMost(least - 1, rest, share);
    }

    /** To pass: the most that may be lost of the rest, -1 for none. To fail: the least that has to be, more than the rest for none. */
    private int edge(int more, int w, int rest) {
        int low = -1;
        int high = rest + 1;
        while (high - low > 1) {
            int middle = (high + low) >>> 1;
            boolean isSettled = isPass
                    ? gate.passes(n + more, won + w, lost + middle)
                    : gate.fails(n + more, won + w, lost + middle);
            if (isSettled == isPass) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return isPass ? low : high;
    }
}
