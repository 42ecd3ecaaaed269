package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LintCommandTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: warn
            providers:
              local: { protocol: openai, baseUrl: "http://localhost:8000/v1" }
            models:
              small: { provider: local, context: 32000, price: unknown }
              large: { provider: local, context: 64000, price: unknown }
            tiers:
              economy: { models: [small] }
              premium: { models: [large] }
            tasks:
              triage: { tier: economy, description: Which queue?, margin: 0.03, rationale: Short texts. }
            rules:
              - { id: queue, when: { keywords: [queue] }, task: triage }
            """;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Map<String, String> environment, String... args) {
        return new CommandLine(new LintCommand(CLOCK, environment))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private int lint(String... args) {
        return run(Map.of(), args);
    }

    private String file(String text) throws Exception {
        return Files.writeString(dir.resolve("policy.yaml"), text).toString();
    }

    private String lastLine() {
        return out.toString().lines().reduce((a, b) -> b).orElse("");
    }

    @Test
    void findsNoErrorInTheExamplePolicyWhichIsTheDefault() {
        assertThat(new CommandLine(new LintCommand(CLOCK, Map.of()))
                        .setOut(new PrintWriter(out, true))
                        .execute())
                .as(out.toString())
                .isZero();
        assertThat(lastLine()).matches("0 errors, \\d+ warnings?");
    }

    @Test
    void printsTheCountsAloneWhereNothingIsWrong() throws Exception {
        assertThat(lint("--policy", file(POLICY))).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("0 errors, 0 warnings");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsEveryProblemWithItsPlaceItsRemedyAndAMark() throws Exception {
        String file = file(POLICY.replace("[small]", "[smal]").replace("owner: team\n", ""));
        assertThat(lint("--policy", file)).isEqualTo(1);
        assertThat(out.toString().lines())
                .contains(
                        file + ":10:23: unusable: tiers.economy.models[0] names the model 'smal', which does not exist."
                                + " Did you mean 'small'? Allowed: small, large.",
                        "   10 |   economy: { models: [smal] }",
                        "      |                       ^");
        assertThat(out.toString())
                .contains("warning: owner is missing")
                .as("a consequence of the mistyped name, and no advice: 'small' is what the tier meant")
                .doesNotContain("models.small is in no tier");
        assertThat(lastLine()).isEqualTo("1 error, 1 warning");
    }

    @Test
    void failsForAnErrorThatAGatewayWouldServeWith() throws Exception {
        String file = file(POLICY.replace(", rationale: Short texts.", ""));
        assertThat(lint("--policy", file)).isEqualTo(1);
        assertThat(out.toString()).contains("error: tasks.triage.rationale is missing");
    }

    @Test
    void doesNotFailForWarnings() throws Exception {
        assertThat(lint("--policy", file(POLICY.replace("owner: team\n", "")))).isZero();
        assertThat(lastLine()).isEqualTo("0 errors, 1 warning");
    }

    @Test
    void saysThatABeanIsNotChecked() throws Exception {
        String file = file(POLICY.replace(
                "margin: 0.03, rationale: Short texts. }", "rationale: Short texts., verify: { bean: queueCheck } }"));
        assertThat(lint("--policy", file)).as(out.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "not checked: tasks.triage.verify.bean names the bean 'queueCheck'",
                        "outputs count as not usable");
    }

    /** The application that the policy runs in may have classes that this command has not. */
    @Test
    void warnsOfAScorerWhoseClassIsNotThere() throws Exception {
        String scored = POLICY.replace("margin: 0.03,", "margin: 0.03, score: { scorers: [\"bean:CLASS\"] },");
        assertThat(lint("--policy", file(scored.replace("CLASS", "no.such.Type"))))
                .isZero();
        assertThat(out.toString())
                .contains(
                        "tasks.triage.score names scorer 'bean:no.such.Type'",
                        "ClassNotFoundException",
                        "The application may have a fitting class");
        out.getBuffer().setLength(0);
        assertThat(lint("--policy", file(scored.replace("CLASS", "java.lang.String"))))
                .isZero();
        assertThat(out.toString()).contains("tasks.triage.score names scorer", "it is no scorer");
        out.getBuffer().setLength(0);
        assertThat(lint("--policy", file(scored.replace("CLASS", ValidateCommandTest.Fragile.class.getName()))))
                .isZero();
        assertThat(out.toString()).doesNotContain("names scorer");
    }

    @Test
    void printsJson() throws Exception {
        assertThat(lint("--json", "--policy", file(POLICY.replace("version: 1", "version: 1\nevidense: off"))))
                .isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("errors").intValue()).isEqualTo(1);
        assertThat(json.path("usable").booleanValue()).isFalse();
        JsonNode problem = json.path("problems").path(0);
        assertThat(problem.path("line").intValue()).isEqualTo(2);
        assertThat(problem.path("path").textValue()).isEqualTo("evidense");
        assertThat(problem.path("fix").textValue()).contains("Did you mean 'evidence'?");
    }

    @Test
    void takesThePolicyFromTheEnvironmentAndTheOptionFirst() throws Exception {
        String good = file(POLICY);
        String bad = Files.writeString(dir.resolve("bad.yaml"), "version: 1").toString();
        assertThat(run(Map.of("LLM_ROUTER_POLICY", bad))).isEqualTo(1);
        assertThat(run(Map.of("LLM_ROUTER_POLICY", bad), "--policy", good)).isZero();
        assertThat(run(Map.of("LLM_ROUTER_POLICY", "file:" + good))).isZero();
    }

    @Test
    void resolvesPlaceholdersFromTheEnvironmentWithoutPrintingThem() throws Exception {
        String file = file(
                POLICY.replace(
                        "baseUrl: \"http://localhost:8000/v1\"",
                        "baseUrl: \"https://api.example.com\", apiKey: \"{{env:LINT_KEY}}\", headers: { X-A: \"{{env:LINT_A}}\" }"));
        assertThat(lint("--policy", file)).isEqualTo(1);
        assertThat(out.toString())
                .contains("warning: providers.local.apiKey has no value")
                .contains("uses {{env:LINT_A}}, which has no value");
        out.getBuffer().setLength(0);
        assertThat(run(Map.of("LINT_KEY", "sk-secret-value", "LINT_A", "a-secret"), "--policy", file))
                .as(out.toString())
                .isZero();
        assertThat(out.toString()).doesNotContain("secret");
    }

    /** Issue 13: a build server has no keys, and its check of a policy is to pass all the same. */
    @Test
    void aKeyThatIsNotSetIsAWarningUnlessAskedOtherwise() throws Exception {
        String file = file(POLICY.replace(
                        "baseUrl: \"http://localhost:8000/v1\"",
                        "baseUrl: \"https://api.example.com\", apiKey: \"{{env:LINT_KEY}}\"")
                .replace("version: 1", "version: 1\nsimulation: never"));
        assertThat(lint("--policy", file)).as(out.toString()).isZero();
        assertThat(out.toString()).contains("warning: providers.local.apiKey has no value");
        assertThat(lint("--require-keys", "--policy", file)).isEqualTo(1);
        assertThat(out.toString()).contains("error: providers.local.apiKey has no value");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        String missing = dir.resolve("none.yaml").toString();
        assertThat(lint("--policy", missing)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("lint: the policy " + missing + " cannot be read: there is no such file")
                .hasLineCount(1);
        assertThat(lint("--policy", "classpath:none.yaml")).isEqualTo(2);
        assertThat(lint("--policy", dir.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("it is a folder").doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void refusesWrongUsage() {
        assertThat(lint("--polcy", "x")).isEqualTo(2);
    }

    @Test
    void checksTheExpressionsOfRules() throws Exception {
        String when = "{ keywords: [queue] }";
        assertThat(lint("--policy", file(POLICY.replace(when, "{ simple: \"${header.a} == 'b'\" }"))))
                .isZero();
        assertThat(lint("--policy", file(POLICY.replace(when, "{ jsonpath: \"$.metadata.team\" }"))))
                .isZero();
        assertThat(lint("--policy", file(POLICY.replace(when, "{ simple: \"${header.a} == \" }"))))
                .as(out.toString())
                .isEqualTo(1);
        assertThat(out.toString()).contains("rules[0].when.simple does not compile");
        assertThat(lint("--policy", file(POLICY.replace(when, "{ jsonpath: \"$.[\" }"))))
                .isEqualTo(1);
        assertThat(out.toString()).contains("rules[0].when.jsonpath does not compile");
    }
}
