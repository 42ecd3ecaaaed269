package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's {@code logprobs}: every token is as likely as the next, which is all that a simulator knows. */
final class Logprobs {
    private static final double LOGPROB = -0.01;
    private static final double RUNNER_UP = -5;

    private Logprobs() {}

    /** @param top how many alternatives each token has, 0 to 20 */
    static JsonNode of(String text, int top) {
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        for (String piece : TokenEstimate.pieces(text)) {
            ObjectNode token = token(piece, LOGPROB);
            ArrayNode alternatives = token.putArray("top_logprobs");
            for (int i = 0; i < top; i++) {
                alternatives.add(i == 0 ? token(piece, LOGPROB) : token("alternative" + i, RUNNER_UP - i));
            }
            content.add(token);
        }
        ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
        logprobs.set("content", content);
        return logprobs.putNull("refusal");
    }

    private static ObjectNode token(String text, double logprob) {
        List<Integer> bytes = new ArrayList<>();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(one & 0xFF);
        }
        ObjectNode token = JsonNodeFactory.instance.objectNode();
        token.put("token", text).put("logprob", logprob);
        bytes.forEach(token.putArray("bytes")::add);
        return token;
    }

    /** The part of it that belongs to one token of a stream; null if there is none. */
    static @Nullable JsonNode ofToken(@Nullable JsonNode logprobs, int number) {
        JsonNode token = logprobs == null ? null : logprobs.path("content").get(number);
        if (token == null) {
            return null;
        }
        ObjectNode one = JsonNodeFactory.instance.objectNode();
        one.putArray("content").add(token);
        return one.putNull("refusal");
    }
}
