package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.Texts;
import dev.llmrouter.cli.LintCommand;
import dev.llmrouter.cli.TrainCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The step 'learned' in a running gateway: trained at start, again when examples change, never a failed request. */
@Tag("once")
class LiveLearnedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUMMARY = "Summarise the long complaint in two sentences";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private Path policy(String tasks) throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  p: { protocol: simulator }
                models:
                  small: { provider: p, price: { input: 0.1, output: 0.1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                classifier: { chain: [explicit, rules, learned], minConfidence: 0.6 }
                rules:
                  - { id: mine, when: { keywords: [zebra] }, task: extraction }
                tasks:
                """ + tasks.indent(2));
    }

    private static String task(String name, String examples) {
        return name + ": { tier: economy, description: d, rationale: r" + examples + " }\n";
    }

    private Path policy() throws Exception {
        write("summary.jsonl", "summary", "summary", 40);
        write("extraction.jsonl", "extraction", "extraction", 40);
        write("rest.jsonl", "generation", "generation", 40);
        write("rest.jsonl", "oos", "oos", 40);
        return policy(task("summary", ", examples: data/summary.jsonl")
                + task("extraction", ", examples: data/extraction.jsonl")
                + task("generation", ", examples: data/rest.jsonl"));
    }

    /** @param kind which of the made-up texts @param as the task that they are said to be */
    private void write(String file, String kind, String as, int count) throws Exception {
        List<String> lines = new ArrayList<>();
        for (LabelledExample example : Texts.examples(count, count, 7)) {
            if (kind.equals(example.task())) {
                lines.add(JSON.writeValueAsString(Map.of("task", as, "input", example.text())));
            }
        }
        Path target = folder.resolve("data").resolve(file);
        Files.createDirectories(target.getParent());
        boolean isMore = Files.exists(target) && kind.equals("oos");
        Files.writeString(target, (isMore ? Files.readString(target) : "") + String.join("\n", lines) + "\n");
    }

    private static String body(String text) throws Exception {
        return JSON.writeValueAsString(
                Map.of("model", "auto", "messages", List.of(Map.of("role", "user", "content", text))));
    }

    private static String task(RunningGateway gateway, String text) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body(text));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("x-llm-task").orElse("none") + " "
                + answer.headers().firstValue("x-llm-task-source").orElse("none") + " "
                + answer.headers().firstValue("x-llm-tier").orElse("none");
    }

    @Test
    void learnsAtStartAndAgainWhenExamplesChange() throws Exception {
        try (RunningGateway gateway = RunningGateway.start("--llm-router.policy=file:" + policy())) {
            assertThat(task(gateway, SUMMARY)).isEqualTo("summary learned economy");
            assertThat(task(gateway, "Summarise the zebra")).isEqualTo("extraction rule economy");
            assertThat(task(gateway, "tell me a joke about a new horse ticket"))
                    .isEqualTo("unclassified default premium");
            JsonNode decision =
                    JSON.readTree(gateway.post("/v1/route", body(SUMMARY)).body());
            assertThat(decision.get("source").textValue()).isEqualTo("learned");
            assertThat(decision.get("trace").toString()).contains("summary ", " %", "words that count: ");

            // a file that cannot be used: what was learned stays
            Files.writeString(folder.resolve("data/summary.jsonl"), "{ oops\n");
            Awaitility.await()
                    .during(Duration.ofMillis(1500))
                    .atMost(Duration.ofSeconds(6))
                    .untilAsserted(() -> assertThat(task(gateway, SUMMARY)).isEqualTo("summary learned economy"));

            // the two swap their meaning
            write("summary.jsonl", "extraction", "summary", 40);
            write("extraction.jsonl", "summary", "extraction", 40);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(task(gateway, SUMMARY)).isEqualTo("extraction learned economy"));
        }
    }

    @Test
    void aPolicyThatCannotTeachServesAllTheSame() throws Exception {
        Path policy = policy(task("summary", ", examples: data/gone.jsonl") + task("extraction", ""));
        try (RunningGateway gateway = RunningGateway.start("--llm-router.policy=file:" + policy)) {
            assertThat(task(gateway, SUMMARY)).isEqualTo("unclassified default premium");
            assertThat(gateway.post("/v1/route", body(SUMMARY)).body()).contains("learned: not available");
        }
    }

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void aModelFileOfTheSameExamplesIsTaken() throws Exception {
        String policy = policy().toString();
        assertThat(run(new TrainCommand(), "--policy", policy)).isZero();
        Path model = folder.resolve("policy.model");
        assertThat(model).exists();
        byte[] first = Files.readAllBytes(model);
        assertThat(run(new TrainCommand(), "--policy", policy)).isZero();
        assertThat(Files.readAllBytes(model)).isEqualTo(first);
        assertThat(run(new TrainCommand(), "--policy", policy, "--seed", "2")).isEqualTo(2);
        assertThat(run(new TrainCommand())).isEqualTo(2);

        try (RunningGateway gateway = RunningGateway.start("--llm-router.policy=file:" + policy)) {
            assertThat(task(gateway, SUMMARY)).isEqualTo("summary learned economy");
        }
        Files.writeString(model, "not a model");
        try (RunningGateway gateway = RunningGateway.start("--llm-router.policy=file:" + policy)) {
            assertThat(task(gateway, SUMMARY)).isEqualTo("summary learned economy");
        }
    }

    @Test
    void lintSaysWhichTasksHaveTooFewExamples() throws Exception {
        policy();
        write("summary.jsonl", "summary", "summary", 5);
        String policy = policy(task("summary", ", examples: data/summary.jsonl")
                        + task("extraction", ", examples: data/extraction.jsonl")
                        + task("other", ""))
                .toString();

        assertThat(run(new LintCommand(), "--policy", policy)).isZero();
        assertThat(out.toString())
                .contains("tasks.summary has 5 examples, which are few")
                .contains("tasks.other has fewer than 2 examples")
                .doesNotContain("tasks.extraction has")
                .doesNotContain("not available here");

        Files.delete(folder.resolve("data/summary.jsonl"));
        assertThat(run(new LintCommand(), "--policy", policy)).isZero();
        assertThat(out.toString()).contains("tasks.summary names examples that cannot be used");
    }
}
