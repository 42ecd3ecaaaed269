package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kamelet that sends alarms, in an application of Camel Main with a ledger whose quality has fallen. */
@Tag("once")
class AuditSourceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final Main main = new Main();

    @AfterEach
    void stop() {
        main.stop();
    }

    /** 100 requests a day for five weeks; those of the last five days are useful less often. */
    static List<RequestEntry> weeks(Instant now, double before, double after) {
        RandomGenerator random = new java.util.SplittableRandom(11);
        List<RequestEntry> all = new ArrayList<>();
        for (int day = 0; day < 35; day++) {
            for (int i = 0; i < 100; i++) {
                boolean useful = random.nextDouble() < (day < 5 ? after : before);
                all.add(request(
                        "r" + day + "-" + i,
                        now.minus(Duration.ofDays(day)).minusSeconds(60L * (i + 1)),
                        useful ? "passed" : "failed"));
            }
        }
        return all;
    }

    static RequestEntry request(String id, Instant time, String verify) {
        return LedgerRow.of(id, time)
                .task("colour")
                .to("cheap", "small")
                .provider("a")
                .tokens(10, 20)
                .cost(1_000_000L, 5_000_000L)
                .verify(verify)
                .took(300)
                .row();
    }

    private Path policy() throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { a: { protocol: simulator } }
                models:
                  small: { provider: a, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: a, context: 8000, price: { input: 5, output: 5, asOf: 2026-07-02 } }
                tiers:
                  cheap: { models: [small], timeout: 5s }
                  best: { models: [large], timeout: 5s }
                tasks:
                  colour: { tier: cheap, description: d, rationale: r, review: { qualityDrop: 0.05, minPerWeek: 200 } }
                """);
    }

    private void start(RouteBuilder sink, String kamelet) throws Exception {
        main.addInitialProperty("llm-router.data", folder.toString());
        main.addInitialProperty("camel.main.shutdownTimeout", "5");
        main.configure().addRoutesBuilder(sink);
        main.start();
        PluginHelper.getRoutesLoader(main.getCamelContext())
                .loadRoutes(ResourceHelper.fromString("alarms.yaml", """
                - route:
                    id: alarms
                    from:
                      uri: kamelet:llm-audit-source
                      parameters: { policy: "file:%s", period: "300ms", %s }
                      steps:
                        - to: direct:sink
                """.formatted(policy(), kamelet)));
    }

    private void fill(List<RequestEntry> requests) {
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(requests);
        }
    }

    private static void settle(int audits) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(300L * audits);
    }

    @Test
    void oneMessageForAnAlarmHoweverOftenItIsSeenAndAnotherWhenItComesBack() throws Exception {
        Instant now = Instant.now();
        fill(weeks(now, 0.95, 0.70));
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:sink").to("mock:alarms");
                    }
                },
                "repository: \"" + folder.resolve("sent.txt") + "\"");
        MockEndpoint alarms = main.getCamelContext().getEndpoint("mock:alarms", MockEndpoint.class);
        await().atMost(20, TimeUnit.SECONDS).until(() -> alarms.getReceivedCounter() >= 1);
        settle(5);
        assertThat(alarms.getReceivedCounter()).isEqualTo(1);
        Exchange alarm = alarms.getExchanges().get(0);
        assertThat(alarm.getMessage().getHeader(LlmRouterConstants.ALARM)).isEqualTo("quality/colour/cheap");
        assertThat(alarm.getMessage().getHeader(LlmRouterConstants.TASK)).isEqualTo("colour");
        assertThat(alarm.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("cheap");
        JsonNode body = JSON.readTree(alarm.getMessage().getBody(String.class));
        assertThat(body.at("/before/value").doubleValue()).isBetween(0.93, 0.97);
        assertThat(body.at("/after/value").doubleValue()).isBetween(0.72, 0.82);
        assertThat(Instant.parse(body.path("since").textValue() + "T00:00:00Z"))
                .isBetween(now.minus(Duration.ofDays(7)), now.minus(Duration.ofDays(4)));
        assertThat(body.path("actions").toString()).contains("validate --policy", "tier 'best'");

        assertThat(Files.readString(folder.resolve("sent.txt"))).contains("quality/colour/cheap");

        // so much that is useful comes in that the last week is as good as the weeks before
        List<RequestEntry> good = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            good.add(request("good-" + i, now.minusSeconds(3600 + i), "passed"));
        }
        fill(good);
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> !Files.readString(folder.resolve("sent.txt")).contains("quality/colour/cheap"));
        assertThat(alarms.getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void anAlarmThatTheWebhookRefusedIsSentAgain() throws Exception {
        List<String> taken = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        HttpServer webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", call -> {
            String body = new String(call.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            boolean isDown = calls.incrementAndGet() <= 2;
            if (!isDown) {
                taken.add(body);
            }
            call.sendResponseHeaders(isDown ? 503 : 204, -1);
            call.close();
        });
        webhook.start();
        try {
            fill(weeks(Instant.now(), 0.95, 0.70));
            java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient();
            java.net.URI uri = java.net.URI.create(
                    "http://127.0.0.1:" + webhook.getAddress().getPort() + "/");
            start(
                    new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:sink").errorHandler(noErrorHandler()).process(exchange -> {
                                int status = http.send(
                                                java.net.http.HttpRequest.newBuilder(uri)
                                                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                                                exchange.getMessage()
                                                                        .getBody(String.class)))
                                                        .build(),
                                                java.net.http.HttpResponse.BodyHandlers.discarding())
                                        .statusCode();
                                if (status >= 400) {
                                    throw new IllegalStateException("the webhook says " + status);
                                }
                            });
                        }
                    },
                    "only: alarms");
            await().atMost(20, TimeUnit.SECONDS).until(() -> !taken.isEmpty());
            settle(5);
            assertThat(taken).singleElement().satisfies(body -> assertThat(body).contains("quality/colour/cheap"));
            assertThat(calls).hasValue(3);
        } finally {
            webhook.stop(0);
        }
    }

    @Test
    void theWholeAuditComesEachTime() throws Exception {
        fill(weeks(Instant.now(), 0.95, 0.95));
        start(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:sink").to("mock:audits");
                    }
                },
                "only: audit, since: 10d");
        MockEndpoint audits = main.getCamelContext().getEndpoint("mock:audits", MockEndpoint.class);
        await().atMost(20, TimeUnit.SECONDS).until(() -> audits.getReceivedCounter() >= 2);
        JsonNode audit = JSON.readTree(audits.getExchanges().get(0).getMessage().getBody(String.class));
        assertThat(audit.path("requests").intValue()).isEqualTo(1000);
        assertThat(audit.path("drift")).isEmpty();
        assertThat(audit.at("/drift_watch/series")).isNotEmpty();
    }
}
