package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A canary is measured beside the other models of its tier, and it is the canary that goes where it is worse. */
class CanaryAuditTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");

    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: warn
            providers: { local: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" } }
            models:
              small: { provider: local, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              tiny_1: { provider: local, context: 8000, price: { input: 0.5, output: 0.5, asOf: 2026-07-02 } }
              large: { provider: local, context: 90000, price: { input: 10, output: 10, asOf: 2026-07-02 } }
            tiers:
              economy:
                models: [small]
                canary: { model: tiny_1, percent: 10 } # on trial
              premium: { models: [large] }
            tasks:
              sum: { tier: economy, description: d, rationale: r, margin: 0.05 }
              sort: { tier: economy, description: d, rationale: r, margin: 0.05 }
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<LedgerEntry> rows = new ArrayList<>();
    private Path policy = Path.of("");
    private int ids;

    @BeforeEach
    void writePolicy() throws Exception {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    private JsonNode audit(String... more) throws Exception {
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
        }
        List<String> all = new ArrayList<>(List.of("--json", "--fail-on", "none", "--policy", policy.toString()));
        all.addAll(List.of(more));
        int code = new CommandLine(new AuditCommand(
                        Clock.fixed(NOW, ZoneOffset.UTC), Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return JSON.readTree(out.toString()).path("routing");
    }

    private LedgerRow row(String task, String model) {
        return LedgerRow.of("r" + ids++, NOW.minusSeconds(90_000 - rows.size()))
                .task(task)
                .to("economy", model)
                .cost(model.equals("tiny_1") ? 50_000_000L : 100_000_000L, 1_000_000_000L);
    }

    private static String drawn(String model) {
        return "[{\"code\":\"canary\",\"text\":\"drawn for canary '" + model + "'\"}]";
    }

    /** Every tenth request is drawn. @param useful of 10 outputs of the canary, and of the small model */
    private void traffic(String task, int requests, int canary, int others) {
        for (int i = 0; i < requests; i++) {
            boolean isDrawn = i % 10 == 0;
            boolean isUseful = i / 10 % 10 < (isDrawn ? canary : others);
            LedgerRow row = row(task, isDrawn ? "tiny_1" : "small").verify(isUseful ? "passed" : "failed");
            rows.add((isDrawn ? row.reasons(drawn("tiny_1")) : row).row());
        }
    }

    @Test
    void aBadCanaryGoesAndItsTierStays() throws Exception {
        traffic("sum", 2_000, 6, 9);
        traffic("sort", 2_000, 9, 9);
        for (int i = 0; i < 500; i++) { // named by the caller: no draw says anything about them
            rows.add(row("sum", "tiny_1")
                    .reasons("[{\"code\":\"tier\",\"text\":\"the caller asks for tier 'economy'\"}]")
                    .verify("passed")
                    .row());
        }
        for (int i = 0; i < 200; i++) { // the baseline of the task, to compare the tier with
            rows.add(row("sum", "large")
                    .to("premium", "large")
                    .verify(i % 10 == 0 ? "failed" : "passed")
                    .row());
        }
        Path patch = folder.resolve("audit.patch");
        Path page = folder.resolve("audit.md");

        JsonNode routing = audit("--patch", patch.toString(), "--markdown", page.toString());

        JsonNode trial = routing.at("/canaries/0");
        assertThat(trial.path("state").textValue()).isEqualTo("worse");
        assertThat(trial.path("drawn").intValue()).isEqualTo(400);
        assertThat(trial.path("answered").intValue()).isEqualTo(400);
        assertThat(trial.at("/against_others/difference").doubleValue()).isBetween(-0.155, -0.154);
        assertThat(trial.at("/tasks/0/task").textValue()).isEqualTo("sort");
        assertThat(trial.at("/tasks/0/is_worse").booleanValue()).isFalse();
        assertThat(trial.at("/tasks/1/is_worse").booleanValue()).isTrue();
        assertThat(trial.at("/tasks/1/useful/mean").doubleValue()).isEqualTo(0.6);
        assertThat(trial.at("/tasks/1/useful_of_others/n").intValue()).isEqualTo(1_791); // to the last that was drawn
        assertThat(trial.path("cost_usd").decimalValue()).isEqualByComparingTo("0.02");
        assertThat(trial.path("cost_of_as_many_others_usd").decimalValue()).isEqualByComparingTo("0.04");
        assertThat(routing.path("recommended").findValuesAsText("kind"))
                .contains("end_canary")
                .doesNotContain("baseline", "promote");
        assertThat(routing.at("/recommended").findValuesAsText("text"))
                .anySatisfy(text -> assertThat(text)
                        .contains(
                                "Remove canary 'tiny_1' of tier 'economy'",
                                "at task 'sum' 60.0 % of 200 judged ones are useful, of the others' 9",
                                "where a loss of 5.0 is accepted"));
        assertThat(Files.readString(patch)).contains("-    canary: { model: tiny_1, percent: 10 } # on trial");
        assertThat(Files.readString(page)).contains("## Canaries", "tiny_1 at economy, sum", "60.0 % of 200", "worse");
    }

    @Test
    void aCanaryIsTakenOffHoweverItIsWrittenOrNamedForPeople() throws Exception {
        Files.writeString(policy, POLICY.replace("models: [small]\n    canary:", "models: [small]\n    \"canary\" :"));
        traffic("sum", 2_000, 5, 9);
        Path page = folder.resolve("audit.md");

        JsonNode routing = audit("--patch", folder.resolve("p.patch").toString(), "--markdown", page.toString());

        assertThat(routing.at("/recommended").findValuesAsText("kind")).contains("end_canary");
        assertThat(Files.readString(page)).contains("Remove canary 'tiny_1'");
        assertThat(routing.path("patch").textValue()).contains("-    \"canary\" :");
        out.getBuffer().setLength(0);
        Files.writeString(
                policy,
                POLICY.replace("models: [small]\n    canary: {", "{ models: [small], \"canary\": {")
                        .replace("percent: 10 } # on trial", "percent: 10 } }")
                        .replace("  economy:\n    {", "  economy: {"));

        assertThat(audit("--patch", folder.resolve("p.patch").toString())
                        .path("patch")
                        .textValue())
                .isEmpty();
        assertThat(err.toString()).contains("not in the patch", "tiers.economy.canary cannot be taken off in place");
    }

    /** Whatever the baseline then answered, and however useful that was; whoever gave it: the request is that of who was drawn. */
    @Test
    void anOutputThatFailedItsCheckCountsAgainstWhoGaveIt() throws Exception {
        String reasons = drawn("tiny_1").replace("]", ",{\"code\":\"escalation\",\"text\":\"failed its check\"}]");
        String call =
                "{\"n\":%d,\"model\":\"%s\",\"provider\":\"local\",\"outcome\":\"%s\",\"start_ms\":0,\"duration_ms\":1}";
        for (int i = 0; i < 100; i++) {
            rows.add(row("sum", "tiny_1")
                    .reasons(drawn("tiny_1"))
                    .verify("passed")
                    .row());
            rows.add(row("sum", "small").verify("passed").row());
            rows.add(row("sum", "large")
                    .to("premium", "large") // its own output was not good enough
                    .reasons(reasons)
                    .verify("escalated")
                    .attempts("[" + call.formatted(1, "tiny_1", "ok") + "," + call.formatted(2, "large", "ok") + "]")
                    .row());
            rows.add(row("sum", "large")
                    .to("premium", "large") // it gave none; the next one's was not good enough
                    .reasons(reasons)
                    .verify("escalated")
                    .attempts("[" + call.formatted(1, "tiny_1", "server") + "," + call.formatted(2, "small", "ok") + ","
                            + call.formatted(3, "large", "ok") + "]")
                    .row());
            rows.add(row("sum", "small")
                    .reasons(drawn("tiny_1"))
                    .verify("failed")
                    .row()); // the same, unchecked by others
        }
        rows.add(row("sum", "tiny_1").reasons(drawn("tiny-1")).verify("failed").row()); // of another name
        rows.add(row("sum", "tiny_1").reasons(drawn("tiny_1")).row()); // not judged

        JsonNode task = audit().at("/canaries/0/tasks/0");

        assertThat(task.path("drawn").intValue()).isEqualTo(401);
        assertThat(task.path("answered").intValue()).isEqualTo(201);
        assertThat(task.at("/useful/n").intValue()).isEqualTo(400);
        assertThat(task.at("/useful/mean").doubleValue()).isEqualTo(0.25);
        assertThat(task.at("/useful_of_others/n").intValue()).isEqualTo(101);
    }

    @Test
    void aCanaryThatIsAsGoodAndCheaperCouldTakeOver() throws Exception {
        traffic("sum", 8_000, 9, 9);

        JsonNode routing = audit();

        assertThat(routing.at("/canaries/0/state").textValue()).isEqualTo("acceptable");
        assertThat(routing.at("/recommended").findValuesAsText("text"))
                .anySatisfy(text -> assertThat(text)
                        .contains("canary 'tiny_1' of tier 'economy' could be its model", "cost 50 % less"));
        assertThat(routing.path("patch").textValue()).isEmpty();
    }

    /** Three of ten are hard, and answered well half of the time. @param canary share of its answers to easy ones that are useful */
    private void hardAndEasy(int requests, double canary, boolean isAnsweredByCanary, boolean isAnsweredByOthers) {
        Random random = new Random(7);
        for (int i = 0; i < requests; i++) {
            boolean isDrawn = random.nextDouble() < 0.2;
            boolean isHard = random.nextDouble() < 0.3;
            boolean isUseful = random.nextDouble() < (isHard ? 0.5 : isDrawn ? canary : 0.95);
            boolean isOwn = !isHard || isAnsweredByCanary;
            LedgerRow row = row("sum", isDrawn && isOwn ? "tiny_1" : "small").verify(isUseful ? "passed" : "failed");
            if (isDrawn && !isOwn) { // it timed out, and what that cost nobody knows
                row.cost(null, 1_000_000_000L);
            } else if (isHard && !isDrawn && !isAnsweredByOthers) {
                row.verify(null).outcome("failed");
            }
            rows.add((isDrawn ? row.reasons(drawn("tiny_1")) : row).row());
        }
    }

    /** On what it answers it is as good as the others' mean: the hard requests it leaves to them, with what these cost. */
    @Test
    void aCanaryThatLeavesTheHardRequestsToOthersIsNotAcceptable() throws Exception {
        hardAndEasy(6_000, 0.88, false, true);

        JsonNode routing = audit("--html", folder.resolve("audit.html").toString());

        JsonNode trial = routing.at("/canaries/0");
        assertThat(trial.path("state").textValue()).isEqualTo("open");
        assertThat(trial.path("answered").doubleValue() / trial.path("drawn").doubleValue())
                .isBetween(0.65, 0.75);
        assertThat(trial.path("answered_of_others").intValue())
                .isEqualTo(trial.path("not_drawn").intValue());
        assertThat(trial.at("/against_others/difference").doubleValue()).isBetween(-0.1, 0.0);
        assertThat(trial.at("/answers_against_others/high").doubleValue()).isLessThan(-0.2);
        assertThat(trial.path("cost_usd").isNull()).isTrue();
        assertThat(routing.at("/recommended").findValuesAsText("kind")).doesNotContain("promote", "end_canary");
        assertThat(Files.readString(folder.resolve("audit.html"))).contains("others answered", "(100.0 %)");
        assertThat(routing.at("/destinations/0/failed").intValue()).isZero();
    }

    /** Nobody judges what was not answered: the canary's answers to hard requests are compared with nothing. */
    @Test
    void aCanaryIsNotWorseForAnsweringWhatOthersDoNot() throws Exception {
        hardAndEasy(6_000, 0.95, true, false);

        Path page = folder.resolve("audit.md");
        JsonNode routing = audit("--markdown", page.toString());

        JsonNode trial = routing.at("/canaries/0");
        int failed = routing.at("/destinations/0/failed").intValue();
        assertThat(failed).isBetween(1_300, 1_600);
        assertThat(Files.readString(page)).contains(String.format(Locale.ROOT, "%,d (", failed));
        assertThat(trial.at("/against_others/high").doubleValue()).isLessThan(-0.05);
        assertThat(trial.path("state").textValue()).isEqualTo("open");
    }

    /** As good, and what is known costs half: but one in ten of its costs is not known, and of the others' all are. */
    @Test
    void costsAreComparedOnlyWhereAsManyAreKnownOfBoth() throws Exception {
        traffic("sum", 8_000, 9, 9);
        for (int i = 0; i < rows.size(); i += 100) {
            rows.set(
                    i,
                    row("sum", "tiny_1")
                            .reasons(drawn("tiny_1"))
                            .verify("passed")
                            .cost(null, 1_000_000_000L)
                            .row());
        }

        JsonNode routing = audit();

        assertThat(routing.at("/canaries/0/state").textValue()).isEqualTo("acceptable");
        assertThat(routing.at("/canaries/0/priced").intValue()).isZero();
        assertThat(routing.at("/recommended").findValuesAsText("kind")).doesNotContain("promote");
    }

    /** Before it was drawn first, and under other policies, all was worse: that says nothing about it. */
    @Test
    void onlyTheSameTimeAndPolicyAreCompared() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            rows.add(
                    row("sum", "small").verify(i % 2 == 0 ? "passed" : "failed").row());
        }
        traffic("sum", 1_000, 9, 9);
        for (int i = 0; i < 1_000; i++) {
            rows.add(row("sum", "small").policy("other").verify("failed").row());
        }

        JsonNode trial = audit().at("/canaries/0");

        assertThat(trial.at("/against_others/difference").doubleValue()).isBetween(-0.01, 0.01);
        assertThat(trial.path("state").textValue()).isEqualTo("open");
    }

    @Test
    void aFewJudgedOutputsConcludeNothing() throws Exception {
        traffic("sum", 290, 0, 10);

        JsonNode routing = audit();

        assertThat(routing.at("/canaries/0/state").textValue()).isEqualTo("too-few");
        assertThat(routing.at("/recommended").findValuesAsText("kind")).doesNotContain("end_canary");
    }

    /** What fails in a cheaper tier and is escalated says nothing of the baseline's models. */
    @Test
    void aCanaryOfTheBaselineTierIsComparedWithTheBaselineAlone() throws Exception {
        policy = Files.writeString(
                folder.resolve("policy.yaml"),
                POLICY.replace("{ models: [large] }", "{ models: [large], canary: { model: small, percent: 50 } }")
                        .replace("sort: { tier: economy", "sort: { tier: premium"));
        for (int i = 0; i < 200; i++) {
            LedgerRow row = row("sort", i % 2 == 0 ? "small" : "large")
                    .to("premium", i % 2 == 0 ? "small" : "large")
                    .verify("passed");
            rows.add((i % 2 == 0 ? row.reasons(drawn("small")) : row).row());
            rows.add(row("sum", "large")
                    .to("premium", "large")
                    .verify("escalated")
                    .row());
        }

        JsonNode trial = audit().at("/canaries/0");

        assertThat(trial.path("tier").textValue()).isEqualTo("premium");
        assertThat(trial.path("tasks")).hasSize(1);
        assertThat(trial.at("/tasks/0/useful_of_others/n").intValue()).isEqualTo(99);
        assertThat(trial.at("/tasks/0/useful_of_others/mean").doubleValue()).isEqualTo(1);
    }

    /**
     * Five weeks with 300 requests a day; in the last six days three of ten are drawn.
     *
     * @param canary share of its outputs that pass in these days; what fails is escalated if a check of the task says so
     * @param others the same of the others
     */
    private void weeks(double canary, double others, boolean isEscalated) {
        Random random = new Random(3);
        for (int i = 0; i < 10_500; i++) {
            double ago = 35 * (1 - i / 10_500.0);
            boolean isDrawn = ago < 6 && random.nextDouble() < 0.3;
            boolean isUseful = random.nextDouble() < (isDrawn ? canary : ago < 6 ? others : 0.95);
            boolean isFailed = isEscalated && !isUseful;
            LedgerRow row = LedgerRow.of("r" + ids++, NOW.minusMillis((long) (ago * 86_400_000)))
                    .task("sum")
                    .to(isFailed ? "premium" : "economy", isFailed ? "large" : isDrawn ? "tiny_1" : "small")
                    .cost(isFailed ? 3_000_000_000L : 900_000_000L, 1_000_000_000L)
                    .verify(isFailed ? "escalated" : isUseful ? "passed" : "failed");
            String escalation = isFailed ? "{\"code\":\"escalation\",\"text\":\"failed its check\"}" : "";
            String canaries = isDrawn ? drawn("tiny_1").replace("[", "").replace("]", "") : "";
            rows.add(row.reasons("[" + canaries + (isDrawn && isFailed ? "," : "") + escalation + "]")
                    .attempts("[{\"n\":1,\"model\":\"" + (isDrawn ? "tiny_1" : "small")
                            + "\",\"provider\":\"local\",\"outcome\":\"ok\",\"start_ms\":0,\"duration_ms\":1}]")
                    .row());
        }
    }

    private JsonNode alarms() throws Exception {
        return JSON.readTree(out.toString()).path("drift");
    }

    /** Together with the canary's, outputs of the last days are useful in 85 % in place of 95 %; without, as before. */
    @Test
    void aBadCanaryIsNoFallOfItsTier() throws Exception {
        weeks(0.6, 0.95, false);

        JsonNode routing = audit();

        assertThat(alarms().findValuesAsText("kind")).doesNotContain("quality");
        assertThat(routing.at("/recommended").findValuesAsText("kind"))
                .contains("end_canary")
                .doesNotContain("baseline");
        JsonNode watched = JSON.readTree(out.toString()).path("drift_watch");
        assertThat(watched.findValuesAsText("text"))
                .anySatisfy(text -> assertThat(text).startsWith("Steady: outputs were useful in 9"));
    }

    @Test
    void aFallOfTheTierIsFoundBesideItsCanary() throws Exception {
        weeks(0.6, 0.75, false);

        JsonNode routing = audit();

        assertThat(alarms()).anySatisfy(alarm -> {
            assertThat(alarm.path("id").textValue()).isEqualTo("quality/sum/economy");
            assertThat(alarm.at("/after/n").intValue()).isLessThan(1_700); // of 2,100 in the last week
        });
        assertThat(routing.at("/recommended").findValuesAsText("kind")).contains("baseline");
    }

    /** They stand at the baseline tier, under its model: whose output failed says the draw. */
    @Test
    void outputsOfACanaryThatAreEscalatedAreNotItsTiers() throws Exception {
        Files.writeString(policy, POLICY.replace("margin: 0.05 }", "margin: 0.05, verify: { json: true } }"));
        weeks(0.1, 0.95, true);

        JsonNode routing = audit();

        assertThat(alarms().findValuesAsText("kind")).doesNotContain("quality", "escalation");
        assertThat(routing.at("/recommended").findValuesAsText("kind"))
                .contains("end_canary")
                .doesNotContain("baseline");
    }

    @Test
    void whatIsNotDrawnIsNotReported() throws Exception {
        rows.add(row("sum", "small").verify("passed").row());

        assertThat(audit().path("canaries")).isEmpty();
    }
}
