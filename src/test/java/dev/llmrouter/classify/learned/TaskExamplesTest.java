package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskExamplesTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    private static RoutingPolicy policy(String tasks) {
        String text = """
                version: 1
                owner: test
                baseline: premium
                providers:
                  p: { protocol: simulator }
                models:
                  large: { provider: p, price: unknown }
                tiers:
                  premium: { models: [large] }
                classifier: { chain: [learned] }
                tasks:
                """ + tasks.indent(2);
        Clock clock = Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC);
        return PolicyLoader.builder(clock).build().load(text, "policy.yaml");
    }

    private static String task(String name, String examples) {
        return name + ": { tier: premium, description: d, rationale: r, examples: \"" + examples + "\" }\n";
    }

    private TaskExamples examples() {
        return new TaskExamples("file:" + folder.resolve("policy.yaml"));
    }

    private void write(String file, String... lines) throws Exception {
        Files.write(folder.resolve(file), List.of(lines));
    }

    private static String line(String task, String input) {
        return "{\"task\":\"" + task + "\",\"input\":\"" + input + "\"}";
    }

    @Test
    void theLinesOfAFileThatCannotBeUsedAreNamedOnOneLine() throws Exception {
        write("bad.jsonl", "{", line("a", "1"), "}");
        assertThat(examples().doubts(policy(task("a", "bad.jsonl"))).get("a"))
                .contains("bad.jsonl: 2 lines cannot be used. Correct or remove them: line 1 is not", "; line 3 is not")
                .doesNotContainPattern("\\R");
    }

    @Test
    void oneFileMayTeachSeveralTasksAndIsReadOnce() throws Exception {
        write("all.jsonl", line("a", "1"), line("a", "2"), line("b", "3"), line("b", "4"), line("oos", "5"));

        assertThat(examples().read(policy(task("a", "all.jsonl") + task("b", "all.jsonl")), warnings::add))
                .extracting(LabelledExample::task)
                .containsExactly("a", "a", "b", "b", "oos");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLineWithoutTaskIsOfTheTaskThatNamesTheFile() throws Exception {
        write("a.jsonl", "{\"input\":\"1\"}", "{\"input\":\"2\"}");

        assertThat(examples().read(policy(task("a", "a.jsonl")), warnings::add))
                .extracting(LabelledExample::task)
                .containsExactly("a", "a");
    }

    @Test
    void whatCannotTeachIsLeftOutAndSaid() throws Exception {
        write("all.jsonl", line("a", "1"), line("a", "2"), line("b", "3"), line("gone", "4"));

        assertThat(examples().read(policy(task("a", "all.jsonl") + task("b", "all.jsonl")), warnings::add))
                .extracting(LabelledExample::task)
                .containsExactly("a", "a");
        assertThat(warnings).anyMatch(w -> w.contains("gone")).anyMatch(w -> w.contains("task 'b' has 1 example"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> examples().read(policy(task("a", "none.jsonl")), warnings::add))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("none.jsonl");
        assertThatThrownBy(() -> examples().read(policy(task("a", "classpath:none.jsonl")), warnings::add))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("classpath:none.jsonl");
        assertThatThrownBy(() -> new TaskExamples("classpath:llm-router/example-policy.yaml")
                        .read(policy(task("a", "no such.jsonl")), warnings::add))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("classpath:llm-router/no such.jsonl");
    }

    @Test
    void theStampChangesWithTheFilesAndTheTasks() throws Exception {
        RoutingPolicy policy = policy(task("a", "all.jsonl"));
        String absent = examples().stamp(policy);
        write("all.jsonl", line("a", "1"));
        String there = examples().stamp(policy);

        assertThat(there).isNotEqualTo(absent).isEqualTo(examples().stamp(policy));
        assertThat(examples().stamp(policy(task("a", "all.jsonl") + task("b", "all.jsonl"))))
                .isNotEqualTo(there);
    }

    @Test
    void theModelLiesBesideThePolicy() {
        assertThat(examples().modelFile()).isEqualTo(folder.resolve("policy.model"));
        assertThat(new TaskExamples("classpath:llm-router/example-policy.yaml").modelFile())
                .isNull();
    }
}
