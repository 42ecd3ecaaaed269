package dev.llmrouter.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as this package reads and writes it. Numbers keep the digits that they came with, because the tree of a request
 * is written again for the provider.
 */
final class Json {
    /** Digits of a number that are read; Jackson's default. */
    private static final int NUMBER_LENGTH = 1_000;

    private static final int REPLY_DEPTH = 500;

    /** Characters of one text in a provider's answer: images and sound come as text, too. */
    private static final int REPLY_STRING_LENGTH = 100_000_000;

    private static final JsonMapper REPLIES = mapper(REPLY_DEPTH, REPLY_STRING_LENGTH, false);

    /** What stands at the end of a text of {@code true}, {@code false} and {@code null}, which Jackson does not take for unfinished. */
    private static final Pattern HALF_WORD = Pattern.compile("(?<=[:,\\[\\s])(?:t|tr|tru|f|fa|fal|fals|n|nu|nul)$");

    private static final ObjectReader REPLY_READER = REPLIES.readerFor(JsonNode.class);
    private static final ObjectWriter WRITER = REPLIES.writerFor(JsonNode.class);

    /** Writes what UTF-8 has no bytes for (half of a surrogate pair, as some providers stream it) as an escape. */
    private static final ObjectWriter ASCII_WRITER = WRITER.with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static volatile RequestReader requestReader = RequestReader.of(Limits.ofDefaults());

    private Json() {}

    private record RequestReader(Limits limits, ObjectReader reader) {
        static RequestReader of(Limits limits) {
            JsonMapper mapper = mapper(limits.depth(), Math.max(1, limits.bodyBytes()), true);
            return new RequestReader(limits, mapper.readerFor(JsonNode.class));
        }
    }

    private static JsonMapper mapper(int depth, int stringLength, boolean strict) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxStringLength(stringLength)
                .maxNumberLength(NUMBER_LENGTH)
                .build();
        return JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                        .streamReadConstraints(constraints)
                        .disable(com.fasterxml.jackson.core.JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .configure(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, strict)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /** A reader for callers' bodies within these limits; kept as long as the limits stay the same. */
    static ObjectReader requestReader(Limits limits) {
        RequestReader current = requestReader;
        if (!current.limits.equals(limits)) {
            current = RequestReader.of(limits);
            requestReader = current;
        }
        return current.reader;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /**
     * The JSON object in a provider's bytes; null if they are anything else. A number whose exponent is too large makes
     * Jackson throw a NumberFormatException.
     */
    static @Nullable ObjectNode objectOrNull(byte[] bytes) {
        try {
            return REPLY_READER.readValue(bytes) instanceof ObjectNode object ? object : null;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            return null;
        }
    }

    /** The JSON object in a text; null if it is anything else. */
    static @Nullable ObjectNode objectOrNull(String text) {
        try {
            return REPLY_READER.readValue(text) instanceof ObjectNode object ? object : null;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            return null;
        }
    }

    /** Whether a text is the beginning of a JSON value, and right as far as it goes. */
    static boolean breaksOff(String text) {
        try {
            REPLY_READER.readTree(HALF_WORD.matcher(text).replaceFirst(""));
            return false;
        } catch (JsonEOFException e) {
            return true;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            return false;
        }
    }

    /** A provider's answer or event. @param what names it in the message */
    static ObjectNode reply(String text, String what) throws MalformedReplyException {
        ObjectNode object = objectOrNull(text);
        if (object == null) {
            throw new MalformedReplyException(what + " is not a JSON object (" + text.length() + " characters)");
        }
        return object;
    }

    static byte[] bytes(JsonNode node) {
        try {
            return WRITER.writeValueAsBytes(node);
        } catch (JsonProcessingException halfOfSurrogatePair) {
            try {
                return ASCII_WRITER.writeValueAsBytes(node);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String text(JsonNode node) {
        return new String(bytes(node), StandardCharsets.UTF_8);
    }

    /** The text of a field; null if it is absent or no text. For providers' answers, which are read leniently. */
    static @Nullable String textOrNull(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    static String textOr(JsonNode node, String field, String otherwise) {
        String text = textOrNull(node, field);
        return text == null ? otherwise : text;
    }

    /** A count; 0 if it is absent, no number or negative. */
    static long count(@Nullable JsonNode node, String field) {
        JsonNode value = node == null ? null : node.get(field);
        return value != null && value.canConvertToLong() ? Math.max(0, value.longValue()) : 0;
    }

    /** The value of a field; null if it is absent or JSON's null. */
    static @Nullable JsonNode present(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
