package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.llmrouter.classify.TextEmbedder;
import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.record.RecordJson;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code embedding} in the shipped routes, with the simulator's vectors and with a bean's. */
@Tag("once")
class EmbeddingClassifierTest {
    private static final String[] VERBS = {
        "please", "kindly", "now", "today", "quickly", "again", "carefully", "once", "also", "then", "just", "simply"
    };
    private static final String BY_MODEL = "embedding: { model: vectors, timeout: 2s }";
    private static final String BY_BEAN = "embedding: { bean: mine, timeout: 300ms }";

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private DefaultCamelContext camel = new DefaultCamelContext();
    private final Letters letters = new Letters();
    private @Nullable EmbeddingModel chained;

    @TempDir
    private Path folder;

    /** Counts letters; fails or is slow on wish. */
    private static final class Letters implements TextEmbedder {
        final AtomicInteger texts = new AtomicInteger();
        volatile boolean fails;
        volatile long millis;
        volatile int more;

        @Override
        public List<float[]> embed(List<String> asked) throws Exception {
            texts.addAndGet(asked.size());
            Thread.sleep(millis);
            if (fails) {
                throw new IllegalStateException("down");
            }
            return asked.stream()
                    .map(Letters::vector)
                    .map(vector -> Arrays.copyOf(vector, vector.length + more))
                    .toList();
        }

        private static float[] vector(String text) {
            float[] counts = new float[128];
            for (String word : text.toLowerCase(java.util.Locale.ROOT).split(" ")) {
                counts[Math.floorMod(word.hashCode(), 128)] += 1;
            }
            return counts;
        }
    }

    /** The same vectors, as LangChain4j has them. */
    private final class Chained implements EmbeddingModel {
        private final String name;

        Chained(String name) {
            this.name = name;
        }

        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            letters.texts.addAndGet(segments.size());
            return Response.from(segments.stream()
                    .map(segment -> Embedding.from(Letters.vector(segment.text())))
                    .toList());
        }

