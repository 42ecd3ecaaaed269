package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GatePropertyTest {
    @Property(tries = 300)
    void boundsEncloseTheDifferenceForAnyCounts(
            @ForAll @IntRange(max = 200) int same,
            @ForAll @IntRange(max = 60) int won,
            @ForAll @IntRange(max = 60) int lost,
            @ForAll @DoubleRange(min = 0.01, max = 0.9) double margin) {
        GateResult result = new Gate(margin, 0.05).judge(PairedOutcomes.ofCounts(same, won, lost, 0));
        assertThat(result.low()).isBetween(-1.0, result.difference());
        assertThat(result.high()).isBetween(result.difference(), 1.0);
        assertThat(result.pValue()).isBetween(0.0, 1.0);
        GateResult mirrored = new Gate(margin, 0.05).judge(PairedOutcomes.ofCounts(same, lost, won, 0));
        assertThat(mirrored.low()).isCloseTo(-result.high(), within(1e-6));
    }

    @Property(tries = 300)
    void boundsEncloseTheDifferenceForAnyGradedScores(
            @ForAll @Size(max = 80) List<@DoubleRange(max = 1) Double> scores) {
        PairedOutcomes outcomes = new PairedOutcomes();
        for (int i = 1; i < scores.size(); i++) {
            outcomes.add(scores.get(i - 1), scores.get(i));
        }
        GateResult result = new Gate(0.05, 0.05).judge(outcomes);
        assertThat(result.low()).isBetween(-1.0, result.difference());
        assertThat(result.high()).isBetween(result.difference(), 1.0);
    }

    @Property(tries = 200)
    void aWiderMarginNeverRevokesAPass(
            @ForAll @IntRange(max = 300) int same,
            @ForAll @IntRange(max = 20) int won,
            @ForAll @IntRange(max = 20) int lost) {
        PairedOutcomes outcomes = PairedOutcomes.ofCounts(same, won, lost, 0);
        if (new Gate(0.03, 0.05).judge(outcomes).verdict() == Verdict.PASS) {
            assertThat(new Gate(0.06, 0.05).judge(outcomes).verdict()).isEqualTo(Verdict.PASS);
        }
    }

    /** What is needed is found by counts alone. */
    @Property(tries = 1000)
    void countsAloneSettleWhatAJudgementSettles(
            @ForAll @IntRange(max = 300) int same,
            @ForAll @IntRange(max = 20) int won,
            @ForAll @IntRange(max = 40) int lost,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double margin) {
        Gate gate = new Gate(margin, 0.05);
        Verdict verdict =
                gate.bounded(PairedOutcomes.ofCounts(same, won, lost, 0)).verdict();
        int n = same + won + lost;
        assertThat(gate.passes(n, won, lost)).isEqualTo(verdict == Verdict.PASS);
        assertThat(gate.fails(n, won, lost)).isEqualTo(verdict == Verdict.FAIL);
    }

    /** A file whose losses stood at its end passed a later look at a loss of seven points, one where they stood first failed it at three. */
    @Property(tries = 300)
    void inNoOrderALookSaysMoreThanAllExamplesTogether(
            @ForAll @IntRange(min = 30, max = 600) int same,
            @ForAll @IntRange(max = 20) int won,
            @ForAll @IntRange(max = 60) int lost,
            @ForAll @IntRange(min = 2, max = 5) int look) {
        PairedOutcomes inOrder = PairedOutcomes.ofCounts(same, won, lost, 0);
        PairedOutcomes backwards = new PairedOutcomes();
        for (int i = inOrder.n() - 1; i >= 0; i--) {
            backwards.add(inOrder.baselineScore(i), inOrder.candidateScore(i));
        }
        Gate gate = new Gate(0.05, 0.05 / Relook.share(look));
        for (PairedOutcomes outcomes : List.of(inOrder, backwards)) {
            GateResult result = Relook.judge(outcomes, 0.05, 0.05, look, look);
            boolean isPass = result.verdict() == Verdict.PASS;
            assertThat(isPass).isEqualTo(result.low() > -0.05);
            assertThat(!isPass || gate.passes(outcomes.n(), won, lost)).isTrue();
            assertThat(result.verdict() != Verdict.FAIL || gate.fails(outcomes.n(), won, lost))
                    .isTrue();
            assertThat(result.verdict() == Verdict.FAIL).isEqualTo(result.high() < -0.05);
            assertThat(isPass).isEqualTo(result.pValue() <= result.alpha());
        }
    }

    /** Bounds of graded scores are drawn, and not as far out as the level of a late look is: none could be settled any more. */
    @Test
    void aLateLookAtGradedScoresCanStillBeSettled() {
        PairedOutcomes equal = new PairedOutcomes();
        PairedOutcomes bad = new PairedOutcomes();
        for (int i = 0; i < 2_000; i++) {
            equal.add(0.5, i % 2 == 0 ? 0.45 : 0.55);
            bad.add(0.5, i % 2 == 0 ? 0.1 : 0.3);
        }
        assertThat(Relook.judge(equal, 0.05, 0.05, 40, 40).verdict()).isEqualTo(Verdict.PASS);
        assertThat(Relook.judge(bad, 0.05, 0.05, 40, 40).verdict()).isEqualTo(Verdict.FAIL);
    }

    /** Of graded scores as many have to reach the candidate as at a first look: 30 passed, with a p-value above .7. */
    @Test
    void fewGradedScoresThatReachTheCandidateAreNoProofAtALaterLookEither() {
        PairedOutcomes outcomes = new PairedOutcomes();
        for (int i = 0; i < 900; i++) {
            outcomes.add(0.5, 0.5);
            if (i >= 40) {
                outcomes.lift();
            }
        }
        GateResult result = Relook.judge(outcomes, 0.05, 0.05, 2, 2);
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.pValue()).isEqualTo(1);
        assertThat(result.needed()).isGreaterThan(900 * 2);
    }
}
