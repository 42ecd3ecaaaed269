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

    @Test
    void requestsThatNobodyServedAreNotShownAsServedByACheaperTier() {
        assertThat(styles("economy", "small")).isEqualTo("cheap cheap");
        assertThat(styles("premium", "large")).isEqualTo("premium premium");
        assertThat(styles(LedgerFilter.NONE, LedgerFilter.NONE)).isEqualTo("nobody nobody");
    }
}
