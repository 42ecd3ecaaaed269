package dev.llmrouter.classify.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenConfidenceTest {
    private static final String ANSWER = "{\"task\":\"code\",\"confidence\":0.5}";

    private static ObjectNode token(String text, double logprob) {
        return JsonNodeFactory.instance.objectNode().put("token", text).put("logprob", logprob);
    }

    private static JsonNode logprobs(ObjectNode... tokens) {
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        content.addAll(Arrays.asList(tokens));
        return JsonNodeFactory.instance.objectNode().set("content", content);
    }

    @Test
    void isTheProductOfTheTokensOfTheNameAndOfTheMarkBehindIt() {
        JsonNode told = logprobs(
                token("{\"task\":", -4),
                token("\"", -4),
                token("co", -0.1),
                token("de", -0.2),
                token("\"", -0.3),
                token(",\"confidence\":0.5}", -4));

        assertThat(TokenConfidence.of(ANSWER, told).getAsDouble()).isCloseTo(Math.exp(-0.6), within(1e-12));
    }

    @Test
    void tokensThatHoldMoreThanTheNameCountWhole() {
        JsonNode told = logprobs(
                token("{\"task", -4), token("\":\"co", -0.1), token("de\",\"conf", -0.2), token("idence\":0.5}", -4));

        assertThat(TokenConfidence.of(ANSWER, told).getAsDouble()).isCloseTo(Math.exp(-0.3), within(1e-12));
        assertThat(TokenConfidence.of(ANSWER, logprobs(token(ANSWER, -0.4))).getAsDouble())
                .isCloseTo(Math.exp(-0.4), within(1e-12));
    }

    @Test
    void thePlaceIsFoundByBytesWhereATokenIsAPartOfACharacter() {
        String answer = "{\"confidence\": 1, \"task\" : \"pr\u00FCfen\"}";
        ObjectNode first = token("\uFFFD", -0.1);
        ObjectNode second = token("\uFFFD", -0.2);
        byte[] bytes = "\u00FC".getBytes(StandardCharsets.UTF_8);
        first.putArray("bytes").add(bytes[0] & 0xFF);
        second.putArray("bytes").add(bytes[1] & 0xFF);
        JsonNode told = logprobs(
                token("{\"confidence\": 1, \"task\" : \"", -4),
                token("pr", -0.4),
                first,
                second,
                token("fen", -0.8),
                token("\"}", -1.6));

        assertThat(TokenConfidence.of(answer, told).getAsDouble()).isCloseTo(Math.exp(-3.1), within(1e-12));
    }

    @Test
    void whatStandsBeforeAndBehindTheAnswerDoesNotCount() {
        JsonNode told = logprobs(
                token("thoughts: " + ANSWER, -9),
                token("\n\n", -9),
                token("{\"task\":\"", -9),
                token("code", -0.1),
                token("\",\"confidence\":0.5}", -0.1),
                token("<|end|>", -9));

        assertThat(TokenConfidence.of(ANSWER, told).getAsDouble()).isCloseTo(Math.exp(-0.2), within(1e-12));
    }

    @Test
    void anEscapedNameIsTheNameAsItWasWritten() {
        String answer = "{\"task\":\"c\\u006fde\",\"confidence\":0.5}";
        JsonNode told = logprobs(
                token("{\"task\":\"", -4),
                token("c", -0.1),
                token("\\u006f", -0.2),
                token("de\"", -0.4),
                token(",\"confidence\":0.5}", -4));

        assertThat(TokenConfidence.of(answer, told).getAsDouble()).isCloseTo(Math.exp(-0.7), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0.001, 5})
    void whatIsNoLogarithmOfAProbabilityIsNotUsed(double logprob) {
        assertThat(TokenConfidence.of(ANSWER, logprobs(token(ANSWER, logprob)))).isEmpty();
    }

    @Test
    void aRoundingErrorIsCertaintyAndTheImpossibleIsZero() {
        assertThat(TokenConfidence.of(ANSWER, logprobs(token(ANSWER, 1e-7)))).hasValue(1);
        assertThat(TokenConfidence.of(ANSWER, logprobs(token(ANSWER, -9999)))).hasValue(0);
        assertThat(TokenConfidence.of(ANSWER, logprobs(token(ANSWER, Double.NEGATIVE_INFINITY))))
                .hasValue(0);
    }

    @Test
    void whatIsMissingOrOfAnotherTextIsNotUsed() {
        ObjectNode text = token(ANSWER, -1);
        text.put("logprob", "-1");
        ObjectNode none = token(ANSWER, -1);
        none.putNull("logprob");

        assertThat(TokenConfidence.of(ANSWER, null)).isEmpty();
        assertThat(TokenConfidence.of(ANSWER, JsonNodeFactory.instance.objectNode()))
                .isEmpty();
        assertThat(TokenConfidence.of(ANSWER, JsonNodeFactory.instance.textNode("x")))
                .isEmpty();
        assertThat(TokenConfidence.of(ANSWER, logprobs())).isEmpty();
        assertThat(TokenConfidence.of(ANSWER, logprobs(text))).isEmpty();
        assertThat(TokenConfidence.of(ANSWER, logprobs(none))).isEmpty();
        assertThat(TokenConfidence.of(ANSWER, logprobs(token("{\"task\":\"summary\"", 0))))
                .isEmpty();
        assertThat(TokenConfidence.of(ANSWER, logprobs(token("x".repeat(300_000) + ANSWER, 0))))
                .isEmpty();
    }
}
