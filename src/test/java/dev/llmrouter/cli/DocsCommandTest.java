package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DocsCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-10-01T12:00:00Z"), ZoneOffset.UTC);

    private static final String POLICY = """
            version: 1
            owner: integration-platform
            baseline: premium
            evidence: enforce
            providers:
              lab: { protocol: openai, baseUrl: "https://secret-host.example/v1", apiKey: "{{env:LAB_KEY}}" }
            models:
              small: { provider: lab, context: 128000, price: { input: 0.15, output: 0.60, asOf: 2026-07-02 } }
              spare: { provider: lab, context: 64000, price: unknown }
              large: { provider: lab, context: 128000, price: { input: 2.50, output: 10.00, asOf: 2026-07-02 } }
            tiers:
              economy: { models: [small, spare], timeout: 20s }
              premium: { models: [large], timeout: 120s }
            tasks:
              summary:
                tier: economy
                description: Summaries of a few sentences
                rationale: The text is there | the model only <shortens> it.
                margin: 0.03
                errorCost: 4.00
                premiumWhen: [ { tokensOver: 2000 }, { languageNotIn: [en, de] } ]
                verify: { maxLength: 1200, onFailure: escalate }
                review: { qualityDrop: 0.02, costRise: 0.25, minPerWeek: 200 }
              analysis:
                tier: premium
                description: Judging a text
                rationale: It needs reasoning.
            rules:
              - { id: summarise, when: { keywords: [summarise], tokensUnder: 1500 }, task: summary }
            """;

    @TempDir
    Path folder;

    private Path policy = Path.of("");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new DocsCommand(CLOCK, Map.of()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private int docs(String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "--policy";
        all[1] = policy.toString();
        System.arraycopy(more, 0, all, 2, more.length);
        return run(all);
    }

    @Test
    void saysWhichTaskGoesWhereAndWhyAndWhatHappensWhenItFails() {
        assertThat(docs()).isZero();
        assertThat(out.toString())
                .contains("| summary | economy | small, spare | missing: tier premium serves in its place |")
                .contains("- **Served by:** tier economy: small, then spare")
                .contains(
                        "- **Served by tier premium when:** the input has more than 2000 tokens; or its language is not"
                                + " known to be de or en")
                .contains("rule summarise (it says \"summarise\" and the input has fewer than 1500 tokens)")
                .contains("- **An output that is not usable:** is replaced by one of tier premium")
                .contains("quality falls by 2.0 % of outputs or cost per request rises by 25.0 %")
                .contains("(judged from 200 requests a week)")
                .contains("| spare | lab | 64,000 | text | unknown | unknown | unknown | not stated |")
                .contains("| small | lab | 128,000 | text | 0.15 | unknown | 0.60 | 2026-07-02 |");
    }

    @Test
    void isMarkdownAndHtmlWhateverThePolicySays() throws IOException {
        Path docs = folder.resolve("docs");
        assertThat(docs("--out", docs.toString())).isZero();
        assertThat(Files.readString(docs.resolve("routing.md")))
                .contains("The text is there \\| the model only \\<shortens\\> it.");
        assertThat(Files.readString(docs.resolve("routing.html")))
                .contains("the model only &lt;shortens&gt; it.")
                .doesNotContain("<script")
                .doesNotContain("http");
    }

    @Test
    void showsNeitherKeysNorAddressesOfProviders() {
        docs();
        assertThat(out.toString()).doesNotContain("secret-host").doesNotContain("LAB_KEY");
    }

    @Test
    void checkIsSatisfiedWithWhatItWroteAndNotAfterAChange() throws IOException {
        String docs = folder.resolve("docs").toString();
        assertThat(docs("--out", docs, "--check")).isEqualTo(1);
        assertThat(out.toString()).contains("routing.md is not there");
        assertThat(docs("--out", docs)).isZero();
        assertThat(docs("--out", docs, "--check")).isZero();

        Files.writeString(policy, POLICY.replace("tokensOver: 2000", "tokensOver: 1000"));

        assertThat(docs("--out", docs, "--check")).isEqualTo(1);
        assertThat(out.toString()).contains("routing.md is stale").contains("routing.html is stale");
    }

    @Test
    void whatWasWrittenAndWhatIsStaleAreThereAsJson() throws IOException {
        String docs = folder.resolve("docs").toString();
        String markdown = folder.resolve("docs/routing.md").toString();
        assertThat(docs("--json")).isZero();
        String text =
                new ObjectMapper().readTree(out.toString()).at("/markdown").textValue();
        docs();
        assertThat(text).isEqualTo(out.toString()).contains("| summary |");

        assertThat(docs("--out", docs, "--check", "--json")).isEqualTo(1);
        JsonNode missing = new ObjectMapper().readTree(out.toString());
        assertThat(missing.at("/ok").booleanValue()).isFalse();
        assertThat(missing.at("/problems/0/kind").textValue()).isEqualTo("missing");
        assertThat(missing.at("/problems/0/file").textValue()).isEqualTo(markdown);
        assertThat(docs("--out", docs, "--json")).isZero();
        JsonNode written = new ObjectMapper().readTree(out.toString()).at("/written");
        assertThat(written).hasSize(2);
        assertThat(written.at("/0").textValue()).isEqualTo(markdown);
        assertThat(docs("--out", docs, "--check", "--json")).isZero();
        assertThat(out.toString().strip()).isEqualTo("{\"ok\":true,\"problems\":[]}");

        Files.writeString(policy, POLICY.replace("rationale: It needs reasoning.", "rationale: \"\""));
        assertThat(docs("--out", docs, "--check", "--json")).isEqualTo(1);
        JsonNode stale = new ObjectMapper().readTree(out.toString()).at("/problems");
        assertThat(stale)
                .extracting(problem -> problem.path("kind").textValue())
                .containsExactly("no-rationale", "stale", "stale");
        assertThat(stale.at("/0/task").textValue()).isEqualTo("analysis");
        assertThat(stale.at("/1/text").textValue()).contains("Write it anew");
    }

    @Test
    void checkRefusesATaskWithoutRationale() throws IOException {
        Files.writeString(policy, POLICY.replace("rationale: It needs reasoning.", "rationale: \"\""));
        assertThat(docs("--check")).isEqualTo(1);
        assertThat(out + err.toString()).contains("analysis").contains("rationale");
    }

    @Test
    void tellsWhatHasChangedSinceAnEarlierPolicy() throws IOException {
        Path before = Files.writeString(folder.resolve("before.yaml"), POLICY);
        Files.writeString(
                policy,
                POLICY.replace("margin: 0.03", "margin: 0.05")
                        .replace("tier: premium\n", "tier: economy\n")
                        .replace("input: 2.50", "input: 2.00"));
        assertThat(docs("--against", before.toString())).isZero();
        assertThat(out.toString())
                .contains("- Task summary: the acceptable loss was \"0.03\", and is \"0.05\".")
                .contains("- Task analysis: the tier was \"premium\", and is \"economy\".")
                .contains("- Model large: the price of input, USD per million tokens, was \"2.50\", and is \"2.00\".");
    }

    @Test
    void tellsOfAnotherHostAnotherPriceOfTheCacheAndAnotherGateWithoutSecrets() throws IOException {
        Path before = Files.writeString(
                folder.resolve("before.yaml"),
                POLICY.replace("margin: 0.03", "margin: 0.03\n    gate: { file: s.gate, threshold: 0.1 }"));
        Files.writeString(
                policy,
                POLICY.replace("margin: 0.03", "margin: 0.03\n    gate: { file: s.gate, threshold: 0.9 }")
                        .replace("https://secret-host.example/v1", "https://other.example/v1/hidden1")
                        .replace("output: 0.60,", "output: 0.60, cacheWrite: 0.12,")
                        .replace("{{env:LAB_KEY}}", "hidden2"));
        assertThat(docs("--against", before.toString())).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("- Provider lab: the address was \"secret-host.example\", and is \"other.example\".")
                .contains("- Provider lab: the key is another one (not shown in full).")
                .contains(
                        "- Model small: the price of writing to the cache, USD per million tokens, was not stated, and is"
                                + " \"0.12\".")
                .contains(
                        "- Task summary: the highest score that passes the difficulty gate was \"0.1\", and is \"0.9\".")
                .doesNotContain("hidden");
    }

    @Test
    void tellsOfTheDifficultyGateThatSendsInputsToTheBaseline() throws IOException {
        Files.writeString(
                policy, POLICY.replace("margin: 0.03", "margin: 0.03\n    gate: { file: s.gate, threshold: 0.1 }"));
        assertThat(docs()).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "- **Served by tier premium as too hard when:** the difficulty gate s.gate scores the input above"
                                + " 0.1; always while that file cannot be read or is about other models");
    }

    @Test
    void theSamePolicyIsNoChange() {
        assertThat(docs("--against", policy.toString())).isZero();
        assertThat(out.toString())
                .contains("Nothing that decides where a request goes, what is sent, what it costs or what is proven.");
    }

    @Test
    void aPolicyThatIsNotThereIsNamed() {
        assertThat(run("--policy", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml cannot be read: there is no such file");
    }

    @Test
    void aLedgerThatIsNotThereIsNamed() {
        assertThat(docs("--data", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no ledger");
    }

    @Test
    void theExamplePolicyIsDocumentedWithoutAnOption() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("short-summary").contains("classification");
    }

    @Test
    void checkSaysTheWholeCommandThatWritesWhatIsMissing() {
        String docs = folder.resolve("none").toString();
        assertThat(docs("--out", docs, "--check")).isEqualTo(1);
        assertThat(out.toString()).contains("Write it: docs --policy " + policy + " --out " + docs + "\n");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamedWithWhatFailed() {
        String under = policy.resolve("docs").toString();
        assertThat(docs("--out", under)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("docs: the documentation cannot be written to " + under + " (" + under + ": ")
                .contains("Name with --out a folder")
                .doesNotContain("java.nio");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithTheCause() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/full")));
        Path written = Files.createDirectories(folder.resolve("docs"));
        Path page = Files.createSymbolicLink(written.resolve("routing.html"), Path.of("/dev/full"));

        assertThat(docs("--out", written.toString())).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("docs: the documentation cannot be written to " + written + " (" + page
                        + ": No space left on device)");
    }

    @Test
    void anEarlierPolicyThatIsNotThereIsNamedByItsOption() {
        assertThat(docs("--against", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("none.yaml cannot be read: there is no such file. Name a policy with --against");
    }

    @Test
    void thePolicyIsNotWrittenOverAndWrongFoldersAreSaid() throws IOException {
        assertThat(docs("--out", policy.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--out " + policy + ": is a file").doesNotContain("Exception");
        Path named = Files.writeString(folder.resolve("routing.md"), POLICY);
        assertThat(run("--policy", named.toString(), "--out", folder.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is the same file as --policy " + named);
        assertThat(Files.readString(named)).isEqualTo(POLICY);
        assertThat(docs("--evidence", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--evidence", "there is no such folder");
        assertThat(docs("--evidence", policy.toString())).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }
}
