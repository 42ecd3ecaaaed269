package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.SimulatorSettings;
import java.math.BigDecimal;
import java.time.Duration;
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
                "m", Behaviour.of(new SimulatorSettings(Duration.ZERO, 0, Map.of(), Map.of("*", quality), 3)));
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
    void samplesFitTheirSchema(@ForAll long seed, @ForAll("prompts") String text) {
        JsonNode schema = new RandomSchema(seed).schema(3);
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
}
