package dev.llmrouter.classify.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How probable the model found the task that it named: the product of the probabilities of all tokens that hold a piece of
 * the name or of the quotation mark that ends it. That mark counts because a name may begin another ({@code code},
 * {@code code-review}). A token may hold more than that (the mark before the name, the comma behind it); it counts whole,
 * so what comes out is at most the probability of the name, never more.
 *
 * <p>It is not divided by the sum of the alternatives. Providers tell 20 of them at most, and the share of those that they
 * do not tell would be added to the name. Whether probabilities are those before or after the provider's restriction to the
 * schema, the product is no overstatement; before it, it may be an understatement.
 *
 * <p>A token's probability says how sure the model is, not how often it is right.
 */
final class TokenConfidence {
    /** A rounding error of 32-bit floating point above 0; anything more is no logarithm of a probability. */
    private static final double ROUNDING = 1e-5;

    private static final int MOST_TOKENS = 20_000;
    private static final int MOST_BYTES = 200_000;
    private static final JsonFactory JSON = new JsonFactory();

    private TokenConfidence() {}

    /**
     * The probability of the answer's task.
     *
     * @param answer an answer that {@link TaskAnswer} takes
     * @param logprobs OpenAI's {@code logprobs} of it: {@code content} with {@code token}, {@code bytes} (optional) and
     *     {@code logprob} (natural logarithm, 0 at most); null if none came
     * @return 0 to 1; empty where none came, they are not those of this answer, or one of them is no logarithm of a
     *     probability
     */
    static OptionalDouble of(String answer, @Nullable JsonNode logprobs) {
        JsonNode content = logprobs == null ? null : logprobs.get("content");
        if (content == null || !content.isArray() || content.isEmpty() || content.size() > MOST_TOKENS) {
            return OptionalDouble.empty();
        }
        Span name = name(answer);
        if (name == null) {
            return OptionalDouble.empty();
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>(content.size());
        for (JsonNode token : content) {
            written.writeBytes(bytes(token));
            ends.add(written.size());
            if (written.size() > MOST_BYTES) {
                return OptionalDouble.empty();
            }
        }
        int shift = lastIndexOf(written.toByteArray(), answer.getBytes(StandardCharsets.UTF_8));
        return shift < 0
                ? OptionalDouble.empty()
                : product(content, ends, new Span(name.start() + shift, name.end() + shift));
    }

    private static OptionalDouble product(JsonNode content, List<Integer> ends, Span name) {
        double sum = 0;
        int start = 0;
        for (int i = 0; i < ends.size(); i++) {
            int end = ends.get(i);
            if (start < name.end() && end > name.start()) {
                JsonNode logprob = content.get(i).path("logprob");
                double value = logprob.doubleValue();
                if (!logprob.isNumber() || !(value <= ROUNDING)) {
                    return OptionalDouble.empty();
                }
                sum += Math.min(0, value);
            }
            start = end;
        }
        return OptionalDouble.of(Math.exp(sum));
    }

    /** From the first byte to behind the last one. */
    private record Span(int start, int end) {}

    /** Where the bytes of the task's name and of the mark behind it are; null if there is none. */
    private static @Nullable Span name(String answer) {
        try (JsonParser parser = JSON.createParser(answer)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("task")) {
                    parser.nextToken();
                    int mark = (int) parser.currentTokenLocation().getCharOffset();
                    parser.getText();
                    int end = (int) parser.currentLocation().getCharOffset();
                    boolean quoted = mark >= 0 && end - mark >= 2 && end <= answer.length();
                    return quoted && answer.charAt(mark) == '"' && answer.charAt(end - 1) == '"'
                            ? new Span(length(answer.substring(0, mark + 1)), length(answer.substring(0, end)))
                            : null;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A token may be a part of a character, which only its bytes tell. */
    private static byte[] bytes(JsonNode token) {
        JsonNode told = token.path("bytes");
        if (!told.isArray()) {
            return token.path("token").asText("").getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[told.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) told.get(i).asInt();
        }
        return bytes;
    }

    /** The last place, as servers that tell the tokens of thoughts tell them before those of the answer. */
    private static int lastIndexOf(byte[] all, byte[] part) {
        for (int at = all.length - part.length; at >= 0; at--) {
            if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }
}
