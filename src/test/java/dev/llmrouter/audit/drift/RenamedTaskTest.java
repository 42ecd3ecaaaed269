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

/** A task under another name moves the mix, though the requests are the same. */
class RenamedTaskTest {
    private static RoutingPolicy policy() throws Exception {
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
                  kept: { tier: economy, description: d, rationale: r }
                  renamed: { tier: economy, description: e, rationale: r }
                """, "test");
    }

    private static List<String> causes(String before, String after) throws Exception {
        DriftSettings settings = DriftSettings.ofDefaults();
        List<DaySums> days = new ArrayList<>();
        for (int ago = 0; ago < settings.days(); ago++) {
            days.add(day(ago, "kept", 150 + ago % 3));
            days.add(day(ago, ago < settings.latestDays() ? after : before, 100));
        }
        return DriftWatch.judge(
                        days,
                        List.of(),
                        List.of(),
                        Instant.parse("2026-11-26T10:00:00Z"),
                        policy(),
                        List.of(),
                        settings)
                .alarm(new Subject(Kind.MIX, null, null))
                .orElseThrow()
                .causes();
    }

    private static DaySums day(int ago, String task, long requests) {
        return new DaySums(
                ago, task, "economy", requests, 0, 0, Moments.NONE, 0, 0, 0, 0, Moments.NONE, Moments.NONE, 0, 0, 0, 0);
    }

    @Test
    void isNamedAsTheCauseOfAMoveOfTheMix() throws Exception {
        assertThat(causes("old", "renamed"))
                .first()
                .asString()
                .contains("no longer has task 'old'", "'renamed' has its first requests");
    }

    @Test
    void butNotWhereTheOldOneIsStillInThePolicy() throws Exception {
        assertThat(causes("kept", "renamed")).noneMatch(each -> each.contains("no longer has task"));
    }
}
