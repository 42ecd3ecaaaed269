package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.camel.gateway.MeterScrape;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whom the gateway refuses, whom it must not, and what its operator sees of it: over sockets that the test writes by hand. */
class GatewayRefusalsTest {
    private static final String KEYS =
            "keys: [ { name: a, sha256: 061798d6da42c946fe0b67f90e151739f202d64af31d46994571ab8eb18f7812 } ]\n";
    private static final String KEY = "x-api-key: the-key-of-this-test";
    private static final String CHAT = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String CALLS = "/v1/chat/completions";

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Socket> sockets = new ArrayList<>();
    private DefaultCamelContext camel = new DefaultCamelContext();
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() throws Exception {
        provider = new ScriptedProvider();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void stop() throws Exception {
        root().detachAppender(log);
        for (Socket socket : sockets) {
            socket.close();
        }
        provider.close();
        camel.stop();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private void open(String settings, Consumer<LlmGatewayComponent> change) throws Exception {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  remote: { provider: a, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [remote], timeout: 20s }
                """.formatted(provider.port()) + settings);
        camel.stop();
        camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getRegistry().bind("meters", meters);
        camel.getRegistry().bind("scrape", (MeterScrape) meters::scrape);
        gateway().setPort(0);
        change.accept(gateway());
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    private LlmGatewayComponent gateway() {
        return camel.getComponent("llm-gateway", LlmGatewayComponent.class);
    }

    /** Sends the text, and leaves the connection open. */
    private Socket send(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway().getActualPort());
        sockets.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String head(String methodAndPath, String... headers) {
        String host =
                List.of(headers).stream().anyMatch(header -> header.startsWith("Host:")) ? "" : "Host: localhost\r\n";
        return methodAndPath + " HTTP/1.1\r\n" + host
                + String.join(
                        "",
                        List.of(headers).stream().map(header -> header + "\r\n").toList()) + "\r\n";
    }

    /** The whole answer to a request that asks for the end of its connection. */
    private String answer(String methodAndPath, String body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Connection: close");
        if (!body.isEmpty()) {
            all.add("Content-Length: " + body.length());
        }
        return all(send(head(methodAndPath, all.toArray(String[]::new)) + body));
    }

    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private double refused(String reason) {
        return meters.get("llm.router.refused").tag("reason", reason).counter().count();
    }

    @Test
    void bodiesThatAreDeclaredAndNeverComeTakeNoRoomFromOthers() throws Exception {
        open(KEYS, gateway -> gateway.setMaxBodiesBytes(20_000_000));
        provider.does(ScriptedProvider.says("fine"));
        for (int i = 0; i < 5; i++) { // nobody reads a body here
            assertThat(all(send(head("GET /health", "Content-Length: 10000000"))))
                    .startsWith("HTTP/1.1 413")
                    .contains("Send none");
            send(head("POST " + CALLS, KEY, "Content-Length: 9000000"));
        }
        assertThat(all(send(
                        head("GET /health", "Transfer-Encoding: chunked") + "2000\r\n" + "x".repeat(0x2000) + "\r\n")))
                .startsWith("HTTP/1.1 413");
        assertThat(all(send(head("POST /v1/feedback", "Content-Length: 9000000"))))
                .startsWith("HTTP/1.1 401");
        assertThat(answer("POST " + CALLS, CHAT, KEY))
                .startsWith("HTTP/1.1 200")
                .contains("fine");
        assertThat(refused("overloaded")).isZero();
    }

    @Test
    void whatWatchesTheGatewayIsAnsweredWhileItTakesNoOtherRequests() throws Exception {
        open("", gateway -> gateway.setMaxRequests(1));
        provider.does(provider.silent());
        send(head("POST " + CALLS, "Content-Length: " + CHAT.length()) + CHAT);
        Awaitility.await().until(() -> !provider.requests.isEmpty());
        for (int i = 0; i < 3; i++) {
            assertThat(answer("POST " + CALLS, CHAT))
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 1", "camel.component.llm-gateway.max-requests");
        }
        assertThat(answer("GET /health", "")).startsWith("HTTP/1.1 200");
        assertThat(answer("GET /health/ready", "")).startsWith("HTTP/1.1 200");
        assertThat(answer("GET /metrics", ""))
                .startsWith("HTTP/1.1 200")
                .contains("llm_router_refused_total{reason=\"overloaded\"} 3.0");
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN
                        && event.getFormattedMessage().contains("as many as there may be are under way"))
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("max-requests"));
    }

    @Test
    void thePolicySaysHowLargeABodyMayBeUnlessTheComponentDoes() throws Exception {
        open("limits: { bodySize: 12MB }\n", gateway -> {});
        provider.does(ScriptedProvider.says("fine"));
        assertThat(answer("POST " + CALLS, " ".repeat(11_000_000) + CHAT)).startsWith("HTTP/1.1 200");
        assertThat(all(send(head("POST " + CALLS, "Content-Length: 12000001"))))
                .startsWith("HTTP/1.1 413")
                .contains("12000000 bytes", "raise limits.bodySize in the policy");
        open("limits: { bodySize: 12MB }\n", gateway -> gateway.setMaxBodyBytes(1_000));
        assertThat(all(send(head("POST " + CALLS, "Content-Length: 1001"))))
                .startsWith("HTTP/1.1 413")
                .contains("1000 bytes", "raise camel.component.llm-gateway.max-body-bytes");
        open("", gateway -> gateway.setMaxBodiesBytes(10));
        assertThat(answer("POST " + CALLS, CHAT))
                .as("who can never find room is not told to try again")
                .startsWith("HTTP/1.1 413")
                .contains("10 bytes", "raise camel.component.llm-gateway.max-bodies-bytes");
    }

    @Test
    void behindAProxyHealthIsAnsweredAndTheRestSaysWhatToSet() throws Exception {
        String proxied = "Host: llm.example.com";
        open(KEYS, gateway -> {});
        assertThat(answer("GET /v1/models", "", proxied, KEY)).startsWith("HTTP/1.1 200");
        assertThat(answer("GET /health", "", proxied)).startsWith("HTTP/1.1 200");
        assertThat(answer("GET /health/ready", "", proxied)).startsWith("HTTP/1.1 200");
        for (String path : List.of("/", "/policy", "/metrics")) {
            assertThat(answer("GET " + path, "", proxied))
                    .startsWith("HTTP/1.1 403")
                    .contains("llm-router.allowed-hosts", "llm-router.protect-operations")
                    .doesNotContain("Add keys");
        }
        open("", gateway -> {});
        assertThat(answer("GET /health", "", proxied)).startsWith("HTTP/1.1 200");
        assertThat(answer("GET /metrics", "", proxied))
                .startsWith("HTTP/1.1 403")
                .contains("Add keys to the policy");
    }

    @Test
    void whatIsRefusedIsCountedByReason() throws Exception {
        open(KEYS, gateway -> gateway.setBodyTimeoutSeconds(1));
        List<String> reasons = List.of(
                "key", "host", "not_found", "method", "too_slow", "too_large", "encoding", "expectation", "malformed");
        for (String reason : reasons) {
            assertThat(refused(reason)).as(reason).isZero();
        }
        assertThat(refused("overloaded") + refused("stopping")).isZero();
        answer("GET /v1/models", "", "x-api-key: wrong");
        answer("GET /metrics", "", "Host: evil.example");
        answer("GET /nowhere", "");
        answer("PUT /health", "");
        all(send(head("POST " + CALLS, KEY, "Content-Length: 100") + "{"));
        all(send(head("POST " + CALLS, KEY, "Content-Length: 20000000")));
        answer("POST " + CALLS, CHAT, KEY, "Content-Encoding: gzip");
        answer("POST " + CALLS, CHAT, KEY, "Expect: wonders");
        all(send("nonsense\r\n\r\n"));
        for (String reason : reasons) {
            assertThat(refused(reason)).as(reason).isOne();
        }
        assertThat(answer("GET /v1/models", "", KEY)).startsWith("HTTP/1.1 200");
        assertThat(refused("key")).isOne();
    }

    @Test
    void anEncodedBodyIsRefusedInTheCallersDialect() throws Exception {
        open("", gateway -> {});
        provider.does(ScriptedProvider.says("fine"));
        String said = "Content-Encoding 'gzip' is not supported; send the body as it is";
        assertThat(answer("POST " + CALLS, CHAT, "Content-Encoding: gzip"))
                .startsWith("HTTP/1.1 415")
                .contains(said, "\"param\":null", "Accept-Encoding: identity");
        assertThat(answer("POST /v1/messages", CHAT, "Content-Encoding: gzip"))
                .startsWith("HTTP/1.1 415")
                .contains(said, "{\"type\":\"error\",\"error\":{");
        assertThat(answer("POST " + CALLS, CHAT, "Content-Encoding: identity")).startsWith("HTTP/1.1 200");
    }
}
