package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.CompiledCondition;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Expressions;
import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison lifts to the baseline is what the gateway would lift. */
class LiftedAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SYSTEM =
            "{\"role\":\"system\",\"content\":\"Sort the ticket. Is it about billing, refund or"
                    + " delivery? \\n```python\\nprint(1)\\n```\\n Say one word.\"}";
    private static final String LONG = "blue shirt green shoe ".repeat(20);

    /** Requests as callers send them, and one text. */
    private static final List<String> INPUTS = List.of(
            "\"I want my money back.\"",
            "\"Is the refund on its way?\"",
            openAi("My shirt is torn.", "", SYSTEM),
            openAi("Where is my refund?", "", SYSTEM),
            openAi("Thanks.", "", user("Where is my refund? And when? " + LONG), assistant("Soon. " + LONG)),
            openAi(
                    "Thanks.",
                    ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"find\",\"parameters\":{}}}]"),
            openAi(
                    "Thanks.",
                    ",\"max_tokens\":5000,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
                            + "\"schema\":{\"type\":\"object\"}}}"),
            openAi("Sort it as {\\\"kind\\\": \\\"billing\\\", \\\"words\\\": [1, 2]}", ""),
            openAi("Thanks.", ",\"metadata\":{\"plan\":\"gold\"}"),
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},{\"type\":"
                    + "\"image_url\",\"image_url\":{\"url\":\"https://x/a.png\"}}]}]}",
            openAi(
                    "Wo ist meine Bestellung geblieben, und warum hat mir niemand geschrieben, dass sie nicht kommt",
                    "",
                    SYSTEM),
            "{\"max_tokens\":100,\"system\":\"Is it a refund?\",\"messages\":[{\"role\":\"user\",\"content\":\"No idea.\"}],"
                    + "\"tools\":[{\"name\":\"find\",\"input_schema\":{\"type\":\"object\"}}]}",
            "{\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Find it.\"},{\"role\":\"assistant\",\"content\":"
                    + "[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"find\",\"input\":{}}]},{\"role\":\"user\",\"content\":"
                    + "[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"" + LONG + "\"}]}]}",
            "{\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Thanks.\"}],\"output_config\":{\"format\":"
                    + "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}}",
            "{\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Thanks.\"}],\"tools\":[{\"type\":"
                    + "\"web_search_20250305\",\"name\":\"web_search\"}]}");

    private static final List<String> CONDITIONS = List.of(
            "{ regex: \"(?i)refund\" }",
            "{ keywords: [refund] }",
            "{ questionsOver: 0 }",
            "{ contains: [code] }",
            "{ contains: [json] }",
            "{ tokensOver: 60 }",
            "{ tokensUnder: 60 }",
            "{ turnsOver: 1 }",
            "{ tools: true }",
            "{ tools: false }",
            "{ responseSchema: true }",
            "{ modalities: [image] }",
            "{ outputTokensOver: 1000 }",
            "{ languageIn: [de] }",
            "{ languageNotIn: [en], tokensOver: 5 }",
            "{ metadata: { plan: gold } }");

    private static final Expressions NONE = new Expressions() {
        @Override
        public Predicate<Input> simple(String text) {
            return input -> false;
        }

        @Override
        public Predicate<Input> jsonpath(String text) {
            return input -> false;
        }
    };

    @TempDir
    Path dir;

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
    }

    private static String assistant(String text) {
        return "{\"role\":\"assistant\",\"content\":\"" + text + "\"}";
    }

    private static String openAi(String latest, String more, String... before) {
        List<String> all = new ArrayList<>(List.of(before));
        all.add(user(latest));
        return "{\"messages\":[" + String.join(",", all) + "]" + more + "}";
    }

    private static RoutingPolicy policy(String conditions) {
        return PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: team
                baseline: premium
                evidence: enforce
                providers:
                  p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: "k" }
                models:
                  big: { provider: p, price: unknown }
                  small: { provider: p, price: unknown }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [big] }
                tasks:
                  t: { tier: economy, description: Sort., rationale: Easy., margin: 0.05, premiumWhen: [ %s ] }
                """.formatted(conditions), "policy.yaml");
    }

    private static String line(String input, String small) {
        return "{\"task\":\"t\",\"input\":" + input + ",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":"
                + small + "}}}\n";
    }

    private List<Example> examples() throws Exception {
        StringBuilder lines = new StringBuilder();
        INPUTS.forEach(input -> lines.append(line(input, "1")));
        List<Example> all = new ArrayList<>();
        DataSetReader.read(Files.writeString(dir.resolve("d.jsonl"), lines), all::add, bad -> {
            throw new AssertionError(bad);
        });
        return all;
    }

    /** The request as the gateway's route reads and describes it. */
    private static Input atTheGateway(String input) throws Exception {
        JsonNode tree = JSON.readTree(input);
        ChatRequest request = tree.isTextual()
                ? ChatRequest.ofText(tree.textValue())
                : new Dialects(Clock.systemUTC())
                        .caller(input.startsWith("{\"max_tokens\"") ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI)
                        .parseRequest(
                                JSON.writeValueAsBytes(((ObjectNode) tree).put("model", "auto")), Limits.ofDefaults());
        return new Input(request, new Describer().describe(request), null, Set.of(), Map.of(), null);
    }

    @Test
    void everyConditionLiftsWhatItLiftsAtTheGateway() throws Exception {
        List<Example> examples = examples();
        for (String yaml : CONDITIONS) {
            RoutingPolicy policy = policy(yaml);
            PremiumInputs inputs = new PremiumInputs(policy, Map.of());
            CompiledCondition gateway = CompiledCondition.lifting(
                    policy.task("t").orElseThrow().premiumWhen().get(0), NONE);
            Map<String, Boolean> lifted = new LinkedHashMap<>();
            Map<String, Boolean> expected = new LinkedHashMap<>();
            for (int i = 0; i < INPUTS.size(); i++) {
                lifted.put(INPUTS.get(i), inputs.isLifted(examples.get(i), "small"));
                expected.put(INPUTS.get(i), gateway.test(atTheGateway(INPUTS.get(i))));
            }
            assertThat(lifted).as(yaml).isEqualTo(expected);
            assertThat(expected.values()).as(yaml + " tells the inputs apart").contains(true, false);
        }
    }

    private static String gemini(String more) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Thanks.\"}]}]" + more + "}";
    }

    private Example read(String input) throws Exception {
        List<Example> all = new ArrayList<>();
        DataSetReader.read(Files.writeString(dir.resolve("one.jsonl"), line(input, "1")), all::add, bad -> {
            throw new AssertionError(bad);
        });
        return all.get(0);
    }

    private boolean isLifted(String condition, String input) throws Exception {
        Example example = read(input);
        assertThat(example.request().fault("")).isEmpty();
        return new PremiumInputs(policy(condition), Map.of()).isLifted(example, "small");
    }

    @Test
    void aRequestInGeminisFormatIsTheSameInBothOfItsSpellings() throws Exception {
        assertThat(isLifted("{ keywords: [refund] }", gemini(""))).isFalse();
        for (String field : List.of("systemInstruction", "system_instruction")) {
            assertThat(isLifted(
                            "{ keywords: [refund] }",
                            gemini(",\"" + field + "\":{\"parts\":[{\"text\":\"About a refund?\"}]}")))
                    .as(field)
                    .isTrue();
        }
        assertThat(isLifted("{ tools: true }", gemini(""))).isFalse();
        assertThat(isLifted("{ keywords: [refund] }", gemini(",\"system_instruction\":[\"About a refund?\"]")))
                .isTrue();
        for (String field : List.of("functionDeclarations", "function_declarations")) {
            assertThat(isLifted("{ tools: true }", gemini(",\"tools\":[{\"" + field + "\":[{\"name\":\"find\"}]}]")))
                    .as(field)
                    .isTrue();
        }
        for (String schema : List.of("responseSchema", "responseJsonSchema")) {
            assertThat(isLifted(
                            "{ responseSchema: true }",
                            gemini(",\"generationConfig\":{\"" + schema + "\":{\"type\":\"object\"}}")))
                    .as(schema)
                    .isTrue();
        }
        assertThat(isLifted(
                        "{ responseSchema: true }",
                        gemini(",\"generation_config\":{\"response_json_schema\":{\"type\":\"object\"}}")))
                .isTrue();
        assertThat(isLifted(
                        "{ modalities: [image] }",
                        "{\"contents\":[{\"parts\":[{\"text\":\"What is it?\"},{\"inline_data\":{\"mime_type\":\"image/png\","
                                + "\"data\":\"iVBORw0KGgo=\"}}]}]}"))
                .isTrue();
    }

    @Test
    void callsOfToolsInGeminisFormatAreTurnsToo() throws Exception {
        String input =
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Find it.\"}]},{\"role\":\"model\",\"parts\":"
                        + "[{\"functionCall\":{\"name\":\"find\",\"args\":{\"a\":1}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":"
                        + "{\"name\":\"find\",\"response\":{\"text\":\"" + LONG + LONG + "\"}}}]}]}";
        assertThat(isLifted("{ tokensOver: 60 }", input)).isTrue();
        assertThat(isLifted("{ keywords: [refund] }", input)).isFalse();
    }

    @Test
    void whatHasNoCounterpartIsAFault() throws Exception {
        for (String more : List.of(
                ",\"tools\":[{\"googleSearch\":{}}]",
                ",\"tools\":[{\"code_execution\":{}}]",
                ",\"cachedContent\":\"cachedContents/x\"")) {
            Example example = read(gemini(more));
            assertThat(example.request().input("")).as(more).isNull();
            assertThat(example.request().fault("")).as(more).contains("Gemini's format");
        }
    }

    /** Whether the answers were recorded with it or are asked with it, the gateway's callers send it. */
    @Test
    void theSystemPromptOfTheCommandCountsForRecordedAnswersToo() throws Exception {
        RecordedAnswers answers = new RecordedAnswers("Is it a refund?");
        PremiumInputs inputs = new PremiumInputs(policy("{ keywords: [refund] }"), Map.of());
        assertThat(inputs.isLifted(answers.fill(read("\"No idea.\"")), "small")).isTrue();
        assertThat(inputs.isLifted(
                        answers.fill(read(openAi("No idea.", "", SYSTEM.replace("refund", "money")))), "small"))
                .as("has one of its own")
                .isFalse();
    }

    private TaskResult validated(String condition, int n, Function<Integer, String> line) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < n; i++) {
            lines.append(line.apply(i));
        }
        Path file = Files.writeString(dir.resolve("data.jsonl"), lines);
        Settings settings = new Settings(
                new Terms("big", List.of("small"), 0.05, null),
                Map.of(),
                0.05,
                Correction.HOLM,
                false,
                List.of(),
                null,
                null);
        return Validation.run(
                        file,
                        settings,
                        LiftedAnswers.of(Answers.RECORDED, policy(condition), Map.of()),
                        task -> null,
                        bad -> {
                            throw new AssertionError(bad);
                        })
                .tasks()
                .get(0);
    }

    private static String word(int i) {
        return Integer.toHexString(i)
                .chars()
                .mapToObj(c -> String.valueOf((char) (c < 'a' ? 'g' + c - '0' : c)))
                .collect(Collectors.joining());
    }

    /** Every prompt has the word, and no user says it: nothing is lifted, and a model that is always wrong fails. */
    @Test
    void aSystemPromptLiftsNothing() throws Exception {
        TaskResult result = validated(
                "{ regex: \"(?i)refund\" }, { questionsOver: 0 }, { turnsOver: 1 }",
                300,
                i -> line(openAi("My parcel " + word(i) + " is late.", "", SYSTEM), "0"));
        assertThat(result.acceptance()).isEqualTo(Acceptance.FAILED);
        assertThat(result.outcomes().reached()).isEqualTo(300);
    }

    /** 290 of 300 are the baseline's own answers: ten that went well prove nothing, whatever the interval over all says. */
    @Test
    void aHandfulOfExamplesThatReachTheCandidateIsNoProof() throws Exception {
        Function<Integer, String> data =
                i -> line("\"My " + (i < 10 ? "parcel " : "refund ") + word(i) + " is late\"", "1");
        TaskResult few = validated("{ regex: refund }", 300, data);
        assertThat(few.outcomes().reached()).isEqualTo(10);
        assertThat(few.acceptance()).isEqualTo(Acceptance.NOT_PROVEN);
        assertThat(few.leastReached()).isEqualTo(Gate.MIN_EXAMPLES);
        assertThat(few.needed()).as("in all, so that 30 reach it").isEqualTo(900);
        assertThat(few.gate().pValue()).isEqualTo(1);

        TaskResult none = validated("{ regex: My }", 300, data);
        assertThat(none.acceptance()).isEqualTo(Acceptance.NOT_PROVEN);
        assertThat(none.needed()).isNull();

        TaskResult enough = validated(
                "{ regex: refund }",
                300,
                i -> data.apply(i % 2 == 0 ? i / 30 : i).replace("late", "late " + word(i)));
        assertThat(enough.acceptance()).isEqualTo(Acceptance.ACCEPTED);
        assertThat(enough.leastReached()).isNull();
    }

    @Test
    void whatTheGatewayWouldNotTakeIsNotLiftedAndIsTold() throws Exception {
        List<Example> all = new ArrayList<>();
        Path file = Files.writeString(
                dir.resolve("odd.jsonl"),
                line(
                        "{\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"},{\"role\":\"user\",\"content\":\"refund\"}]}",
                        "0"));
        DataSetReader.read(file, all::add, bad -> {});
        Answers answers = LiftedAnswers.of(Answers.RECORDED, policy("{ regex: refund }"), Map.of());
        answers.judged(all.get(0), "big", "small");
        assertThat(answers.isLifted(all.get(0), "small")).isFalse();
        assertThat(answers.remarks())
                .singleElement()
                .asString()
                .contains("'t', 'small': 1 of the inputs are no request that the gateway takes", "line 1");
    }

    @Test
    void geminisFormatAndAPromptOfTheCommandAreLookedAtAsTheRequestThatACallerWouldSend() throws Exception {
        List<Example> all = new ArrayList<>();
        Path file = Files.writeString(
                dir.resolve("gemini.jsonl"),
                line(
                                "{\"systemInstruction\":{\"parts\":[{\"text\":\"Is it a refund?\"}]},\"contents\":[{\"role\":\"user\","
                                        + "\"parts\":[{\"text\":\"Hello.\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"Hi.\"}]},"
                                        + "{\"role\":\"user\",\"parts\":[{\"text\":\"No.\"}]}]}",
                                "0")
                        + line("\"Good morning.\"", "0"));
        DataSetReader.read(file, all::add, bad -> {});
        PremiumInputs turns = new PremiumInputs(policy("{ turnsOver: 1 }"), Map.of());
        assertThat(turns.isLifted(all.get(0), "small")).isTrue();
        assertThat(turns.isLifted(all.get(1), "small")).isFalse();
        PremiumInputs words = new PremiumInputs(policy("{ keywords: [refund] }"), Map.of());
        assertThat(words.isLifted(all.get(0), "small")).isTrue();
        assertThat(words.isLifted(all.get(1), "small")).isFalse();
        assertThat(words.isLifted(all.get(1).with("Is it a refund?", Map.of()), "small"))
                .isTrue();
        PremiumInputs regex = new PremiumInputs(policy("{ regex: refund }"), Map.of());
        assertThat(regex.isLifted(all.get(0), "small")).isFalse();
    }
}
