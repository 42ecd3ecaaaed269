package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditCommandTest {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new AuditCommand(
                        Clock.fixed(NOW, ZoneOffset.UTC), Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static RequestEntry request(
            String id,
            int daysAgo,
            String tier,
            @Nullable Long cost,
            @Nullable Long baseline,
            @Nullable String verify) {
        return LedgerRow.of(id, NOW.minus(Duration.ofDays(daysAgo)))
                .task("summary")
                .to(tier, "small")
                .tokens(1, 1)
                .cost(cost, baseline)
                .verify(verify)
                .row();
    }

    private Ledger ledger() {
        return Ledger.open(LedgerSettings.embedded(folder), System::nanoTime);
    }

    @Test
    void printsTheContractsJsonWhileAGatewayWrites() throws Exception {
        try (Ledger ledger = ledger()) {
            ledger.write(List.of(
                    request("a", 1, "economy", 1L, 10L, "passed"),
                    request("b", 1, "economy", 2L, 10L, null),
                    request("c", 1, "economy", null, 10L, null),
                    request("old", 100, "economy", 1_000L, 10L, "passed")));
            ledger.take(new FeedbackEntry("1", "b", NOW.toEpochMilli(), false, null, null, null, null, null));

            assertThat(run("--json", "--since", "90d")).isZero();
        }

        JsonNode audit = JSON.readTree(out.toString());
        assertThat(audit.fieldNames())
                .toIterable()
                .containsExactly(
                        "from",
                        "to",
                        "requests",
                        "cost_usd",
                        "baseline_cost_usd",
                        "comparable",
                        "comparing_cost_usd",
                        "destinations",
                        "alarms",
                        "recommendations",
                        "drift",
                        "drift_watch");
        assertThat(audit.path("from").textValue()).isEqualTo("2026-07-03T12:00:00Z");
        assertThat(audit.path("to").textValue()).isEqualTo("2026-10-01T12:00:00Z");
        assertThat(audit.path("requests").intValue()).isEqualTo(3);
        JsonNode destination = audit.path("destinations").path(0);
        assertThat(destination.fieldNames())
                .toIterable()
                .containsExactly(
                        "task",
                        "tier",
                        "requests",
                        "failed",
                        "cost_usd",
                        "unknown_costs",
                        "baseline_cost_usd",
                        "useful",
                        "judged",
                        "cost_per_useful_usd",
                        "quality",
                        "latency_ms");
        assertThat(destination.path("useful").intValue()).isEqualTo(1);
        assertThat(destination.path("judged").intValue()).isEqualTo(2);
        assertThat(destination.path("cost_per_useful_usd").decimalValue())
                .isEqualByComparingTo(new BigDecimal("0.000000000003"));
        assertThat(destination.path("quality").path("mean").doubleValue()).isEqualTo(0.5);
        assertThat(out.toString())
                .contains("\"cost_usd\":0.000000000003,\"baseline_cost_usd\":0.00000000003")
                .doesNotContain("E-");
        assertThat(audit.path("alarms").path(0).textValue()).contains("1 call of task", "has an unknown cost");
        assertThat(audit.path("recommendations")).isEmpty();
        assertThat(audit.path("comparable").path("requests").intValue()).isEqualTo(2);
    }

    /** As where the baseline's price lacks cachedInput: what was paid is no loss against a baseline of nothing. */
    @Test
    void whatIsSavedIsOfRequestsWhoseCostsAreKnownOnBothSides() throws Exception {
        try (Ledger ledger = ledger()) {
            ledger.write(List.of(
                    request("a", 10, "economy", 25_000_000L, 100_000_000L, null),
                    request("b", 10, "economy", 90_000_000L, null, null)));
        }

        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains("2 requests cost 0.000115 USD")
                .contains("Saved 0.000075 USD (75.0 %): 1 request of which both costs are known")
                .contains("that cost 0.00009 USD have no known cost at the baseline tier");
    }

    @Test
    void whatNobodyKnowsIsNotZero() throws Exception {
        try (Ledger ledger = ledger()) {
            ledger.write(List.of(request("a", 10, "economy", null, null, null)));
        }

        assertThat(run("--json")).isZero();
        assertThat(out.toString()).contains("\"requests\":1,\"cost_usd\":null,\"baseline_cost_usd\":null,");
        out.getBuffer().setLength(0);
        assertThat(run()).isZero();
        assertThat(out.toString())
                .contains("1 request costs an unknown amount; at the baseline tier an unknown amount");
    }

    @Test
    void saysThatTheSimulatorAnswered() throws Exception {
        try (Ledger ledger = ledger()) {
            ledger.write(List.of(
                    request("a", 10, "economy", 1L, 10L, null),
                    LedgerRow.of("b", NOW.minus(Duration.ofDays(10)))
                            .to("economy", "small")
                            .simulated(true)
                            .row()));
        }

        assertThat(run()).isZero();
        assertThat(out.toString()).contains("The built-in simulator answered 1 request: nobody was paid");
    }

    @Test
    void aTableForPeopleAndAnEmptyTimeWithoutDestinations() throws Exception {
        try (Ledger ledger = ledger()) {
            ledger.write(List.of(request("a", 10, "economy", 138_000_000L, 10L, "passed")));
        }

        assertThat(run()).isZero();
        assertThat(out.toString()).contains("1 request costs 0.000138 USD", "summary", "economy", "1/1");
        out.getBuffer().setLength(0);
        assertThat(run("--since", "1h", "--json")).isZero();
        assertThat(out.toString()).contains("\"requests\":0,\"cost_usd\":0,", "\"destinations\":[]");
    }

    @Test
    void recommendsOnlyWhatTheFiguresShow() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(request("e" + i, 1, "economy", 20L, 10L, i % 2 == 0 ? "passed" : "failed"));
            rows.add(request("p" + i, 1, "premium", 10L, 10L, i % 10 == 0 ? "failed" : "passed"));
        }
        try (Ledger ledger = ledger()) {
            ledger.write(rows);
        }
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers: { local: { protocol: simulator } }
                models: { small: { provider: local, context: 8000 } }
                tiers: { economy: { models: [small] }, premium: { models: [small] } }
                tasks: { summary: { tier: economy, description: d, rationale: r, margin: 0.1 } }
                """);

        assertThat(run("--json", "--policy", policy.toString())).isEqualTo(1);
        JsonNode advice = JSON.readTree(out.toString()).path("recommendations");
        assertThat(advice).hasSize(1);
        assertThat(advice.path(0).textValue())
                .contains("50.0 % of 200", "90.0 % of 200", "0.000000004 USD", "0.000000002");
        out.getBuffer().setLength(0);
        assertThat(run("--json")).isZero();
    }

    /** 40 requests a day for 35 days; every second one of the last five days is useless. */
    private void fallingQuality() {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 35 * 40; i++) {
            boolean useless = i < 5 * 40 ? i % 2 == 0 : i % 20 == 0;
            rows.add(request("d" + i, i / 40, "economy", 5L, 10L, useless ? "failed" : "passed"));
        }
        try (Ledger ledger = ledger()) {
            ledger.write(rows);
        }
    }

    @Test
    void driftIsShownWithNumbersCausesAndAdviceAndFailsOnWish() throws Exception {
        fallingQuality();

        assertThat(run("--json")).isZero();
        JsonNode drift = JSON.readTree(out.toString()).path("drift");
        assertThat(drift).hasSize(1);
        JsonNode alarm = drift.path(0);
        assertThat(alarm.path("id").textValue()).isEqualTo("quality/summary/economy");
        assertThat(alarm.path("since").textValue()).isEqualTo("2026-09-26");
        assertThat(alarm.at("/before/value").doubleValue()).isEqualTo(0.95);
        assertThat(alarm.at("/before/n").intValue()).isEqualTo(28 * 40);
        assertThat(alarm.at("/after/high").doubleValue()).isBetween(0.6, 0.75);
        assertThat(alarm.path("causes")).isNotEmpty();
        assertThat(alarm.path("actions").toString()).contains("validate --policy");

        assertThat(run("--fail-on", "drift")).isEqualTo(1);
        assertThat(out.toString()).contains("Drift: the last 7 days", "outputs were useful in", "> Validate");
        assertThat(run("--fail-on", "none")).isZero();
        assertThat(run("--fail-on", "rain")).isEqualTo(2);
        assertThat(err.toString()).contains("quality, drift and none");
    }

    @Test
    void saysWhatIsMissingOrWrong() throws Exception {
        assertThat(run("--data", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no ledger at", "--data DIR");
        assertThat(run("--since", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("90d");
        assertThat(run("--ledger-url", "jdbc:h2:mem:x")).isEqualTo(2);
        Files.writeString(folder.resolve("ledger.db"), "no database ".repeat(1000));
        assertThat(run()).isEqualTo(2);
    }
}