        @Override
        public String modelName() {
            return name;
        }
    }

    private void start(String embedding) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (String verb : VERBS) {
            line(lines, "invoice", verb + " read the invoice number amount and tax from this bill");
            line(lines, "weather", verb + " tell whether rain wind or sun comes over the mountains");
            line(lines, "cooking", verb + " write a recipe with onions butter flour and fresh eggs");
        }
        Files.writeString(folder.resolve("examples.jsonl"), lines);
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sim: { protocol: simulator, simulator: { latency: 1ms } }
                models:
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                  vectors: { provider: sim, capabilities: [embeddings], price: { input: 0.5, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  invoice: { tier: economy, description: d, rationale: r, examples: examples.jsonl }
                  weather: { tier: economy, description: d, rationale: r, examples: examples.jsonl }
                  cooking: { tier: economy, description: d, rationale: r, examples: examples.jsonl }
                classifier: { chain: [explicit, rules, embedding], minConfidence: 0.6, %s }
                """.formatted(embedding));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getRegistry().bind("mine", chained == null ? letters : chained);
        ShippedRoutes.load(camel, folder);
        camel.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        LlmRouterContext.of(camel).defaultPolicy().current().taskVectors() != null);
    }

    private static void line(StringBuilder to, String task, String text) {
        to.append("{\"task\":\"")
                .append(task)
                .append("\",\"input\":\"")
                .append(text)
                .append("\"}\n");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private Exchange ask(String text, Map<String, Object> headers) {
        Exchange answer = camel.createProducerTemplate().request("direct:llm-route", exchange -> {
            exchange.getMessage().setBody(text);
            exchange.getMessage().getHeaders().putAll(headers);
        });
        assertThat(answer.getException()).isNull();
        return answer;
    }

    private String way(String text) {
        Exchange answer = ask(text, Map.of());
        return answer.getMessage().getHeader("CamelLlmRouterTask") + " by "
                + answer.getMessage().getHeader("CamelLlmRouterTaskSource") + " at "
                + answer.getMessage().getHeader("CamelLlmRouterTier");
    }

    private RequestRecord recorded(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() >= number);
        return records.get(number - 1);
    }

    @Test
    void namesTheTaskByTheNearestExamplesAndBooksTheVector() throws Exception {
        start(BY_MODEL);

        assertThat(way("urgently read the invoice number amount and tax from this bill"))
                .isEqualTo("invoice by embedding at economy");
        assertThat(way("zebras gallop under violet moons")).isEqualTo("unclassified by default at premium");

        RequestRecord first = recorded(1);
        assertThat(first.classifierCalls()).singleElement().satisfies(call -> {
            assertThat(call.candidate().model().name()).isEqualTo("vectors");
            assertThat(call.outcome()).isEqualTo(AttemptOutcome.OK);
            assertThat(call.usage()).isNotNull();
            assertThat(call.costUsd()).isPositive();
        });
        assertThat(first.costUsd())
                .isEqualByComparingTo(Cost.sum(Cost.sum(first.classifierCalls()), Cost.sum(first.attempts())));
        assertThat(RecordJson.write(first)).contains("\"embedding\":{\"model\":\"vectors\"");
        assertThat(folder.resolve("policy.vectors")).exists();
    }

    @Test
    void isAskedOnlyWhereItIsNeeded() throws Exception {
        start(BY_MODEL);

        ask("anything", Map.of("x-llm-task", "weather"));

        assertThat(recorded(1).classifierCalls()).isEmpty();
    }

    @Test
    void aBeanMakesTheVectorsAndThoseOfTheExamplesOnlyOnce() throws Exception {
        start(BY_BEAN);
        assertThat(letters.texts).hasValue(3 * VERBS.length);
        assertThat(way("later tell whether rain wind or sun comes over the mountains"))
                .isEqualTo("weather by embedding at economy");
        assertThat(recorded(1).classifierCalls()).isEmpty();

        camel.stop();
        camel = new DefaultCamelContext();
        start(BY_BEAN);

        assertThat(letters.texts).hasValue(3 * VERBS.length + 1);
        assertThat(way("later tell whether rain wind or sun comes over the mountains"))
                .isEqualTo("weather by embedding at economy");
    }

    @Test
    void aModelOfLangChain4jIsTakenByItsNameAndIsAnotherWithAnotherModel() throws Exception {
        chained = new Chained("first");
        start(BY_BEAN);
        assertThat(way("later tell whether rain wind or sun comes over the mountains"))
                .isEqualTo("weather by embedding at economy");
        assertThat(letters.texts).hasValue(3 * VERBS.length + 1);

        camel.stop();
        camel = new DefaultCamelContext();
        chained = new Chained("second");
        start(BY_BEAN);

        assertThat(letters.texts).hasValue(2 * 3 * VERBS.length + 1);
    }

    @Test
    void anEmbedderThatIsDownOrSlowFailsNoRequestAndIsLeftAloneAfterAWhile() throws Exception {
        start(BY_BEAN);
        String text = "later tell whether rain wind or sun comes over the mountains";

        letters.millis = 2_000;
        long start = System.nanoTime();
        assertThat(way(text)).isEqualTo("unclassified by default at premium");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_900));
        letters.millis = 0;
        letters.fails = true;
        for (int i = 0; i < 3; i++) {
            assertThat(way(text)).isEqualTo("unclassified by default at premium");
        }
        int asked = letters.texts.get();
        letters.fails = false;
        assertThat(way(text)).isEqualTo("unclassified by default at premium");
        assertThat(letters.texts).hasValue(asked);
    }

    /** Its provider has put another model behind the name: no vector of it can be compared, and each would be paid for. */
    @Test
    void anEmbedderOfOtherDimensionsIsLeftAloneAfterAWhile() throws Exception {
        start(BY_BEAN);
        String text = "later tell whether rain wind or sun comes over the mountains";
        letters.more = 3;

        for (int i = 0; i < 5; i++) {
            assertThat(way(text)).isEqualTo("unclassified by default at premium");
        }
        int asked = letters.texts.get();
        assertThat(way(text)).isEqualTo("unclassified by default at premium");

        assertThat(letters.texts).hasValue(asked);
        assertThat(recorded(1).reasons())
                .anySatisfy(reason -> assertThat(reason.text()).contains("embedding: failed with malformed"));
    }
}
