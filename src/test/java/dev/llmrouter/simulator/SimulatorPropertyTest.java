package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

class SimulatorPropertyTest {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    @Property(tries = 500)
    void tokensJoinedAreTheText(@ForAll String text) {
        List<String> pieces = TokenEstimate.pieces(text);
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).hasSize(TokenEstimate.count(text)).noneMatch(String::isEmpty);
    }

    @Property(tries = 300)
    void firstTokensAreAPrefixOfAtMostThatMany(@ForAll String text, @ForAll @IntRange(max = 50) int tokens) {
        String first = TokenEstimate.first(text, tokens);
        assertThat(text).startsWith(first);
        assertThat(TokenEstimate.count(first)).isLessThanOrEqualTo(tokens);
    }

    @Property(tries = 300)
    void everyPromptHasAnAnswerThatFollowsFromIt(@ForAll("prompts") String prompt, @ForAll boolean right) {
        double quality = right ? 1 : 0;
        SimulatedModel model = new SimulatedModel(
                "m",
                Behaviour.of(new dev.llmrouter.policy.SimulatorSettings(
                        java.time.Duration.ZERO, 0, Map.of(), Map.of("*", quality), 3)));
        SimulatedAnswer answer = model.answer(ChatRequest.ofText(prompt), null);
        assertThat(answer.right()).isEqualTo(right);
        assertThat(answer.toReply("id", 0).text()).isNotEmpty();
        assertThat(model.answer(ChatRequest.ofText(prompt), null)).isEqualTo(answer);
    }

    @Property(tries = 300)
    void theStreamSaysWhatTheWholeAnswerSays(
            @ForAll("prompts") String prompt, @ForAll @IntRange(min = 1, max = 80) int limit) {
        Sampling sampling = new Sampling(limit, null, null, null, List.of(), null, null, null, null, null, null, null);
        SimulatedAnswer answer =
                new SimulatedModel("m", Behaviour.ofDefaults()).answer(Requests.sampled(prompt, sampling), null);
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        for (SimulatedAnswer.Step step : answer.steps("id", 0)) {
            tokens += step.tokens();
            if (step.event() instanceof StreamEvent.TextDelta delta) {
                text.append(delta.text());
            }
        }
        assertThat(text.toString())
                .isEqualTo(((Part.Text) answer.choices().get(0).parts().get(0)).text());
        assertThat(tokens).isEqualTo((int) answer.usage().outputTokens()).isLessThanOrEqualTo(limit);
    }

    @Property(tries = 500)
    void samplesFitTheirSchema(@ForAll("schemas") JsonNode schema, @ForAll("prompts") String text) {
        JsonNode sample = new SchemaSample(schema, text).value();
        assertThat(SCHEMAS.getSchema(schema).validate(sample))
                .as("%s for %s", sample, schema)
                .isEmpty();
    }

    @Property(tries = 300)
    void theBillIsTheSumOfItsParts(
            @ForAll @LongRange(max = 10_000_000) long input,
            @ForAll @LongRange(max = 1_000_000) long output,
            @ForAll @IntRange(max = 100_000) int inputPrice,
            @ForAll @IntRange(max = 100_000) int outputPrice,
            @ForAll @IntRange(min = 1, max = 20) int calls) {
        Price price = new Price(
                BigDecimal.valueOf(inputPrice, 3), BigDecimal.valueOf(outputPrice, 3), null, null, null, null);
        SimulatorBill bill = new SimulatorBill();
        for (int i = 0; i < calls; i++) {
            bill.charge("m" + i % 3, price, new Usage(input, input / 2, input / 4, output, 0, false), true);
        }
        // in thousand-millionths of a USD, by whole numbers alone
        BigDecimal expected = BigDecimal.valueOf(inputPrice)
                .multiply(BigDecimal.valueOf(input))
                .add(BigDecimal.valueOf(outputPrice).multiply(BigDecimal.valueOf(output)))
                .multiply(BigDecimal.valueOf(calls))
                .movePointLeft(9);
        assertThat(bill.usd()).isEqualByComparingTo(expected);
    }

    @Provide
    Arbitrary<String> prompts() {
        Arbitrary<String> starts = Arbitraries.of(
                "Classify as red, green or blue: ",
                "Categories:\n- a\n- b\n",
                "Extract the name and age as JSON: ",
                "Extract the dates: ",
                "Summarise in three sentences: ",
                "Write about ",
                "Compare ",
                "Is it spam or not? ",
                "");
        return Combinators.combine(starts, Arbitraries.strings().ofMaxLength(200))
                .as((start, rest) -> start + rest);
    }

    @Provide
    Arbitrary<JsonNode> schemas() {
        return schema(3);
    }

    private Arbitrary<JsonNode> schema(int depth) {
        Arbitrary<JsonNode> leaf = Arbitraries.oneOf(numbers("integer"), numbers("number"), texts(), choices());
        if (depth == 0) {
            return leaf;
        }
        return Arbitraries.lazyOf(
                () -> leaf,
                () -> objects(schema(depth - 1)),
                () -> arrays(schema(depth - 1)),
                () -> nullable(schema(depth - 1)));
    }

    private Arbitrary<JsonNode> numbers(String type) {
        Arbitrary<@Nullable Integer> least =
                Arbitraries.integers().between(-1000, 1000).injectNull(0.5);
        return Combinators.combine(least, Arbitraries.integers().between(2, 50), Arbitraries.of(true, false))
                .as((min, range, open) -> {
                    ObjectNode schema = node(type);
                    if (min != null) {
                        schema.put(open ? "exclusiveMinimum" : "minimum", min);
                        schema.put(open ? "exclusiveMaximum" : "maximum", min + range);
                    }
                    return schema;
                });
    }

    private Arbitrary<JsonNode> texts() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.of("", "date", "email", "uuid", "date-time", "uri"))
                .as((min, more, format) -> {
                    ObjectNode schema = node("string");
                    return format.isEmpty()
                            ? schema.put("minLength", min).put("maxLength", min + more)
                            : schema.put("format", format);
                });
    }

    private Arbitrary<JsonNode> choices() {
        return Arbitraries.strings()
                .alpha()
                .ofMinLength(1)
                .ofMaxLength(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(values -> {
                    ObjectNode schema = JsonNodeFactory.instance.objectNode();
                    ArrayNode list = schema.putArray("enum");
                    values.forEach(list::add);
                    return schema;
                });
    }

    private Arbitrary<JsonNode> objects(Arbitrary<JsonNode> values) {
        return Arbitraries.maps(Arbitraries.of("name", "invoiceNumber", "date", "total_amount", "é"), values)
                .ofMaxSize(4)
                .map(properties -> {
                    ObjectNode schema = node("object").put("additionalProperties", false);
                    ObjectNode into = schema.putObject("properties");
                    properties.forEach(into::set);
                    properties.keySet().forEach(schema.putArray("required")::add);
                    return schema;
                });
    }

    private Arbitrary<JsonNode> arrays(Arbitrary<JsonNode> items) {
        return Combinators.combine(items, Arbitraries.integers().between(0, 4)).as((item, min) -> {
            ObjectNode schema = node("array").put("minItems", min).put("maxItems", min + 1);
            return schema.set("items", item);
        });
    }

    private Arbitrary<JsonNode> nullable(Arbitrary<JsonNode> values) {
        return values.map(value -> {
            ObjectNode schema = JsonNodeFactory.instance.objectNode();
            schema.putArray("anyOf").add(node("null")).add(value);
            return schema;
        });
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
