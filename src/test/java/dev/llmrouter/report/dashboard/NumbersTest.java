package dev.llmrouter.report.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.LatencyBins;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
    private static LatencyBins bins(int at, long answers) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(LatencyBins.SIZE, 0L));
        counts.set(at, answers);
        return new LatencyBins(counts);
    }

    private static String median(LatencyBins bins) {
        return Numbers.time(bins, LatencyBins.MEDIAN);
    }

    @Test
    void timesAreToldAsTheClassTheyLieIn() {
        assertThat(median(bins(0, 20))).isEqualTo("under 0.020 s");
        assertThat(median(bins(6, 20))).isEqualTo("0.50-0.94 s");
        assertThat(median(bins(7, 20_000))).isEqualTo("0.94-1.8 s");
        assertThat(median(bins(LatencyBins.SIZE - 1, 20))).isEqualTo("over 160 s");
    }

    @Test
    void whereThereIsNoTimeTheTitleSaysWhy() {
        assertThat(median(bins(6, 19)))
                .isEqualTo("<span title=\"19 answers are too few for it; at least 20 are needed\">-</span>");
        assertThat(Numbers.time(null, LatencyBins.SLOW))
                .contains("title=\"not known: ")
                .endsWith(">-</span>");
    }
}
