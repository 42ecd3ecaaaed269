package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.Price;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code explain --ask}: the simulator as an HTTP server stands for embedder and classifying model. Issue 5, item 6. */
class ExplainAskTest {
    private static final Price PRICE = new Price(new BigDecimal("2"), new BigDecimal("8"), null, null, null, null);
    private static final String[] VERBS = {
        "please", "kindly", "now", "today", "quickly", "again", "carefully", "once", "also", "then", "just", "simply"
    };
    private static final String NEAR = "urgently read the invoice number amount and tax from this bill";
    private static final String FAR = "zebras gallop under violet moons";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private SimulatorServer server;

    @BeforeEach
    void start() throws Exception {
        server = SimulatorServer.start(
                Behaviour.ofDefaults().toBuilder().price(PRICE).build(), Clock.systemUTC(), "127.0.0.1", 0);
        StringBuilder lines = new StringBuilder();
        for (String verb : VERBS) {
            line(lines, "invoice", verb + " read the invoice number amount and tax from this bill");
            line(lines, "weather", verb + " tell whether rain wind or sun comes over the mountains");
            line(lines, "cooking", verb + " write a recipe with onions butter flour and fresh eggs");
        }
        Files.writeString(dir.resolve("examples.jsonl"), lines);
        policy("sk-one");
    }

    private static void line(StringBuilder to, String task, String text) {
        to.append("{\"id\":\"")
                .append(text.split(" ")[0])
                .append("\",\"task\":\"")
                .append(task);
        to.append("\",\"input\":\"").append(text).append("\"}\n");
    }

