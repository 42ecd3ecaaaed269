package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.route.OutputUnusableException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two entries of the routes as an integrator uses them: bodies, headers, failures. Issue 13, A2, A3 and A5. */
class NativeEntryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final RouterGround ground = new RouterGround("""
            version: 1
            owner: test
            baseline: best
            evidence: off
            providers:
              a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
            models:
              small: { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
            tiers:
              fast: { models: [small], timeout: 5s, maxAttempts: 1 }
              standard: { models: [small], timeout: 5s, maxAttempts: 1 }
              best: { models: [large], timeout: 5s, maxAttempts: 1 }
            tasks:
              pay: { tier: fast, description: d, rationale: r }
              colour: { tier: fast, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: escalate } }
              strict: { tier: fast, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: fail } }
            rules:
              - { id: invoice, when: { jsonpath: "$.invoice" }, task: pay }
            """)
            .with(context -> context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:orders")
                            .errorHandler(deadLetterChannel("mock:dead").maximumRedeliveries(0))
                            .to("direct:llm-route")
                            .to("mock:answers");
                }
            }));

    @TempDir
    private Path folder;

    private final DefaultCamelContext camel = ground.camel;
    private final ScriptedProvider provider = ground.provider;
    private final List<RequestRecord> records = ground.records;

    private Exchange ask(@Nullable Object body, Map<String, Object> headers) {
        return ground.send("direct:llm-route", body, headers);
    }

    @Test
    void tiersOfAnyNameAreServedWithoutARouteOfTheirOwn() {
        for (String tier : List.of("fast", "standard", "best")) {
            provider.does(ScriptedProvider.says("hello"));
            Exchange answer = ask("Hi", Map.of("x-llm-task", "pay"));
            assertThat(answer.getException()).isNull();
            provider.does(ScriptedProvider.says("hello"));
            Exchange named = ask(
                    "{\"model\":\"tier:%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}".formatted(tier),
                    Map.of());
            assertThat(named.getException()).isNull();
            assertThat(named.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo(tier);
        }
    }

    @Test
    void textGivesTextWithTheDecisionInHeadersAndTheCallersOwnHeadersKept() {
        provider.does(ScriptedProvider.says("hello"));
        Exchange answer = ask("Hi", Map.of("orderId", 7, "x-llm-task", "pay"));
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(answer.getMessage().getHeaders())
                .containsEntry("orderId", 7)
                .containsEntry(LlmRouterConstants.TASK, "pay")
                .containsEntry(LlmRouterConstants.TASK_SOURCE, "explicit")
                .containsEntry(LlmRouterConstants.TIER, "fast")
                .containsEntry(LlmRouterConstants.MODEL, "small")
                .containsEntry(LlmRouterConstants.PROVIDER, "a")
                .containsEntry(LlmRouterConstants.ATTEMPTS, 1)
                .containsKeys(
                        LlmRouterConstants.REQUEST_ID, LlmRouterConstants.COST_USD, LlmRouterConstants.INPUT_TOKENS);
    }

    @Test
    void businessJsonIsTextAndConditionsSeeItsFields() throws Exception {
        provider.does(ScriptedProvider.says("paid"));
        Exchange answer = ask("{\"invoice\":7,\"text\":\"pay\"}", Map.of());
        assertThat(answer.getMessage().getBody()).isEqualTo("paid");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TASK)).isEqualTo("pay");
        JsonNode sent = JSON.readTree(provider.requests.get(provider.requests.size() - 1));
        assertThat(sent.at("/messages/0/content").textValue()).isEqualTo("{\"invoice\":7,\"text\":\"pay\"}");
    }

    @Test
    void headersSaySystemPromptTemperatureAndMaximum() throws Exception {
        provider.does(ScriptedProvider.says("ok"));
        ask(
                "Hi",
                Map.of(
                        LlmRouterConstants.SYSTEM_PROMPT, "Be brief.",
                        LlmRouterConstants.TEMPERATURE, "0.2",
                        LlmRouterConstants.MAX_TOKENS, 17));
        JsonNode sent = JSON.readTree(provider.requests.get(provider.requests.size() - 1));
        assertThat(sent.at("/messages/0/role").textValue()).isEqualTo("system");
        assertThat(sent.at("/messages/0/content").textValue()).isEqualTo("Be brief.");
        assertThat(sent.path("temperature").doubleValue()).isEqualTo(0.2);
        assertThat(sent.toString()).contains(":17");
        assertThat(ask("Hi", Map.of(LlmRouterConstants.TEMPERATURE, "hot")).getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("0 to 2");
    }

    @Test
    void everyKindOfBodyIsRead() throws Exception {
        record Order(int number, String text) {}
        byte[] text = "Hi".getBytes(StandardCharsets.UTF_8);
        Map<String, Object> chat =
                Map.of("model", "auto", "messages", List.of(Map.of("role", "user", "content", "Hi")));
        for (Object body : new Object[] {"Hi", text, new ByteArrayInputStream(text)}) {
            provider.does(ScriptedProvider.says("ok"));
            assertThat(ask(body, Map.of()).getMessage().getBody()).isEqualTo("ok");
            assertThat(JSON.readTree(provider.requests.get(provider.requests.size() - 1))
                            .at("/messages/0/content")
                            .textValue())
                    .isEqualTo("Hi");
        }
        for (Object body : new Object[] {chat, JSON.<JsonNode>valueToTree(chat)}) {
            provider.does(ScriptedProvider.says("ok"));
            assertThat(ask(body, Map.of()).getMessage().getBody(String.class)).contains("\"chat.completion\"");
        }
        provider.does(ScriptedProvider.says("ok"));
        assertThat(ask(new Order(7, "pay"), Map.of()).getMessage().getBody()).isEqualTo("ok");
        assertThat(JSON.readTree(provider.requests.get(provider.requests.size() - 1))
                        .at("/messages/0/content")
                        .textValue())
                .isEqualTo("{\"number\":7,\"text\":\"pay\"}");
    }

    @Test
    void timesInObjectsAndMapsAreWrittenAsIsoAndAnyCharSequenceIsText() throws Exception {
        record Order(Instant at) {}
        Map<Object, String> asked = new LinkedHashMap<>();
        asked.put(new Order(Instant.EPOCH), "{\"at\":\"1970-01-01T00:00:00Z\"}");
        asked.put(Map.of("on", LocalDate.of(2026, 11, 27)), "{\"on\":\"2026-11-27\"}");
        asked.put(new StringBuilder("Hi"), "Hi");
        for (Map.Entry<Object, String> each : asked.entrySet()) {
            provider.does(ScriptedProvider.says("ok"));
            assertThat(ask(each.getKey(), Map.of()).getException()).isNull();
            assertThat(JSON.readTree(provider.requests.get(provider.requests.size() - 1))
                            .at("/messages/0/content")
                            .textValue())
                    .isEqualTo(each.getValue());
        }
    }

    @Test
    void aBodyThatCannotBeWrittenSaysWhyAndQuotesNothingOfIt() {
        record Failing(String secret) {
            @SuppressWarnings("unused")
            public String getText() {
                throw new IllegalStateException("cannot read " + secret);
            }
        }
        assertThat(ask(new Failing("4711"), Map.of()).getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("JsonMappingException")
                .hasMessageNotContaining("4711");
        assertThat(ask(new Object(), Map.of()).getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("No serializer found for class java.lang.Object");
    }

    /** The results of the first call are not those of the second, which was refused: feedback and sums would take them for it. */
    @Test
    void aRefusedSecondCallKeepsNoResultsOfTheFirstAndNamesItself() {
        provider.does(ScriptedProvider.says("hello"));
        for (String second : List.of(
                "",
                "{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "x".repeat(800_000))) {
            provider.does(ScriptedProvider.says("hello"));
            Exchange answer = ask("Hi", Map.of("x-llm-task", "pay"));
            String first = answer.getMessage().getHeader(LlmRouterConstants.REQUEST_ID, String.class);
            assertThat(first).isNotNull();
            Exchange refused = ask(second, answer.getMessage().getHeaders());
            assertThat(refused.getException()).isNotNull();
            assertThat(refused.getMessage().getHeaders())
                    .doesNotContainEntry(LlmRouterConstants.REQUEST_ID, first)
                    .doesNotContainKeys(
                            LlmRouterConstants.MODEL, LlmRouterConstants.COST_USD, LlmRouterConstants.OUTPUT_TOKENS);
            if (refused.getException() instanceof RefusedException) {
                Object id = refused.getMessage().getHeader(LlmRouterConstants.REQUEST_ID);
                Awaitility.await()
                        .until(() -> records.stream()
                                .anyMatch(record -> record.requestId().equals(id)));
            }
        }
    }

    @Test
    void anEmptyBodyIsCalledEmpty() {
        for (Object body : new Object[] {null, "", new byte[0]}) {
            assertThatThrownBy(() -> {
                        throw ask(body, Map.of()).getException();
                    })
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("empty");
        }
    }

    @Test
    void anOutageIsAnExceptionWithDecisionAndAttemptsAndTheMessageGoesToTheDeadLetterQueueAsItCame() throws Exception {
        MockEndpoint dead = camel.getEndpoint("mock:dead", MockEndpoint.class);
        MockEndpoint answers = camel.getEndpoint("mock:answers", MockEndpoint.class);
        dead.expectedBodiesReceived("Hi");
        answers.expectedMessageCount(0);
        provider.does(ScriptedProvider.error(500, "down"));
        camel.createProducerTemplate().sendBody("direct:orders", "Hi");
        dead.assertIsSatisfied();
        answers.assertIsSatisfied();
        Exchange letter = dead.getExchanges().get(0);
        assertThat(letter.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("best");
        AllFailedException failure = letter.getProperty(Exchange.EXCEPTION_CAUGHT, AllFailedException.class);
        assertThat(failure.decision().tier()).isEqualTo("best");
        assertThat(failure.attempts()).hasSize(1);
    }

    @Test
    void failuresCanBeToldApartByTheirClass() {
        assertThat(ask("Hi", Map.of("x-llm-task", "foo")).getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'foo'");
        assertThat(ask("{\"model\":\"nobody\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", Map.of())
                        .getException())
                .isInstanceOf(RefusedException.class);
        provider.does(ScriptedProvider.says("blue"));
        Exchange unusable = ask("Hi", Map.of("x-llm-task", "strict"));
        assertThat(unusable.getException()).isInstanceOf(OutputUnusableException.class);
        assertThat(((OutputUnusableException) unusable.getException()).attempts())
                .hasSize(1);
        assertThat(unusable.getMessage().getBody()).isEqualTo("Hi");
    }

    @Test
    void anOutputThatFailsItsCheckTwiceSaysSo() {
        provider.does(ScriptedProvider.says("blue"));
        provider.does(ScriptedProvider.says("blue"));
        Exchange answer = ask("Hi", Map.of("x-llm-task", "colour"));
        assertThat(answer.getMessage().getBody()).isEqualTo("blue");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.VERIFY)).isEqualTo("failed");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.ATTEMPTS)).isEqualTo(2);
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .last()
                        .extracting(RequestRecord::outcome)
                        .isEqualTo(RequestRecord.Outcome.UNUSABLE));
        // both answers were paid for; the baseline's one alone would have cost less, and that is a loss as it stands
        RequestRecord last = records.get(records.size() - 1);
        assertThat(last.baselineCostUsd()).isLessThan(last.costUsd());
    }

    @Test
    void anAnswerThatNobodyCanUseSavesNothing() {
        provider.does(ScriptedProvider.says("blue"));
        assertThat(ask("Hi", Map.of("x-llm-task", "strict")).getException()).isNotNull();
        Awaitility.await()
                .untilAsserted(() -> assertThat(records).last().satisfies(last -> {
                    assertThat(last.outcome()).isEqualTo(RequestRecord.Outcome.UNUSABLE);
                    assertThat(last.tier()).isEqualTo("fast");
                    assertThat(last.costUsd()).isPositive();
                    assertThat(last.baselineCostUsd()).isEqualByComparingTo(last.costUsd());
                }));
    }

    @Test
    void aTierThatAStepSetsAfterTheDecisionIsObeyedAndAnUnknownOneRefused() throws Exception {
        org.apache.camel.builder.AdviceWith.adviceWith(
                camel,
                "llm-route",
                route -> route.weaveById("llm-route-decide")
                        .after()
                        .setProperty(LlmRouterConstants.TIER, route.header("wanted")));
        provider.does(ScriptedProvider.says("hello"));
        Exchange obeyed = ask("Hi", Map.of("x-llm-task", "pay", "wanted", "standard"));
        assertThat(obeyed.getException()).isNull();
        assertThat(obeyed.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("standard");
        Exchange refused = ask("Hi", Map.of("wanted", "nowhere"));
        assertThat(refused.getException()).isInstanceOf(RefusedException.class).hasMessageContaining("nowhere");
        assertThat(refused.getMessage().getBody()).isEqualTo("Hi");
        assertThat(refused.getMessage().getHeader(LlmRouterConstants.REQUEST_ID))
                .isNotNull();
    }

    /** The request before it on the same exchange would be booked twice, with its cost. */
    @Test
    void aBodyThatCannotBeReadIsNotRecordedAsTheRequestBeforeIt() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:twice")
                        .to("direct:llm-route")
                        .process(exchange -> exchange.getMessage().setBody(new Object()))
                        .to("direct:llm-route");
            }
        });
        provider.does(ScriptedProvider.says("hello"));
        Exchange second = camel.createProducerTemplate()
                .request("direct:twice", exchange -> exchange.getMessage().setBody("Hi"));
        assertThat(second.getException())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("java.lang.Object");
        camel.stop(); // what is tapped is recorded before the stop ends
        assertThat(records)
                .singleElement()
                .satisfies(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.OK));
    }

    /** The stream had no subscriber: an empty file or none, and neither a row nor a line of the request. */
    @ParameterizedTest
    @ValueSource(strings = {"direct:llm-route", "direct:llm-answer"})
    void aBodyThatAsksForAStreamGivesARouteAWholeAnswer(String entry) throws Exception {
        Path out = folder.resolve("out");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:to-file").to(entry).to("file:" + out + "?fileName=answer.json");
            }
        });
        provider.does(ScriptedProvider.says("hello"));
        Exchange sent = camel.createProducerTemplate()
                .request(
                        "direct:to-file",
                        exchange -> exchange.getMessage()
                                .setBody(
                                        "{\"stream\":true,\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        assertThat(sent.getException()).isNull();
        assertThat(out.resolve("answer.json")).content().contains("\"object\":\"chat.completion\"", "hello");
        assertThat(provider.requests.get(0)).doesNotContain("\"stream\":true");
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .singleElement()
                        .extracting(RequestRecord::outcome)
                        .isEqualTo(RequestRecord.Outcome.OK));
    }

    @Test
    void aCopyThatIsTappedOffAnExchangeOfTheGatewayIsAskedWhole() {
        provider.does(ScriptedProvider.says("hello"));
        Exchange sent = camel.createProducerTemplate().send("direct:llm-route", ExchangePattern.InOnly, exchange -> {
            exchange.setProperty(LlmRouterConstants.CANCELLATION, new Cancellation());
            exchange.setProperty(LlmRouterConstants.TAKES_STREAM, true);
            exchange.getMessage()
                    .setBody(
                            "{\"stream\":true,\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        });
        assertThat(sent.getException()).isNull();
        assertThat(sent.getMessage().getBody(String.class)).contains("\"object\":\"chat.completion\"", "hello");
    }

    @Test
    void theAnsweringEntryTurnsAFailureIntoAnAnswer() {
        provider.does(ScriptedProvider.error(500, "down"));
        String answer = camel.createProducerTemplate().requestBody("direct:llm-answer", (Object) "Hi", String.class);
        assertThat(answer).contains("No model could answer").contains("req_");
    }

    @Test
    void theRoutesStartNoServerThatNobodyAskedFor() {
        assertThat(camel.getRoutes()).noneMatch(route -> route.getId().startsWith("llm-gateway"));
    }
}
