package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import jakarta.jms.ConnectionFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduled audit of {@code examples/snippets}, as XML and as YAML, in an application of Camel Main. */
@Tag("once")
class ScheduledAuditTest {
    @TempDir
    private Path folder;

    private Main main = new Main();

    @BeforeEach
    void fillLastWeek() throws Exception {
        Instant monday = LocalDate.now(ZoneOffset.UTC)
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .minusWeeks(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(List.of(
                    AuditSourceTest.request("in", monday, "passed"),
                    AuditSourceTest.request("before", monday.minusSeconds(1), "passed"),
                    AuditSourceTest.request("now", Instant.now(), "passed")));
        }
        Files.writeString(folder.resolve("policy.yaml"), """
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
                  colour: { tier: cheap, description: d, rationale: r }
                """);
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    private void start(String snippet, String to) throws Exception {
        main.addInitialProperty("camel.main.routes-include-pattern", "file:examples/snippets/" + snippet);
        main.addInitialProperty("llm-router.policy", "file:" + folder.resolve("policy.yaml"));
        main.addInitialProperty("llm-router.data", folder.toString());
        main.addInitialProperty("audit.folder", folder.resolve("audits").toString());
        main.addInitialProperty("audit.every", "week");
        main.addInitialProperty("audit.look", "200ms");
        main.addInitialProperty("audit.to", to);
        main.start();
    }

    private List<Path> reports() throws Exception {
        Path audits = folder.resolve("audits");
        if (!Files.isDirectory(audits)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(audits)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    @Test
    void theXmlWritesOneReportForAPeriodEvenOverARestart() throws Exception {
        start("scheduled-audit.xml", "mock:reader");
        MockEndpoint reader = main.getCamelContext().getEndpoint("mock:reader", MockEndpoint.class);
        await().atMost(30, TimeUnit.SECONDS).until(() -> reader.getReceivedCounter() >= 1);
        TimeUnit.MILLISECONDS.sleep(1000);

        assertThat(reader.getReceivedCounter()).isEqualTo(1);
        assertThat(reader.getExchanges().get(0).getMessage().getHeader(LlmRouterConstants.AUDIT_CHANGES))
                .isEqualTo(0L);
        assertThat(reports()).singleElement().satisfies(file -> {
            assertThat(file.getFileName().toString()).matches("routing-audit-\\d{4}-W\\d\\d\\.html");
            assertThat(Files.readString(file)).contains("<h1>Routing audit</h1>", "(7 days): 1 chat request,");
        });

        main.stop();
        main = new Main();
        start("scheduled-audit.xml", "mock:reader");
        TimeUnit.MILLISECONDS.sleep(1000);
        assertThat(main.getCamelContext()
                        .getEndpoint("mock:reader", MockEndpoint.class)
                        .getReceivedCounter())
                .isZero();
    }

    @Test
    void theReportTellsOfTheVersionsOfItsPeriodAndOfNoneAfterIt() throws Exception {
        Instant end = LocalDate.now(ZoneOffset.UTC)
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(List.of(
                    LedgerRow.of("a", end.minus(Duration.ofDays(12)))
                            .answeredAs("v-A")
                            .row(),
                    LedgerRow.of("b", end.minus(Duration.ofDays(4)))
                            .answeredAs("v-B")
                            .row(),
                    LedgerRow.of("c", end).answeredAs("v-C").row(),
                    LedgerRow.of("d", Instant.now()).answeredAs("v-D").row()));
        }

        start("scheduled-audit.xml", "mock:reader");
        MockEndpoint reader = main.getCamelContext().getEndpoint("mock:reader", MockEndpoint.class);
        await().atMost(30, TimeUnit.SECONDS).until(() -> reader.getReceivedCounter() >= 1);

        assertThat(reports())
                .singleElement()
                .satisfies(file ->
                        assertThat(Files.readString(file)).contains("v-B").doesNotContain("v-C", "v-D"));
    }

    @Test
    void theYamlSendsItToAQueue() throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        String url;
        try (ServerSocket free = new ServerSocket(0)) {
            url = "tcp://127.0.0.1:" + free.getLocalPort();
        }
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setSecurityEnabled(false).addAcceptorConfiguration("tcp", url);
        broker.setConfiguration(configuration).start();
        try {
            ConnectionFactory connections = new ActiveMQConnectionFactory(url);
            main.bind("jms", JmsComponent.jmsComponentAutoAcknowledge(connections));
            main.configure().addRoutesBuilder(new RouteBuilder() {
                @Override
                public void configure() {
                    from("jms:queue:llm.audits").to("mock:reader");
                }
            });
            start("scheduled-audit.yaml", "jms:queue:llm.audits");
            MockEndpoint reader = main.getCamelContext().getEndpoint("mock:reader", MockEndpoint.class);
            await().atMost(30, TimeUnit.SECONDS).until(() -> reader.getReceivedCounter() >= 1);

            assertThat(reader.getExchanges().get(0).getMessage().getBody(String.class))
                    .contains("<h1>Routing audit</h1>");
            assertThat(reports()).hasSize(1);
        } finally {
            main.stop();
            broker.stop();
        }
    }
}
