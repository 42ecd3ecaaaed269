package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The quarterly audit from a ledger with known rows: every figure is worked out by hand. */
class RoutingAuditTest {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");
    private static final long MICRO = 1_000_000; // pico-USD

    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: collect
            collect: { share: 25, perDay: 5.00, scorer: exact, open: accept }
            providers: { local: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" } }
            models:
              small: { provider: local, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              large: { provider: local, context: 90000, price: { input: 10, output: 10, asOf: 2026-07-02 } }
            tiers: { economy: { models: [small] }, premium: { models: [large] } }
            tasks:
              # the comment stays
              sum: { tier: economy, description: d, rationale: r, margin: 0.05, errorCost: 0.01 }
              plan:
                tier: premium # for now
                description: d
                rationale: r
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path policy = Path.of("");

    @BeforeEach
    void writePolicy() throws Exception {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--policy");
        all.add(policy.toString());
        return new CommandLine(new AuditCommand(
                        Clock.fixed(NOW, ZoneOffset.UTC), Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    /** A request that cost a number of micro-USD. */
    private record Row(String id, @Nullable String task, String tier, String model) {
        RequestEntry of(
                long input,
                long output,
                long microUsd,
                long baselineMicroUsd,
                @Nullable Long classifierMicroUsd,
                String attempts,
                @Nullable String verify,
                String reasons,
                boolean shadow) {
            return LedgerRow.of(id, NOW.minus(Duration.ofDays(3)))
                    .task(task)
                    .to(tier, model)
                    .tokens(input, output)
                    .cost(microUsd * MICRO, baselineMicroUsd * MICRO)
                    .classifier(
                            classifierMicroUsd == null ? null : "tiny",
                            classifierMicroUsd == null ? null : classifierMicroUsd * MICRO)
                    .reasons(reasons)
                    .attempts(attempts)
                    .verify(verify)
                    .simulated(id.startsWith("simulated"))
                    .shadow(shadow)
                    .row();
        }

        RequestEntry plain(long input, long output, long microUsd, long baselineMicroUsd) {
            return of(input, output, microUsd, baselineMicroUsd, null, "[]", null, "[]", false);
        }
    }

    private void fill(List<? extends LedgerEntry> rows) {
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
        }
    }

    private static JsonNode line(JsonNode audit, String policy) {
        for (JsonNode line : audit.at("/routing/replay")) {
            if (line.path("policy").textValue().startsWith(policy)) {
                return line;
            }
        }
        throw new AssertionError("no line " + policy + " in " + audit);
    }

    @Test
    void savingsAreNetOfAllThatRoutingCosts() throws Exception {
        String twice = "[{\"n\":1,\"model\":\"small\",\"cost_usd\":\"0.00002\"},"
                + "{\"n\":2,\"model\":\"small\",\"cost_usd\":\"0.0001\"}]";
        String checked =
                "[{\"n\":1,\"cost_usd\":\"0.0001\"},{\"role\":\"classifier\",\"n\":1,\"cost_usd\":\"0.000007\"},"
                        + "{\"role\":\"check\",\"n\":1,\"cost_usd\":\"0.00001\"},{\"role\":\"check\",\"n\":2,\"cost_usd\":\"0.00002\"}]";
        String escalated = "[{\"n\":1,\"model\":\"small\",\"cost_usd\":\"0.0001\"},"
                + "{\"n\":2,\"model\":\"large\",\"cost_usd\":\"0.001\"}]";
        PairQuestion question = question();
        fill(List.of(
                new Row("a", "sum", "economy", "small").of(50, 50, 137, 1000, 7L, checked, "passed", "[]", false),
                new Row("b", "sum", "economy", "small").of(50, 50, 120, 1000, null, twice, null, "[]", false),
                new Row("c", "sum", "economy", "small")
                        .of(50, 50, 1100, 1000, null, escalated, "escalated", "[]", false),
                new Row("s", "sum", "premium", "large").of(50, 50, 1000, 1000, null, "[]", null, "[]", true),
                question.entry("a", NOW.toEpochMilli() - 1, true, 1.0, 1.0, 1300L * MICRO, 300L * MICRO, 0.25)));

        assertThat(run("--json")).isZero();

        JsonNode destination =
                JSON.readTree(out.toString()).at("/routing/destinations").get(0);
        assertThat(destination.path("cost_usd").decimalValue()).isEqualByComparingTo("0.002657");
        assertThat(destination.path("cost_per_useful_usd").decimalValue()).isEqualByComparingTo("0.0013285");
        JsonNode savings = destination.path("savings");
        assertThat(savings.path("premium_usd").decimalValue()).isEqualByComparingTo("0.003");
        assertThat(savings.path("classifier_usd").decimalValue()).isEqualByComparingTo("0.000007");
        assertThat(savings.path("retries_usd").decimalValue()).isEqualByComparingTo("0.00002");
        assertThat(savings.path("escalations_usd").decimalValue()).isEqualByComparingTo("0.0001");
        assertThat(savings.path("checks_usd").decimalValue()).isEqualByComparingTo("0.00003");
        assertThat(savings.path("comparing_usd").decimalValue()).isEqualByComparingTo("0.0013");
        assertThat(savings.path("errors_usd").isNull()).isTrue();
        assertThat(savings.path("net_usd").decimalValue()).isEqualByComparingTo("0.000343");
        // the shadow belongs to the pair: it is not counted twice
        assertThat(JSON.readTree(out.toString())
                        .at("/routing/savings/comparing_usd")
                        .decimalValue())
                .isEqualByComparingTo("0.0013");
    }

    private PairQuestion question() throws Exception {
        RoutingPolicy loaded = PolicyFile.loadWithoutSecrets(policy, Clock.fixed(NOW, ZoneOffset.UTC));
        return PairQuestion.of(loaded, loaded.task("sum").orElseThrow(), "small", false, null)
                .orElseThrow();
    }

    @Test
    void theLedgerIsReplayedUnderAnotherPolicyBySizeLiftAndWish() throws Exception {
        String asked = "[{\"code\":\"tier\",\"text\":\"the caller asks for tier 'premium'\"}]";
        fill(List.of(
                new Row("short", "sum", "premium", "large").plain(1000, 0, 10_000, 10_000),
                new Row("long", "sum", "premium", "large").plain(5000, 0, 50_000, 50_000),
                new Row("wished", "sum", "premium", "large")
                        .of(1000, 0, 10_000, 10_000, null, "[]", null, asked, false),
                new Row("huge", "plan", "premium", "large").plain(20_000, 0, 200_000, 200_000),
                new Row("other", null, "premium", "large").plain(1000, 0, 10_000, 10_000)));
        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                POLICY.replace(
                                "margin: 0.05, errorCost",
                                "premiumWhen: [{ tokensOver: 4000 }], margin: 0.05, errorCost")
                        .replace("tier: premium # for now", "tier: economy"));

        assertThat(run("--json", "--against", other.toString())).isZero();

        JsonNode audit = JSON.readTree(out.toString());
        // this policy: both of task sum go to small, the wish is kept, plan and the unknown stay
        assertThat(line(audit, "this policy").path("cost_usd").decimalValue()).isEqualByComparingTo("0.226");
        // the other: only the short one goes to small; the huge one does not fit into it
        JsonNode line = line(audit, other.toString());
        assertThat(line.path("cost_usd").decimalValue()).isEqualByComparingTo("0.271");
        assertThat(line.path("premium").intValue()).isEqualTo(4);
        assertThat(line.path("priced").intValue()).isEqualTo(5);
        assertThat(line(audit, "always premium").path("cost_usd").decimalValue())
                .isEqualByComparingTo("0.28");
        assertThat(line(audit, "always the cheapest").path("cost_usd").decimalValue())
                .isEqualByComparingTo("0.208");
        assertThat(line(audit, "always premium").path("billed_usd").decimalValue())
                .isEqualByComparingTo("0.28");
        assertThat(audit.at("/routing/replay_assumptions")).hasSizeGreaterThan(3);
    }

    /** Who asks for a tier gets what the policy has there; the model that answered was kept, whatever tier was asked for. */
    @ParameterizedTest
    @CsvSource({"tier 'premium', 0.001", "model 'large', 0.01"})
    void whoAsksForATierIsReplayedAtWhatThePolicyHasThere(String wish, BigDecimal usd) throws Exception {
        String asked = "[{\"code\":\"" + wish.split(" ")[0] + "\",\"text\":\"the caller asks for " + wish + "\"}]";
        fill(List.of(new Row("wished", "sum", "premium", "large")
                .of(1000, 0, 10_000, 10_000, null, "[]", null, asked, false)));
        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                POLICY.replace("premium: { models: [large] }", "premium: { models: [small, large] }"));
        assertThat(Files.readString(other)).isNotEqualTo(POLICY);

        assertThat(run("--json", "--against", other.toString())).isZero();

        assertThat(line(JSON.readTree(out.toString()), other.toString())
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo(usd);
    }

    @Test
    void linesOfBatchesAreReplayedAtThePriceOfBatches() throws Exception {
        Files.writeString(
                policy,
                POLICY.replace("output: 1, asOf", "output: 1, batch: 0.5, asOf")
                        .replace("output: 10, asOf", "output: 10, batch: 0.5, asOf")
                        .replace("{ models: [small] }", "{ models: [small, large], batch: { within: 1h } }"));
        String batch = "[{\"code\":\"batch\",\"text\":\"answered in a batch\"}]";
        fill(List.of(
                new Row("called", "sum", "economy", "small").plain(1000, 0, 1000, 10_000),
                new Row("batched", "sum", "economy", "small").of(1000, 0, 500, 10_000, null, "[]", null, batch, false),
                new Row("escalated", "sum", "premium", "large")
                        .of(1000, 0, 10_500, 10_000, null, "[]", "escalated", batch, false)));

        JsonNode audit = audited();

        // 1000 + 500 + 1000: what was escalated is a call of what counted
        assertThat(line(audit, "this policy").path("cost_usd").decimalValue()).isEqualByComparingTo("0.0025");
        // the baseline tier has no batch
        assertThat(line(audit, "always premium").path("cost_usd").decimalValue())
                .isEqualByComparingTo("0.03");
    }

    @Test
    void whatComparingCostIsUnknownWhereOneOfItsCallsIs() throws Exception {
        fill(List.of(
                new Row("a", "sum", "economy", "small").plain(50, 50, 100, 1000),
                new Row("b", "sum", "economy", "small").plain(50, 50, 100, 1000),
                question().entry("a", NOW.toEpochMilli() - 1, true, 1.0, 1.0, null, 300L * MICRO, 0.25)));

        JsonNode destination = audited().at("/routing/destinations/0");

        assertThat(destination.path("cost_usd").decimalValue()).isEqualByComparingTo("0.0005");
        assertThat(destination.path("unknown_costs").intValue()).isEqualTo(1);
    }

    /** 300 served by the small model, of which every fourth was drawn; it lost 20 of 75. */
    private void losing() throws Exception {
        List<LedgerEntry> rows = new ArrayList<>();
        PairQuestion question = question();
        for (int i = 0; i < 300; i++) {
            rows.add(new Row("r" + i, "sum", "economy", "small").plain(50, 50, 100, 1000));
            if (i % 4 == 0) {
                rows.add(question.entry(
                        "r" + i, NOW.toEpochMilli() - 1000 + i, true, i < 80 ? 0.0 : 1.0, 1.0, 0L, 0L, 0.25));
            }
        }
        for (int i = 0; i < 2000; i++) {
            rows.add(new Row("p" + i, "plan", "premium", "large").plain(50, 50, 1000, 1000));
        }
        fill(rows);
    }

    @Test
    void aTaskThatIsWorseThanAcceptedGoesBackByAPatchThatKeepsComments() throws Exception {
        losing();
        Path patch = folder.resolve("audit.patch");

        assertThat(run("--json", "--patch", patch.toString())).isEqualTo(1);

        JsonNode routing = JSON.readTree(out.toString()).path("routing");
        JsonNode gap = routing.at("/destinations/1/against_baseline");
        assertThat(gap.path("source").textValue()).isEqualTo("live");
        assertThat(gap.path("n").intValue()).isEqualTo(75);
        assertThat(gap.path("difference").doubleValue()).isBetween(-0.27, -0.25);
        assertThat(gap.path("high").doubleValue()).isLessThan(-0.1);
        // 300 requests, 0.01 USD an error, 26 points: 0.78 USD of errors for 0.27 USD saved
        assertThat(routing.at("/savings/errors_usd/estimate").doubleValue()).isBetween(0.75, 0.81);
        assertThat(routing.at("/savings/net_usd").doubleValue()).isNegative();
        assertThat(routing.at("/recommended/0/kind").textValue()).isEqualTo("baseline");
        assertThat(routing.at("/recommended/0/text").textValue()).contains("75 pairs", "a loss of 5.0 is accepted");
        assertThat(routing.at("/recommended/1/kind").textValue()).isEqualTo("suggest");
        assertThat(routing.at("/recommended/1/text").textValue())
                .contains("'plan'", "validate --suggest", "1.8000 USD");
        String changed = Files.readString(patch);
        assertThat(changed)
                .isEqualTo(routing.path("patch").textValue())
                .contains("-  sum: { tier: economy", "+  sum: { tier: premium");
        assertThat(changed).contains("   # the comment stays").doesNotContain("-    tier");

        Path copy = Files.writeString(folder.resolve("copy.yaml"), POLICY);
        Process git = new ProcessBuilder("patch", copy.toString(), patch.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
        assertThat(Files.readString(copy)).isEqualTo(POLICY.replace("sum: { tier: economy", "sum: { tier: premium"));
    }

    @Test
    void thePageSaysVerdictAndMoneyFirstAndLoadsNothing() throws Exception {
        losing();
        Path page = folder.resolve("audit.html");
        Path text = folder.resolve("audit.md");

        assertThat(run("--html", page.toString(), "--markdown", text.toString()))
                .isEqualTo(1);

        String html = Files.readString(page);
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .doesNotContain("<script", "src=", "href=", "@import", "url(")
                .contains("name=\"viewport\"", "@media print", "<svg", "prefers-color-scheme");
        assertThat(html.indexOf("Routing cost"))
                .isPositive()
                .isLessThan(html.indexOf("1 route has to be changed"))
                .isLessThan(html.indexOf("What to change"));
        assertThat(html.indexOf("What to change")).isLessThan(html.indexOf("Destinations"));
        assertThat(html).contains("sum at economy, small", "live, n=75", "always premium", "+  sum: { tier: premium");
        assertThat(Files.readString(text))
                .contains(
                        "# Routing audit",
                        "| destination |",
                        "    +  sum: { tier: premium",
                        "always the cheapest model");
        assertThat(out.toString()).contains("What other policies would have cost", "What to change");
    }

    @Test
    void aReportIsNeverWrittenOverWhatWasReadNorOverAnother() throws Exception {
        losing();
        Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), policy);
        Path hard = Files.createLink(folder.resolve("hard.yaml"), policy);
        Path other = Files.writeString(folder.resolve("other.yaml"), POLICY);
        Path ledger = LedgerSettings.embedded(folder).file();
        byte[] before = Files.readAllBytes(ledger);
        String page = folder.resolve("a.html").toString();

        for (String[] given : List.of(
                new String[] {"--patch", policy.toString()},
                new String[] {"--html", policy.toString()},
                new String[] {"--markdown", folder + "/x/../policy.yaml"},
                new String[] {"--html", link.toString()},
                new String[] {"--html", hard.toString()},
                new String[] {"--html", other.toString(), "--against", other.toString()},
                new String[] {"--html", ledger.toString()},
                new String[] {"--html", page, "--markdown", page})) {
            err.getBuffer().setLength(0);
            assertThat(run(given)).as(String.join(" ", given)).isEqualTo(2);
            assertThat(err.toString()).contains("is the same file as", "Name another");
            assertThat(out.toString()).isEmpty();
        }
        assertThat(Files.readString(policy)).isEqualTo(POLICY);
        assertThat(Files.readString(other)).isEqualTo(POLICY);
        assertThat(Files.readAllBytes(ledger)).isEqualTo(before);
        assertThat(Path.of(page)).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsSaidBeforeTheWorkAndNotOfTheLedger() throws Exception {
        losing();
        assertThat(run("--html", folder.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("--html " + folder + ": is a folder")
                .doesNotContain("ledger");
        assertThat(run("--patch", folder.resolve("none/p.patch").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none does not exist");
        assertThat(run("--evidence", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--evidence " + folder.resolve("none") + ": there is no such folder");
        assertThat(run("--evidence", policy.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(": is a file");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void evidenceThatEndsSoonIsWarnedOf() throws Exception {
        Files.writeString(
                policy,
                POLICY.replace("errorCost: 0.01", "errorCost: 0.01, waiver: { reason: r, by: b, until: 2026-10-11 }"));
        fill(List.of(new Row("a", "sum", "economy", "small").plain(50, 50, 100, 1000)));

        assertThat(run("--json")).isZero();

        JsonNode routing = JSON.readTree(out.toString()).path("routing");
        assertThat(routing.at("/destinations/0/evidence/state").textValue()).isEqualTo("waived");
        assertThat(routing.at("/destinations/0/evidence/days_left").intValue()).isEqualTo(10);
        assertThat(routing.at("/warnings/0").textValue()).contains("ends on 2026-10-11, in 10 days");
        assertThat(routing.at("/recommended/0/kind").textValue()).isEqualTo("renew");
        assertThat(routing.at("/recommended/0/tier").isNull()).isTrue();
        assertThat(routing.path("patch").textValue()).isEmpty();
    }

    @Test
    void anEndedDriftStaysAnEventOfTheTime() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int day = 0; day < 80; day++) {
            for (int i = 0; i < 40; i++) {
                boolean isBad = day >= 30 && day < 40 && i % 2 == 0;
                RequestEntry row = new Row("d" + day + "-" + i, "sum", "economy", "small")
                        .of(50, 50, 100, 1000, null, "[]", isBad ? "failed" : "passed", "[]", false);
                rows.add(like(row, NOW.minus(Duration.ofDays(day)), "ok", 1));
            }
        }
        fill(rows);

        assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> run("--json", "--since", "999999w"), "weeks before the first request");
        run("--json", "--since", "80d");

        JsonNode audit = JSON.readTree(out.toString());
        JsonNode events = audit.at("/routing/drift_events");
        assertThat(events.findValuesAsText("id")).contains("quality/sum/economy");
        JsonNode quality = events.get(0);
        assertThat(quality.path("on").booleanValue()).isFalse();
        assertThat(quality.path("since").textValue()).isBetween("2026-08-20", "2026-08-27");
    }

    @Test
    void everyChangeOfAVersionIsAnEventOfTheTime() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int day = 0; day < 80; day++) {
            String version = day >= 60 ? "v-A" : day >= 38 ? "v-B" : day >= 31 ? "v-C" : day >= 3 ? "v-D" : "v-E";
            rows.add(LedgerRow.of("d" + day, NOW.minus(Duration.ofDays(day)))
                    .answeredAs(version)
                    .row());
        }
        fill(rows);

        run("--json", "--since", "85d");

        List<String> events = new ArrayList<>();
        JSON.readTree(out.toString()).at("/routing/drift_events").forEach(event -> {
            if (event.path("id").textValue().equals("version/sum/economy")) {
                events.add(event.path("since").textValue()
                        + event.path("text").textValue().replaceAll(".*answers as '([^']*)'.*", " $1 ")
                        + event.path("on").booleanValue());
            }
        });
        assertThat(events)
                .containsExactly(
                        "2026-08-03 v-B false", "2026-08-25 v-C false", "2026-09-01 v-D false", "2026-09-29 v-E true");
    }

    @Test
    void howLongAnswersTookStandsInEveryForm() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(like(new Row("t" + i, "sum", "economy", "small").plain(50, 50, 100, 1000), NOW, "ok", 1000));
        }
        for (int i = 0; i < 20; i++) {
            rows.add(like(new Row("l" + i, "slow", "premium", "large").plain(50, 50, 100, 100), NOW, "ok", 200_000));
            if (i > 0) {
                rows.add(like(new Row("f" + i, "few", "premium", "large").plain(50, 50, 100, 100), NOW, "ok", 700));
            }
        }
        rows.add(like(new Row("none", "plan", "premium", "large").plain(50, 50, 100, 100), NOW, "failed", 9));
        fill(rows);
        Path page = folder.resolve("audit.html");
        Path text = folder.resolve("audit.md");

        run("--json", "--html", page.toString(), "--markdown", text.toString());

        // all of them in the class from 941 to 1,788 ms
        assertThat(Files.readString(text))
                .contains(
                        "| destination | answers | p50, ms | p95, ms |",
                        "| sum at economy | 100 | 941-1,788 | 941-1,788 |",
                        "| few at premium | 19 | - | - |",
                        "| slow at premium | 20 | over 159,800 | over 159,800 |",
                        "| plan at premium | 0 | - | - |");
        assertThat(Files.readString(page))
                .contains(
                        "<th scope=\"col\">p95, ms</th>",
                        "<td>941-1,788</td><td>941-1,788</td>",
                        "<td>-</td><td>-</td>");
        JsonNode destinations = JSON.readTree(out.toString()).path("destinations");
        assertThat(destinations.findValuesAsText("task")).containsExactly("few", "plan", "slow", "sum");
        assertThat(destinations.at("/0/latency_ms/answers").intValue()).isEqualTo(19);
        assertThat(destinations.at("/1/latency_ms").isNull()).isTrue();
        assertThat(destinations.at("/2/latency_ms").toString())
                .isEqualTo("{\"answers\":20,\"p50\":159800,\"p50_from\":159800,\"p50_to\":null,"
                        + "\"p95\":159800,\"p95_from\":159800,\"p95_to\":null}");
        assertThat(destinations.at("/3/latency_ms").toString())
                .isEqualTo("{\"answers\":100,\"p50\":1297,\"p50_from\":941,\"p50_to\":1788,"
                        + "\"p95\":1732,\"p95_from\":941,\"p95_to\":1788}");
    }

    private static RequestEntry like(RequestEntry row, Instant time, String outcome, long millis) {
        return new RequestEntry(
                row.id(),
                time.toEpochMilli(),
                row.caller(),
                row.dialect(),
                row.task(),
                row.source(),
                row.confidence(),
                row.rule(),
                row.tier(),
                row.model(),
                row.provider(),
                row.inputTokens(),
                row.cachedInputTokens(),
                row.cacheWriteTokens(),
                row.outputTokens(),
                row.reasoningTokens(),
                row.tokensEstimated(),
                row.costPicoUsd(),
                row.baselineCostPicoUsd(),
                row.classifierModel(),
                row.classifierInputTokens(),
                row.classifierOutputTokens(),
                row.classifierCostPicoUsd(),
                row.reasons(),
                row.attempts(),
                row.policy(),
                row.evidenceState(),
                row.evidenceId(),
                row.verify(),
                outcome,
                row.error(),
                row.stream(),
                row.simulated(),
                row.shadow(),
                row.decisionMicros(),
                row.firstTokenMillis(),
                millis,
                row.responseModel());
    }

    @Test
    void aReportNeedsThePolicyItIsAbout() {
        int code = new CommandLine(new AuditCommand(
                        Clock.fixed(NOW, ZoneOffset.UTC), Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setErr(new PrintWriter(err))
                .execute("--html", "x.html");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("need --policy FILE");
    }

    @Test
    void saysThatNobodyWasPaidForWhatTheSimulatorAnswered() throws Exception {
        fill(List.of(
                new Row("simulated-1", "sum", "economy", "small").plain(10, 10, 20, 200),
                new Row("r-2", "sum", "economy", "small").plain(10, 10, 20, 200)));
        Path html = folder.resolve("audit.html");
        run("--html", html.toString());
        assertThat(out.toString()).contains("The built-in simulator answered 1 request: nobody was paid");
        assertThat(Files.readString(html))
                .contains("The built-in simulator answered 1 request", "see what to do below")
                .doesNotContain("Nothing has to be done");
    }

    private JsonNode audited(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        run(all.toArray(String[]::new));
        return JSON.readTree(out.toString());
    }

    /** Asked at the cheaper model, failed its check, asked at the baseline; booked at the tier of the last call. */
    private static RequestEntry escalated(int number, boolean isUseful) {
        return new Row("e" + number, "sum", "premium", "large")
                .of(
                        50,
                        50,
                        1800,
                        1000,
                        null,
                        "[{\"n\":1,\"model\":\"small\",\"outcome\":\"ok\",\"cost_usd\":\"0.0008\"},"
                                + "{\"n\":2,\"model\":\"large\",\"outcome\":\"ok\",\"cost_usd\":\"0.001\"}]",
                        isUseful ? "escalated" : "failed",
                        "[{\"code\":\"escalation\",\"text\":\"the output is empty: tier 'premium' is asked\"}]",
                        false);
    }

    /** A tenth of the outputs fail their check and are escalated, the others are as good as the baseline's: nobody got an error. */
    @Test
    void whatAnEscalationMadeUpForIsNoErrorOfACaller() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        List<LedgerEntry> pairs = new ArrayList<>();
        PairQuestion question = question();
        for (int i = 0; i < 90; i++) {
            rows.add(new Row("p" + i, "sum", "economy", "small")
                    .of(50, 50, 100, 1000, null, "[]", "passed", "[]", false));
            pairs.add(question.entry(
                    "p" + i, NOW.minus(Duration.ofDays(3)).toEpochMilli(), true, 1.0, 1.0, 0L, 0L, 0.25));
        }
        for (int i = 0; i < 10; i++) {
            rows.add(escalated(i, true));
            pairs.add(question.entry(
                    "e" + i, NOW.minus(Duration.ofDays(3)).toEpochMilli(), true, 0.0, 1.0, 0L, 0L, 0.25));
        }
        fill(rows);
        fill(pairs);

        JsonNode routing = audited().path("routing");

        assertThat(routing.at("/savings/errors_usd/estimate").decimalValue()).isEqualByComparingTo("0");
        assertThat(routing.toString()).contains("\"difference\":-0.1");
    }

    @Test
    void aTaskWhoseEscalationsCostMoreThanItSavesGoesBackToTheBaseline() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add(new Row("p" + i, "sum", "economy", "small")
                    .of(50, 50, 800, 1000, null, "[]", "passed", "[]", false));
            rows.add(escalated(i, i % 2 == 0));
        }
        fill(rows);

        JsonNode routing = audited().path("routing");

        assertThat(routing.at("/recommended/0/kind").textValue()).isEqualTo("baseline");
        assertThat(routing.at("/recommended/0/text").textValue())
                .contains(
                        "it cost 0.052 USD where the baseline would have cost 0.04",
                        "20 of 40 outputs failed their check");
        // what failed at the baseline as well was escalated all the same
        assertThat(routing.at("/savings/escalations_usd").decimalValue()).isEqualByComparingTo("0.016");
        assertThat(routing.at("/savings/retries_usd").decimalValue()).isEqualByComparingTo("0");
    }

    /** It was to go back to the baseline, which changes nothing of what comparing costs. */
    @Test
    void aRouteThatSavesLessThanComparingCostsIsToBeComparedLess() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        List<LedgerEntry> pairs = new ArrayList<>();
        PairQuestion question = question();
        for (int i = 0; i < 40; i++) {
            rows.add(new Row("p" + i, "sum", "economy", "small").plain(50, 50, 100, 1000));
            pairs.add(question.entry(
                    "p" + i, NOW.minus(Duration.ofDays(3)).toEpochMilli(), true, 1.0, 1.0, 1200L * MICRO, 0L, 0.25));
        }
        fill(rows);
        fill(pairs);

        JsonNode recommended = audited().at("/routing/recommended");

        assertThat(recommended.findValuesAsText("kind"))
                .contains("compare_less")
                .doesNotContain("baseline");
        assertThat(recommended.toString())
                .contains("shadows and judges cost 0.048 USD, and its requests cost 0.004 where the baseline would have"
                        + " cost 0.04.");
    }

    @Test
    void outputsThatFailedAfterAnEscalationCountAgainstTheTasksTier() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(new Row("p" + i, "sum", "economy", "small")
                    .of(50, 50, 100, 1000, null, "[]", "passed", "[]", false));
            rows.add(new Row("b" + i, "sum", "premium", "large")
                    .of(50, 50, 1000, 1000, null, "[]", "passed", "[]", false));
            rows.add(escalated(i, i < 20));
        }
        fill(rows);

        assertThat(audited().at("/routing/recommended/0/text").textValue())
                .contains("60.0 % of 200 judged outputs were useful, at the baseline tier 100.0 % of 100");
        out.getBuffer().setLength(0);
        Files.writeString(
                policy, POLICY.replace("errorCost: 0.01 }", "errorCost: 0.01, verify: { second: { model: large } } }"));
        assertThat(audited().at("/routing/recommended").toString())
                .as("the baseline's outputs are judged by their form alone")
                .doesNotContain("judged outputs were useful");
    }

    @Test
    void whatRequestsWithoutRowsAddUpToStaysInTheAuditWhichSaysSoFirst() throws Exception {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RequestEntry row = new Row("o" + i, "sum", "economy", "small")
                    .of(50, 50, 100, 1000, null, "[]", i < 90 ? "passed" : "failed", "[]", false);
            rows.add(like(row, NOW.minus(Duration.ofDays(40)), "ok", 1));
        }
        rows.add(like(
                new Row("s", "sum", "premium", "large").of(50, 50, 1000, 1000, null, "[]", null, "[]", true),
                NOW.minus(Duration.ofDays(40)),
                "ok",
                1));
        for (int i = 0; i < 10; i++) {
            rows.add(new Row("n" + i, "sum", "economy", "small").plain(50, 50, 100, 1000));
        }
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
            assertThat(ledger.forget(NOW.minus(Duration.ofDays(30)).toEpochMilli()))
                    .isPositive();
        }
        Path text = folder.resolve("audit.md");

