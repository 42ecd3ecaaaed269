package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kamelet between two queues of a real broker: transactions, redelivery and dead letters are the broker's and Camel's. */
class JmsTest {
    private static final int REDELIVERIES = 2;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        String url = "vm://" + UUID.randomUUID().hashCode();
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setSecurityEnabled(false).addAcceptorConfiguration("vm", url);
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setMaxDeliveryAttempts(REDELIVERIES)
                        .setDeadLetterAddress(SimpleString.of("DLQ"))
                        .setAutoCreateDeadLetterResources(true)
                        .setDeadLetterQueuePrefix(SimpleString.of(""))
                        .setAutoCreateQueues(true));
        broker.setConfiguration(configuration).start();
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" } }
                models: { large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } } }
                tiers: { best: { models: [large], timeout: 5s, maxAttempts: 1 } }
                tasks: { triage: { tier: best, description: d, rationale: r } }
                """.formatted(provider.port()));
        ConnectionFactory connections = new ActiveMQConnectionFactory(url);
        camel.addComponent("jms", JmsComponent.jmsComponentTransacted(connections));
        camel.addComponent("plain", JmsComponent.jmsComponent(connections));
        camel.start();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", """
                - route:
                    id: triage
                    from:
                      uri: jms:queue:tickets
                      steps:
                        - to: "kamelet:llm-route-action?policy=file:%s&task=triage"
                        - to: "jms:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy"
                """.formatted(policy)));
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        broker.stop();
        provider.close();
    }

    private Exchange receive(String queue) {
        return camel.createConsumerTemplate()
                .receive("plain:queue:" + queue + "?headerFilterStrategy=#bean:all", 20_000);
    }

    @Test
    void theResultsOfTheRouterSurviveTheQueue() {
        camel.getRegistry().bind("all", new org.apache.camel.support.DefaultHeaderFilterStrategy());
        provider.does(ScriptedProvider.says("billing"));
        camel.createProducerTemplate().sendBodyAndHeader("plain:queue:tickets", "My invoice is wrong", "orderId", "7");
        Exchange answer = receive("answers");
        assertThat(answer).isNotNull();
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("billing");
        assertThat(answer.getMessage().getHeaders())
                .containsEntry("orderId", "7")
                .containsEntry(LlmRouterConstants.TASK, "triage")
                .containsEntry(LlmRouterConstants.TIER, "best")
                .containsEntry(LlmRouterConstants.MODEL, "large");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.COST_USD).toString())
                .isEqualTo("0.00003");
    }

    /** What behind a queue gives feedback or checks an answer needs to know whose answer it is. */
    @Test
    void aConsumerThatTrustsItsQueueReadsTheResults() throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("reader.yaml", """
                - route:
                    id: reader
                    from:
                      uri: "plain:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy(true)"
                      steps: [ { to: "mock:read" } ]
                """));
        MockEndpoint read = camel.getEndpoint("mock:read", MockEndpoint.class);
        read.expectedMessageCount(1);
        provider.does(ScriptedProvider.says("billing"));
        camel.createProducerTemplate().sendBody("plain:queue:tickets", "My invoice is wrong");
        read.assertIsSatisfied(20_000);
        assertThat(read.getExchanges().get(0).getMessage().getHeaders())
                .containsEntry(LlmRouterConstants.TASK, "triage")
                .containsEntry(LlmRouterConstants.MODEL, "large")
                .containsKey(LlmRouterConstants.REQUEST_ID);
    }

    /** With the provider down the answers' queue used to get the text of an error as a normal message. */
    @Test
    void anOutageRollsBackAndEndsOnTheBrokersDeadLetterQueueAndNeverAmongTheAnswers() {
        camel.getRegistry().bind("all", new org.apache.camel.support.DefaultHeaderFilterStrategy());
        provider.does(ScriptedProvider.error(500, "down"));
        camel.createProducerTemplate().sendBody("plain:queue:tickets", "My invoice is wrong");
        Exchange letter = receive("DLQ");
        assertThat(letter).isNotNull();
        assertThat(letter.getMessage().getBody(String.class)).isEqualTo("My invoice is wrong");
        assertThat(provider.requests).hasSize(REDELIVERIES);
        assertThat(camel.createConsumerTemplate().receiveNoWait("plain:queue:answers"))
                .isNull();
    }

    @Test
    void everyMessageIsAnsweredOnce() {
        camel.getRegistry().bind("all", new org.apache.camel.support.DefaultHeaderFilterStrategy());
        provider.does(ScriptedProvider.says("billing"));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            sent.add(Integer.toString(i));
            camel.createProducerTemplate()
                    .sendBodyAndHeader("plain:queue:tickets", "Ticket " + i, "orderId", sent.get(i));
        }
        List<String> answered = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            answered.add(receive("answers").getMessage().getHeader("orderId", String.class));
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(camel.createConsumerTemplate().receiveNoWait("plain:queue:answers"))
                .isNull();
        assertThat(provider.requests).hasSize(25);
    }
}
