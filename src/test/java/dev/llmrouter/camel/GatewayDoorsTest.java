package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How requests come in, wait and leave: the gateway in a plain CamelContext, over sockets that the test writes by hand. */
class GatewayDoorsTest {
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final List<WeakReference<Exchange>> exchanges = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  b: { protocol: openai, endpoint: "direct:quick" }
                models:
                  remote: { provider: a, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  near:   { provider: b, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [remote], timeout: 20s }
                  economy: { models: [near], timeout: 20s }
                """.formatted(provider.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getRegistry().bind("records", (Recorder) records::add);
        gateway().setPort(0);
        camel.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeCreatedEvent created) {
                    exchanges.add(new WeakReference<>(created.getExchange()));
                }
            }
        });
        List<Resource> files = new ArrayList<>();
        for (String file : RouteFiles.locate(folder.resolve("none"))) {
            files.add(PluginHelper.getResourceLoader(camel).resolveResource(file));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(files);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:quick").setBody(constant("""
                        {"id":"s","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                        "message":{"role":"assistant","content":"near"},"finish_reason":"stop"}]}"""));
            }
        });
        camel.start();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void stop() throws Exception {
        root().detachAppender(log);
        provider.close();
        camel.stop();
    }

    private static ch.qos.logback.classic.Logger root() {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private LlmGatewayComponent gateway() {
        return camel.getComponent("llm-gateway", LlmGatewayComponent.class);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway().getActualPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String post(String path, String body, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n" + String.join("", headers) + "\r\n" + body;
    }

    /** The head of the next response. */
    private static String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return head.append("<closed>").toString();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Issue 13, C4. */
    @Test
    void aCallerWhoLeavesAStreamEndsItsExchangeAndIsNoError() throws Exception {
        provider.does(provider.endless());
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", true)));
            assertThat(head(socket)).contains("200 OK", "text/event-stream");
        }
        everythingIsOver();
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .extracting(RequestRecord::outcome)
                        .containsExactly(RequestRecord.Outcome.CANCELLED));
    }

    /** Issue 13, C4. */
    @Test
    void aCallerWhoLeavesBeforeTheFirstByteEndsItsExchangeAndIsNoError() throws Exception {
        provider.does(provider.silent());
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", true)));
            Awaitility.await().until(() -> !provider.requests.isEmpty());
        }
        everythingIsOver();
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .extracting(RequestRecord::outcome)
                        .containsExactly(RequestRecord.Outcome.CANCELLED));
    }

    private void everythingIsOver() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(camel.getInflightRepository().size()).isZero());
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.ERROR)
                .isEmpty();
    }

    /** Issue 13, C4: the timer of an endpoint's call kept each request for 80 s. */
    @Test
    void nothingKeepsARequestOnceItIsAnswered() throws Exception {
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("tier:economy", false), "Connection: close\r\n"));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("200 OK", "near");
        }
        everythingIsOver();
        assertThat(exchanges).isNotEmpty();
        try (Socket socket = connect()) { // what the threads hold of their last request
            write(socket, post("/v1/chat/completions", "{", "Connection: close\r\n"));
            assertThat(head(socket)).contains("400 Bad Request");
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(exchanges.get(0).get()).isNull();
        });
    }
}
