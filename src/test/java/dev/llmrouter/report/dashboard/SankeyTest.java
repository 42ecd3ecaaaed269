package dev.llmrouter.report.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.TrafficFlow;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SankeyTest {
    private static String styles(String tier, String model) {
        String svg = Sankey.of(List.of(new TrafficFlow("triage", tier, model, 3, BigDecimal.ONE)), "premium");
        return svg.replaceAll("(?s).*?class=\"flow ([a-z]+)\"[^<]*", "$1 ")
                .replaceAll("<.*", "")
                .strip();
    }

    /** What flows in and out of a bar that is lower than its label went through the letters. */
    @Test
    void labelsOfThinBarsStandAboveTheirFlows() {
        String svg = Sankey.of(
                List.of(
                        new TrafficFlow("triage", "premium", "large", 997, BigDecimal.ONE),
                        new TrafficFlow("vectors", "embeddings", "tiny", 3, BigDecimal.ONE)),
                "premium");

        assertThat(svg)
                .containsPattern("<text class=\"over\"[^>]*>embeddings ")
                .containsPattern("<text x=[^>]*>premium ");
        assertThat(svg.lastIndexOf("<path")).isLessThan(svg.indexOf("<text class=\"over\""));
    }

    @Test
    void requestsThatNobodyServedAreNotShownAsServedByACheaperTier() {
        assertThat(styles("economy", "small")).isEqualTo("cheap cheap");
        assertThat(styles("premium", "large")).isEqualTo("premium premium");
        assertThat(styles(LedgerFilter.NONE, LedgerFilter.NONE)).isEqualTo("nobody nobody");
    }
}
