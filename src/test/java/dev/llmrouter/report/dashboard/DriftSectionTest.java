package dev.llmrouter.report.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.ModelVersion;
import dev.llmrouter.record.ledger.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DriftSectionTest {
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");

    private static DaySums day(int ago, String task, long useful) {
        return new DaySums(
                ago,
                task,
                "economy",
                100,
                0,
                0.1,
                new Moments(100, 2000, 40_100),
                100,
                useful,
                0,
                0,
                new Moments(100, 600, 3_700),
                Moments.NONE,
                0,
                0,
                0,
                0);
    }

    private static String section(@Nullable String shown) {
        List<DaySums> days = new ArrayList<>();
        for (int ago = 0; ago < 35; ago++) {
            days.add(day(ago, "falls<b>", ago < 5 ? 70 : 95));
            if (ago != 20) {
                days.add(day(ago, "steady", 95));
            }
        }
        DriftReport report =
                DriftWatch.judge(days, List.of(), List.of(), NOW, null, List.of(), DriftSettings.ofDefaults());
        StringBuilder out = new StringBuilder();
        new DriftSection(new Dashboard.Drift(report, days, 90), shown, out).write();
        return out.toString();
    }

    @Test
    void marksAnAlarmInWordsAndInItsLineAndEscapesNames() {
        String html = section(null);

        assertThat(html)
                .contains("outputs were useful in", "about since 2026-09-26", "validate --policy")
                .contains("falls&lt;b&gt;")
                .doesNotContain("falls<b>")
                .contains(">alarm</span>", ">steady</span>");
        // five days of ninety before the right edge, of 300 units
        assertThat(html).containsOnlyOnce("class=\"alarm\" x1=\"283.3\"");
    }

    @Test
    void aDayWithoutRequestsBreaksTheLine() {
        String steady = section("steady");

        assertThat(steady).doesNotContain("falls");
        assertThat(steady.split("<polyline", -1)).hasSize(1 + 4);
    }

    @Test
    void aDestinationOfWhichNothingWasJudgedIsNotSteady() {
        List<DaySums> days = List.of(day(0, "young", 95));
        ModelVersion version = new ModelVersion(
                "young",
                "economy",
                "small",
                "local",
                "v1",
                NOW.minusSeconds(60).toEpochMilli(),
                NOW.toEpochMilli(),
                100);
        DriftReport report =
                DriftWatch.judge(days, List.of(), List.of(version), NOW, null, List.of(), DriftSettings.ofDefaults());
        StringBuilder out = new StringBuilder();

        new DriftSection(new Dashboard.Drift(report, days, 90), null, out).write();

        assertThat(out.toString()).contains(">not judged</span>", "0 days").doesNotContain(">steady</span>");
    }
}
