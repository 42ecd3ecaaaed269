package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.camel.PropertyNames;
import dev.llmrouter.cli.Main;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application as users start it: where its settings come from, which of them wins, and how it ends. */
@Tag("once")
class GatewayProcessTest {
    private static final Pattern PORT = Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path folder;

    private Process start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path output() {
        return folder.resolve("output.txt");
    }

    private String said() throws Exception {
        return Files.readString(output());
    }

    private int port() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .until(
                        () -> {
                            Matcher port = PORT.matcher(said());
                            return port.find() ? Integer.parseInt(port.group(1)) : 0;
                        },
                        port -> port > 0);
    }

    @Test
    void settingsComeFromFilesTheEnvironmentAndArgumentsAndAStopLosesNothing() throws Exception {
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(folder.resolve("application.yaml"), "server:\n  port: 1\n");
        Files.writeString(
                folder.resolve("application.properties"),
                "server.port=1\nllm-router.data=other-data\nlogging.pattern.console=from-file %msg%n\n");
        Files.writeString(
                folder.resolve("config/application.properties"),
                "server.port=2\nllm-router.data=config-data\nllm-router.policy=file:absent.yaml\nlogging.level.llm.router.requests=off\n");
        Files.copy(Path.of("examples", "policy.yaml"), folder.resolve("mine.yaml"));

        Process gateway = start(
                Map.of("SERVER_PORT", "3", "LLM_ROUTER_POLICY", "file:mine.yaml", "LOGGING_LEVEL_ROOT", "error"),
                "--port=0", // above SERVER_PORT
                "--llm-router.allowedHosts=gateway.example");
        try {
            int port = port();
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise: It rains.\"}]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-llm-tier")).isPresent();
        } finally {
            gateway.destroy();
        }
        assertThat(gateway.waitFor(40, TimeUnit.SECONDS)).isTrue();

        assertThat(said())
                .contains("policy mine.yaml (", "from-file application.yaml is not read")
                .doesNotContain("\"request_id\"");
        LedgerSettings settings = LedgerSettings.embedded(folder.resolve("config-data"));
        // a busy machine opens the ledger later than in 2 s: the row is in the spool then, and the next start takes it
        // over
        Ledger.open(settings, System::nanoTime).close();
        try (LedgerReader ledger = LedgerReader.open(settings)) {
            assertThat(ledger.destinations(LedgerFilter.between(0, Long.MAX_VALUE)))
                    .singleElement()
                    .satisfies(all -> assertThat(all.requests()).isOne());
        }
    }

    /** An integration developer looks for them first. */
    @Test
    void logStepsOfAUsersRoutesAreShownAndLibrariesKeepQuiet() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(routes.resolve("alarms.yaml"), """
                - route:
                    id: my-alarms
                    from:
                      uri: "timer:alarm?repeatCount=1&delay=0"
                      steps:
                        - log: "alarm from a route of mine"
                """);
        Process gateway = start(Map.of(), "--port=0", "--routes=" + routes);
        try {
            port();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(said()).contains("INFO  my-alarms: alarm from a route of mine"));
            assertThat(said()).doesNotContain("Started my-alarms", "Apache Camel");
        } finally {
            gateway.destroy();
        }
        assertThat(gateway.waitFor(40, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLevelThatThereIsNotIsNamed() throws Exception {
        Process gateway = start(Map.of(), "--server.port=0", "--logging.level.dev.llmrouter=loud");
        assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.exitValue()).isNotZero();
        assertThat(said()).contains("logging.level.dev.llmrouter is 'loud'").doesNotContain("\tat ");
    }

    @Test
    void aPortThatThereIsNotIsRefusedInOneSentence() throws Exception {
        Process gateway = start(Map.of("LOGGING_LEVEL_ROOT", "error"), "--port=99999");
        assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.exitValue()).isEqualTo(2);
        assertThat(said().strip())
                .isEqualTo("server.port (--port) is 99999; allowed are 1 to 65535, and 0 for any that is free.");
    }

    @Test
    void ofOursEitherWayOfWritingIsTheSameProperty() {
        assertThat(GatewaySettings.parse(
                        List.of(
                                "--llm-router.allowedHosts=a",
                                "--llm-router.insecure",
                                "--camel.main.shutdownTimeout=1"),
                        PropertyNames.ofClassPath()))
                .containsEntry("llm-router.allowed-hosts", "a")
                .containsEntry("llm-router.insecure", "true")
                .containsEntry("camel.main.shutdownTimeout", "1");
    }

    @Test
    void whatIsNoPropertyIsRefused() {
        assertThatThrownBy(() -> GatewaySettings.parse(List.of("--polcy", "x"), PropertyNames.ofClassPath()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'--polcy', 'x'");
    }
}
