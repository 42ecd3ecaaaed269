package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code llm} with {@code confidence: logprobs}, over real sockets. */
class TokenProbabilityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATED = "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.95}";

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private int asked;

    @TempDir
    private Path folder;

    /** What is done with a context whose classifying model is called at the port. */
    private void with(int port, String capabilities, String confidence, Work work) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sorting: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  local: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } }
                models:
                  sorter: { provider: sorting, context: 100000, capabilities: [%s], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  small: { provider: local, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: local, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  summary: { tier: economy, description: shorten a text to its essence, rationale: r }
                  summary-table: { tier: economy, description: name a colour, rationale: r }
                classifier: { chain: [explicit, llm], llm: { model: sorter, timeout: 10s%s } }
                """.formatted(port, capabilities, confidence));
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
            camel.getRegistry().bind("records", (Recorder) records::add);
            ShippedRoutes.load(camel, folder);
            camel.start();
            work.with(camel);
        }
    }

    private interface Work {
        void with(DefaultCamelContext camel) throws Exception;
    }

    private String way(DefaultCamelContext camel, String text) {
        Exchange answer = camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody(text));
        assertThat(answer.getException()).as(text).isNull();
        return answer.getMessage().getHeader(LlmRouterConstants.TASK) + " at "
                + answer.getMessage().getHeader(LlmRouterConstants.TIER);
    }

    /** Asks about a text that nobody asked about before. */
    private String way(DefaultCamelContext camel) {
        return way(camel, "Make this shorter, please: " + asked++);
    }

    private RequestRecord last(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() >= number);
        return records.get(number - 1);
    }

    private double sure(int number) {
        return Objects.requireNonNull(last(number).classification()).confidence();
    }

    private static String reasons(RequestRecord request) {
        return request.reasons().stream().map(Reason::text).collect(Collectors.joining("\n"));
    }

    /** Tokens of an answer, each with what is put into it. */
    private static ScriptedProvider.Behaviour tells(Object... tokensAndLogprobs) {
        ArrayNode content = JSON.createArrayNode();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokensAndLogprobs.length; i += 2) {
            text.append(tokensAndLogprobs[i]);
            content.addObject()
                    .put("token", String.valueOf(tokensAndLogprobs[i]))
                    .set("logprob", JSON.valueToTree(tokensAndLogprobs[i + 1]));
        }
        return answers(text.toString(), choice -> choice.putObject("logprobs").set("content", content));
    }

    private static ScriptedProvider.Behaviour answers(String text, Consumer<ObjectNode> with) {
        ObjectNode body = JSON.createObjectNode()
                .put("id", "c")
                .put("object", "chat.completion")
                .put("model", "m");
        ObjectNode choice =
                body.put("created", 1).putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", text);
        choice.put("finish_reason", "stop");
        body.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
        with.accept(choice);
        return status(200, "", body.toString());
    }

    @Test
    void theConfidenceIsTheProbabilityOfTheTokensThatNameTheTask() throws Exception {
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs", camel -> {
                model.does(tells(
                        "{\"task",
                        -3,
                        "\":\"",
                        -3,
                        "sum",
                        -0.1,
                        "mary",
                        -0.05,
                        "\",",
                        -0.02,
                        "\"confidence\":0.3}",
                        -3));
                assertThat(way(camel, "Make this shorter.")).isEqualTo("summary at economy");
                assertThat(model.requests.get(0)).contains("\"logprobs\":true").doesNotContain("top_logprobs");
                assertThat(sure(1)).isBetween(0.8436, 0.8437);
                assertThat(reasons(last(1))).contains("confidence 0.844 from the probabilities of its tokens");

                way(camel, "Make this shorter.");
                assertThat(model.requests).hasSize(1);
                assertThat(reasons(last(2)))
                        .contains("llm: remembered, summary with confidence 0.844 from the probabilities");

                model.does(tells("{\"task\":\"sum", -0.1, "mary\",\"confidence", -0.05, "\":1}", -3));
                assertThat(way(camel)).isEqualTo("summary at economy");
                assertThat(sure(3)).isBetween(0.8607, 0.8608);

                model.does(tells("{\"task\":\"sum", 0, "mary\",\"confidence", 0.0, "\":0.1}", 0));
                assertThat(way(camel)).isEqualTo("summary at economy");
                assertThat(sure(4)).isEqualTo(0.9);
            });
        }
    }

    @Test
    void aModelThatSaysMoreThanItIsSureOfIsNotActedOn() throws Exception {
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs", camel -> {
                model.does(tells("{\"task\":\"", 0, "summary", -0.05, "\"", -0.25, ",\"confidence\":0.99}", 0));
                assertThat(way(camel)).isEqualTo("unclassified at premium");
                assertThat(reasons(last(1)))
                        .contains("llm: asked, summary with confidence 0.741 from the probabilities of its tokens,"
                                + " below 0.8");

                model.does(tells("{\"task\":\"", 0, "summary", -9999.0, "\",\"confidence\":0.99}", 0));
                assertThat(way(camel)).isEqualTo("unclassified at premium");
            });
        }
    }

    @Test
    void theStepMayHaveAThresholdOfItsOwn() throws Exception {
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs, minConfidence: 0.7", camel -> {
                model.does(tells("{\"task\":\"", 0, "summary", -0.05, "\"", -0.25, ",\"confidence\":0.99}", 0));
                assertThat(way(camel)).isEqualTo("summary at economy");

                model.does(tells("{\"task\":\"", 0, "summary", -0.2, "\"", -0.25, ",\"confidence\":0.99}", 0));
                assertThat(way(camel)).isEqualTo("unclassified at premium");
                assertThat(reasons(last(2))).contains("below 0.7");
            });
        }
    }

    @Test
    void whereNoneComeOrNoneThatCanBeReadTheConfidenceIsTheStatedOne() throws Exception {
        String text = "{\"task\":\"summary\",\"confidence\":0.85}";
        List<ScriptedProvider.Behaviour> answers = List.of(
                says(STATED.replace("0.95", "0.85")),
                answers(text, choice -> choice.putNull("logprobs")),
                answers(text, choice -> choice.put("logprobs", "0.1")),
                answers(text, choice -> choice.putObject("logprobs").putNull("content")),
                answers(
                        text,
                        choice -> choice.putObject("logprobs")
                                .putArray("content")
                                .add(7)
                                .addNull()),
                tells(text, "NaN"),
                tells(text, 0.5),
                tells(text, List.of(-1)),
                answers(
                        text,
                        choice -> choice.putObject("logprobs")
                                .putArray("content")
                                .addObject()
                                .put("token", text.replace("summary", "another"))
                                .put("logprob", 0)));
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs", camel -> {
                int number = 0;
                for (ScriptedProvider.Behaviour answer : answers) {
                    model.does(answer);
                    assertThat(way(camel)).as("answer %d", number).isEqualTo("summary at economy");
                    assertThat(reasons(last(++number)))
                            .contains("confidence 0.850 as it states, no usable probabilities of tokens came");
                }
            });
        }
    }

    @Test
    void anAnswerThatIsNotOneOfTheTasksIsNotRescuedByItsTokens() throws Exception {
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs", camel -> {
                for (String name : List.of("premium", "none", "Summary")) {
                    model.does(tells("{\"task\":\"" + name + "\",\"confidence\":1}", 0));
                    assertThat(way(camel)).as(name).isEqualTo("unclassified at premium");
                }
                model.does(status(
                        200,
                        "",
                        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\"},"
                                + "\"logprobs\":{\"content\":[{\"token\":\"x\",\"logprob\":NaN}]}}]}"));
                assertThat(way(camel)).isEqualTo("unclassified at premium");
            });
        }
    }

    @Test
    void nobodyIsAskedForProbabilitiesWhoIsNotKnownToReturnThemOrWhereThePolicyTakesWhatIsStated() throws Exception {
        try (ScriptedProvider model = new ScriptedProvider()) {
            with(model.port(), "json-schema", ", confidence: logprobs", camel -> {
                model.does(tells(STATED.replace("\\", ""), -3));
                assertThat(way(camel)).isEqualTo("summary at economy");
                assertThat(model.requests.get(0)).doesNotContain("logprobs");
            });
            with(model.port(), "json-schema, logprobs", "", camel -> {
                model.does(tells(STATED.replace("\\", ""), -3));
                assertThat(way(camel)).isEqualTo("summary at economy");
                assertThat(model.requests.get(0)).doesNotContain("logprobs");
                assertThat(reasons(last(2))).contains("llm: asked, summary with confidence 0.900 as it states");
            });
        }
    }

    @Test
    void theSimulatorReturnsThemToo() throws Exception {
        try (SimulatorServer model = SimulatorServer.start(Behaviour.ofDefaults(), Clock.systemUTC(), "127.0.0.1", 0)) {
            with(model.port(), "json-schema, logprobs", ", confidence: logprobs", camel -> {
                assertThat(way(camel, "Please shorten this text to its essence: the parcel is late."))
                        .isEqualTo("summary at economy");
                assertThat(reasons(last(1))).contains("from the probabilities of its tokens");
            });
        }
    }
}