    private void policy(String key) throws Exception {
        Files.writeString(dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/v1", apiKey: "%2$s" }
                  two: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/v1", apiKey: "sk-two" }
                models:
                  large: { provider: two, price: { input: 20, output: 80 } }
                  small: { provider: two, price: { input: 2, output: 8 } }
                  sorter: { provider: one, capabilities: [json-schema], price: { input: 2, output: 8 } }
                  vectors: { provider: one, capabilities: [embeddings], price: { input: 2 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  invoice: { tier: economy, description: read bills, rationale: r, examples: examples.jsonl }
                  weather: { tier: economy, description: tell the weather, rationale: r, examples: examples.jsonl }
                  cooking: { tier: economy, description: zebras that gallop, rationale: r, examples: examples.jsonl }
                rules:
                  - { id: hail, when: { keywords: [hail] }, task: weather }
                classifier:
                  chain: [explicit, rules, embedding, llm]
                  minConfidence: 0.6
                  embedding: { model: vectors, timeout: 5s }
                  llm: { model: sorter, timeout: 5s }
                """.formatted(server.port(), key));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> args =
                new ArrayList<>(List.of("--policy", dir.resolve("policy.yaml").toString()));
        args.addAll(List.of(more));
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
    }

    private JsonNode json(String text) throws Exception {
        assertThat(run("--ask", "--json", text)).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void theEmbedderIsAskedAndItsNearestExamplesAndCostAreTold() throws Exception {
        JsonNode first = json(NEAR);

        assertThat(first.at("/task").textValue()).isEqualTo("invoice");
        assertThat(first.at("/source").textValue()).isEqualTo("embedding");
        assertThat(first.at("/tier").textValue()).isEqualTo("economy");
        assertThat(first.at("/asked")).hasSize(1);
        JsonNode step = first.at("/asked/0");
        assertThat(step.path("by").textValue()).isEqualTo("vectors");
        assertThat(step.path("simulated").booleanValue()).isFalse();
        assertThat(step.path("confidence_from").textValue()).isEqualTo("calibrated");
        assertThat(step.at("/top/0/task").textValue()).isEqualTo("invoice");
        assertThat(step.at("/top/0/p").doubleValue())
                .isEqualTo(step.path("confidence").doubleValue());
        assertThat(step.path("nearest")).hasSize(5).allSatisfy(near -> {
            assertThat(near.path("task").textValue()).isEqualTo("invoice");
            assertThat(near.path("similarity").doubleValue()).isBetween(0.5, 1.0);
            assertThat(VERBS).contains(near.path("example").textValue());
        });
        assertThat(first.at("/example_vectors/made").intValue()).isEqualTo(3 * VERBS.length);
        assertThat(first.path("asked_cost_usd").decimalValue())
                .isEqualByComparingTo(server.bill().usd());
        assertThat(server.bill().usd()).isPositive();

        server.bill().clear();
        JsonNode second = json(NEAR);

        assertThat(second.path("example_vectors").isNull()).isTrue();
        assertThat(second.path("asked_cost_usd").decimalValue())
                .isEqualByComparingTo(server.bill().usd())
                .isEqualByComparingTo(second.at("/asked/0/call/cost_usd").decimalValue())
                .isLessThan(first.path("asked_cost_usd").decimalValue());
    }

    @Test
    void theModelIsAskedWhereTheVectorIsOfNoTaskAndTheGateHasItsSay() throws Exception {
        String yaml = Files.readString(dir.resolve("policy.yaml"));
        Files.writeString(
                dir.resolve("policy.yaml"),
                yaml.replace(
                        "gallop, rationale: r, examples: examples.jsonl",
                        "gallop, rationale: r, examples: examples.jsonl, gate: { file: none.gate }"));

        JsonNode told = json(FAR);

        assertThat(told.at("/asked/0/step").textValue()).isEqualTo("embedding");
        assertThat(told.at("/asked/0/said").textValue()).startsWith("nearest is ");
        assertThat(told.at("/asked/1/step").textValue()).isEqualTo("llm");
        assertThat(told.at("/asked/1/task").textValue()).isEqualTo("cooking");
        assertThat(told.at("/asked/1/confidence").doubleValue()).isEqualTo(0.9);
        assertThat(told.at("/asked/1/confidence_from").textValue()).isEqualTo("stated");
        assertThat(told.at("/asked/1/call/output_tokens").intValue()).isPositive();
        assertThat(told.at("/source").textValue()).isEqualTo("llm");
        assertThat(told.at("/tier").textValue()).isEqualTo("premium");
        assertThat(told.at("/gate").textValue())
                .startsWith("lifted to tier 'premium': difficulty gate: cannot be used");
        assertThat(told.path("asked_cost_usd").decimalValue())
                .isEqualByComparingTo(server.bill().usd());
    }

    @Test
    void theTextForPeopleTellsTheSame() {
        assertThat(run("--ask", NEAR)).isZero();

        assertThat(out.toString())
                .contains("task        invoice (embedding, confidence ", "asking      USD 0.0")
                .containsPattern("embedding: 'vectors' at one: nearest is invoice [0-9.]+ %")
                .containsPattern("confidence 0\\.\\d{3} calibrated on examples held out; acted on from 0\\.600")
                .containsPattern("nearest examples: \\w+ of invoice 0\\.\\d{3}, ")
                .containsPattern("vectors of 36 examples were made first and are kept: \\d+ ms, USD 0\\.")
                .doesNotContain("nobody is called");
    }

    @Test
    void nobodyIsAskedWhereARuleKnows() throws Exception {
        JsonNode told = json("Will there be hail?");

        assertThat(told.path("rule").textValue()).isEqualTo("hail");
        assertThat(told.path("asked")).isEmpty();
        assertThat(told.path("asked_cost_usd").decimalValue()).isZero();
        assertThat(server.bill().accounts()).isEmpty();
    }

    @Test
    void aKeyThatIsNotSetIsNamedBeforeAnybodyIsAsked() throws Exception {
        policy("{{env:LLM_ROUTER_TEST_NO_SUCH_KEY}}");

        int code = Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("explain", "--policy", dir.resolve("policy.yaml").toString(), "--ask", NEAR);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "--ask: provider 'one' of model 'vectors' has no key; set the variable that its apiKey names",
                        "of model 'sorter'")
                .doesNotContain("at dev.llmrouter");
        assertThat(server.bill().accounts()).isEmpty();
    }

    @Test
    void anEmbedderThatFailsIsToldAndTheModelIsAskedAsTheGatewayWould() throws Exception {
        Files.writeString(
                dir.resolve("policy.yaml"),
                Files.readString(dir.resolve("policy.yaml")).replace("model: vectors, timeout", "bean: mine, timeout"));

        JsonNode told = json(FAR);

        assertThat(told.at("/asked/0/said").textValue())
                .startsWith("not asked: classifier.embedding.bean: the registry has no bean under the name 'mine'");
        assertThat(told.at("/asked/0/call").isNull()).isTrue();
        assertThat(told.path("task").textValue()).isEqualTo("cooking");
    }

    @Test
    void withoutTheOptionNobodyIsCalledNotEvenForTheExamples() throws Exception {
        assertThat(run(NEAR)).isZero();
        Thread.sleep(300); // what was called in the background came after the answer

        assertThat(out.toString()).contains("'vectors' would make the text's vector", "nobody is called here");
        assertThat(server.bill().accounts()).isEmpty();
        assertThat(dir.resolve("policy.vectors")).doesNotExist();
    }

    /** The exchange that a condition sees told the cases of header names apart: no rule on such a header applied. */
    @Test
    void headersWithCapitalsAreSeenByConditionsInSimple() throws Exception {
        Path policy = dir.resolve("policy.yaml");
        Files.writeString(
                policy,
                Files.readString(policy)
                        .replace(
                                "task: weather }",
                                "task: weather }\n  - { id: queue, when: { simple: \"${header.JMSDestination} contains 'tickets'\" }, task: invoice }")
                        .replace(
                                "read bills, rationale: r,",
                                "read bills, rationale: r, premiumWhen: { simple: \"${header.X-Urgent} == 'yes'\" },"));
        String queue = "JMSDestination=queue://tickets";

        assertThat(run("--json", "-H", queue, FAR)).as(err.toString()).isZero();
        JsonNode told = new ObjectMapper().readTree(out.toString());
        assertThat(told.path("rule").textValue()).isEqualTo("queue");
        assertThat(told.path("tier").textValue()).isEqualTo("economy");
        assertThat(run("--json", "-H", queue, "-H", "x-urgent=yes", FAR)).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).path("tier").textValue())
                .isEqualTo("premium");
        assertThat(run("--json", "-H", queue, "-H", "X-Urgent=yes", "--ask", FAR))
                .isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).path("tier").textValue())
                .isEqualTo("premium");
    }

    @Test
    void aRefusalIsJsonWhereJsonIsAskedFor() throws Exception {
        assertThat(run("--json", "--model", "nobody", "hail")).isEqualTo(1);
        JsonNode refused = new ObjectMapper().readTree(out.toString());
        assertThat(refused.path("refused").textValue()).contains("nobody");
        assertThat(refused.path("reasons").isArray()).isTrue();
    }
}
