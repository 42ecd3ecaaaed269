package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example examples/document-summaries, by the command of its README. */
@Tag("once")
class FilesExampleTest {
    private static final Pattern COMMAND = Pattern.compile("(?m)^cp -r examples.*$");

    @TempDir
    private Path folder;

    @Test
    void theCommandOfTheReadmeAnswersTheInbox() throws Exception {
        Matcher command = COMMAND.matcher(Files.readString(Path.of("examples/document-summaries/README.md")));
        assertThat(command.find()).isTrue();
        Path inbox = folder.resolve("inbox");
        String asWritten = command.group();
        assertThat(asWritten).contains("java -jar target/camel-llm-router-*-app.jar serve", "target/inbox");
        // the same classes, from where the build has them before it packs them; and a folder and port of its own
        String line = asWritten
                        .replace(
                                "java -jar target/camel-llm-router-*-app.jar", "exec \"$JAVA\" " + Main.class.getName())
                        .replace("target/inbox", inbox.toString())
                + " --port 0 --data " + folder.resolve("data");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().remove("OPENAI_API_KEY");
        builder.environment().remove("ANTHROPIC_API_KEY");
        Process process = builder.start();
        Path done = inbox.resolve(".done");
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> !process.isAlive()
                            || (Files.exists(done.resolve("minutes.txt"))
                                    && Files.exists(done.resolve("complaint.txt"))
                                    && Files.exists(done.resolve("contract.json"))
                                    && Files.exists(done.resolve("tickets.jsonl"))));
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("log")))
                    .isTrue();
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        Path results = inbox.resolve("results");
        JsonNode minutes = new ObjectMapper()
                .readTree(results.resolve("minutes.txt.results.jsonl").toFile());
        assertThat(minutes.path("task").asText()).isEqualTo("short-summary");
        assertThat(minutes.path("tier").asText()).isEqualTo("economy");
        assertThat(minutes.path("cost_usd").decimalValue()).isPositive();
        assertThat(Files.readAllLines(results.resolve("contract.json.results.jsonl")))
                .hasSize(1);
        assertThat(Files.readAllLines(results.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(Files.readAllLines(results.resolve("tickets.errors.jsonl")))
                .singleElement()
                .satisfies(error -> assertThat(error).contains("\"line\":3", "\"id\":\"T-3\"", "\"bad_line\""));
    }
}
