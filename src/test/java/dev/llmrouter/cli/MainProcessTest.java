package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The commands as a process of their own: what they print, and nothing else. Issue 13, A4 and A6. */
class MainProcessTest {
    private record Result(int code, String out) {}

    private static Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out);
    }

    @Test
    void explainPrintsTheDecisionAsJsonAndNothingElse() throws Exception {
        Result result = run("explain", "--json", "Summarise in two sentences: It rains.");
        assertThat(result.code()).isZero();
        JsonNode decision = new ObjectMapper()
                .readerFor(JsonNode.class)
                .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readValue(result.out());
        assertThat(decision.path("task").textValue()).isEqualTo("short-summary");
    }

    @Test
    void lintPrintsJsonAndNothingElse() throws Exception {
        Result result = run("lint", "--json");
        assertThat(result.code()).isZero();
        assertThat(new ObjectMapper()
                        .readerFor(JsonNode.class)
                        .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .<JsonNode>readValue(result.out())
                        .path("usable")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void withoutACommandItPrintsWhatThereIs() throws Exception {
        Result result = run();
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("Usage:", "serve", "lint", "validate");
    }
}
