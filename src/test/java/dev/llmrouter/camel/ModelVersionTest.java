package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.audit.drift.Subject;
import dev.llmrouter.audit.drift.Watched;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.ModelVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider puts another version behind the same name: the ledger keeps what its answers say, and the drift watch tells. */
class ModelVersionTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private HttpServer provider;
    private volatile String version = "small-2025-01-01";

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        provider.createContext("/", this::answer);
        provider.start();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  cloud: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: k }
                  local: { protocol: simulator }
                models:
                  small: { provider: cloud, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: local, context: 8000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  cheap: { models: [small] }
                  best: { models: [large] }
                tasks:
                  colour: { tier: cheap, description: d, rationale: r }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """.formatted(
                        provider.getAddress().getPort()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getPropertiesComponent()
                .addOverrideProperty("llm-router.data", folder.resolve("data").toString());
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
        provider.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean stream = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                .replace(" ", "")
                .contains("\"stream\":true");
        String head = "{\"id\":\"1\",\"object\":\"chat.completion" + (stream ? ".chunk" : "")
                + "\",\"created\":1,\"model\":\"" + version + "\",\"choices\":[{\"index\":0,\"";
        String usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}";
        String text = stream
                ? "data: " + head + "delta\":{\"role\":\"assistant\",\"content\":\"red\"}}]}\n\ndata: " + head
                        + "delta\":{},\"finish_reason\":\"stop\"}]," + usage + "}\n\ndata: [DONE]\n\n"
                : head + "message\":{\"role\":\"assistant\",\"content\":\"red\"},\"finish_reason\":\"stop\"}]," + usage
                        + "}";
        exchange.getResponseHeaders().add("Content-Type", stream ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private void ask(boolean stream) throws Exception {
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"auto\",\"stream\":" + stream
                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Which colour?\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void anotherVersionBehindTheSameNameIsAnAlarm() throws Exception {
        ask(false);
        ask(true);
        Thread.sleep(5); // another millisecond, which tells which version was first
        version = "small-2026-11-01";
        ask(true);
        ask(false);
        ask(false);
        camel.stop();

        try (LedgerReader reader = LedgerReader.open(LedgerSettings.embedded(folder.resolve("data")))) {
            assertThat(reader.days().versions())
                    .extracting(ModelVersion::task, ModelVersion::tier, ModelVersion::responseModel)
                    .map(Object::toString)
                    .containsExactly(
                            "(\"colour\", \"cheap\", \"small-2025-01-01\")",
                            "(\"colour\", \"cheap\", \"small-2026-11-01\")");
            assertThat(reader.days().versions())
                    .extracting(ModelVersion::requests)
                    .containsExactly(2L, 3L);

            Subject subject = new Subject(Kind.VERSION, "colour", "cheap");
            DriftReport now = DriftWatch.of(reader, Instant.now(), null, List.of(), DriftSettings.ofDefaults());
            DriftAlarm alarm = now.alarm(subject).orElseThrow();
            assertThat(alarm.text())
                    .contains(
                            "model 'small' (provider 'cloud') answers as 'small-2026-11-01' since ",
                            "'small-2025-01-01'");
            assertThat(alarm.actions()).anyMatch(action -> action.contains("models.small.id"));

            DriftReport later = DriftWatch.of(
                    reader, Instant.now().plus(Duration.ofDays(8)), null, List.of(), DriftSettings.ofDefaults());
            assertThat(later.alarm(subject)).isEmpty();
            assertThat(later.watched())
                    .anyMatch(each -> each.subject().equals(subject) && each.state() == Watched.State.STEADY);
        }
    }
}
