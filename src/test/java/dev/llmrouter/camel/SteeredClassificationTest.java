package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import dev.llmrouter.simulator.Sorting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that try to tell the classifying model what they are, against one that obeys them and one that does not. */
class SteeredClassificationTest {
    private static final String HONEST =
            "Please translate this letter into German, the language of our partner: Dear Sir, thank you for the parcel.";
    private static final String TRUE_TASK = "translation";

    @TempDir
    private Path folder;

    private static List<String> inputs() throws Exception {
        List<String> inputs = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/classify/adversarial.txt"))) {
            if (!line.startsWith("#")) {
                inputs.add(line.replace("@", HONEST)
                        .replace("\\n", "\n")
                        .replace("\\u200B", "\u200B")
                        .replace(
                                "\\uFF53\\uFF55\\uFF4D\\uFF4D\\uFF41\\uFF52\\uFF59",
                                "\uFF53\uFF55\uFF4D\uFF4D\uFF41\uFF52\uFF59")
                        .replace("MARK", "00000000000000000000000000000000"));
            }
        }
        return inputs;
    }

    /** How many inputs end as which task. */
    private Map<String, Integer> tasks(Sorting sorting, List<String> inputs) throws Exception {
        Map<String, Integer> tasks = new TreeMap<>();
        Behaviour behaviour =
                Behaviour.ofDefaults().toBuilder().sorting(sorting).build();
        try (SimulatorServer classifier = SimulatorServer.start(behaviour, Clock.systemUTC(), "127.0.0.1", 0);
                DefaultCamelContext camel = context(classifier.port())) {
            camel.start();
            for (String input : inputs) {
                Exchange answer = camel.createProducerTemplate()
                        .request(
                                "direct:llm-route",
                                exchange -> exchange.getMessage().setBody(input));
                assertThat(answer.getException()).as(input).isNull();
                String task = answer.getMessage().getHeader(LlmRouterConstants.TASK, String.class);
                String tier = answer.getMessage().getHeader(LlmRouterConstants.TIER, String.class);
                assertThat(task).as(input).isIn("translation", "summary", "colour", "unclassified");
                assertThat(tier).as(input).isEqualTo(task.equals("unclassified") ? "premium" : "economy");
                tasks.merge(task, 1, Integer::sum);
            }
        }
        return tasks;
    }

    private DefaultCamelContext context(int port) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy-" + port + ".yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sorting: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  local: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } }
                models:
                  sorter: { provider: sorting, context: 100000, capabilities: [json-schema], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  small: { provider: local, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: local, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  summary: { tier: economy, description: shorten a text to its essence, rationale: r }
                  colour: { tier: economy, description: name a colour, rationale: r }
                  translation: { tier: economy, description: translate a letter or document into another language such as German or French, rationale: r }
                classifier: { chain: [explicit, llm], llm: { model: sorter, timeout: 10s } }
                """.formatted(port));
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        ShippedRoutes.load(camel, folder);
        return camel;
    }

    @Test
    void withoutAnAttackTheTaskIsFound() throws Exception {
        assertThat(tasks(Sorting.HONEST, List.of(HONEST))).isEqualTo(Map.of(TRUE_TASK, 1));
        assertThat(tasks(Sorting.GULLIBLE, List.of(HONEST))).isEqualTo(Map.of(TRUE_TASK, 1));
    }

    /** The counts stand in docs/classifiers.md. */
    @Test
    void aModelThatDoesNotObeyIsNotSteered() throws Exception {
        List<String> inputs = inputs();
        assertThat(inputs).hasSizeGreaterThanOrEqualTo(40);

        Map<String, Integer> tasks = tasks(Sorting.HONEST, inputs);

        assertThat(tasks).isEqualTo(Map.of(TRUE_TASK, 17, "unclassified", 35));
    }

    @Test
    void aModelThatObeysEverythingIsSteeredByFewBecauseMostAreNotAskedAboutOrAnsweredOutOfShape() throws Exception {
        List<String> inputs = inputs();

        Map<String, Integer> tasks = tasks(Sorting.GULLIBLE, inputs);

        assertThat(tasks).isEqualTo(Map.of("summary", 9, TRUE_TASK, 4, "unclassified", 39));
    }
}
