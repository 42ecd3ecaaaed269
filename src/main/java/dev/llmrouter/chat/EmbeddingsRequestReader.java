package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.VectorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads requests for embeddings: a text, texts, the tokens of a text, or those of several. */
final class EmbeddingsRequestReader {
    private static final String INPUT = "input";
    private static final String EXPECTED =
            "a string, an array of strings, an array of tokens or an array of such arrays";

    private EmbeddingsRequestReader() {}

    static ChatRequest read(byte[] bytes, Limits limits) throws BadRequestException {
        ObjectNode body = JsonBody.parse(bytes, limits);
        String model = Fields.model(body);
        String format = Fields.optionalText(body, "encoding_format", At.ROOT);
        if (format != null && !format.equals("float") && !format.equals("base64")) {
            throw Fields.bad("encoding_format", "'encoding_format' is not known; allowed are 'float' and 'base64'.");
        }
        Long dimensions = Fields.optionalLong(body, "dimensions", 1, VectorSpace.MAX_DIMENSIONS);
        if (dimensions != null) {
            body.put("dimensions", dimensions.intValue());
        }
        Fields.optionalText(body, "user", At.ROOT);
        if (Fields.isTrue(body, "stream", At.ROOT)) {
            throw Fields.bad("stream", "Embeddings are not streamed. Leave 'stream' out.");
        }
        return neutral(body, model, inputs(body, limits.inputs()));
    }

    static ChatRequest neutral(ObjectNode body, String model, List<Part> inputs) {
        return new ChatRequest(
                Dialect.Name.EMBEDDINGS,
                body,
                model,
                false,
                false,
                List.of(new ChatMessage(Role.USER, inputs, null)),
                List.of(),
                null,
                null,
                null,
                Sampling.ofDefaults(),
                Json.textOrNull(body, "user"),
                Map.of());
    }

    private static List<Part> inputs(ObjectNode body, int atMost) throws BadRequestException {
        JsonNode input = Json.present(body, INPUT);
        if (input == null) {
            throw Fields.missing(At.ROOT, INPUT);
        }
        if (input.isTextual()) {
            return List.of(text(input, At.of(At.ROOT, INPUT)));
        }
        if (!(input instanceof ArrayNode array)) {
            throw Fields.wrongType(At.ROOT, INPUT, input, EXPECTED);
        }
        if (array.isEmpty()) {
            throw Fields.bad(INPUT, "'input' is empty; expected is " + EXPECTED + ".");
        }
        if (array.get(0).isNumber()) {
            return List.of(tokens(array, At.of(At.ROOT, INPUT)));
        }
        if (array.size() > atMost) {
            throw Fields.bad(
                    INPUT,
                    "'input' has " + array.size() + " inputs; allowed are " + atMost + ". Send several requests.");
        }
        boolean texts = array.get(0).isTextual();
        List<Part> inputs = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonNode each = array.get(i);
            At at = At.of(At.ROOT, INPUT, i);
            if (texts && each.isTextual()) {
                inputs.add(text(each, at));
            } else if (!texts && each instanceof ArrayNode tokens) {
                inputs.add(tokens(tokens, at));
            } else {
                throw Fields.wrongType(at, each, texts ? "a string, as the first input is" : "an array of tokens");
            }
        }
        return inputs;
    }

    private static Part text(JsonNode text, At at) throws BadRequestException {
        if (text.textValue().isEmpty()) {
            throw Fields.bad(at.toString(), "'" + at + "' is an empty string, which has no embedding. Leave it out.");
        }
        return new Part.Text(text.textValue());
    }

    private static Part tokens(ArrayNode tokens, At at) throws BadRequestException {
        if (tokens.isEmpty()) {
            throw Fields.bad(at.toString(), "'" + at + "' has no tokens. Leave it out.");
        }
        for (JsonNode token : tokens) {
            if (!token.isInt() || token.intValue() < 0) {
                throw Fields.wrongType(at, token, "tokens, which are whole numbers from 0");
            }
        }
        return new Part.Tokens(tokens.size());
    }
}
