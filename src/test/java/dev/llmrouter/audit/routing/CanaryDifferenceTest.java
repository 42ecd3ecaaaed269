package dev.llmrouter.audit.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.StratifiedDifference;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is concluded about a canary where not every request is answered, and not every answer judged. */
class CanaryDifferenceTest {
    private static final double ALPHA = 0.05; // ten times and more what the audit uses, so that few runs tell
    private static final double MARGIN = 0.05;
    private static final double JUDGED = 0.5;
    private static final int RUNS = 400;
    private static final int MOST = 30; // of 400; 20 are expected where the bound is exact

    private static StratifiedDifference by(long hits, long n, long otherHits, long otherN) {
        return Objects.requireNonNull(StratifiedDifference.of(
                List.of(new StratifiedDifference.Stratum(hits, n, otherHits, otherN, MARGIN)), ALPHA));
    }

    /**
     * One of both halves.
     *
     * @param hard share of the requests that are hard: these are useful in half of the cases, the others in 95 %
     * @param left share of the hard ones that who is asked first leaves
     * @param isSaved whether somebody else answers these, as well as anybody
     * @param worse by how much its answers are useful less often
     */
    private record Half(int requests, double hard, double left, boolean isSaved, double worse) {
        /** Requests, answered, served, judged, useful. */
        long[] drawn(Random random) {
            long[] sums = {requests, 0, 0, 0, 0};
            for (int i = 0; i < requests; i++) {
                boolean isHard = random.nextDouble() < hard;
                boolean isOwn = !isHard || random.nextDouble() >= left;
                boolean isServed = isOwn || isSaved;
                sums[1] += isOwn ? 1 : 0;
                sums[2] += isServed ? 1 : 0;
                if (isServed && random.nextDouble() < JUDGED) {
                    sums[3]++;
                    sums[4] += random.nextDouble() < (isHard ? 0.5 : 0.95) - (isOwn ? worse : 0) ? 1 : 0;
                }
            }
            return sums;
        }
    }

    private static CanaryDifference of(Half canary, Half others, Random random) {
        long[] one = canary.drawn(random);
        long[] other = others.drawn(random);
        return new CanaryDifference(
                by(one[4], one[3], other[4], other[3]),
                by(one[1], one[0], other[1], other[0]),
                by(one[2], one[0], other[2], other[0]));
    }

    /** It loses what is accepted, or the whole of that by leaving requests, or a part of each: answers alone would look as good or better. */
    @Test
    @Tag("simulation")
    void aLossBeyondTheMarginIsSeldomAcceptable() {
        Random random = new Random(42);
        Half others = new Half(2_000, 0.3, 0, true, 0);
        // leaving a hard request loses half a useful output: a third of them are 5 points, whoever saves them
        for (Half canary : List.of(
                new Half(500, 0.3, 0, true, 0.05),
                new Half(500, 0.3, 1.0 / 3, true, 0),
                new Half(500, 0.3, 1.0 / 3, false, 0),
                new Half(
                        500, 0.3, 1.0 / 12, true,
                        0.0257))) { // half of the 5 points by what it leaves, all of which counts
            int accepted = 0;
            for (int i = 0; i < RUNS; i++) {
                accepted += of(canary, others, random).isAcceptable() ? 1 : 0;
            }
            assertThat(accepted).as(canary.toString()).isLessThanOrEqualTo(MOST);
        }
    }

    /** It loses what is accepted of what both answer; what the others leave without an answer nobody judges. */
    @Test
    @Tag("simulation")
    void aLossWithinTheMarginIsSeldomWorse() {
        Random random = new Random(43);
        for (Half others : List.of(new Half(2_000, 0.3, 0, true, 0), new Half(2_000, 0.3, 0.5, false, 0))) {
            int worse = 0;
            for (int i = 0; i < RUNS; i++) {
                worse += of(new Half(500, 0.3, 0, true, 0.05), others, random).isWorse() ? 1 : 0;
            }
            assertThat(worse).as(others.toString()).isLessThanOrEqualTo(MOST);
        }
    }

    @Test
    void whatIsAsGoodAndAnsweredIsAcceptable() {
        CanaryDifference same = new CanaryDifference(
                by(1_800, 2_000, 9_000, 10_000), by(2_000, 2_000, 10_000, 10_000), by(2_000, 2_000, 10_000, 10_000));

        assertThat(same.isAcceptable()).isTrue();
        assertThat(same.isWorse()).isFalse();
    }
}
