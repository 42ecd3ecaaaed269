package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances share a queue of a real broker and are killed at work: what was sent is answered once, or a dead letter. */
@Tag("once")
class JmsKillTest {
    private static final int TICKETS = 240;
    private static final int POISON_EVERY = 40;
    private static final int DELIVERIES = 10;
    /** Of one instance, as its route says. */
    private static final int CONSUMERS = 4;

    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private final List<Process> instances = new ArrayList<>();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;
    private String url = "";
    private Path policy = Path.of("");

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        url = "tcp://127.0.0.1:" + port;
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setSecurityEnabled(false).addAcceptorConfiguration("tcp", url);
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setMaxDeliveryAttempts(DELIVERIES)
                        .setDeadLetterAddress(SimpleString.of("DLQ"))
                        .setAutoCreateQueues(true)
                        .setAutoDeleteQueues(false));
        configuration.addQueueConfiguration(
                QueueConfiguration.of("DLQ").setAddress("DLQ").setRoutingType(RoutingType.ANYCAST));
        broker.setConfiguration(configuration).start();
        policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" } }
                models: { large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } } }
                tiers: { best: { models: [large], timeout: 5s, maxAttempts: 1 } }
                tasks: { triage: { tier: best, description: d, rationale: r } }
                """.formatted(provider.port()));
    }

    @AfterEach
    void stop() throws Exception {
        instances.forEach(Process::destroyForcibly);
        broker.stop();
        provider.close();
    }

    private Process instance() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // it starts often, and never runs long
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlogback.configurationFile=dev/llmrouter/camel/files/logback-quiet.xml",
                        JmsApplication.class.getName(),
                        url,
                        policy.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        instances.add(process);
        return process;
    }

    private long waiting(String queue) {
        var found = broker.getActiveMQServer().locateQueue(SimpleString.of(queue));
        return found == null ? 0 : found.getMessageCount();
    }

    @Test
    void whatIsSentIsAnsweredOnceOrADeadLetterThoughInstancesAreKilled() throws Exception {
        List<String> sent = new ArrayList<>();
        List<String> poisoned = new ArrayList<>();
        provider.does((socket, out) -> {
            Thread.sleep(15);
            ScriptedProvider.says("billing").answer(socket, out);
        });
        try (Connection connection = new ActiveMQConnectionFactory(url).createConnection()) {
            connection.start();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            MessageProducer tickets = session.createProducer(session.createQueue("tickets"));
            for (int i = 0; i < TICKETS; i++) {
                boolean poison = i % POISON_EVERY == POISON_EVERY - 1;
                Message message =
                        session.createTextMessage(poison ? "{\"messages\": [7]}" : "My invoice is wrong: " + i);
                message.setStringProperty("orderId", Integer.toString(i));
                tickets.send(message);
                (poison ? poisoned : sent).add(Integer.toString(i));
            }
            instance();
            Process second = instance();
            for (int kill = 1; kill <= 2; kill++) {
                long enough = (long) kill * TICKETS / 4;
                Awaitility.await()
                        .atMost(Duration.ofSeconds(90))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> waiting("answers") >= enough);
                second.destroyForcibly();
                assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
                second = instance();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .untilAsserted(() -> assertThat(List.of(waiting("tickets"), waiting("answers"), waiting("DLQ")))
                            .containsExactly(0L, (long) sent.size(), (long) poisoned.size()));

            assertThat(orders(session, "answers")).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(orders(session, "DLQ")).containsExactlyInAnyOrderElementsOf(poisoned);
        }
        assertThat(provider.requests.size())
                .as("an answer that was not committed is asked for again, and no other")
                .isBetween(sent.size(), sent.size() + 2 * CONSUMERS);
    }

    private static List<String> orders(Session session, String queue) throws Exception {
        List<String> orders = new ArrayList<>();
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message message;
            while ((message = consumer.receive(1_000)) != null) {
                orders.add(message.getStringProperty("orderId"));
            }
        }
        return orders;
    }
}
