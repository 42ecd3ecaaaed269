package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Issue 6, item 8: {@code validate --suggest}. */
class SuggestTest {
    private static final String POLICY = """
            # who pays asks Ada
            version: 1
            owner: team
            baseline: premium
            evidence: enforce
            providers:
              p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: "{{env:NO_SUCH_KEY_HERE}}" }
            models:
              big: { provider: p, price: unknown }
              mid: { provider: p, price: unknown }
              small: { provider: p, price: unknown }
            tiers:
              middle: { models: [mid] }
              economy: { models: [small] }
              premium: { models: [big] }
            tasks:
              easy:
                description: Sort tickets.
                rationale: Simple enough.
                tier: "premium"   # since spring
                margin: 0.05
                errorCost: 0.001
                examples: easy.jsonl
              harder: { tier: economy, description: Answer., rationale: Hm., margin: 0.05, examples: harder.jsonl }
              hard:
                tier: economy # too good to be true
                description: Prove.
                rationale: Cheap.
                margin: 0.05
                examples: hard.jsonl
              unknown:
                tier: premium
                description: Nobody has written examples.
                rationale: None.
                margin: 0.05
            """;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        out.getBuffer().setLength(0);
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private int suggest(String... more) {
        List<String> args = new ArrayList<>(List.of("--suggest", "--policy", policy().toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private Path policy() {
        return dir.resolve("policy.yaml");
    }

    private Path setUp(String text) throws IOException {
        data("easy", 2, 2);
        data("harder", 120, 2);
        data("hard", 120, 120);
        return Files.writeString(policy(), text);
    }

    /** 600 examples (400 of the hard task) that the baseline gets right. @param small how many the small model loses @param mid the same of the other */
    private void data(String task, int small, int mid) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(dir.resolve(task + ".jsonl"))) {
            int n = task.equals("hard") ? 400 : 600;
            for (int i = 0; i < n; i++) {
                writer.write("{\"task\":\"" + task + "\",\"input\":\"question " + Integer.toString(i, 26) + " of "
                        + task
                        + "\",\"outputs\":{\"big\":{\"score\":1,\"cost_usd\":" + (0.004 + i * 1e-6)
                        + "},\"mid\":{\"score\":" + (i < mid ? 0 : 1) + ",\"cost_usd\":0.002},\"small\":{\"score\":"
                        + (i < small ? 0 : 1) + ",\"cost_usd\":0.0002}}}\n");
            }
        }
    }

    private void apply(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** A dearer tier saves nothing: it is not asked, and a task that somebody put there stays. */
    @Test
    void onlyTiersBelowTheBaselineAreProposed() throws Exception {
        String priced = POLICY.replace(
                        "big: { provider: p, price: unknown }",
                        "big: { provider: p, price: { input: 2, output: 8, asOf: 2026-07-02 } }")
                .replace(
                        "mid: { provider: p, price: unknown }",
                        "mid: { provider: p, price: { input: 15, output: 75, asOf: 2026-07-02 } }")
                .replace(
                        "small: { provider: p, price: unknown }",
                        "small: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }")
                .replace("harder: { tier: economy", "harder: { tier: middle");
        setUp(priced);
        assertThat(suggest()).as(err.toString()).isZero();
        assertThat(out.toString())
                .doesNotContain("-> middle")
                .contains("harder: middle stays: no cheaper tier passes", "costs no less than the baseline");
    }

    @Test
    void proposesTheCheapestTierThatPassesAsAPatchThatHolds() throws Exception {
        setUp(POLICY);
        Path patch = dir.resolve("suggested.patch");
        assertThat(suggest("--patch", patch.toString(), "--per-day", "1000")).isZero();
        assertThat(out.toString())
                .contains("3 of 4 tasks would be changed")
                .contains("easy: premium -> economy: the cheapest tier that passes")
                .contains("harder: economy -> middle: the cheapest tier that passes")
                .contains("hard: economy -> premium: no cheaper tier passes (small: fails, -30.0 points")
                .contains("unknown: premium stays: no data set has examples of it")
                .contains(
                        "Verdicts: 6 (all tasks, all models of all tiers below the baseline); they share one error level");

        apply("git", "apply", "-p0", "suggested.patch");
        assertThat(Files.readString(policy()))
                .isEqualTo(POLICY.replace("tier: \"premium\"   # since", "tier: \"economy\"   # since")
                        .replace("{ tier: economy, desc", "{ tier: middle, desc")
                        .replace("tier: economy # too", "tier: premium # too"));
        assertThat(new CommandLine(new LintCommand(Clock.systemDefaultZone(), Map.of()))
                        .setOut(new PrintWriter(out, true))
                        .execute("--policy", policy().toString()))
                .as(out.toString())
                .isZero();

        assertThat(run("--check", "--policy", policy().toString())).isEqualTo(1);
        for (String task : List.of("easy", "harder")) {
            assertThat(run(
                            "--policy",
                            policy().toString(),
                            "--data",
                            dir.resolve(task + ".jsonl").toString(),
                            "--accept",
                            "--by",
                            "Ada"))
                    .as(out.toString())
                    .isZero();
        }
        assertThat(run("--check", "--policy", policy().toString()))
                .as(out.toString())
                .isZero();
        assertThat(suggest()).isZero();
        assertThat(out.toString()).contains("0 of 4 tasks would be changed").doesNotContain("@@");
    }

    /** New examples that settle nothing about the proven model were enough to give its tier up for a dearer one. */
    @Test
    void aCheaperTierThatIsProvedAndNotRefutedIsNotGivenUp() throws Exception {
        setUp(POLICY.replace("tier: \"premium\"   # since spring", "tier: economy"));
        assertThat(run(
                        "--policy",
                        policy().toString(),
                        "--data",
                        dir.resolve("easy.jsonl").toString(),
                        "--accept",
                        "--by",
                        "Ada"))
                .as(out.toString())
                .isZero();
        data("easy", 20, 2);
        Path file = dir.resolve("easy.jsonl");
        Files.writeString(file, Files.readString(file).replace("question ", "request "));
        assertThat(suggest()).isZero();
        assertThat(out.toString())
                .contains(
                        "easy: economy stays: earlier evidence for its tier holds, and it is not shown to fail here; of those"
                                + " that pass here tier 'middle' is the cheapest")
                .contains("what would help: small: about");

        data("easy", 120, 2);
        Files.writeString(file, Files.readString(file).replace("question ", "request "));
        assertThat(suggest()).isZero();
        assertThat(out.toString()).contains("easy: economy -> middle: the cheapest tier that passes");
    }

    /** 0.0040 to 0.0046 against 0.0002: 0.0041 saved a request; less 2 of 600 errors at 0.001. */
    @Test
    void saysWhatIsSavedInAMonthWithItsInterval() throws Exception {
        setUp(POLICY);
        Path html = dir.resolve("r.html");
        Path markdown = dir.resolve("r.md");
        assertThat(suggest(
                        "--json",
                        "--per-day",
                        "1000",
                        "--volume",
                        "easy=10000",
                        "--report",
                        html.toString(),
                        "--markdown",
                        markdown.toString()))
                .isZero();
        JsonNode root = new ObjectMapper().readTree(out.toString()).path("suggestions");
        JsonNode easy = root.at("/tasks/0");
        double mean = easy.at("/savedPerMonth/mean").asDouble();
        assertThat(mean)
                .isCloseTo(10_000 * 30 * (0.004 + 299.5e-6 - 0.0002), org.assertj.core.data.Offset.offset(1e-6));
        // standard deviation of 0, 1, ..., 599 millionths is 173.3; the one-sided 95 % bound is 1.645 standard errors
        // away
        assertThat(mean - easy.at("/savedPerMonth/low").asDouble())
                .isCloseTo(10_000 * 30 * 1.645 * 173.3e-6 / Math.sqrt(600), org.assertj.core.data.Offset.offset(0.01));
        assertThat(easy.at("/netPerMonth/mean").asDouble())
                .isCloseTo(mean - 10_000 * 30 * 0.001 * 2 / 600, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(root.at("/tasks/1/perDay").asInt()).isEqualTo(1000);
        assertThat(root.path("tests").asInt()).isEqualTo(6);
        assertThat(root.path("patch").asText()).startsWith("--- policy.yaml\n+++ policy.yaml\n@@ -");
        assertThat(html)
                .content()
                .contains("Suggested tiers", "Patch of the policy", "a month (")
                .doesNotContain("NaN");
        assertThat(markdown).content().contains("## Suggested tiers", "````diff");
        assertThat(html)
                .content()
                .as("each task at its own requests a day")
                .contains("at 10,000 a day:", "at 1,000 a day:");
    }

    @Test
    void aPassThatOnlyStandsAloneIsNotProposedAmongManyVerdicts() throws Exception {
        setUp(POLICY);
        data("easy", 600, 600);
        data("hard", 600, 600);
        // 20 of 600 lost: passes at 5 % alone, not at the level that six verdicts leave it
        data("harder", 600, 20);
        assertThat(run(
                        "--policy",
                        policy().toString(),
                        "--candidate",
                        "mid",
                        "--data",
                        dir.resolve("harder.jsonl").toString()))
                .as(out.toString())
                .isZero();
        assertThat(suggest()).isZero();
        assertThat(out.toString())
                .contains("harder: economy -> premium", "mid: not enough evidence", "what would help: mid: about");
    }

    @Test
    void keepsWindowsLineEndsAndWhatIsWaived() throws Exception {
        setUp(POLICY.replace(
                        "rationale: Cheap.\n",
                        "rationale: Cheap.\n    waiver: { reason: trial, by: Ada, until: 2999-01-01 }\n")
                .replace("\n", "\r\n"));
        Path patch = dir.resolve("suggested.patch");
        assertThat(suggest("--patch", patch.toString())).isZero();
        assertThat(out.toString()).contains("hard: economy stays: a waiver of Ada holds until 2999-01-01");
        apply("patch", "-p0", "--binary", "-i", "suggested.patch");
        assertThat(Files.readString(policy()).replace("\r\n", ""))
                .doesNotContain("\n")
                .contains("tier: \"economy\"");
    }

    /** What was paid for is told, whatever the policy looks like. */
    @Test
    void whatCannotBeChangedInPlaceIsToBeChangedByHand() throws Exception {
        setUp(POLICY.replace("tier: \"premium\"   # since spring", "tier: >-\n      premium"));
        Path patch = dir.resolve("suggested.patch");
        Path html = dir.resolve("s.html");
        Path markdown = dir.resolve("s.md");
        assertThat(suggest("--patch", patch.toString(), "--report", html.toString(), "--markdown", markdown.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("easy: premium -> economy: the cheapest tier that passes")
                .contains("change by hand, it is not in the patch: task 'easy': tier: economy (")
                .contains("tasks.easy.tier cannot be changed in place");
        assertThat(html).content().contains("change by hand");
        assertThat(markdown).content().contains("change by hand");
        apply("patch", "-p0", "-i", "suggested.patch");
        assertThat(Files.readString(policy()))
                .contains("tier: >-\n      premium", "harder: { tier: middle", "tier: premium # too good to be true");
        assertThat(suggest("--json")).isZero();
        JsonNode suggestions = new ObjectMapper().readTree(out.toString()).path("suggestions");
        assertThat(suggestions.path("byHand").toString()).contains("task 'easy': tier: economy");
    }

    @Test
    void namesTasksThatThePolicyLacks() throws Exception {
        setUp(POLICY);
        data("easy", 2, 2);
        Files.writeString(
                dir.resolve("easy.jsonl"),
                "{\"task\":\"stranger\",\"input\":\"x\",\"outputs\":{\"big\":{\"score\":1}}}\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(suggest()).isZero();
        assertThat(err.toString()).contains("task 'stranger' of the data set is not in the policy");
    }

    @Test
    void saysBeforehandWhatTheCallsToAllTiersWouldTake() throws Exception {
        setUp(POLICY);
        assertThat(suggest("--dry-run")).isZero();
        assertThat(out.toString()).contains("easy.jsonl:", "hard.jsonl:", "in all: 0 calls");
        Files.writeString(dir.resolve("new.jsonl"), "{\"task\":\"easy\",\"input\":\"x\"}\n");
        assertThat(suggest("--dry-run", "--data", dir.resolve("new.jsonl").toString()))
                .isZero();
        assertThat(out.toString()).contains("big: 1 calls", "mid: 1 calls", "small: 1 calls", "in all: 3 calls");
        assertThat(suggest("--dry-run", "--json")).isEqualTo(2);
        assertThat(suggest("--dry-run", "--recorded")).isEqualTo(2);
        assertThat(dir.resolve("new.journal.jsonl")).doesNotExist();
    }

    /** Each task has a file of its own: looking at all of them together is no other look at any. */
    @Test
    void dataThatAreEnteredAreNoOtherLook() throws Exception {
        setUp(POLICY);
        assertThat(suggest("--json")).isZero();
        JsonNode before = new ObjectMapper().readTree(out.toString()).path("tasks");
        assertThat(run(
                        "--policy",
                        policy().toString(),
                        "--data",
                        dir.resolve("hard.jsonl").toString(),
                        "--accept",
                        "--by",
                        "Ada"))
                .isEqualTo(1);
        assertThat(suggest("--json")).isZero();
        JsonNode after = new ObjectMapper().readTree(out.toString()).path("tasks");
        assertThat(after).isEqualTo(before);
    }

    /** Nobody judges himself; the other tiers and tasks can be compared all the same. */
    @Test
    void aJudgeThatWouldBeComparedLeavesOutItsTierAndNotTheRest() throws Exception {
        String examples = "examples: harder.jsonl";
        setUp(POLICY.replace(examples, examples + ", score: { scorers: [\"judge:rubric:mid\"] }"));
        assertThat(suggest()).as(err.toString()).isZero();
        String why = "judge 'mid' would judge itself in tier 'middle', which is not compared";
        assertThat(err.toString()).contains("task 'harder': " + why + "; name another judge");
        assertThat(out.toString())
                .contains("easy: premium -> economy: the cheapest tier that passes")
                .contains("harder: economy -> premium: no cheaper tier passes (" + why + "; small: fails, ")
                .contains("what would help: another judge, which is neither the baseline nor in a tier below it")
                .contains("Verdicts: 5 (");
        Files.writeString(
                policy(), Files.readString(policy()).replace("harder: { tier: economy", "harder: { tier: middle"));
        assertThat(suggest()).isZero();
        assertThat(out.toString()).contains("harder: middle stays: ", "its tier was not compared, so it stays");

        Files.writeString(
                policy(), POLICY.replace(examples, examples + ", score: { scorers: [\"judge:rubric:big\"] }"));
        assertThat(suggest()).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("easy: premium -> economy: the cheapest tier that passes")
                .contains(
                        "harder: economy stays: judge 'big' would judge itself as the baseline, so no tier is compared")
                .contains("Verdicts: 4 (");
    }

    @Test
    void proposesOnly() throws Exception {
        setUp(POLICY);
        assertThat(suggest("--accept", "--by", "Ada")).isEqualTo(2);
        assertThat(suggest("--volume", "nothing=3")).isEqualTo(2);
        assertThat(err.toString()).contains("--suggest takes its candidates from the policy", "--volume nothing=3");
        assertThat(Files.readString(policy())).isEqualTo(POLICY);
        assertThat(dir.resolve("evidence")).doesNotExist();
    }
}
