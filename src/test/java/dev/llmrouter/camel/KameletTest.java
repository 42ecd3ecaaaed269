package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.route.OutputUnusableException;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelets in routes of a user's own, against providers on real sockets. */
class KameletTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider first;
    private ScriptedProvider second;
    private String policy;

    @BeforeEach
    void start() throws Exception {
        first = new ScriptedProvider();
        second = new ScriptedProvider();
        Path file = folder.resolve("policy.yaml");
        policy = "file:" + file;
        Files.writeString(file, """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  b: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: b, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  cheap: { models: [small, large], timeout: 5s }
                  best: { models: [large], timeout: 5s, maxAttempts: 1 }
                tasks:
                  colour: { tier: cheap, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: escalate } }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """.formatted(first.port(), second.port()));
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        first.close();
        second.close();
        camel.stop();
    }

    private void routes(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("user.yaml", yaml.replace("POLICY", policy)));
    }

    private Exchange send(String uri, Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    @Test
    void routeActionFailsOverChecksAndSaysWhatItDid() throws Exception {
        routes("""
                - route:
                    id: users-own
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: kamelet:llm-route-action
                            parameters: { policy: "POLICY", systemPrompt: "One word.", temperature: 0.1, maxTokens: 9 }
                """);
        first.does(ScriptedProvider.error(500, "down"));
        second.does(ScriptedProvider.says("red"));
        Exchange answer = send("direct:in", "Which colour?", Map.of("orderId", 7));
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("red");
        assertThat(answer.getMessage().getHeaders())
                .containsEntry("orderId", 7)
                .containsEntry(LlmRouterConstants.TASK, "colour")
                .containsEntry(LlmRouterConstants.TIER, "cheap")
                .containsEntry(LlmRouterConstants.MODEL, "large")
                .containsEntry(LlmRouterConstants.PROVIDER, "b")
                .containsEntry(LlmRouterConstants.ATTEMPTS, 2)
                .containsEntry(LlmRouterConstants.VERIFY, "passed")
                .containsKeys(LlmRouterConstants.COST_USD, LlmRouterConstants.OUTPUT_TOKENS);
        JsonNode sent = JSON.readTree(second.requests.get(0));
        assertThat(sent.at("/messages/0/content").textValue()).isEqualTo("One word.");
        assertThat(records)
                .singleElement()
                .satisfies(record -> assertThat(record.attempts()).hasSize(2));
    }

    @Test
    void routeActionEscalatesAnUnusableOutput() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY&output=json"
                """);
        first.does(ScriptedProvider.says("blue"));
        second.does(ScriptedProvider.says("green"));
        Exchange answer = send("direct:in", "Which colour?", Map.of());
        JsonNode json = JSON.readTree(answer.getMessage().getBody(String.class));
        assertThat(json.at("/choices/0/message/content").textValue()).isEqualTo("green");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.VERIFY)).isEqualTo("escalated");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("best");
    }

    /** The innermost cause is what a start that fails is told with: it spoke of an enum. */
    @Test
    void anOutputThatThereIsNotIsSaidWithWhatIsAllowed() {
        assertThatThrownBy(() -> routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY&output=xml"
                """)).rootCause().hasMessage("output is 'xml'; allowed: text, json");
    }

    @Test
    void anOutageIsAnExceptionForTheUsersErrorHandlerAndIsNotRetriedBehindHisBack() throws Exception {
        routes("""
                - route:
                    id: users-own
                    errorHandler:
                      deadLetterChannel: { deadLetterUri: "mock:dead" }
                    from:
                      uri: direct:in
                      steps:
                        - to: "kamelet:llm-route-action?policy=POLICY"
                        - to: mock:answers
                """);
        MockEndpoint dead = camel.getEndpoint("mock:dead", MockEndpoint.class);
        MockEndpoint answers = camel.getEndpoint("mock:answers", MockEndpoint.class);
        dead.expectedBodiesReceived("Hi");
        answers.expectedMessageCount(0);
        second.does(ScriptedProvider.error(500, "down"));
        send("direct:in", "Hi", Map.of());
        dead.assertIsSatisfied();
        answers.assertIsSatisfied();
        assertThat(second.requests).hasSize(1);
        assertThat(dead.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOf(AllFailedException.class);
    }

    @Test
    void aUsersRedeliveryAsksAgainWithTheMessageAsItCame() throws Exception {
        routes("""
                - route:
                    id: users-own
                    errorHandler:
                      defaultErrorHandler:
                        redeliveryPolicy: { maximumRedeliveries: 1, redeliveryDelay: "0" }
                    from:
                      uri: direct:in
                      steps:
                        - to: "kamelet:llm-route-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.error(500, "down"), ScriptedProvider.says("hello"));
        Exchange answer = send("direct:in", "Hi", Map.of());
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(second.requests).hasSize(2);
    }

    @Test
    void classifyActionFeedsAUsersOwnContentBasedRouter() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-classify-action?policy=POLICY"
                      - choice:
                          when:
                            - simple: "${header.CamelLlmRouterTask} == 'colour'"
                              steps:
                                - to: mock:colours
                          otherwise:
                            steps:
                              - to: mock:rest
                """);
        MockEndpoint colours = camel.getEndpoint("mock:colours", MockEndpoint.class);
        MockEndpoint rest = camel.getEndpoint("mock:rest", MockEndpoint.class);
        colours.expectedBodiesReceived("Which colour?");
        colours.expectedHeaderReceived(LlmRouterConstants.TASK_SOURCE, "rule");
        rest.expectedBodiesReceived("Hi");
        rest.expectedHeaderReceived(LlmRouterConstants.TASK, "unclassified");
        send("direct:in", "Which colour?", Map.of());
        send("direct:in", "Hi", Map.of());
        colours.assertIsSatisfied();
        rest.assertIsSatisfied();
        assertThat(first.requests).isEmpty();
        assertThat(records).isEmpty();
    }

    @Test
    void classifyActionAsksTheModelOfThePolicyAndRecordsWhatThatCost() throws Exception {
        Path file = folder.resolve("asking.yaml");
        Files.writeString(
                file,
                Files.readString(folder.resolve("policy.yaml"))
                        + "classifier: { chain: [explicit, rules, llm], llm: { model: small, timeout: 5s } }\n");
        policy = "file:" + file;
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-classify-action?policy=POLICY"
                """);
        first.does(ScriptedProvider.says("{\\\"task\\\":\\\"colour\\\",\\\"confidence\\\":0.9}"));

        Exchange answer = send("direct:in", "Like a cherry?", Map.of());

        assertThat(answer.getMessage().getBody()).isEqualTo("Like a cherry?");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TASK)).isEqualTo("colour");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TASK_SOURCE))
                .isEqualTo("llm");
        assertThat(first.requests).hasSize(1);
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.attempts()).isEmpty();
            assertThat(record.costUsd()).isEqualByComparingTo("0.000015");
        });
    }

    @Test
    void chatActionsMakeALoadBalancerOfTheUsersOwn() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - loadBalance:
                          failoverLoadBalancer: {}
                          steps:
                            - to: { id: a, uri: "kamelet:llm-chat-action?policy=POLICY&model=small" }
                            - to: { id: b, uri: "kamelet:llm-chat-action?policy=POLICY&model=large" }
                """);
        first.does(ScriptedProvider.error(401, "invalid_api_key"));
        second.does(ScriptedProvider.says("hello"));
        Exchange answer = send(
                "direct:in", "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", Map.of());
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.MODEL)).isEqualTo("large");
        assertThat(first.requests).hasSize(1);
    }

    @Test
    void verifyActionChecksATextFromAnywhere() throws Exception {
        routes("""
                - from:
                    uri: direct:strict
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&task=colour"
                - from:
                    uri: direct:lenient
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&onFailure=continue"
                """);
        assertThat(send("direct:strict", "red", Map.of()).getMessage().getHeader(LlmRouterConstants.VERIFY))
                .isEqualTo("passed");
        assertThat(send("direct:strict", "blue", Map.of()).getException())
                .isInstanceOf(OutputUnusableException.class)
                .hasMessageContaining("colour");
        Exchange lenient = send("direct:lenient", "blue", Map.of(LlmRouterConstants.TASK, "colour"));
        assertThat(lenient.getException()).isNull();
        assertThat(lenient.getMessage().getBody()).isEqualTo("blue");
        assertThat(lenient.getMessage().getHeader(LlmRouterConstants.VERIFY)).isEqualTo("failed");
        assertThat(send("direct:lenient", "blue", Map.of()).getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("colour");
    }

    /** The dead letter had a stream that was read to its end, and nothing said which request it was. */
    @ParameterizedTest
    @ValueSource(strings = {"kamelet:llm-route-action", "kamelet:llm-classify-action"})
    void aTaskThatThereIsNotFailsWithTheMessageAsItCame(String uri) throws Exception {
        camel.setStreamCaching(false);
        routes("""
                - route:
                    errorHandler: { deadLetterChannel: { deadLetterUri: "mock:dead" } }
                    from: { uri: direct:in, steps: [ { to: "URI?policy=POLICY" } ] }
                """.replace("URI", uri));
        MockEndpoint dead = camel.getEndpoint("mock:dead", MockEndpoint.class);

        send("direct:in", stream("Hi"), Map.of("x-llm-task", "nope"));

        Exchange letter = dead.getExchanges().get(0);
        assertThat(letter.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'nope' is not in the policy");
        assertThat(letter.getMessage().getBody(String.class)).isEqualTo("Hi");
        assertThat(letter.getMessage().getHeader(LlmRouterConstants.REQUEST_ID)).isNotNull();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aStreamThatWasCheckedIsThereForWhoComesNext() throws Exception {
        camel.setStreamCaching(false);
        routes("""
                - from:
                    uri: direct:lenient
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&task=colour&onFailure=continue"
                - from:
                    uri: direct:strict
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&task=colour"
                """);
        for (String uri : List.of("direct:lenient", "direct:strict")) {
            for (String text : List.of("red", "blue")) {
                for (Object body : List.of(
                        stream(text),
                        new java.io.StringReader(text),
                        new org.apache.camel.converter.stream.InputStreamCache(
                                text.getBytes(StandardCharsets.UTF_8)))) {
                    Exchange checked = send(uri, body, Map.of());
                    assertThat(checked.getMessage().getHeader(LlmRouterConstants.VERIFY))
                            .isEqualTo(text.equals("red") ? "passed" : "failed");
                    assertThat(checked.getMessage().getBody(String.class))
                            .as(uri + " " + text + " " + body.getClass())
                            .isEqualTo(text);
                }
            }
        }
    }

    /** It was answered by whatever model the policy chose, with a property that has no value. */
    @ParameterizedTest
    @ValueSource(strings = {"{{chat.model:}}", "{{chat.blank}}"})
    void aChatActionWhoseModelIsBlankStopsTheStart(String model) {
        camel.getPropertiesComponent().addOverrideProperty("chat.blank", " ");
        assertThatThrownBy(() -> routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to:
                          uri: kamelet:llm-chat-action
                          parameters: { policy: "POLICY", model: "MODEL" }
                """.replace("MODEL", model)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'model' is blank")
                .hasMessageContaining("large, small");
    }

    @ParameterizedTest
    @CsvSource({"auto, large", "task:colour, small", "tier:cheap, small"})
    void aChatActionThatNamesATaskATierOrNoneInWordsAsksAsItSays(String model, String asked) throws Exception {
        routes("""
                - from: { uri: direct:in, steps: [ { to: "kamelet:llm-chat-action?policy=POLICY&model=MODEL" } ] }
                """.replace("MODEL", model));
        first.does(ScriptedProvider.says("red"));
        second.does(ScriptedProvider.says("red"));
        assertThat(send("direct:in", "Hi", Map.of()).getMessage().getHeader(LlmRouterConstants.MODEL))
                .isEqualTo(asked);
    }

    /** The model was asked what it makes of a path. */
    @Test
    void aFileThatCannotBeReadIsNamedWithTheReasonAndItsPathIsSentToNobody() throws Exception {
        routes("""
                - from: { uri: direct:in, steps: [ { to: "kamelet:llm-route-action?policy=POLICY" } ] }
                """);
        Path missing = folder.resolve("missing.txt");
        for (Path file : List.of(missing, folder)) {
            for (Object body : List.of(file, file.toFile(), generic(file))) {
                assertThat(send("direct:in", body, Map.of()).getException())
                        .as(body.getClass().getName())
                        .isInstanceOf(BadRequestException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining(file == missing ? "is not there" : "is a folder");
            }
        }
        assertThat(first.requests).isEmpty();
        assertThat(second.requests).isEmpty();

        second.does(ScriptedProvider.says("hello"));
        Path there = Files.writeString(folder.resolve("there.txt"), "Grüß Gott");
        for (Object body : List.of(there, there.toFile(), generic(there))) {
            Exchange answer = send("direct:in", body, Map.of());
            assertThat(answer.getException()).isNull();
            assertThat(second.requests.remove(0)).contains("Grüß Gott");
        }
    }

    private static Object generic(Path file) {
        return org.apache.camel.component.file.FileConsumer.asGenericFile(
                String.valueOf(file.getParent()), file.toFile(), null, false);
    }

    /** Camel would give a Kamelet's route the error handler of the first route that calls it, for all who do. */
    @Test
    void aFailureGoesToTheErrorHandlerOfTheRouteThatCalls() throws Exception {
        routes("""
                - route:
                    id: a
                    errorHandler: { deadLetterChannel: { deadLetterUri: "mock:dead-of-a" } }
                    from: { uri: direct:a, steps: [ { to: "kamelet:llm-verify-action?policy=POLICY&task=colour" } ] }
                - route:
                    id: b
                    from: { uri: direct:b, steps: [ { to: "kamelet:llm-verify-action?policy=POLICY&task=colour" } ] }
                - route:
                    id: c
                    errorHandler: { deadLetterChannel: { deadLetterUri: "mock:dead-of-c" } }
                    from:
                      uri: direct:c
                      steps:
                        - to: "kamelet:llm-classify-action?policy=POLICY"
                        - to: "kamelet:llm-feedback-sink?policy=POLICY"
                - route:
                    id: d
                    from:
                      uri: direct:d
                      steps:
                        - to: "kamelet:llm-classify-action?policy=POLICY"
                        - to: "kamelet:llm-feedback-sink?policy=POLICY"
                """);
        MockEndpoint ofA = camel.getEndpoint("mock:dead-of-a", MockEndpoint.class);
        MockEndpoint ofC = camel.getEndpoint("mock:dead-of-c", MockEndpoint.class);

        assertThat(send("direct:a", "blue", Map.of()).getException()).isNull();
        assertThat(send("direct:b", "blue", Map.of()).getException()).isInstanceOf(OutputUnusableException.class);
        assertThat(send("direct:c", "", Map.of()).getException()).isNull();
        assertThat(send("direct:c", "no feedback", Map.of()).getException()).isNull();
        assertThat(send("direct:d", "", Map.of()).getException()).isInstanceOf(BadRequestException.class);
        assertThat(send("direct:d", "no feedback", Map.of()).getException()).isInstanceOf(BadRequestException.class);
        assertThat(ofA.getReceivedCounter()).isEqualTo(1);
        assertThat(ofC.getReceivedCounter()).isEqualTo(2);
    }

    @Test
    void verifyActionLetsWhatNobodyRecognisedPassAndTakesNoTypingMistakeForContinue() throws Exception {
        routes("""
                - from:
                    uri: direct:chained
                    steps:
                      - to: "kamelet:llm-classify-action?policy=POLICY"
                      - to: "kamelet:llm-verify-action?policy=POLICY"
                - from:
                    uri: direct:capital
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&task=colour&onFailure=Fail"
                """);
        Exchange chained = send("direct:chained", "something else", Map.of());
        assertThat(chained.getException()).isNull();
        assertThat(chained.getMessage().getHeader(LlmRouterConstants.TASK)).isEqualTo("unclassified");
        assertThat(chained.getMessage().getHeader(LlmRouterConstants.VERIFY)).isEqualTo("passed");
        assertThat(send("direct:capital", "blue", Map.of()).getException()).isInstanceOf(OutputUnusableException.class);
    }

    /** A word that it does not know meant fail, in silence. */
    @Test
    void aMistypedOnFailureStopsTheStart() {
        assertThatThrownBy(() -> routes("""
                - from:
                    uri: direct:mistyped
                    steps:
                      - to: "kamelet:llm-verify-action?policy=POLICY&task=colour&onFailure=contnue"
                """))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("onFailure is 'contnue'; allowed: fail, continue");
    }

    @Test
    void textIsReadAsTheTextThatItIsWhateverCharsetItsFileHad() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.says("hello"));
        String text = "Gr\u00fc\u00dfe f\u00fcr 5 \u20ac";
        for (Object body : List.of(text, text.getBytes(StandardCharsets.UTF_16LE))) {
            for (String charset : List.of("UTF-16LE", "US-ASCII")) {
                if (body instanceof String || charset.equals("UTF-16LE")) {
                    second.requests.clear();
                    Exchange answer = camel.createProducerTemplate().request("direct:in", exchange -> {
                        exchange.setProperty(Exchange.CHARSET_NAME, charset);
                        exchange.getMessage().setBody(body);
                    });
                    assertThat(answer.getException()).isNull();
                    assertThat(second.requests).singleElement().asString().contains(text);
                }
            }
        }
    }

    /** A file with a charset of its own, then a data format: what that wrote is UTF-8, and an object is still JSON. */
    @Test
    void whatWasMadeOfAFileSinceIsNotReadInTheCharsetOfTheFile() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.says("hello"));
        record Ticket(String name) {}
        for (Object body : List.of("M\u00fcller".getBytes(StandardCharsets.UTF_8), new Ticket("M\u00fcller"))) {
            second.requests.clear();
            Exchange answer = camel.createProducerTemplate().request("direct:in", exchange -> {
                exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
                exchange.getMessage().setBody(body);
            });
            assertThat(answer.getException()).isNull();
            assertThat(second.requests)
                    .singleElement()
                    .asString()
                    .contains("M\u00fcller")
                    .doesNotContain("Ticket[");
        }
    }

    @Test
    void chatJsonThatNamesNoModelLeavesTheChoiceToThePolicyOrToTheParameter() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY"
                - from:
                    uri: direct:small
                    steps:
                      - to: "kamelet:llm-chat-action?policy=POLICY&model=small"
                """);
        first.does(ScriptedProvider.says("red"));
        second.does(ScriptedProvider.says("hello"));
        String chat = " {\"messages\":[{\"role\":\"user\",\"content\":\"model, a {} of what?\"}]}";
        Map<String, Object> map = Map.of("messages", List.of(Map.of("role", "user", "content", "Hi")));
        for (Object body : List.of(chat, map, chat.getBytes(StandardCharsets.UTF_8))) {
            assertThat(send("direct:in", body, Map.of()).getMessage().getBody()).isEqualTo("hello");
            assertThat(send("direct:small", body, Map.of()).getMessage().getBody())
                    .isEqualTo("red");
        }
    }

    @Test
    void manyInstancesOnOnePolicyShareItsHealth() throws Exception {
        routes("""
                - from:
                    uri: direct:one
                    steps:
                      - to: "kamelet:llm-route-action/one?policy=POLICY&task=colour"
                - from:
                    uri: direct:two
                    steps:
                      - to: "kamelet:llm-route-action/two?policy=POLICY&task=colour"
                """);
        first.does(ScriptedProvider.status(429, "Retry-After: 30\r\n", "{}"));
        second.does(ScriptedProvider.says("red"));
        assertThat(send("direct:one", "Hi", Map.of()).getMessage().getBody()).isEqualTo("red");
        assertThat(send("direct:two", "Hi", Map.of()).getMessage().getBody()).isEqualTo("red");
        assertThat(first.requests).hasSize(1);
        assertThat(LlmRouterContext.of(camel).policies()).hasSize(1);
    }

    @Test
    void withoutAParameterTheExamplePolicyAnswersByTheSimulator() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action"
                """);
        Exchange answer = send("direct:in", "Summarise in two sentences: It rains. It pours.", Map.of());
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(String.class)).contains("simulated");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.SIMULATED)).isEqualTo(true);
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TASK)).isEqualTo("short-summary");
    }

    /** In a parameter, double braces are Camel's placeholders; in the header they are text. */
    @Test
    void aSystemPromptWithBracesGoesIntoTheHeader() throws Exception {
        String prompt = "Answer as {\"a\":{\"b\":{}}} or {{colour}}.";
        Path file = Files.writeString(folder.resolve("prompt.txt"), prompt);
        routes("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - setHeader:
                            name: CamelLlmRouterSystemPrompt
                            constant: "resource:file:PROMPT"
                        - to:
                            uri: kamelet:llm-route-action
                            parameters: { policy: "POLICY" }
                """.replace("PROMPT", file.toString()));
        first.does(ScriptedProvider.says("red"));
        first.does(ScriptedProvider.says("green"));
        assertThat(send("direct:in", "Which colour?", Map.of()).getException()).isNull();
        routes("""
                - route:
                    from:
                      uri: direct:plain
                      steps:
                        - to:
                            uri: kamelet:llm-chat-action
                            parameters: { policy: "POLICY", model: "small" }
                """);
        assertThat(send("direct:plain", "Which colour?", Map.of(LlmRouterConstants.SYSTEM_PROMPT, prompt))
                        .getException())
                .isNull();
        assertThat(first.requests)
                .hasSize(2)
                .allSatisfy(sent -> assertThat(
                                JSON.readTree(sent).at("/messages/0/content").textValue())
                        .isEqualTo(prompt));
    }

    /** Parameters lose line breaks, and end at an ampersand. */
    @ParameterizedTest
    @ValueSource(strings = {"kamelet:llm-chat-action?model=small&", "llm-provider:small?"})
    void aSystemPromptIsReadFromWhereItsParameterSays(String uri) throws Exception {
        String prompt = "# R&D\n- {{one}}\n- tw\u00f6\n";
        Path file = Files.writeString(folder.resolve("prompt.txt"), prompt);
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "URIpolicy=POLICY&systemPrompt=resource:file:FILE"
                """.replace("URI", uri).replace("FILE", file.toString()));
        first.does(ScriptedProvider.says("red"));
        assertThat(send("direct:in", "Which colour?", Map.of()).getException()).isNull();
        assertThat(JSON.readTree(first.requests.get(0))
                        .at("/messages/0/content")
                        .textValue())
                .isEqualTo(prompt);
        assertThatThrownBy(() -> routes("""
                - from:
                    uri: direct:nope
                    steps:
                      - to: "URIpolicy=POLICY&systemPrompt=resource:file:nope.txt"
                """.replace("URI", uri)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("systemPrompt is 'resource:file:nope.txt', and 'file:nope.txt' cannot be read");
    }

    /** Only what lies beside the route is read, and only what is text. */
    @ParameterizedTest
    @ValueSource(strings = {"kamelet:llm-chat-action?model=small&", "llm-provider:small?"})
    void aSystemPromptIsReadFromFilesInUtf8Alone(String uri) throws Exception {
        Path latin = Files.write(folder.resolve("latin.txt"), "Gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        Map<String, String> faults = Map.of(
                "resource:http://127.0.0.1:1/p",
                "Allowed behind resource: is file: or classpath:",
                "resource:file:",
                "Allowed behind resource: is file: or classpath:",
                "resource:file:" + latin,
                "is not in UTF-8");
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            assertThatThrownBy(() -> routes("""
                    - from:
                        uri: direct:wrong
                        steps:
                          - to: "URIpolicy=POLICY&systemPrompt=PROMPT"
                    """.replace("URI", uri).replace("PROMPT", fault.getKey())))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(fault.getValue());
        }
    }

    /** The loop of the Kamelet is its own: the caller's loop asked without end, and paid each time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kamelet:llm-route-action",
                "kamelet:llm-chat-action?model=large",
                "kamelet:llm-classify-action",
                "direct:llm-route",
                "direct:llm-answer"
            })
    void theCallersOwnLoopKeepsItsProperties(String uri) throws Exception {
        camel.getPropertiesComponent().addInitialProperty("llm-router.policy", policy);
        ShippedRoutes.load(camel, folder);
        List<String> seen = new CopyOnWriteArrayList<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .loop(3)
                        .doTry()
                        .to(uri)
                        .doCatch(Exception.class)
                        .end()
                        .process(exchange -> seen.add(exchange.getProperty(Exchange.LOOP_INDEX) + " of "
                                + exchange.getProperty(Exchange.LOOP_SIZE)))
                        .end();
            }
        });
        // one that is answered with an error ends the loop that it is in: that is Camel's
        second.does(
                ScriptedProvider.says("hello"),
                uri.equals("direct:llm-answer") ? ScriptedProvider.says("hello") : ScriptedProvider.error(400, "no"),
                ScriptedProvider.says("hello"));
        send("direct:in", "Hi", Map.of());
        assertThat(seen).containsExactly("0 of 3", "1 of 3", "2 of 3");
    }

    /** An object whose field is not set was refused, and so was {@code "model":null}. */
    @Test
    void chatJsonWhoseModelIsNullLeavesTheChoiceToThePolicy() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.says("hello"));
        record Chat(@Nullable String model, List<Map<String, String>> messages) {}
        List<Map<String, String>> messages = List.of(Map.of("role", "user", "content", "null, \"model\":null"));
        Map<String, @Nullable Object> map = new HashMap<>(Map.of("messages", messages));
        map.put("model", null);
        String json = "\ufeff { \"messages\":[{\"role\":\"user\",\"content\":\"\u00fc null\"}], \"model\" : null }";
        for (Object body : List.of(new Chat(null, messages), map, json, json.substring(1))) {
            Exchange answer = send("direct:in", body, Map.of());
            assertThat(answer.getException()).isNull();
            assertThat(answer.getMessage().getHeader(LlmRouterConstants.MODEL)).isEqualTo("large");
        }
    }

    /** The bytes of the answer are in UTF-8, whatever the file that brought the question was in. */
    @Test
    void anAnswerAsBytesIsReadInTheCharsetThatItIsIn() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "llm-provider:large?policy=POLICY"
                - from:
                    uri: direct:stream
                    steps:
                      - to: "kamelet:llm-classify-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.says("Gr\u00fc\u00dfe"));
        byte[] json =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"f\u00fcr\"}]}".getBytes(StandardCharsets.ISO_8859_1);
        Exchange answer = camel.createProducerTemplate().request("direct:in", exchange -> {
            exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
            exchange.getMessage().setBody(json);
        });
        assertThat(answer.getMessage().getBody(String.class)).contains("Gr\u00fc\u00dfe");
        Exchange classified = camel.createProducerTemplate().request("direct:stream", exchange -> {
            exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
            exchange.getMessage().setBody(new ByteArrayInputStream(json));
        });
        assertThat(classified.getMessage().getBody(String.class)).contains("f\u00fcr");
    }

    /** Feedback on the answer went to a classification that nothing was kept of. */
    @Test
    void aClassificationThatAskedNobodyLeavesTheAnswersHeaders() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY"
                      - setHeader: { name: first, simple: "${header.CamelLlmRouterRequestId}" }
                      - setBody: { constant: "Which colour?" }
                      - to: "kamelet:llm-classify-action?policy=POLICY"
                """);
        second.does(ScriptedProvider.says("hello"));
        Exchange both = send("direct:in", "Hi", Map.of());
        assertThat(both.getException()).isNull();
        assertThat(both.getMessage().getHeaders())
                .containsEntry(LlmRouterConstants.REQUEST_ID, records.get(0).requestId())
                .containsEntry("first", records.get(0).requestId())
                .containsEntry(LlmRouterConstants.MODEL, "large")
                .containsKeys(LlmRouterConstants.COST_USD, LlmRouterConstants.EVIDENCE)
                .containsEntry(LlmRouterConstants.TASK, "colour")
                .containsEntry(LlmRouterConstants.TASK_SOURCE, "rule");
        assertThat(both.getProperty(LlmRouterConstants.RESPONSE_HEADERS, Map.class))
                .containsEntry("x-llm-request-id", records.get(0).requestId());
    }

    /** What a step names and the policy does not have stops the start, as a model does in {@code llm-provider}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kamelet:llm-route-action?task=nope",
                "kamelet:llm-chat-action?model=nope",
                "kamelet:llm-chat-action?model=tier:nope",
                "kamelet:llm-chat-action?model=task:nope",
                "kamelet:llm-verify-action?task=nope",
                "llm-provider:small?task=nope"
            })
    void whatThePolicyDoesNotHaveStopsTheStart(String uri) {
        assertThatThrownBy(() -> routes("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: "URI&policy=POLICY"
                """.replace("URI", uri)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("policy '")
                .hasMessageContaining("'nope' is not in the policy. ")
                .hasMessageFindingMatch("(Tasks|Tiers|one of): ?.*(colour|cheap|small)");
    }

    /** It started, and each of its audits ended in an error. */
    @Test
    void anAuditWithoutALedgerStopsTheStart() {
        assertThatThrownBy(() -> routes("""
                - route:
                    from:
                      uri: "kamelet:llm-audit-source?policy=POLICY"
                      steps:
                        - to: mock:alarms
                """))
                .hasStackTraceContaining(
                        "There is no ledger to audit. Set the property llm-router.data to the data folder,"
                                + " or llm-router.ledger.url to the database.");
    }

    @Test
    void aPolicyAtAHostThatDoesNotAnswerIsNamedAtTheStart() {
        assertThatThrownBy(() -> routes("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: "kamelet:llm-route-action?policy=http://127.0.0.1:1/p.yaml"
                """))
                .hasStackTraceContaining("policy 'http://127.0.0.1:1/p.yaml' cannot be read: Connection refused");
    }

    @Test
    void aPolicyThatIsNotThereIsToldWithThePlaceWhereItWasLookedFor() throws Exception {
        for (String named : List.of("file:nope.yaml", "no/such.yaml")) {
            assertThatThrownBy(() -> routes(asking("policy=" + named)))
                    .hasStackTraceContaining("policy '" + named + "' cannot be read: it does not exist (looked for "
                            + Path.of(named.replace("file:", "")).toAbsolutePath()
                            + "). Correct llm-router.policy, or the parameter"
                            + " 'policy' of the step that names it.");
        }
        assertThatThrownBy(() -> routes(asking("policy=classpath:nope.yaml")))
                .hasStackTraceContaining("policy 'classpath:nope.yaml' cannot be read: it is not on the class path.");
        assertThatThrownBy(() -> routes(asking("policy=file:" + folder)))
                .hasStackTraceContaining("cannot be read: it is a folder (" + folder.toAbsolutePath() + ").");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temperature=hot | temperature is 'hot'; allowed is a number from 0 to 2.",
                "temperature=3 | temperature is '3'; allowed is a number from 0 to 2.",
                "temperature=NaN | temperature is 'NaN'; allowed is a number from 0 to 2.",
                "maxTokens=abc | maxTokens is 'abc'; allowed is a whole number from 1.",
                "maxTokens=0 | maxTokens is '0'; allowed is a whole number from 1.",
                "maxTokens=1.5 | maxTokens is '1.5'; allowed is a whole number from 1."
            })
    void aParameterThatIsNoNumberIsToldWithWhatIsAllowed(String parameter, String message) {
        assertThatThrownBy(() -> routes(asking("policy=POLICY&" + parameter)))
                .rootCause()
                .hasMessage(message);
        assertThatThrownBy(() -> routes("""
                - from:
                    uri: direct:model
                    steps:
                      - to: "llm-provider:small?policy=POLICY&%s"
                """.formatted(parameter))).rootCause().hasMessage(message);
    }

    private static String asking(String parameters) {
        return """
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?%s"
                """.formatted(parameters);
    }

    /** Its toString, which is what Simple and a JMS header make of it, has an exponent below a millionth. */
    @Test
    void aSmallCostIsWrittenPlainAsItsDescriptionSays() {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setHeader(LlmRouterConstants.COST_USD, new BigDecimal("0.00000004"));
        assertThat(camel.resolveLanguage("simple")
                        .createExpression("${header.CamelLlmRouterCostUsd.toPlainString}")
                        .evaluate(exchange, String.class))
                .isEqualTo("0.00000004");
    }

    @Test
    void aKeyGoesIntoTheHeaderThatItsProviderReads() throws Exception {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "  b: { protocol: openai,",
                                "  b: { protocol: openai, apiKey: k-1, apiKeyHeader: api-key,")
                        .replace("  a: { protocol: openai,", "  a: { protocol: openai, apiKey: k-2,"));
        routes("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: "kamelet:llm-route-action?policy=POLICY&task=colour"
                """);
        first.does(ScriptedProvider.error(500, "down"));
        second.does(ScriptedProvider.says("red"));
        assertThat(send("direct:in", "Which?", Map.of()).getException()).isNull();
        assertThat(first.heads).singleElement().asString().containsIgnoringCase("authorization: Bearer k-2\r\n");
        assertThat(second.heads)
                .singleElement()
                .asString()
                .containsIgnoringCase("api-key: k-1\r\n")
                .doesNotContainIgnoringCase("authorization");
    }

    /** Properties and exceptions are logged by routes; headers and query of a provider hold keys, too. */
    @Test
    void whatARouteMayLogShowsNoValueOfAProvidersHeaders() throws Exception {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                ": { protocol: openai,",
                                ": { protocol: openai, apiKey: KEYSECRET, headers: { X-Org: HEADSECRET }, query: { k: QUERYSECRET },"));
        routes("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: "kamelet:llm-route-action?policy=POLICY&task=colour"
                """);
        first.does(ScriptedProvider.error(500, "down"));
        second.does(ScriptedProvider.says("red"));
        Exchange answer = send("direct:in", "PROMPT", Map.of());
        assertThat(answer.getException()).isNull();
        assertThat(answer.getProperty("CamelLlmRouterStage"))
                .asString()
                .startsWith("Dispatched[id=req_")
                .endsWith(", task=colour, tier=cheap]");
        second.does(ScriptedProvider.error(500, "down"));
        Exchange failed = send("direct:in", "PROMPT", Map.of());
        AllFailedException exception = failed.getException(AllFailedException.class);
        String all = answer.getAllProperties() + " " + failed.getAllProperties() + exception.attempts()
                + exception.decision()
                + LlmRouterContext.of(camel).policy(policy).current();
        assertThat(all).contains("headers=[X-Org]", "query=[k]").doesNotContain("SECRET");
        assertThat(second.heads).last().asString().contains("HEADSECRET").contains("k=QUERYSECRET");
    }

    /** Camel logs the message of an exception that no route handles. */
    @Test
    void whatAProviderSaysOfTheRequestIsInTheErrorAlone() throws Exception {
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY&task=colour"
                """);
        String words = "cannot read 'PROMPT'";
        ScriptedProvider.Behaviour refuses = ScriptedProvider.status(
                400,
                "",
                "{\"error\":{\"message\":\"" + words + "\",\"type\":\"invalid_request_error\",\"code\":\"c\"}}");
        first.does(refuses);
        second.does(refuses);
        AllFailedException exception = send("direct:in", "PROMPT", Map.of()).getException(AllFailedException.class);
        assertThat(exception.error().message()).contains(words);
        assertThat(exception.error().status()).isEqualTo(400);
        assertThat(exception).hasMessageContaining("400").hasMessageContaining("small");
        StringWriter trace = new StringWriter();
        exception.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("PROMPT");
    }

    /** It said to change the request, or to add a model. */
    @Test
    void whereTheKeyIsMissingTheRemedyIsTheKey() throws Exception {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(": { protocol: openai,", ": { protocol: openai, apiKey: \"{{no.such.key:}}\","));
        routes("""
                - from:
                    uri: direct:in
                    steps:
                      - to: "kamelet:llm-route-action?policy=POLICY&task=colour"
                """);
        assertThat(send("direct:in", "Hi", Map.of()).getException())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("whose key is not set")
                .hasMessageEndingWith(". Set the key, which the policy says in apiKey, and start again.");
    }
}
