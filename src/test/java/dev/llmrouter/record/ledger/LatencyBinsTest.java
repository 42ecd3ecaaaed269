package dev.llmrouter.record.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyBinsTest {
    /** Where the classes end, said once more. */
    private static final List<Integer> ENDS =
            List.of(20, 38, 72, 137, 261, 495, 941, 1788, 3397, 6454, 12262, 23298, 44266, 84105, 159800);

    private static LatencyBins of(long... millis) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(LatencyBins.SIZE, 0L));
        for (long each : millis) {
            int bin = (int) ENDS.stream().filter(end -> each >= end).count();
            counts.set(bin, counts.get(bin) + 1);
        }
        return new LatencyBins(counts);
    }

    /** Of a log-normal sample, as latencies are: fixed seed, 20,000 values each. */
    @Test
    void percentilesAreNearThoseOfTheValuesThemselves() {
        SplittableRandom random = new SplittableRandom(20261126);
        for (double typical : List.of(180.0, 900.0, 2_500.0, 8_000.0)) {
            long[] millis = new long[20_000];
            for (int i = 0; i < millis.length; i++) {
                millis[i] = Math.round(typical * Math.exp(0.6 * random.nextGaussian()));
            }
            LatencyBins bins = of(millis);
            Arrays.sort(millis);
            for (double share : List.of(LatencyBins.MEDIAN, LatencyBins.SLOW)) {
                double exact = millis[(int) (share * millis.length)];
                assertThat(bins.millis(share).orElseThrow() / exact)
                        .as("%s of about %s ms", share, typical)
                        .isBetween(0.85, 1.15);
            }
        }
    }

    /** Nearest rank, of any values: what is shown holds whatever the answers are like. Fixed seed. */
    @Test
    void theTrueTimeLiesInTheClassThatIsTold() {
        SplittableRandom random = new SplittableRandom(20261128);
        for (int sample = 0; sample < 2_000; sample++) {
            long[] millis = new long[LatencyBins.LEAST + random.nextInt(60)];
            double middle = Math.exp(random.nextDouble(1, 13));
            double spread = random.nextDouble(0, 1.5);
            for (int i = 0; i < millis.length; i++) {
                millis[i] = Math.round(middle * Math.exp(spread * random.nextGaussian()));
            }
            LatencyBins bins = of(millis);
            Arrays.sort(millis);
            for (double share : List.of(LatencyBins.MEDIAN, LatencyBins.SLOW)) {
                long exact = millis[(int) Math.ceil(share * millis.length) - 1];
                LatencyBins.Span span = bins.span(share).orElseThrow();
                assertThat(exact).as("sample %d", sample).isBetween(span.fromMillis(), span.toMillis() - 1);
            }
        }
    }

    @Test
    void theClassOfAShareIsToldByHand() {
        assertThat(of().span(0.95)).isEmpty();
        assertThat(of(510, 524).span(0.95)).hasValue(new LatencyBins.Span(495, 941));
        long[] twenty = new long[20];
        Arrays.fill(twenty, 510);
        assertThat(of(twenty).span(0.95)).hasValue(new LatencyBins.Span(495, 941));
        twenty[3] = 170_000; // with it, one in twenty takes longer
        assertThat(of(twenty).span(0.95)).hasValue(new LatencyBins.Span(495, 941));
        twenty[7] = 170_000;
        assertThat(of(twenty).span(0.95).orElseThrow().isOpen()).isTrue();
    }

    @Test
    void readsByHand() {
        assertThat(of(200, 200, 200, 200).millis(0.5)).hasValue(189); // 137 * (261 / 137)^0.5
        assertThat(of(9, 9).millis(0.5)).hasValue(10);
        assertThat(of(50, 50, 5_000, 170_000).millis(0.95)).hasValue(LatencyBins.longest());
        assertThat(of().millis(0.5)).isEmpty();
        assertThatThrownBy(() -> new LatencyBins(List.of(1L))).hasMessageContaining("there are 16");
    }
}
