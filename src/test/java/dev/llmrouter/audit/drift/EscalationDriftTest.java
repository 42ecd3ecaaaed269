package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.Moments;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An escalated request stands at the baseline, which served it: the cheaper tier's own figures do not show it. */
class EscalationDriftTest {
    private static final DriftSettings SETTINGS = DriftSettings.ofDefaults();

    private static DaySums day(int ago, String tier, long requests, long escalated) {
        return new DaySums(
                ago,
                "form",
                tier,
                requests,
                0,
                0,
                Moments.NONE,
                0,
                0,
                0,
                0,
                Moments.NONE,
                Moments.NONE,
                0,
                0,
                0,
                escalated);
    }

    private static DriftReport report(String verify, long escalatedNow) throws Exception {
        List<DaySums> days = new ArrayList<>();
        for (int ago = 0; ago < SETTINGS.days(); ago++) {
            long escalated = ago < SETTINGS.latestDays() ? escalatedNow : 4;
            days.add(day(ago, "economy", 100 - escalated, 0));
            days.add(day(ago, "premium", escalated, escalated));
        }
        return DriftWatch.judge(
                days, List.of(), List.of(), Instant.parse("2026-11-26T10:00:00Z"), policy(verify), List.of(), SETTINGS);
    }

    private static RoutingPolicy policy(String verify) throws Exception {
        return PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                models:
                  small: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  form: { tier: economy, description: d, rationale: r, verify: { %s } }
                """.formatted(verify), "test");
    }

    @Test
    void aCheaperTierWhoseOutputsFailMoreOftenAlarms() throws Exception {
        List<DriftAlarm> alarms = report("json: true", 30).alarms();

        assertThat(alarms).singleElement().satisfies(alarm -> {
            assertThat(alarm.subject().id()).isEqualTo("escalation/form/economy");
            assertThat(alarm.before().value()).isEqualTo(0.04);
            assertThat(alarm.after().value()).isEqualTo(0.30);
            assertThat(alarm.text()).contains("failed its check", "30.0 %", "4.0 %");
        });
    }

    @Test
    void aSteadyShareDoesNotAndWithoutEscalationThereIsNoSuchSeries() throws Exception {
        assertThat(report("json: true", 5).alarms()).isEmpty();
        assertThat(report("json: true, onFailure: record", 30).watched())
                .noneMatch(watched -> watched.subject().kind() == Kind.ESCALATION);
    }
}
