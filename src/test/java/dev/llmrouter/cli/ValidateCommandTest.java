package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.EvidenceRevocation;
import dev.llmrouter.evaluate.Scorer;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.report.ProofWords;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("once")
class ValidateCommandTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private int validate(Path data, String... more) {
        List<String> args = new java.util.ArrayList<>(
                List.of("--data", data.toString(), "--baseline", "big", "--candidate", "small", "--margin", "0.03"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    /** @param lost the first examples, which only the baseline gets right @param wrong the last, which neither does */
    private Path data(int n, int lost, int wrong) throws Exception {
        Path file = dir.resolve("data.jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < n; i++) {
                writer.write("{\"task\":\"t" + "\",\"input\":\"question " + Integer.toString(i, 26)
                        + " <script>alert(1)</script>\",\"outputs\":{\"big\":{\"score\":" + (i < n - wrong ? 1 : 0)
                        + ",\"cost_usd\":0.004},\"small\":{\"score\":" + (i < lost || i >= n - wrong ? 0 : 1)
                        + ",\"cost_usd\":0.0002}}}\n");
            }
        }
        return file;
    }

    /** Issue 6, the seed case. */
    @Test
    void prints250MoreErrorsDaily() throws Exception {
        int exit = validate(data(1000, 25, 5), "--per-day", "10000", "--error-cost", "4");
        assertThat(exit).isEqualTo(1);
        assertThat(out.toString())
                .contains("97.0 % against 99.5 % at 10,000 a day: 250 more errors daily; at $4.00 each $1,000 a day, "
                        + "against $38 a day saved: do not route");
    }

    @Test
    void printsTheContractsJson() throws Exception {
        assertThat(validate(data(1000, 25, 5), "--per-day", "10000", "--json")).isEqualTo(1);
        JsonNode task = new ObjectMapper().readTree(out.toString()).at("/tasks/0");
        assertThat(task.at("/quality/candidate").asDouble()).isEqualTo(0.97);
        assertThat(task.path("errorsPerDay").asDouble()).isEqualTo(250);
        assertThat(task.path("verdict").asText()).isEqualTo("inconclusive");
        assertThat(task.path("needed").asInt()).isGreaterThan(1000);
    }

    private Path policy(String... changes) throws Exception {
        String text = """
                version: 1
                owner: team
                baseline: premium
                evidence: enforce
                providers:
                  p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: "{{env:NO_SUCH_KEY_HERE}}" }
                models:
                  big: { provider: p, price: unknown }
                  small: { provider: p, price: unknown }
                  tiny: { provider: p, price: unknown }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [big] }
                tasks:
                  t:
                    tier: economy
                    description: Sort tickets.
                    rationale: Simple enough.
                    margin: 0.03
                    errorCost: 0.01
                """;
        for (int i = 0; i < changes.length; i += 2) {
            text = text.replace(changes[i], changes[i + 1]);
        }
        return Files.writeString(dir.resolve("policy.yaml"), text);
    }

    private int accept(Path data, String... more) {
        List<String> args = new java.util.ArrayList<>(List.of(
                "--data",
                data.toString(),
                "--policy",
                dir.resolve("policy.yaml").toString(),
                "--accept",
                "--by",
                "Ada"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private int check() {
        out.getBuffer().setLength(0);
        return run("--check", "--policy", dir.resolve("policy.yaml").toString());
    }

    /** Issue 13, D3: terms come from the policy, evidence lies beside it and shows tampering. */
    @Test
    void acceptsWhatThePolicyAsksFor() throws Exception {
        policy();
        assertThat(check()).isEqualTo(1);
        assertThat(accept(data(400, 0, 5))).isZero();
        assertThat(check()).isZero();
        Path file = EvidenceFile.path(dir.resolve("evidence"), "t");
        assertThat(file).content().contains("\"by\" : \"Ada\"", "\"modelVersion\" : \"p/small\"");
        Files.writeString(file, Files.readString(file).replace("Ada", "Eve"));
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("was changed after it was accepted");
    }

    @Test
    void aLaterFailureRevokes() throws Exception {
        policy();
        assertThat(accept(data(400, 0, 5))).isZero();
        assertThat(accept(data(400, 80, 5))).isEqualTo(1);
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("was not accepted: failed", "shown to be worse", "on its new answers");
        assertThat(accept(data(50, 0, 5))).isEqualTo(1);
        assertThat(err.toString()).contains("t.json: small not-proven; what stood there stays: failed");
    }

    @Test
    void aChangedTaskModelOrMarginMakesEvidenceInvalid() throws Exception {
        policy();
        assertThat(accept(data(400, 0, 5))).isZero();
        policy("Sort tickets.", "Sort other things.");
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("the task's definition");
        policy("small: { provider: p,", "small: { provider: p, id: small-2,");
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("now it is p/small-2");
        policy("margin: 0.03", "margin: 0.02");
        assertThat(check()).isEqualTo(1);
        policy("models: [small]", "models: [small, tiny]");
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("proves nothing about model 'tiny'");
        policy("{ models: [small] }", "{ models: [small], canary: { model: tiny, percent: 5 } }");
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("proves nothing about model 'tiny'");
        policy("{ models: [small] }", "{ models: [small], canary: { model: big, percent: 5 } }");
        assertThat(check()).isZero();
    }

    private String proof() throws Exception {
        Path file = dir.resolve("policy.yaml");
        RoutingPolicy loaded = PolicyFile.loadWithoutSecrets(file, Clock.systemUTC());
        EvidenceCheck check = EvidenceCheck.read(dir.resolve("evidence"), loaded, file.toString());
        return new ProofWords(loaded, check, LocalDate.now(ZoneOffset.UTC))
                .state(loaded.task("t").orElseThrow());
    }

    /** As a gateway decides: who is proven serves, whoever else the tier names. */
    @Test
    void documentsSayWhoServesWhereSomeAreProven() throws Exception {
        policy();
        assertThat(proof()).isEqualTo("missing: tier premium serves in its place");
        assertThat(accept(data(400, 0, 5))).isZero();
        assertThat(proof()).startsWith("valid until ").doesNotContain(";");
        policy("{ models: [small] }", "{ models: [small, tiny], canary: { model: tiny, percent: 5 } }");
        assertThat(proof()).startsWith("valid until ").endsWith("; left out: tiny (missing)");
        policy("{ models: [small] }", "{ models: [small, big], canary: { model: tiny, percent: 5 } }");
        assertThat(proof()).startsWith("valid until ").endsWith("; canary tiny is left out (missing)");
        policy("{ models: [small] }", "{ models: [small], canary: { model: tiny, percent: 5 } }", "enforce", "warn");
        assertThat(proof()).startsWith("valid until ").endsWith("; canary tiny is served unproven (missing)");
        policy("{ models: [small] }", "{ models: [small, tiny] }", "enforce", "warn");
        assertThat(proof()).isEqualTo("missing: served all the same");
        policy("{ models: [small] }", "{ models: [big] }");
        assertThat(proof()).startsWith("not needed: ");
    }

    /** As the gateway decides: it serves with such a tier without evidence. */
    @Test
    void aTierThatCostsNoLessThanTheBaselineNeedsNoEvidence() throws Exception {
        policy();
        assertThat(check()).isEqualTo(1);
        policy(
                "big: { provider: p, price: unknown }",
                "big: { provider: p, price: { input: 1, output: 2 } }",
                "small: { provider: p, price: unknown }",
                "small: { provider: p, price: { input: 1, output: 2 } }");
        assertThat(check()).isZero();
        policy(
                "big: { provider: p, price: unknown }",
                "big: { provider: p, price: { input: 1, output: 2 } }",
                "small: { provider: p, price: unknown }",
                "small: { provider: p, price: { input: 1, output: 1 } }");
        assertThat(check()).isEqualTo(1);
    }

    @Test
    void everyModelOfATierIsProven() throws Exception {
        policy("models: [small]", "models: [small, tiny]");
        Path data = data(400, 0, 5);
        Files.writeString(data, Files.readString(data).replaceAll("\"small\":(\\{[^}]*})", "\"small\":$1,\"tiny\":$1"));
        assertThat(accept(data)).isZero();
        assertThat(check()).isZero();
    }

    /** "pass, may be routed" above a refusal is a claim without evidence. */
    @Test
    void answersWhoseEvidenceWasRevokedAreCalledSpentInEveryReport() throws Exception {
        policy();
        Path data = data(400, 0, 5);
        assertThat(accept(data)).isZero();
        EvidenceRevocation.revoke(
                dir.resolve("evidence"), "t", LocalDate.now(ZoneOffset.UTC).plusDays(1), "quality fell");
        out.getBuffer().setLength(0);
        Path html = dir.resolve("r.html");
        assertThat(accept(data, "--report", html.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("spent  t: small for big", "do not route: evidence from exactly these answers was revoked")
                .doesNotContain("pass  t", "may be routed");
        assertThat(err.toString()).contains("not accepted, because evidence from exactly these answers was revoked");
        assertThat(Files.readString(html)).contains("tag spent").doesNotContain("may be routed");
        out.getBuffer().setLength(0);
        assertThat(run(
                        "--policy",
                        dir.resolve("policy.yaml").toString(),
                        "--data",
                        data.toString(),
                        "--recorded",
                        "--json"))
                .as("the same where nothing is accepted")
                .isEqualTo(1);
        JsonNode task = strictly(out.toString()).at("/tasks/0");
        assertThat(task.path("acceptance").textValue()).isEqualTo("spent");
        assertThat(task.path("spent").textValue()).contains("revoked");
    }

    @Test
    void aNetLossIsNotAccepted() throws Exception {
        policy("errorCost: 0.01", "errorCost: 100");
        Path html = dir.resolve("r.html");
        assertThat(accept(data(2000, 5, 5), "--report", html.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("net loss", "costs more than it saves");
        assertThat(html).content().contains("0 of 1 may take", "net loss");
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .as("the same data give the same verdict, until errorCost or prices are corrected")
                .contains(
                        EvidenceFinding.NET_LOSS,
                        "good enough",
                        "says the same as long as these stay",
                        "errorCost or the prices if they are wrong and run validate --accept",
                        "rationale",
                        "or route it to 'premium'")
                .doesNotContain("net-loss; run validate --accept");
    }

    @Test
    void anotherLookGoesThroughTheSequentialTest() throws Exception {
        policy();
        assertThat(accept(data(120, 1, 5))).isEqualTo(1);
        assertThat(accept(data(400, 1, 5))).isZero();
        Path file = EvidenceFile.path(dir.resolve("evidence"), "t");
        assertThat(file).content().contains("betting mixture, look 2");
        assertThat(EvidenceFile.read(file).proof("small").orElseThrow().looks()).hasSize(2);
        assertThat(accept(data(400, 1, 5))).isZero();
        assertThat(EvidenceFile.read(file).proof("small").orElseThrow().looks()).hasSize(2);
    }

    /** Both were judged as a first look. */
    @Test
    void aLookThatIsEnteredBetweenVerdictAndEvidenceHasItJudgedAnew() throws Exception {
        policy();
        Path late = Files.move(data(400, 0, 5), dir.resolve("late.jsonl"));
        Path early = data(300, 0, 5);
        List<Integer> others = new java.util.ArrayList<>();
        StringWriter meanwhile = new StringWriter() {
            @Override
            public void write(String text, int from, int length) {
                super.write(text, from, length);
                if (others.isEmpty()) { // the report is written: the verdict is known
                    others.add(-1);
                    others.add(accept(early));
                }
            }
        };
        String[] args = {
            "--data", late.toString(), "--policy", dir.resolve("policy.yaml").toString(), "--accept", "--by", "Bo"
        };
        int exit = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(meanwhile, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        assertThat(others).containsExactly(-1, 0);
        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("evidence: task 't', model 'small': not entered, because another look at task 't' was entered"
                        + " meanwhile; run again");
        Path file = EvidenceFile.path(dir.resolve("evidence"), "t");
        assertThat(EvidenceFile.read(file).proof("small").orElseThrow().looks()).hasSize(1);
        assertThat(accept(late)).isZero();
        assertThat(file).content().contains("betting mixture, look 2");
    }

    private JsonNode look(Path data, String... more) throws Exception {
        out.getBuffer().setLength(0);
        List<String> args = new java.util.ArrayList<>(List.of("--data", data.toString(), "--baseline", "big"));
        args.addAll(List.of("--candidate", "small", "--margin", "0.05", "--json", "--evidence"));
        args.add(dir.resolve("evidence").toString());
        args.addAll(List.of(more));
        run(args.toArray(String[]::new));
        return new ObjectMapper().readTree(out.toString()).at("/tasks/0");
    }

    /** With answers that are all alike the number grew from look to look, and was never enough. */
    @Test
    void whatIsNeededIsEnoughForTheNextLook() throws Exception {
        String[] accepting = {"--accept", "--by", "Ada"};
        JsonNode only = look(data(50, 0, 0));
        assertThat(only.path("needed").asInt())
                .as("a first look that is not entered")
                .isEqualTo(59);
        assertThat(only.path("neededLook").asInt()).isEqualTo(1);
        JsonNode first = look(data(50, 0, 0), accepting);
        assertThat(first.path("needed").asInt()).isGreaterThan(100);
        assertThat(first.path("neededLook").asInt()).isEqualTo(2);
        JsonNode again = look(data(50, 0, 0));
        assertThat(again.path("needed").asInt())
                .as("the same data, which are the first look by now")
                .isEqualTo(first.path("needed").asInt());
        JsonNode second = look(data(first.path("needed").asInt(), 0, 0), accepting);
        assertThat(second.path("method").asText()).contains("look 2");
        assertThat(second.path("verdict").asText()).isEqualTo("pass");
    }

    /** Ten that did not pass and an eleventh that was accepted counted as one look. */
    @Test
    void aLookThatIsNotEnteredIsSaidNotToCount() throws Exception {
        policy();
        Path data = data(120, 1, 5);
        String[] args = {
            "--data", data.toString(), "--policy", dir.resolve("policy.yaml").toString()
        };
        assertThat(run(args)).isEqualTo(1);
        assertThat(err.toString()).containsOnlyOnce("this look is not counted").contains("--accept --by NAME");
        assertThat(dir.resolve("evidence")).doesNotExist();
        err.getBuffer().setLength(0);
        assertThat(accept(data)).isEqualTo(1);
        assertThat(err.toString()).doesNotContain("not counted");
        assertThat(run(args)).isEqualTo(1);
        assertThat(err.toString()).as("it is entered already").doesNotContain("not counted");
        assertThat(run(
                        "--data",
                        data.toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString(),
                        "--margin",
                        "0.02"))
                .isEqualTo(1);
        assertThat(err.toString()).as("the same look at another margin").doesNotContain("not counted");
        assertThat(run(
                        "--data",
                        data.toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString(),
                        "--scorer",
                        "contains-all"))
                .isEqualTo(1);
        assertThat(err.toString()).as("another question").contains("not counted");
        err.getBuffer().setLength(0);
        assertThat(run(
                        "--data",
                        data(400, 0, 0).toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString()))
                .isZero();
        assertThat(err.toString())
                .as("what passes is accepted, or nothing comes of it")
                .doesNotContain("not counted");
    }

    /** {@code --accept} refuses what the simulator makes up, so it could not be entered. */
    @Test
    void answersOfTheSimulatorAreNotSaidNotToCount() throws Exception {
        policy("evidence: enforce", "evidence: enforce\nsimulation: always");
        Path data = dir.resolve("asked.jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(data)) {
            for (int i = 0; i < 40; i++) {
                writer.write("{\"task\":\"t\",\"input\":\"question " + i + "\",\"expected\":\"x\"}\n");
            }
        }
        assertThat(run(
                        "--data",
                        data.toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString(),
                        "--yes"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("answers are the simulator's").doesNotContain("not counted");
    }

    /** Issue 13, D2: 12 inputs 20 times are not 240 examples. */
    @Test
    void repeatsAreNoEvidenceUntilSomebodyOverridesThem() throws Exception {
        policy();
        String some = Files.readString(data(12, 0, 0));
        Path data = Files.writeString(dir.resolve("repeats.jsonl"), some.repeat(20));
        assertThat(accept(data, "--json")).isEqualTo(1);
        JsonNode task = new ObjectMapper().readTree(out.toString()).at("/tasks/0");
        assertThat(task.path("verdict").asText()).isEqualTo("inconclusive");
        assertThat(task.path("usable").asBoolean()).isFalse();
        assertThat(task.path("faults").toString()).contains("repeat");
        assertThat(check()).isEqualTo(1);
        assertThat(accept(data, "--override-data", "the twelve forms are all there are"))
                .isZero();
        assertThat(check()).isZero();
        assertThat(EvidenceFile.path(dir.resolve("evidence"), "t")).content().contains("the twelve forms");
    }

    @Test
    void missingAnswersAreNoEvidence() throws Exception {
        Path data = data(400, 0, 0);
        String text = Files.readString(data);
        for (int i = 0; i < 6; i++) {
            text = text.replaceFirst("\"big\":\\{\"score\":1", "\"other\":{\"score\":1");
        }
        Files.writeString(data, text);
        assertThat(validate(data)).isEqualTo(1);
        assertThat(out.toString()).contains("not usable", "6 of 400 answers of the baseline");
    }

    @Test
    void saysBeforeAnythingElseThatTooFewExamplesCannotPass() throws Exception {
        assertThat(validate(data(50, 0, 0))).isEqualTo(1);
        assertThat(err.toString())
                .contains("fewer than 99 can never pass", "a margin of 5.9 points or wider", "evidence: collect")
                .doesNotContain("smallest loss"); // no option states one
    }

    /** Two candidates share the error level: 99 examples are enough for one of them alone. */
    @Test
    void severalCandidatesNeedMoreExamples() throws Exception {
        String[] one = {
            "--data", data(120, 0, 0).toString(), "--baseline", "big", "--candidate", "small", "--margin", "0.03"
        };
        run(one);
        assertThat(err.toString()).doesNotContain("can never pass");
        String[] two = Arrays.copyOf(one, one.length + 2);
        two[one.length] = "--candidate";
        two[one.length + 1] = "other";
        run(two);
        assertThat(err.toString()).contains("fewer than 122 can never pass", "an error level of 2.5 %");
        String[] each = Arrays.copyOf(two, two.length + 2);
        each[two.length] = "--correction";
        each[two.length + 1] = "none";
        err.getBuffer().setLength(0);
        run(each);
        assertThat(err.toString()).doesNotContain("can never pass");
    }

    /** Below 30 examples nothing passes, whatever the margin. */
    @Test
    void offersNoMarginThatWouldNotHelp() throws Exception {
        assertThat(run(
                        "--data",
                        data(29, 0, 0).toString(),
                        "--baseline",
                        "big",
                        "--candidate",
                        "small",
                        "--margin",
                        "0.5"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("fewer than 30 can never pass", "What helps: 1 more examples, or evidence")
                .doesNotContain("or wider");
    }

    @Test
    void saysWhyATaskOnTheBaselineTierIsNotCompared() throws Exception {
        Path policy = policy("tier: economy", "tier: premium");
        String said = "task 't' is on the baseline tier, so there is no candidate: name one with --candidate, or use"
                + " --suggest";
        Path data = data(400, 0, 5);
        assertThat(run("--data", data.toString(), "--policy", policy.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains(said);
        err.getBuffer().setLength(0);
        assertThat(run("--data", data.toString(), "--policy", policy.toString(), "--dry-run"))
                .isZero();
        assertThat(err.toString()).contains(said);
        err.getBuffer().setLength(0);
        assertThat(run("--data", data.toString(), "--policy", policy.toString(), "--candidate", "small"))
                .isZero();
        assertThat(err.toString()).doesNotContain("baseline tier");
    }

    @Test
    void optionsOfSuggestionsAreNotIgnored() throws Exception {
        Path policy = policy();
        Path data = data(400, 0, 5);
        Path patch = dir.resolve("p.patch");
        assertThat(run("--data", data.toString(), "--policy", policy.toString(), "--patch", patch.toString()))
                .isEqualTo(2);
        assertThat(run("--data", data.toString(), "--policy", policy.toString(), "--volume", "t=3"))
                .isEqualTo(2);
        assertThat(run("--check", "--suggest", "--policy", policy.toString(), "--patch", patch.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--patch goes with --suggest: add it, or leave --patch out",
                        "--volume goes with --suggest: add it, or leave --volume out",
                        "--check only looks at the evidence: leave --suggest out, or --check");
    }

    @Test
    void needIsWordedByDirection() throws Exception {
        assertThat(validate(data(60, 4, 0))).isEqualTo(1);
        assertThat(out.toString()).contains("would likely prove failure");
    }

    @Test
    void namesEveryBadLineAndUsesTheRest() throws Exception {
        Path file = data(400, 0, 0);
        Files.writeString(
                file,
                Files.readString(file) + "{oops\n[]\n{\"input\":\"x\"}\n"
                        + "{\"task\":\"t\",\"input\":\"x\",\"outputs\":{\"big\":{\"score\":2}}}\n");
        assertThat(validate(file, "--json")).isZero();
        assertThat(err.toString()).contains("line 401", "line 402", "line 403", "line 404", "from 0 to 1");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("badLines").asInt()).isEqualTo(4);
        assertThat(json.at("/tasks/0/n").asInt()).isEqualTo(400);
    }

    /** A table of 20,000 rows filled the screen, and nothing said what is wanted. */
    @Test
    void anotherFormatIsToldInAFewLines() throws Exception {
        Path table = Files.writeString(
                dir.resolve("table.csv"), "task,input,expected\n" + "t,Is it red?,yes\n".repeat(20_000));
        assertThat(validate(table)).isEqualTo(2);
        assertThat(err.toString().lines().toList())
                .hasSizeLessThan(15)
                .anyMatch(line -> line.endsWith("table.csv: and 19,991 more lines that cannot be used"))
                .anyMatch(
                        line -> line.contains("one object with 'task' and 'input'") && line.contains("looks like CSV"));

        Path array = Files.writeString(dir.resolve("array.json"), "[{\"task\":\"t\",\"input\":\"x\"}]\n");
        assertThat(validate(array)).isEqualTo(2);
        assertThat(err.toString()).contains("looks like a JSON array", "jq -c '.[]'");

        Path wide = Files.writeString(dir.resolve("wide.json"), "{\n  \"task\": \"t\",\n  \"input\": \"x\"\n}\n");
        assertThat(validate(wide)).isEqualTo(2);
        assertThat(err.toString()).contains("objects over several lines", "jq -c .");

        Path few = data(400, 0, 0);
        Files.writeString(few, Files.readString(few) + "{oops\n".repeat(3));
        err.getBuffer().setLength(0);
        assertThat(validate(few)).isZero();
        assertThat(err.toString()).doesNotContain("more lines", "JSON Lines");
    }

    @Test
    void saysWhichFileIsTornAndWhatToGive() throws Exception {
        byte[] whole;
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
                packed.write(Files.readAllBytes(data(200, 0, 0)));
            }
            whole = bytes.toByteArray();
        }
        Path torn = Files.write(dir.resolve("torn.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertThat(validate(torn)).isEqualTo(2);
        assertThat(err.toString()).contains("torn.gz: cannot be read after example", "plain or gzip");
    }

    @Test
    void saysThatCallsNeedAPolicy() throws Exception {
        assertThat(run(
                        "--data",
                        data(40, 0, 0).toString(),
                        "--baseline",
                        "big",
                        "--candidate",
                        "other",
                        "--margin",
                        "0.1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no recorded outputs of other", "--policy FILE");
    }

    /** Fails at what it was not made for. */
    public static final class Fragile implements Scorer {
        @Override
        public double score(@Nullable JsonNode expected, String answer) {
            if (answer.equals("secretword")) {
                throw new IllegalStateException("no grade for " + answer);
            }
            return 1;
        }
    }

    /** Cannot be made. */
    public static final class Unmade implements Scorer {
        /** Fails. */
        public Unmade() {
            throw new IllegalStateException("no dictionary");
        }

        @Override
        public double score(@Nullable JsonNode expected, String answer) {
            return 1;
        }
    }

    @Test
    void saysWhichScorerOfTheUsersFailedWhereAndWithWhat() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 40; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"question " + i
                    + "\",\"expected\":\"x\",\"outputs\":{\"big\":{\"text\":\"x\"},\"small\":{\"text\":\""
                    + (i == 3 ? "secretword" : "x") + "\"}}}\n");
        }
        Path data = Files.writeString(dir.resolve("data.jsonl"), lines);
        String fragile = Fragile.class.getName();
        assertThat(validate(data, "--scorer", "2*bean:" + fragile)).isEqualTo(2);
        assertThat(err.toString())
                .contains(data + ": line 3: scorer '2*bean:" + fragile + "': class " + fragile
                        + " threw java.lang.IllegalStateException in score (ValidateCommandTest.java:")
                .doesNotContain("secretword");
        String unmade = Unmade.class.getName();
        assertThat(validate(data, "--scorer", "bean:" + unmade)).isEqualTo(2);
        assertThat(err.toString())
                .contains("scorer 'bean:" + unmade + "'", "java.lang.IllegalStateException: no dictionary");
    }

    @Test
    void namesAFileThatIsNotThere() throws Exception {
        String none = dir.resolve("none.jsonl").toString();
        assertThat(run("--data", none, "--baseline", "big", "--candidate", "small", "--margin", "0.03"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no file " + none).doesNotContain("Exception");
    }

    @Test
    void namesAllThatIsMissingAtOnce() {
        assertThat(run("--margin", "0.03")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "validate: --data FILE, --baseline MODEL, --candidate MODEL are missing; --policy FILE states all"
                                + " but --data. See validate --help");
    }

    @Test
    void refusesWrongUsage() throws Exception {
        Path file = data(40, 0, 0);
        assertThat(validate(file, "--alpha", "0.7")).isEqualTo(2);
        assertThat(validate(file, "--correction", "magic")).isEqualTo(2);
        assertThat(validate(dir.resolve("absent"))).isEqualTo(2);
        assertThat(run("--margin", "x")).isEqualTo(2);
    }

    @Test
    void writesAPageThatRunsNoScript() throws Exception {
        Path html = dir.resolve("r.html");
        Path markdown = dir.resolve("r.md");
        validate(data(200, 9, 5), "--report", html.toString(), "--markdown", markdown.toString());
        assertThat(html).content().contains("&lt;script&gt;").doesNotContain("<script", "NaN", "http");
        assertThat(markdown).content().contains("## Method").doesNotContain("NaN");
    }

    @Test
    void takesAHundredThousandExamples() throws Exception {
        assertThat(validate(data(100_000, 100, 5), "--json")).isZero();
    }

    /** Answers of a baseline that were not parsed look like a great saving. */
    @Test
    void writesNoEvidenceOnASuspectBaseline() throws Exception {
        Path evidence = dir.resolve("none");
        int exit = run(
                "--data",
                data(100, 80, 0).toString(),
                "--baseline",
                "small",
                "--candidate",
                "big",
                "--margin",
                "0.03",
                "--accept",
                "--by",
                "Ada",
                "--evidence",
                evidence.toString());
        assertThat(exit).isEqualTo(1);
        assertThat(out.toString()).contains("80.0 points below the candidate", "not usable");
        assertThat(EvidenceFile.read(EvidenceFile.path(evidence, "t"))
                        .proof("big")
                        .orElseThrow()
                        .isAccepted())
                .isFalse();
    }

    @Test
    void checkPrintsJsonAndNothingElse() throws Exception {
        policy();
        String file = dir.resolve("policy.yaml").toString();
        assertThat(run("--check", "--json", "--policy", file)).isEqualTo(1);
        JsonNode missing = strictly(out.toString());
        assertThat(missing.path("valid").booleanValue()).isFalse();
        assertThat(missing.path("tasks")).hasSize(1);
        JsonNode task = missing.at("/tasks/0");
        assertThat(task.path("task").textValue()).isEqualTo("t");
        assertThat(task.path("tier").textValue()).isEqualTo("economy");
        assertThat(task.at("/models/0").textValue()).isEqualTo("small");
        assertThat(task.path("state").textValue()).isEqualTo("missing");
        assertThat(task.path("until").isNull()).isTrue();
        assertThat(task.at("/problems/0").textValue()).isEqualTo("is not there");

        assertThat(accept(data(400, 0, 5))).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("--check", "--json", "--policy", file)).isZero();
        JsonNode valid = strictly(out.toString());
        assertThat(valid.path("valid").booleanValue()).isTrue();
        assertThat(valid.at("/tasks/0/state").textValue()).isEqualTo("valid");
        assertThat(valid.at("/tasks/0/until").textValue()).matches("\\d{4}-\\d\\d-\\d\\d");
        assertThat(valid.at("/tasks/0/problems")).isEmpty();
    }

    private static JsonNode strictly(String text) throws Exception {
        return new ObjectMapper()
                .readerFor(JsonNode.class)
                .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readValue(text);
    }

    @Test
    void neitherDataNorPolicyNorJournalIsWrittenOver() throws Exception {
        Path data = data(50, 0, 0);
        Path policy = policy();
        String examples = Files.readString(data);
        String text = Files.readString(policy);
        String page = dir.resolve("a.html").toString();

        assertThat(validate(data, "--report", data.toString())).isEqualTo(2);
        assertThat(validate(data, "--markdown", dir + "/./data.jsonl")).isEqualTo(2);
        assertThat(validate(data, "--report", page, "--markdown", page)).isEqualTo(2);
        assertThat(validate(data, "--journal", data.toString())).isEqualTo(2);
        assertThat(validate(
                        data,
                        "--report",
                        dir.resolve("data.jsonl.journal.jsonl").toString()))
                .isEqualTo(2);
        assertThat(run(
                        "--suggest",
                        "--data",
                        data.toString(),
                        "--policy",
                        policy.toString(),
                        "--patch",
                        policy.toString()))
                .isEqualTo(2);
        policy("    tier: economy\n", "    tier: economy\n    examples: data.jsonl\n");
        assertThat(run("--suggest", "--policy", policy.toString(), "--report", data.toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines().filter(line -> line.contains("is the same file as")))
                .hasSize(7);
        assertThat(out.toString()).isEmpty();
        assertThat(Files.readString(data)).isEqualTo(examples);
        assertThat(Files.readString(policy)).isNotEqualTo(text).contains("version: 1");
        assertThat(Path.of(page)).doesNotExist();
    }

    @Test
    void dataThatIsNotInUtf8IsNotAsked() throws Exception {
        Path latin = Files.write(
                dir.resolve("latin.jsonl"),
                "{\"task\":\"t\",\"input\":\"a\"}\n{\"task\":\"t\",\"input\":\"caf\u00e9\"}\n"
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(validate(latin)).isEqualTo(2);
        assertThat(err.toString()).contains("latin.jsonl", "line 2 is not in UTF-8", "iconv");
        policy();
        err.getBuffer().setLength(0);
        assertThat(run(
                        "--data",
                        latin.toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 2 is not in UTF-8");
    }

    @Test
    void messagesNameNoClasses() throws Exception {
        assertThat(validate(dir)).isEqualTo(2);
        assertThat(err.toString()).contains("is a folder").doesNotContain("Exception");
        assertThat(validate(data(5, 0, 0), "--max-cost", "five")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--max-cost", "'five' is no number that can be meant")
                .doesNotContain("BigDecimal");
    }
}
