package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads fields of a caller's request with the types that they must have. JSON's null counts as absent. */
final class Fields {
    private Fields() {}

    /** Where a value stands; becomes text only when something is wrong there. */
    record At(@Nullable At parent, String field, int index) {
        static final @Nullable At ROOT = null;

        static At of(@Nullable At parent, String field) {
            return new At(parent, field, -1);
        }

        static At of(@Nullable At parent, String field, int index) {
            return new At(parent, field, index);
        }

        @Override
        public String toString() {
            String own = index < 0 ? field : field + "[" + index + "]";
            return parent == null ? own : parent + "." + own;
        }
    }

    static BadRequestException bad(@Nullable String param, String message) {
        return new BadRequestException(new ChatError(ChatError.Kind.INVALID_REQUEST, 400, message, null, param, null));
    }

    static BadRequestException wrongType(@Nullable At parent, String field, JsonNode found, String expected) {
        return wrongType(At.of(parent, field), found, expected);
    }

    static BadRequestException wrongType(At at, JsonNode found, String expected) {
        return bad(
                at.toString(),
                "Invalid type for '" + at + "': expected " + expected + ", found " + typeOf(found) + ".");
    }

    static BadRequestException missing(@Nullable At parent, String field) {
        At at = At.of(parent, field);
        return bad(at.toString(), "Missing required parameter: '" + at + "'.");
    }