        JsonNode routing = audited("--markdown", text.toString()).path("routing");

        assertThat(routing.path("rows_since").textValue()).isEqualTo("2026-09-28T12:00:00Z");
        assertThat(routing.at("/warnings/0").textValue())
                .startsWith("Only requests since 2026-09-28T12:00:00Z have a row each")
                .contains("llm-router.ledger.keep-days");
        assertThat(routing.at("/destinations/0/requests").intValue()).isEqualTo(110);
        assertThat(routing.at("/destinations/0/cost_usd").decimalValue()).isEqualByComparingTo("0.011");
        assertThat(routing.at("/destinations/0/useful/n").intValue()).isEqualTo(100);
        // 110 of 0.0009 USD each, less the shadow
        assertThat(routing.at("/savings/net_usd").decimalValue()).isEqualByComparingTo("0.098");
        assertThat(line(JSON.readTree(out.toString()), "this policy")
                        .path("priced")
                        .intValue())
                .isEqualTo(10);
        String page = Files.readString(text);
        assertThat(page).contains("110 chat requests").doesNotContain("Nothing has to be done.");
        assertThat(page.indexOf("Only requests since")).isPositive().isLessThan(page.indexOf("Routing saved"));

        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            assertThat(ledger.forget(NOW.toEpochMilli())).isPositive();
        }
        out.getBuffer().setLength(0);
        JsonNode bare = audited("--markdown", text.toString()).path("routing");
        assertThat(bare.at("/warnings/0").textValue()).startsWith("No request has a row any more");
        assertThat(bare.at("/destinations/0/requests").intValue()).isEqualTo(110);
        assertThat(bare.at("/savings/net_usd").decimalValue()).isEqualByComparingTo("0.098");
        assertThat(Files.readString(text)).doesNotContain("Nothing has to be done");
    }

    @Test
    void saysWhereTheLedgerBeginsLaterThanTheTime() throws Exception {
        fill(List.of(
                LedgerRow.of("old", NOW.minus(Duration.ofDays(50))).row(),
                LedgerRow.of("new", NOW.minus(Duration.ofDays(3))).row()));
        assertThat(run("--json", "--since", "50d")).isZero();
        assertThat(JSON.readTree(out.toString()).path("alarms")).isEmpty();
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            long before = NOW.minus(Duration.ofDays(30)).toEpochMilli();
            assertThat(ledger.forget(before)).isPositive();
            assertThat(ledger.forgetRollups(before)).isPositive();
        }
        Path text = folder.resolve("audit.md");
        out.getBuffer().setLength(0);

        JsonNode audit = audited("--since", "50d", "--markdown", text.toString());

        assertThat(audit.path("requests").intValue()).isEqualTo(1);
        assertThat(audit.path("alarms"))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.textValue())
                        .startsWith(
                                "The ledger begins at 2026-09-28T12:00:00Z, 47 days after the time that was asked for")
                        .contains("llm-router.ledger.keep-days"));
        assertThat(Files.readString(text)).contains("The ledger begins at 2026-09-28T12:00:00Z");
        out.getBuffer().setLength(0);
        assertThat(audited("--since", "3d").path("alarms")).isEmpty();
        out.getBuffer().setLength(0);
        assertThat(run()).as("all that there is").isZero();
        assertThat(out.toString()).doesNotContain("The ledger begins");
    }

    /** They were in no figure, and the audit said that its figures were of the time since the oldest request. */
    @Test
    void saysWhereAnEarlierVersionDeletedSumsBeforeTheirRequests() throws Exception {
        fill(List.of(
                LedgerRow.of("without", NOW.minus(Duration.ofDays(10))).row(),
                LedgerRow.of("with", NOW.minus(Duration.ofHours(2))).row()));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(LedgerSettings.FILE));
                Statement statement = connection.createStatement()) {
            for (String table : List.of("llm_hour", "llm_day", "llm_task_hour", "llm_task_day")) {
                statement.execute("DELETE FROM " + table + " WHERE bucket_ms < "
                        + NOW.minus(Duration.ofDays(5)).toEpochMilli());
            }
        }
        JsonNode before = audited("--since", "20d");
        assertThat(before.path("requests").intValue()).isEqualTo(1);
        assertThat(before.path("alarms"))
                .extracting(JsonNode::textValue)
                .anyMatch(alarm -> alarm.contains("start one of this version on it: it makes them anew"));

        Ledger.open(LedgerSettings.embedded(folder), System::nanoTime).close();
        out.getBuffer().setLength(0);
        JsonNode after = audited("--since", "20d");
        assertThat(after.path("requests").intValue()).isEqualTo(2);
        assertThat(after.path("alarms"))
                .extracting(JsonNode::textValue)
                .noneMatch(alarm -> alarm.contains("makes them anew"));
    }

    /** The day in which requests stop being kept: its sums are of all of it, and everything says the same. */
    @Test
    void ofADayThatWasDeletedInPartSumsSayAll() throws Exception {
        Instant cut = NOW.minus(Duration.ofDays(10));
        fill(List.of(
                LedgerRow.of("gone", cut.minus(Duration.ofHours(2))).row(),
                LedgerRow.of("kept", cut.plus(Duration.ofHours(10))).row()));
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            assertThat(ledger.forget(cut.toEpochMilli())).isPositive();
            ledger.forgetRollups(cut.toEpochMilli());
        }
        for (String since : List.of("10d", "20d")) {
            out.getBuffer().setLength(0);
            JsonNode audit = audited("--since", since);
            boolean isWhole = since.equals("20d");
            assertThat(audit.path("requests").intValue()).as(since).isEqualTo(isWhole ? 2 : 1);
            assertThat(audit.at("/routing/destinations/0/requests").intValue())
                    .as(since)
                    .isEqualTo(isWhole ? 2 : 1);
            assertThat(audit.at("/routing/rows_since").textValue()).as(since).isEqualTo("2026-09-21T22:00:00Z");
        }
        out.getBuffer().setLength(0);
        assertThat(run("--json")).isZero();
        assertThat(JSON.readTree(out.toString()).path("requests").intValue())
                .as("all that there is")
                .isEqualTo(2);
    }

    /** As it is for a model whose price is unknown. */
    private static RequestEntry unpriced(String id) {
        RequestEntry row = new Row(id, "odd", "economy", "small").of(50, 50, 0, 0, null, "[]", "passed", "[]", false);
        return new RequestEntry(
                row.id(),
                row.timeMillis(),
                row.caller(),
                row.dialect(),
                row.task(),
                row.source(),
                row.confidence(),
                row.rule(),
                row.tier(),
                row.model(),
                row.provider(),
                row.inputTokens(),
                row.cachedInputTokens(),
                row.cacheWriteTokens(),
                row.outputTokens(),
                row.reasoningTokens(),
                row.tokensEstimated(),
                null,
                null,
                null,
                null,
                null,
                null,
                row.reasons(),
                row.attempts(),
                row.policy(),
                null,
                null,
                row.verify(),
                "ok",
                null,
                false,
                false,
                false,
                1,
                null,
                1,
                null);
    }

    @Test
    void anUnknownPriceIsNotZero() throws Exception {
        fill(List.of(unpriced("a"), unpriced("b")));
        Path text = folder.resolve("audit.md");

        JsonNode audit = audited("--markdown", text.toString());

        for (JsonNode each : List.of(audit.at("/destinations/0"), audit.at("/routing/destinations/0"))) {
            assertThat(each.path("cost_usd").isNull()).isTrue();
            assertThat(each.path("cost_per_useful_usd").isNull()).isTrue();
            assertThat(each.path("unknown_costs").intValue()).isEqualTo(2);
        }
        assertThat(audit.at("/destinations/0/baseline_cost_usd").isNull()).isTrue();
        assertThat(audit.path("cost_usd").isNull()).isTrue();
        assertThat(audit.path("baseline_cost_usd").isNull()).isTrue();
        assertThat(Files.readString(text))
                .contains("| odd at economy, small | 2 | 0 | not known | not known | not known |");
    }

    @Test
    void whereAPartOfTheCostsIsUnknownAUsefulOutputCostsAtLeastTheRest() throws Exception {
        fill(List.of(
                unpriced("a"),
                new Row("k", "odd", "economy", "small").of(50, 50, 100, 1000, null, "[]", "passed", "[]", false)));
        Path text = folder.resolve("audit.md");

        run("--markdown", text.toString());

        assertThat(Files.readString(text)).contains("| 2 | 0 | 0.0001 | at least 0.00005 |");
        assertThat(out.toString()).contains(">=0.00005");
    }

    @Test
    void onlyWhatNobodyRecognisedAndTheBaselineServedIsToBeRecognised() throws Exception {
        String asked = "[{\"code\":\"tier\",\"text\":\"the caller asks for tier 'economy'\"}]";
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(new Row("named" + i, null, "economy", "small")
                    .of(50, 50, 100, 1000, null, "[]", null, asked, false));
            RequestEntry refused = new Row("refused" + i, null, "none", "none").plain(0, 0, 0, 0);
            rows.add(like(refused, NOW.minus(Duration.ofDays(3)), "refused", 1));
        }
        fill(rows);
        assertThat(audited().at("/routing/recommended")).isEmpty();

        rows.clear();
        for (int i = 0; i < 200; i++) {
            rows.add(new Row("unknown" + i, null, "premium", "large").plain(50, 50, 1000, 1000));
        }
        fill(rows);
        out.getBuffer().setLength(0);
        assertThat(audited().at("/routing/recommended/0/text").textValue()).startsWith("200 requests (25.0 %)");
    }

    @Test
    void aRequestThatIsLongerThanThePriceHoldsForIsNotPriced() throws Exception {
        Files.writeString(policy, POLICY.replace("input: 1, output: 1,", "input: 1, output: 1, upTo: 2000,"));
        fill(List.of(
                new Row("short", "sum", "economy", "small").plain(2000, 0, 2000, 20_000),
                new Row("long", "sum", "economy", "small").plain(2001, 0, 30_000, 20_010)));

        JsonNode line = line(audited(), "this policy");

        assertThat(line.path("priced").intValue()).isEqualTo(1);
        assertThat(line.path("cost_usd").decimalValue()).isEqualByComparingTo("0.002");
        assertThat(line.path("billed_usd").decimalValue()).isEqualByComparingTo("0.002");
    }

    @Test
    void vectorsAreADestinationOfTheirOwn() throws Exception {
        RequestEntry row = new Row("v", null, "premium", "large").plain(50, 0, 10, 0);
        RequestEntry vector = new RequestEntry(
                row.id(),
                row.timeMillis(),
                null,
                "embeddings",
                null,
                null,
                null,
                null,
                "premium",
                "emb",
                "local",
                50L,
                0L,
                0L,
                0L,
                0L,
                false,
                10 * MICRO,
                null,
                null,
                null,
                null,
                null,
                "[]",
                "[]",
                "abc",
                null,
                null,
                null,
                "ok",
                null,
                false,
                false,
                false,
                1,
                null,
                1,
                null);
        fill(List.of(vector, new Row("c", null, "premium", "large").plain(50, 50, 1000, 1000)));

        JsonNode destinations = audited().path("destinations");

        assertThat(destinations.findValuesAsText("task")).containsExactly("embeddings", "unclassified");
        assertThat(destinations.findValuesAsText("tier")).containsExactly("none", "premium");
        assertThat(destinations.at("/1/requests").intValue()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeJudgedForOneReasonIsOneLine() throws Exception {
        fill(List.of(
                new Row("a", "sum", "economy", "small").plain(50, 50, 100, 1000),
                new Row("b", "plan", "premium", "large").plain(50, 50, 1000, 1000)));

        run();

        assertThat(out.toString().lines().filter(each -> each.contains("Not judged")))
                .hasSizeLessThan(4)
                .anyMatch(each -> each.matches("  \\d+ series: Not judged.*"));
    }
}
