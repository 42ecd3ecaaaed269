package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code llm-provider:MODEL} in a route that a user has written by hand, without any route of the router. Issue 14, 3. */
class LlmProviderModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ROUTE = """
            <camel xmlns="http://camel.apache.org/schema/xml-io">
              <route id="translate" streamCache="false">
                <from uri="direct:translate"/>
                <to uri="llm-provider:%s"/>
              </route>
            </camel>
            """;

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

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
                baseline: best
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/v1" }
                models:
                  small/v1: { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  fast: { models: [small/v1], timeout: 5s, maxAttempts: 2 }
                  best: { models: [large], timeout: 5s, maxAttempts: 2 }
                tasks:
                  pay: { tier: best, description: d, rationale: r, verify: { oneOf: [red], onFailure: escalate } }
                """.formatted(provider.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        provider.close();
        camel.stop();
    }

    private void route(String endpoint) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("user.xml", ROUTE.formatted(endpoint.replace("&", "&amp;"))));
    }

    private Exchange ask(Object body) {
        return ask(body, Map.of());
    }

    private Exchange ask(Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().request("direct:translate", exchange -> {
            exchange.getMessage().setBody(body);
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    private JsonNode sent() throws Exception {
        return JSON.readTree(provider.requests.get(provider.requests.size() - 1));
    }

    @Test
    void textGoesInAndTextComesOutWithCostAndAttemptsInHeaders() throws Exception {
        route("small/v1?systemPrompt=Be brief.&temperature=0.2&maxTokens=17");
        provider.does(ScriptedProvider.says("hello"));

        Exchange answer = ask("Hi", Map.of("mine", 7));

        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(answer.getMessage().getHeaders())
                .containsEntry(LlmRouterConstants.MODEL, "small/v1")
                .containsEntry(LlmRouterConstants.PROVIDER, "a")
                .containsEntry(LlmRouterConstants.ATTEMPTS, 1)
                .containsEntry(LlmRouterConstants.INPUT_TOKENS, 10L)
                .containsEntry(LlmRouterConstants.OUTPUT_TOKENS, 5L)
                .containsEntry("mine", 7);
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.COST_USD, BigDecimal.class))
                .isEqualByComparingTo("0.000015");
        assertThat(sent().at("/messages/0/content").textValue()).isEqualTo("Be brief.");
        assertThat(sent().path("temperature").doubleValue()).isEqualTo(0.2);
        assertThat(sent().toString()).contains(":17");
    }

    @Test
    void theCallIsRecordedOnceAndOnTheTaskThatTheRouteNames() throws Exception {
        route("small/v1?task=pay");
        provider.does(ScriptedProvider.says("blue"));

        assertThat(ask("Hi").getMessage().getBody())
                .as("what the task verifies is not checked")
                .isEqualTo("blue");

        Awaitility.await()
                .untilAsserted(() -> assertThat(records).singleElement().satisfies(record -> {
                    assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.OK);
                    assertThat(record.classification())
                            .extracting(Classification::task)
                            .isEqualTo("pay");
                }));
    }

    @Test
    void aMapOrChatJsonIsReadAsTheRoutesReadIt() throws Exception {
        route("large");
        Map<String, Object> chat =
                Map.of("model", "anything", "messages", List.of(Map.of("role", "user", "content", "Hi")));
        for (Object body : List.of(chat, JSON.valueToTree(chat), JSON.writeValueAsString(chat))) {
            provider.does(ScriptedProvider.says("hello"));
            Exchange answer = ask(body);
            assertThat(answer.getException()).isNull();
            assertThat(JSON.readTree(answer.getMessage().getBody(String.class))
                            .at("/choices/0/message/content")
                            .textValue())
                    .isEqualTo("hello");
            assertThat(answer.getMessage().getHeader(LlmRouterConstants.MODEL)).isEqualTo("large");
        }
    }

    @Test
    void aStreamIsAStreamWhereTheExchangeTakesOneUnlessTheOutputIsAskedForWhole() throws Exception {
        route("large");
        provider.does(ScriptedProvider.streams(ScriptedProvider.chunk("hello"), ScriptedProvider.STOP, "[DONE]"));
        assertThat(askTakingStreams().getMessage().getBody()).isInstanceOf(Flow.Publisher.class);
        camel.getRouteController().stopRoute("translate");
        camel.removeRoute("translate");
        route("large?output=text");
        provider.does(ScriptedProvider.says("hello"));
        assertThat(askTakingStreams().getMessage().getBody()).isEqualTo("hello");
    }

    private static final String STREAM =
            "{\"model\":\"any\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private Exchange askTakingStreams() {
        return camel.createProducerTemplate().request("direct:translate", exchange -> {
            exchange.setProperty(LlmRouterConstants.TAKES_STREAM, "true");
            exchange.getMessage().setBody(STREAM);
        });
    }

    /** Nobody subscribes in a route: the answer was lost, paid and in no record. */
    @Test
    void aBodyThatAsksForAStreamIsAnsweredWholeInARoute() throws Exception {
        route("large");
        provider.does(ScriptedProvider.says("hello"));
        Exchange answer = ask(STREAM);
        assertThat(answer.getException()).isNull();
        assertThat(JSON.readTree(answer.getMessage().getBody(String.class))
                        .at("/choices/0/message/content")
                        .textValue())
                .isEqualTo("hello");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.COST_USD)).isNotNull();
        assertThat(sent().path("stream").asBoolean()).isFalse();
        Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(1));
    }

    @Test
    void aStreamThatNobodySubscribesToIsGivenUpAndRecorded() throws Exception {
        route("large");
        provider.does(ScriptedProvider.streams(ScriptedProvider.chunk("hello"), ScriptedProvider.STOP, "[DONE]"));
        Exchange answer = askTakingStreams();
        assertThat(answer.getMessage().getBody()).isInstanceOf(Flow.Publisher.class);
        assertThat(records).isEmpty();
        Awaitility.await()
                .atMost(UnclaimedStream.GRACE.plusSeconds(10))
                .untilAsserted(() -> assertThat(records).singleElement().satisfies(record -> {
                    assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.CANCELLED);
                    assertThat(record.attempts())
                            .singleElement()
                            .satisfies(attempt -> assertThat(attempt.costUsd()).isPositive());
                }));
    }

    /** What the context's stop closes is made anew. */
    @Test
    void aContextThatIsStoppedAndStartedAgainAnswersAndRecordsOnce() throws Exception {
        route("large");
        LlmRouterContext first = LlmRouterContext.of(camel);
        for (int i = 1; i <= 3; i++) {
            provider.does(ScriptedProvider.says("hello"));
            Exchange answer = ask("Hi");
            assertThat(answer.getException()).as("start %d", i).isNull();
            assertThat(answer.getMessage().getBody()).isEqualTo("hello");
            int recorded = i;
            Awaitility.await().untilAsserted(() -> assertThat(records).hasSize(recorded));
            camel.stop();
            assertThat(records).as("start %d", i).hasSize(i);
            camel.getRegistry().bind("records", (Recorder) records::add); // Camel's stop has emptied the registry
            camel.start();
        }
        assertThat(LlmRouterContext.of(camel))
                .isNotSameAs(first)
                .isSameAs(camel.getCamelContextExtension().getContextPlugin(LlmRouterContext.class));
    }

    @Test
    void failuresAreToldApartByTheirClassAndTheMessageStaysAsItCame() throws Exception {
        route("large");
        provider.does(ScriptedProvider.error(500, "down"));
        Exchange down = ask("Hi");
        assertThat(down.getException()).isInstanceOf(AllFailedException.class);
        assertThat(down.getMessage().getBody()).isEqualTo("Hi");
        assertThat(down.getMessage().getHeader(LlmRouterConstants.ATTEMPTS)).isEqualTo(2);
        assertThat(ask("").getException()).isInstanceOf(BadRequestException.class);
        assertThat(ask("Hi", Map.of("x-llm-task", "foo")).getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'foo'");
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .extracting(RequestRecord::outcome)
                        .hasSize(3)
                        .doesNotContain(RequestRecord.Outcome.OK));
    }

    @Test
    void aModelThatThePolicyDoesNotHaveStopsTheStart() {
        assertThatThrownBy(() -> route("larg"))
                .rootCause()
                .hasMessageContaining("llm-provider:larg")
                .hasMessageContaining("Allowed: large, small/v1");
        assertThatThrownBy(() -> camel.getEndpoint("llm-provider:call?task=pay"))
                .rootCause()
                .hasMessageContaining("takes no options");
    }
}
