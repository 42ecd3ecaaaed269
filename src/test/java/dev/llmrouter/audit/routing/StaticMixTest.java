package dev.llmrouter.audit.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Figures by hand. */
class StaticMixTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private static StaticMix.Part part(
            long cheap, long premium, String premiumUsd, String servedUsd, double gap, double usd) {
        return new StaticMix.Part(cheap, premium, new BigDecimal(premiumUsd), new BigDecimal(servedUsd), gap, usd);
    }

    private static StaticMix mix(StaticMix.Part... parts) {
        return Objects.requireNonNull(StaticMix.of(List.of(parts)));
    }

    /**
     * 100 requests of a task, all at the baseline 10 USD, all at the cheap model 2 USD, which is 8 points worse. Routing sent 75
     * to the cheap model and paid 4 USD. A mix of 4 USD sends (4 - 2) / (10 - 2) = 25 % to the baseline, and so loses as much.
     */
    @Test
    void oneTaskThatIsRoutedAsByACoinIsWorthNothingAboveIt() {
        StaticMix mix = mix(part(75, 25, "10", "4", -0.08, 2));
        assertThat(mix.requests()).isEqualTo(100);
        assertThat(mix.premiumShare()).isCloseTo(0.25, EXACT);
        assertThat(mix.routedLoss()).isCloseTo(0.06, EXACT); // 0.08 * 75 / 100
        assertThat(mix.mixedLoss()).isCloseTo(0.06, EXACT); // 0.08 * (1 - 0.25)
    }

    /**
     * An easy task, 300 requests, all at the cheap model, which loses 1 point: 3 USD in place of 30. A hard one, 100 requests, all
     * at the baseline: 10 USD, where the cheap model would cost 1 USD and lose 20 points. Together 13 USD; all at the baseline
     * 40, all at the cheap models 4: the mix sends (13 - 4) / (40 - 4) = 25 % of each task to the baseline and loses 75 % of
     * (300 * 0.01 + 100 * 0.20) / 400 = 0.0575. Routing loses 300 * 0.01 / 400.
     */
    @Test
    void routingThatKnowsTheHardTaskLosesLessAtTheSameCost() {
        StaticMix mix = mix(part(300, 0, "30", "3", -0.01, 3), part(0, 100, "10", "10", -0.20, 1));
        assertThat(mix.requests()).isEqualTo(400);
        assertThat(mix.premiumShare()).isCloseTo(0.25, EXACT);
        assertThat(mix.routedLoss()).isCloseTo(0.0075, EXACT);
        assertThat(mix.mixedLoss()).isCloseTo(0.043125, EXACT);
    }

    /** With retries routing can cost more than the baseline, or with luck less than the cheap model: a share is 0 to 1. */
    @Test
    void theShareOfTheMixStaysAShare() {
        assertThat(mix(part(1, 1, "10", "12", -0.1, 2)).premiumShare()).isOne();
        assertThat(mix(part(1, 1, "10", "1", -0.1, 2)).premiumShare()).isZero();
    }

    @Test
    void thereIsNoneWhereNothingIsComparedOrNothingIsCheaper() {
        assertThat(StaticMix.of(List.of())).isNull();
        assertThat(StaticMix.of(List.of(part(0, 0, "0", "0", -0.1, 0)))).isNull();
        assertThat(StaticMix.of(List.of(part(1, 1, "2", "2", -0.1, 2)))).isNull();
    }
}
