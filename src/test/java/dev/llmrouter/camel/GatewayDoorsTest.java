package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** How requests come in, wait and leave: the gateway in a plain CamelContext, over sockets that the test writes by hand. */
class GatewayDoorsTest {
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final List<String> writers = new CopyOnWriteArrayList<>();
    private final List<WeakReference<Exchange>> exchanges = new CopyOnWriteArrayList<>();
    private DefaultCamelContext camel = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Boolean> onLoop = new ConcurrentHashMap<>();
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
                  unpriced: { provider: a, context: 100000 }
                tiers:
                  other:  { models: [unpriced] }
                  shaded: { models: [remote], shadow: { model: near, percent: 100 } }
                  premium: { models: [remote], timeout: 20s }
                  economy: { models: [near], timeout: 20s }
                """.formatted(provider.port()));
        log.start();
        root().addAppender(log);
        open(gateway -> {});
    }

    private void open(Consumer<LlmGatewayComponent> change) throws Exception {
        camel = new DefaultCamelContext();
        Path policy = folder.resolve("policy.yaml");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getRegistry().bind("meters", meters);
        camel.getRegistry().bind("records", (Recorder) record -> {
            writers.add(Thread.currentThread().getName());
            records.add(record);
        });
        gateway().setPort(0);
        change.accept(gateway());
        camel.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeCreatedEvent created) {
                    exchanges.add(new WeakReference<>(created.getExchange()));
                }
            }
        });
        camel.getCamelContextExtension().addInterceptStrategy((context, definition, target, next) -> {
            String id = definition.getId();
            return new DelegateAsyncProcessor(target) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    onLoop.put(String.valueOf(id), Context.isOnEventLoopThread());
                    return super.process(exchange, callback);
                }
            };
        });
        ShippedRoutes.load(camel, folder);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:quick").setBody(constant("""
                        {"id":"s","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                        "message":{"role":"assistant","content":"near"},"finish_reason":"stop"}]}"""));
            }
        });
        camel.start();
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

    @Test
    void recordsAreWrittenByTheirOwnThreadAlsoThoseOfStreams() throws Exception {
        provider.does(
                ScriptedProvider.streams(ScriptedProvider.chunk("one"), ScriptedProvider.STOP, "[DONE]"),
                ScriptedProvider.says("two"));
        for (boolean stream : List.of(true, false)) {
            try (Socket socket = connect()) {
                write(socket, post("/v1/chat/completions", chat("auto", stream), "Connection: close\r\n"));
                assertThat(everything(socket)).contains("200 OK");
            }
        }
        Awaitility.await().untilAsserted(() -> assertThat(writers).containsExactly("llm-record", "llm-record"));
        assertThat(records).extracting(RequestRecord::outcome).containsOnly(RequestRecord.Outcome.OK);
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

    private static String everything(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Issue 13, C2: a key is asked for before a byte of the body has come, and the connection ends. */
    @Test
    void whoHasNoKeyIsSentAwayBeforeTheBody() throws Exception {
        lock();
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            String answer = everything(socket);
            assertThat(answer)
                    .startsWith("HTTP/1.1 401")
                    .contains("onnection: close")
                    .doesNotContain("100 Continue");
        }
    }

    private void lock() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String text = Files.readString(policy);
        LoadedPolicy loaded = LlmRouterContext.of(camel).policy("file:" + policy);
        if (!text.contains("keys:")) {
            Files.writeString(
                    policy,
                    text
                            + "keys: [ { name: a, sha256: 061798d6da42c946fe0b67f90e151739f202d64af31d46994571ab8eb18f7812 } ]\n");
            loaded.reload();
        }
        assertThat(loaded.policy().keys()).isNotEmpty();
    }

    /** Issue 13, C2. */
    @Test
    void whoAsksWhetherToGoOnIsTold() throws Exception {
        provider.does(ScriptedProvider.says("fine"));
        String body = chat("auto", false);
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                            + "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
            assertThat(head(socket)).startsWith("HTTP/1.1 100");
            write(socket, body);
            assertThat(everything(socket)).startsWith("HTTP/1.1 200").contains("fine");
        }
    }

    /** Issue 13, C2. */
    @Test
    void aBodyThatIsTooLargeIsAnsweredAndTheConnectionEnds() throws Exception {
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000001\r\n\r\n"
                            + "x".repeat(100_000));
            assertThat(everything(socket)).startsWith("HTTP/1.1 413").contains("onnection: close");
        }
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "100000\r\n" + "x".repeat(0x100000) + "\r\n";
            for (int i = 0; i < 10; i++) {
                write(socket, chunk);
            }
            assertThat(everything(socket)).startsWith("HTTP/1.1 413").contains("onnection: close");
        }
    }

    /** Issue 13, C2 and C5: where there is no room, 503 with Retry-After, and room again once requests are over. */
    @Test
    void requestsBodiesAndTimeAreBounded() throws Exception {
        provider.does(provider.silent());
        restart(gateway -> {
            gateway.setMaxRequests(1);
            gateway.setBodyTimeoutSeconds(1);
        });
        String body = chat("auto", false);
        try (Socket slow = connect();
                Socket refused = connect()) {
            write(slow, post("/v1/chat/completions", body).substring(0, 100));
            Awaitility.await().untilAsserted(() -> {
                try (Socket second = connect()) {
                    write(second, post("/v1/chat/completions", body));
                    assertThat(head(second)).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
                }
            });
            assertThat(everything(slow)).startsWith("HTTP/1.1 408");
            provider.does(ScriptedProvider.says("fine"));
            write(refused, post("/v1/chat/completions", body));
            assertThat(head(refused)).startsWith("HTTP/1.1 200");
        }
        restart(gateway -> gateway.setMaxBodiesBytes(body.length() + 10));
        String whole = post("/v1/chat/completions", body);
        try (Socket slow = connect()) {
            write(slow, whole.substring(0, whole.length() - 5));
            Awaitility.await().untilAsserted(() -> {
                try (Socket second = connect()) {
                    write(second, whole);
                    assertThat(head(second)).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
                }
            });
        }
    }

    /** Issue 13, C5: a pool without a free thread (before JDK 21 it has an end) answers, and does not go silent. */
    @Test
    void aFullWorkerPoolIsAnswered503() throws Exception {
        ExecutorService full = Executors.newSingleThreadExecutor();
        full.shutdown();
        restart(gateway -> gateway.setWorkerPool(full));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", " ".repeat(300_000) + chat("auto", false)));
            assertThat(head(socket)).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
        }
        assertThat(camel.getInflightRepository().size()).isZero();
    }

    private void restart(Consumer<LlmGatewayComponent> change) throws Exception {
        camel.stop();
        open(change);
    }

    /** Issue 13: idle connections end; one whose request is under way does not. */
    @Test
    void aConnectionIsClosedWhenNothingHappensOnIt() throws Exception {
        provider.does(provider.silent());
        restart(gateway -> gateway.setIdleSeconds(1));
        try (Socket idle = connect();
                Socket waiting = connect()) {
            write(waiting, post("/v1/chat/completions", chat("auto", false)));
            assertThat(idle.getInputStream().read()).isNegative();
            waiting.setSoTimeout(2_500);
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> waiting.getInputStream().read())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    /** Issue 13, C5: a web page must not spend a developer's money. */
    @ParameterizedTest
    @CsvSource({
        "localhost, '', 200",
        "127.0.0.1:8080, '', 200",
        "[::1]:8080, '', 200",
        "app.localhost, http://localhost:3000, 200",
        "intranet.example, https://intranet.example, 200",
        "evil.example, '', 403",
        "127.0.0.1.evil.example, '', 403",
        "localhost, https://evil.example, 403",
        "localhost, null, 403"
    })
    void onlyThisMachinesNamesAndPagesAreServedWithoutAKey(String host, String origin, int status) throws Exception {
        provider.does(ScriptedProvider.says("fine"));
        restart(gateway -> gateway.setAllowedHosts("intranet.example"));
        try (Socket socket = connect()) {
            String request = post(
                            "/v1/chat/completions",
                            chat("auto", false),
                            origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
                    .replace("Host: localhost", "Host: " + host);
            write(socket, request);
            assertThat(head(socket)).startsWith("HTTP/1.1 " + status);
        }
        lock();
        try (Socket socket = connect()) { // a page has no key
            write(socket, post("/v1/chat/completions", chat("auto", false), "Origin: https://evil.example\r\n"));
            assertThat(head(socket)).startsWith("HTTP/1.1 401");
        }
    }

    /** Issue 13, C3. */
    @Test
    void anOutageOfAProviderTakesNoInstanceOut() throws Exception {
        provider.does(ScriptedProvider.error(401, "invalid_api_key"));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", false)));
            assertThat(head(socket)).doesNotContain("200 OK");
        }
        try (Socket socket = connect()) {
            write(socket, "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(everything(socket))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"premium\":\"unavailable\"", "\"economy\":\"available\"");
        }
    }

    /** Issue 13, C3. */
    @Test
    void whileItStopsNewRequestsGetA503AndStreamsFinish() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        provider.does((socket, out) -> {
            ScriptedProvider.streams(ScriptedProvider.chunk("one")).answer(socket, out);
            goOn.await();
            out.write(("data: " + ScriptedProvider.chunk("two") + "\n\ndata: " + ScriptedProvider.STOP
                            + "\n\ndata: [DONE]\n\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
        });
        int port = gateway().getActualPort();
        try (Socket stream = connect();
                Socket kept = connect()) {
            write(stream, post("/v1/chat/completions", chat("auto", true)));
            assertThat(head(stream)).contains("200 OK");
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(camel::stop);
            Awaitility.await().until(camel::isStopping);

            for (String path : List.of("/v1/chat/completions", "/health/ready", "/v1/models")) {
                try (Socket late = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    late.setSoTimeout(5_000);
                    write(late, post(path, chat("auto", false)));
                    assertThat(everything(late)).startsWith("HTTP/1.1 503").contains("onnection: close", "Retry-After");
                }
            }
            write(kept, "GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(everything(kept)).startsWith("HTTP/1.1 503").contains("onnection: close");

            assertThat(stopping).isNotDone();
            goOn.countDown();
            assertThat(everything(stream)).contains("one", "two", "[DONE]");
            stopping.get(10, TimeUnit.SECONDS);
        }
    }

    /** It "saves nothing" and "may need examples" is not to be said of callers who choose for themselves. */
    @Test
    void whoNamesATierOrAModelIsNotCountedAsNotRecognised() throws Exception {
        provider.does(ScriptedProvider.says("fine"));
        for (String model : List.of("tier:other", "remote", "auto", "no-such-model")) {
            try (Socket socket = connect()) {
                write(socket, post("/v1/chat/completions", chat(model, false)));
                assertThat(head(socket)).startsWith("HTTP/1.1 ");
            }
        }
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSizeGreaterThanOrEqualTo(3));
        Awaitility.await()
                .untilAsserted(() -> assertThat(meters.find("llm.router.unclassified").counters().stream()
                                .mapToDouble(Counter::count)
                                .sum())
                        .isEqualTo(1));
    }

    /** Issue 13, C5: savings are the difference of cost and baseline; with one unknown, so is the other. */
    @Test
    void anUnknownCostHasNoBaselineAndAShadowIsBookedAsOne() throws Exception {
        provider.does(ScriptedProvider.says("fine"));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("tier:other", false)));
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
        assertThat(records.get(0).costUsd()).isNull();
        assertThat(records.get(0).baselineCostUsd()).isNull();

        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("tier:shaded", false)));
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                meters.get("llm.router.shadow.cost").counter().count())
                        .isPositive());
        assertThat(meters.get("llm.router.shadow.cost").counter().getId().getTag("model"))
                .isEqualTo("near");
        assertThat(meters.get("llm.router.cost").counters())
                .noneMatch(counter -> "near".equals(counter.getId().getTag("model")));
    }

    /** Issue 13, C5: one large request or answer must not hold up everybody on its event loop. */
    @Test
    void nothingLargeIsReadOrWrittenOnAnEventLoop() throws Exception {
        provider.does(ScriptedProvider.says("fine"));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", false)));
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
        assertThat(onLoop).containsEntry("llm-route-receive", true).containsEntry("llm-route-reply", true);

        provider.does(ScriptedProvider.says("x".repeat(2_000_000)));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", false)));
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
        assertThat(onLoop).containsEntry("llm-route-receive", true).containsEntry("llm-route-reply", false);

        provider.does(ScriptedProvider.says("fine"));
        try (Socket socket = connect()) {
            write(socket, post("/v1/chat/completions", chat("auto", false).replace("Hello", "x".repeat(1_000_000))));
            assertThat(head(socket)).contains("HTTP/1.1");
        }
        assertThat(onLoop).containsEntry("llm-route-receive", false);

        try (Socket socket = connect()) {
            write(socket, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(head(socket)).contains("HTTP/1.1");
        }
        assertThat(onLoop).containsEntry("llm-metrics-scrape", false);
    }

    /** Issue 13, A6: what keys protect includes the pages of operations where the owner says so. */
    @Test
    void operationsAreProtectedByChoice() throws Exception {
        lock();
        for (String path : List.of("/", "/policy", "/metrics", "/health", "/health/ready")) {
            assertThat(statusOf(path)).doesNotContain("401");
        }
        assertThat(statusOf("/v1/models")).contains("401");
        camel.stop();
        System.setProperty("llm-router.protect-operations", "true");
        try {
            open(gateway -> {});
        } finally {
            System.clearProperty("llm-router.protect-operations");
        }
        lock();
        assertThat(statusOf("/")).contains("401");
        assertThat(statusOf("/policy")).contains("401");
        assertThat(statusOf("/metrics")).contains("401");
        // a browser asks for the key, and sends it as a password; callers of models do not get in that way
        assertThat(headOf("/")).contains("WWW-Authenticate: Basic realm=\"camel-llm-router\"");
        assertThat(headOf("/v1/models")).contains("WWW-Authenticate: Bearer").doesNotContain("Basic");
        String password = java.util.Base64.getEncoder()
                .encodeToString("anyone:the-key-of-this-test".getBytes(StandardCharsets.UTF_8));
        assertThat(headOf("/", "Authorization: Basic " + password)).contains(" 200 ");
        assertThat(headOf("/", "Authorization: Basic !")).contains(" 401 ");
        assertThat(headOf("/v1/models", "Authorization: Basic " + password)).contains(" 401 ");
        assertThat(statusOf("/health")).contains("200");
        assertThat(statusOf("/health/ready")).contains("200");
    }

    @Test
    void healthTellsThatChangesOfThePolicyMayNotBeSeen() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        camel.getPropertiesComponent().addPropertiesSource(new PropertiesSource() {
            @Override
            public String getName() {
                return "moody";
            }

            @Override
            public @Nullable String getProperty(String name) {
                if (name.equals("moody") && fails.get()) {
                    throw new StackOverflowError("of this test");
                }
                return name.equals("moody") ? "somebody" : null;
            }
        });
        assertThat(bodyOf("/health")).contains("\"status\":\"UP\"").doesNotContain("watch_problems");
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, Files.readString(policy).replace("owner: test", "owner: \"{{moody}}\""));

        Awaitility.await()
                .untilAsserted(() -> assertThat(bodyOf("/health"))
                        .contains("\"status\":\"UP\"", "watch_problems", policy.toString(), "of this test"));
        fails.set(false);
        Awaitility.await().untilAsserted(() -> assertThat(bodyOf("/health")).doesNotContain("watch_problems"));
        assertThat(LlmRouterContext.of(camel).policies().values())
                .singleElement()
                .satisfies(loaded -> assertThat(loaded.policy().owner()).isEqualTo("somebody"));
    }

    @Test
    void thePageSaysWhoCannotBeCalledForWantOfAKey() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        assertThat(bodyOf("/")).contains("Models now").doesNotContain("is not set");
        Files.writeString(
                policy,
                Files.readString(policy)
                        .replace(
                                "providers:\n",
                                "providers:\n  c: { protocol: openai, baseUrl: \"http://127.0.0.1:1/v1\", apiKey: \"{{env:NO_KEY_OF_THIS_TEST}}\" }\n")
                        .replace(
                                "models:\n  remote:", "models:\n  keyless: { provider: c, context: 9000 }\n  remote:"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(bodyOf("/")).contains("keyless", "the key of its provider is not set"));
    }

    private String bodyOf(String path) throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return everything(socket);
        }
    }

    private String headOf(String path, String... headers) throws IOException {
        try (Socket socket = connect()) {
            String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
            return head(socket);
        }
    }

    private String statusOf(String path) throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return head(socket).lines().findFirst().orElseThrow();
        }
    }
}