    static String typeOf(@Nullable JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "nothing";
        }
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            default -> "null";
        };
    }

    static @Nullable String optionalText(ObjectNode node, String field, @Nullable At at) throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(at, field, value, "a string");
        }
        return value.textValue();
    }

    static String text(ObjectNode node, String field, @Nullable At at) throws BadRequestException {
        String value = optionalText(node, field, at);
        if (value == null) {
            throw missing(at, field);
        }
        return value;
    }

    /** Data that came in the request. */
    static String base64(ObjectNode node, String field, @Nullable At at) throws BadRequestException {
        return Base64Text.checked(text(node, field, at), At.of(at, field));
    }

    /** Sound as OpenAI's formats have it: base64, and what providers of the format take beside it, a data URL or a URL. */
    static Part.Audio audio(ObjectNode node, @Nullable At at) throws BadRequestException {
        String format = text(node, "format", at);
        String data = text(node, "data", at);
        if (isUrl(data)) {
            return new Part.Audio(format, null, data);
        }
        DataUrl url = dataUrl(data, At.of(at, "data"));
        return new Part.Audio(format, url == null ? base64(node, "data", at) : url.base64(), null);
    }

    /** Whether a text that may be base64 is a URL to be fetched. */
    static boolean isUrl(String text) {
        return text.regionMatches(true, 0, "https://", 0, 8) || text.regionMatches(true, 0, "http://", 0, 7);
    }

    /** A data URL whose data is base64; null if the text is no such URL. */
    static @Nullable DataUrl dataUrl(String url, At at) throws BadRequestException {
        DataUrl data = DataUrl.parse(url);
        if (data != null) {
            Base64Text.checked(data.base64(), at);
        }
        return data;
    }

    /** A document's data as OpenAI's formats have it: a data URL, or base64 alone, which is a PDF then. */
    static DataUrl fileData(String content, At at) throws BadRequestException {
        DataUrl data = dataUrl(content, at);
        if (data != null) {
            return data;
        }
        if (DataUrl.isMeant(content)) {
            throw bad(
                    at.toString(), "'" + at + "' is a data URL that is not base64; expected is data:TYPE;base64,DATA.");
        }
        return new DataUrl(MediaType.PDF, Base64Text.checked(content, at));
    }

    static String model(ObjectNode body) throws BadRequestException {
        String model = text(body, "model", At.ROOT);
        if (model.isBlank()) {
            throw bad("model", "'model' is empty. Name a model of the policy, 'auto', 'task:NAME' or 'tier:NAME'.");
        }
        return model;
    }

    static @Nullable Boolean optionalBoolean(ObjectNode node, String field, @Nullable At at)
            throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw wrongType(at, field, value, "a boolean");
        }
        return value.booleanValue();
    }

    static boolean isTrue(ObjectNode node, String field, @Nullable At at) throws BadRequestException {
        return Boolean.TRUE.equals(optionalBoolean(node, field, at));
    }

    static @Nullable Integer optionalInt(ObjectNode node, String field, int atLeast) throws BadRequestException {
        Long value = optionalLong(node, field, atLeast, Integer.MAX_VALUE);
        return value == null ? null : value.intValue();
    }

    static @Nullable Long optionalLong(ObjectNode node, String field, long atLeast, long atMost)
            throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !isWhole(value)) {
            throw wrongType(At.ROOT, field, value, "an integer");
        }
        if (!value.canConvertToLong() || value.longValue() < atLeast || value.longValue() > atMost) {
            throw bad(field, "'" + field + "' is out of range; allowed are " + atLeast + " to " + atMost + ".");
        }
        return value.longValue();
    }

    /** Whether a number has no fraction, as 100 and 100.0. Exponents are not expanded: they may be huge. */
    private static boolean isWhole(JsonNode value) {
        if (value.isIntegralNumber()) {
            return true;
        }
        BigDecimal decimal = value.decimalValue();
        return decimal.scale() <= 0
                || (decimal.scale() < 20 && decimal.remainder(BigDecimal.ONE).signum() == 0);
    }

    static @Nullable Double optionalNumber(ObjectNode node, String field) throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrongType(At.ROOT, field, value, "a number");
        }
        double number = value.doubleValue();
        if (!Double.isFinite(number)) {
            throw bad(field, "'" + field + "' is out of range.");
        }
        return number;
    }

    static @Nullable ArrayNode optionalArray(ObjectNode node, String field, @Nullable At at)
            throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ArrayNode array)) {
            throw wrongType(at, field, value, "an array");
        }
        return array;
    }

    static @Nullable ObjectNode optionalObject(ObjectNode node, String field, @Nullable At at)
            throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return null;
        }
        return object(value, At.of(at, field));
    }

    static ObjectNode requiredObject(ObjectNode node, String field, @Nullable At at) throws BadRequestException {
        ObjectNode value = optionalObject(node, field, at);
        if (value == null) {
            throw missing(at, field);
        }
        return value;
    }

    static ObjectNode object(JsonNode value, At at) throws BadRequestException {
        if (!(value instanceof ObjectNode object)) {
            throw wrongType(at, value, "an object");
        }
        return object;
    }

    /** The messages: at least one, at most as many as the limit allows. */
    static ArrayNode messages(ObjectNode body, int atMost) throws BadRequestException {
        ArrayNode messages = optionalArray(body, "messages", At.ROOT);
        if (messages == null) {
            throw missing(At.ROOT, "messages");
        }
        if (messages.isEmpty()) {
            throw bad("messages", "'messages' is empty; expected is at least one message.");
        }
        if (messages.size() > atMost) {
            throw bad("messages", "'messages' has " + messages.size() + " messages; allowed are " + atMost + ".");
        }
        return messages;
    }

    /** One text, or an array of texts; empty if absent. */
    static List<String> texts(ObjectNode node, String field, boolean mayBeOne) throws BadRequestException {
        JsonNode value = Json.present(node, field);
        if (value == null) {
            return List.of();
        }
        if (mayBeOne && value.isTextual()) {
            return List.of(value.textValue());
        }
        if (!(value instanceof ArrayNode array)) {
            throw wrongType(
                    At.ROOT, field, value, mayBeOne ? "a string or an array of strings" : "an array of strings");
        }
        List<String> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!array.get(i).isTextual()) {
                throw wrongType(At.of(At.ROOT, field, i), array.get(i), "a string");
            }
            texts.add(array.get(i).textValue());
        }
        return texts;
    }
}
