package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.classify.gate.TaskGates;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Issue 6, item 5: a part of the inputs may go to the cheaper model where all of them may not. */
class PartialRouteTest {
    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: enforce
            providers:
              p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: "{{env:NO_SUCH_KEY_HERE}}" }
            models:
              big: { provider: p, price: unknown }
              small: { provider: p, price: unknown }
            tiers:
              economy: { models: [small] }
              premium: { models: [big] }
            tasks:
              t:
                # the margin is the board's
                tier: premium
                description: Answer.
                rationale: Nobody knows.
                margin: 0.05
            """;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private Path policy() {
        return dir.resolve("policy.yaml");
    }

    private int suggest(Path data, String... more) {
        List<String> args =
                new ArrayList<>(List.of("--suggest", "--policy", policy().toString(), "--data", data.toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    /** The cheaper model fails on every other input, unless all are alike. */
    private Path data(String name, int n, long seed, BiFunction<Boolean, SplittableRandom, String> text)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Path file = dir.resolve(name);
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < n; i++) {
                boolean hard = random.nextBoolean();
                int small = random.nextDouble() < (hard ? 0.3 : 1) ? 1 : 0;
                writer.write("{\"task\":\"t\",\"input\":\"" + text.apply(hard, random)
                        + "\",\"outputs\":{\"big\":{\"score\":1,\"cost_usd\":0.004},\"small\":{\"score\":" + small
                        + ",\"cost_usd\":0.0004}}}\n");
            }
        }
        return file;
    }

    private static String longOrShort(boolean hard, SplittableRandom random) {
        String seed =
                Long.toString(random.nextLong(1L << 40), 36) + " and " + Long.toString(random.nextLong(1L << 40), 36);
        return hard ? "Compare " + seed + " in every respect that matters to a buyer. ".repeat(12) : "Name " + seed;
    }

    private static String sumOrTalk(boolean hard, SplittableRandom random) {
        return hard
                ? "Add " + random.nextInt(100_000, 999_999) + " to " + random.nextInt(100_000, 999_999) + " exactly"
                : "Say hello to visitor " + random.nextInt(1_000_000) + " in a kind way";
    }

    private static String same(boolean hard, SplittableRandom random) {
        return "Tell me about " + Long.toString(random.nextLong(1L << 50), 36);
    }

    private void applyPatch() throws Exception {
        Process process = new ProcessBuilder("git", "apply", "-p0", "suggested.patch")
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private JsonNode firstTask() throws Exception {
        return new ObjectMapper().readTree(out.toString()).at("/suggestions/tasks/0");
    }

    private void isUsable() {
        assertThat(new CommandLine(new LintCommand(Clock.systemDefaultZone(), Map.of()))
                        .setOut(new PrintWriter(out, true))
                        .execute("--policy", policy().toString()))
                .as(out.toString())
                .isZero();
    }

    @Test
    void aConditionKeepsLongInputsOnTheBaselineAndOtherExamplesConfirmIt() throws Exception {
        Files.writeString(policy(), POLICY);
        Path patch = dir.resolve("suggested.patch");
        assertThat(suggest(
                        data("d.jsonl", 800, 1, PartialRouteTest::longOrShort),
                        "--json",
                        "--patch",
                        patch.toString(),
                        "--per-day",
                        "1000"))
                .isZero();
        JsonNode partial = firstTask().path("partial");
        assertThat(partial.path("premiumWhen").asText()).contains("tokensOver: ");
        assertThat(partial.path("share").asDouble()).isBetween(0.4, 0.6);
        assertThat(partial.path("confidence").asDouble()).isEqualTo(0.975);
        assertThat(partial.path("statement").asText()).contains("tested once on the", "chosen among 16 conditions");
        assertThat(firstTask().at("/savedPerMonth/mean").asDouble()).isBetween(0.4 * 108, 0.6 * 108);
        applyPatch();
        assertThat(policy())
                .content()
                .contains("    premiumWhen: [{ tokensOver: ", "    tier: economy\n", "# the margin");
        isUsable();

        Path fresh = data("fresh.jsonl", 800, 2, PartialRouteTest::longOrShort);
        assertThat(run("--check", "--policy", policy().toString())).isEqualTo(1);
        assertThat(run("--policy", policy().toString(), "--data", fresh.toString(), "--accept", "--by", "Ada"))
                .as(out.toString())
                .isZero();
        assertThat(err.toString()).contains("the policy lifts", "of 800 inputs to the baseline");
        assertThat(run("--check", "--policy", policy().toString()))
                .as(out.toString())
                .isZero();
    }

    @Test
    void aGateKeepsHardInputsOnTheBaselineAndOtherExamplesConfirmIt() throws Exception {
        Files.writeString(policy(), POLICY);
        Path patch = dir.resolve("suggested.patch");
        Path html = dir.resolve("r.html");
        assertThat(suggest(
                        data("d.jsonl", 2500, 1, PartialRouteTest::sumOrTalk),
                        "--json",
                        "--margin",
                        "0.025", // the whole margin could hardly be confirmed
                        "--patch",
                        patch.toString(),
                        "--report",
                        html.toString()))
                .isZero();
        JsonNode partial = firstTask().path("partial");
        assertThat(partial.path("premiumWhen").isNull()).isTrue();
        assertThat(partial.path("share").asDouble()).isBetween(0.35, 0.65);
        assertThat(partial.path("curve").size()).isBetween(30, 42);
        assertThat(html)
                .content()
                .contains("Quality by coverage, t, small", "<polyline")
                .doesNotContain("NaN", "http");
        applyPatch();
        assertThat(policy()).content().contains("    gate: { file: \"gates/t-");
        isUsable();
        assertThat(new TaskGates(policy().toString())
                        .findings(PolicyFile.loadWithoutSecrets(policy(), Clock.systemUTC())))
                .isEmpty();

        Path fresh = data("fresh.jsonl", 800, 2, PartialRouteTest::sumOrTalk);
        assertThat(run("--policy", policy().toString(), "--data", fresh.toString(), "--accept", "--by", "Ada"))
                .as(out.toString())
                .isZero();
        assertThat(run("--check", "--policy", policy().toString()))
                .as(out.toString())
                .isZero();
        Files.writeString(policy(), Files.readString(policy()).replace("gate: {", "gate: { threshold: 0.9,"));
        assertThat(run("--check", "--policy", policy().toString())).isEqualTo(1);
        assertThat(out.toString()).contains("the task's definition");
    }

    /** As {@code validate} does: what the gate has learned from would flatter it. */
    @Test
    void examplesThatTheGateHasLearnedFromDoNotCountInTheNextSuggestion() throws Exception {
        Files.writeString(policy(), POLICY);
        Path patch = dir.resolve("suggested.patch");
        Path data = data("d.jsonl", 2500, 1, PartialRouteTest::sumOrTalk);
        assertThat(suggest(data, "--margin", "0.025", "--patch", patch.toString()))
                .isZero();
        applyPatch();

        assertThat(suggest(data)).isZero();
        assertThat(out.toString())
                .contains(
                        "t: economy -> premium",
                        "small: the difficulty gate has learned from all of its examples",
                        "what would help: small: other examples",
                        "2,500 examples were learned from by the difficulty gate and were left out")
                .doesNotContain("not enough evidence");

        Path more = data("more.jsonl", 800, 2, PartialRouteTest::sumOrTalk);
        Files.writeString(more, Files.readString(data), StandardOpenOption.APPEND);
        assertThat(suggest(more, "--json")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).at("/tasks/0/n").asInt())
                .as("those alone that the gate has not learned from")
                .isEqualTo(800);
        assertThat(err.toString()).contains("'t', 'small': the policy lifts", "of 800 inputs to the baseline");
        assertThat(suggest(more)).isZero();
        assertThat(out.toString())
                .contains(
                        "t: economy stays",
                        "2,500 examples were learned from by the difficulty gate and were left out");
    }

    /** Where texts tell nothing, a share of the inputs is like any other: it loses its share of 35 points, and no more than 5. */
    @Test
    void proposesNoMoreThanARandomShareWhereHardInputsLookLikeEasyOnes() throws Exception {
        Files.writeString(policy(), POLICY);
        for (int seed = 1; seed <= 5; seed++) {
            assertThat(suggest(data("d.jsonl", 600, seed, PartialRouteTest::same), "--json"))
                    .isZero();
            JsonNode partial = firstTask().at("/partials/0");
            assertThat(partial.path("premiumWhen").isNull()).as("seed " + seed).isTrue();
            assertThat(0.35 * partial.path("share").asDouble())
                    .as("seed " + seed)
                    .isLessThanOrEqualTo(0.05);
        }
    }

    /** 400 examples leave about 80 to prove a threshold on, too few for 97.5 % and a margin of 1 point, whatever they show. */
    @Test
    void saysWhatATooSmallDataSetLacks() throws Exception {
        Files.writeString(policy(), POLICY.replace("margin: 0.05", "margin: 0.01"));
        assertThat(suggest(data("d.jsonl", 400, 1, PartialRouteTest::sumOrTalk)))
                .isZero();
        assertThat(out.toString())
                .contains("t: premium stays: no cheaper tier passes", "partial route, small", "That takes at least");
    }

    /** The questions stand in the system prompt of every request, and at the gateway none of its questions counts. */
    @Test
    void aConditionIsChosenByWhatTheGatewayLooksAt() throws Exception {
        Files.writeString(policy(), POLICY);
        Path chat = dir.resolve("chat.jsonl");
        SplittableRandom random = new SplittableRandom(4);
        try (BufferedWriter writer = Files.newBufferedWriter(chat)) {
            for (int i = 0; i < 800; i++) {
                boolean hard = random.nextBoolean();
                String asked = "What is wanted? " + (hard ? "Is it new?" : "Say it.");
                String said = "Colour of " + Long.toString(random.nextLong(1L << 50), 36);
                writer.write("{\"task\":\"t\",\"input\":{\"messages\":[{\"role\":\"system\",\"content\":\"" + asked
                        + "\"},{\"role\":\"user\",\"content\":\"" + said
                        + "\"}]},\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":" + (hard ? 0 : 1) + "}}}\n");
            }
        }
        assertThat(suggest(chat, "--json")).isZero();
        assertThat(firstTask().at("/partials/0/premiumWhen").asText("none")).doesNotContain("questionsOver");
    }
}
