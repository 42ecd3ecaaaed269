package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.record.ledger.FeedbackEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/** Reads a feedback from a message: a JSON object or map in the body, or headers. */
final class FeedbackReader {
    /** Header that says whether the answer could be used, where the body does not. */
    static final String USEFUL = "useful";

    private static final String REQUEST_ID = "request_id";
    private static final String SCORE = "score";
    private static final String CORRECTED = "corrected";
    private static final String BY = "by";
    private static final Set<String> FIELDS = Set.of(REQUEST_ID, USEFUL, SCORE, CORRECTED, BY);

    /** Characters of an unknown field's name that are said again. */
    private static final int SHOWN = 60;

    private static final Pattern ID = Pattern.compile("[!-~]{1,200}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    private static final String ALLOWED =
            " A feedback is {\"request_id\": text, \"useful\": true or false, \"score\"?: 0 to 1,"
                    + " \"corrected\"?: text, \"by\"?: text}.";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private FeedbackReader() {}

    /**
     * What the message says: its body, where that is a text or map with {@code request_id} and {@value #USEFUL}. Any other body may be
     * the answer itself: the headers {@link LlmRouterConstants#REQUEST_ID} and {@value #USEFUL} say it, where both are there.
     *
     * @param caller name of the access key; null without one
     * @throws BadRequestException that says what is wrong, and what is allowed
     */
    static FeedbackEntry read(Exchange exchange, long nowMillis, @Nullable String caller) throws BadRequestException {
        Message message = exchange.getMessage();
        ObjectNode given;
        if (message.getHeader(LlmRouterConstants.REQUEST_ID) != null && message.getHeader(USEFUL) != null) {
            ObjectNode inBody = feedbackIn(exchange);
            given = inBody == null ? fromHeaders(message) : inBody;
        } else {
            RequestBody.keep(exchange);
            try {
                given = parse(RequestBody.of(exchange));
            } finally {
                RequestBody.rewind(exchange);
            }
        }
        requireKnown(given);
        String corrected = text(given, CORRECTED);
        String requestId = text(given, REQUEST_ID);
        if (requestId == null || !ID.matcher(requestId).matches()) {
            throw bad(REQUEST_ID, "is missing or not 1 to 200 visible ASCII characters; it is the x-llm-request-id.");
        }
        String by = text(given, BY);
        if (by != null && !NAME.matcher(by).matches()) {
            throw bad(BY, "is not 1 to 200 characters without control characters.");
        }
        return new FeedbackEntry(
                "fb_" + UUID.randomUUID(),
                requestId,
                nowMillis,
                useful(given),
                score(given),
                corrected == null ? null : Integer.valueOf(corrected.codePointCount(0, corrected.length())),
                corrected == null ? null : sha256(corrected),
                by,
                caller);
    }

    /** The body, if it is a feedback. One that can be read only once is left to who comes next. */
    private static @Nullable ObjectNode feedbackIn(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        boolean isKept = body instanceof CharSequence
                || body instanceof byte[]
                || body instanceof Map<?, ?>
                || body instanceof JsonNode
                || body instanceof StreamCache;
        if (!isKept) {
            return null;
        }
        try {
            ObjectNode given = parse(RequestBody.of(exchange));
            return given.has(REQUEST_ID) && given.has(USEFUL) ? given : null;
        } catch (BadRequestException e) {
            return null; // an answer, and no JSON
        } finally {
            RequestBody.rewind(exchange);
        }
    }

    private static ObjectNode fromHeaders(Message message) {
        ObjectNode given = JSON.createObjectNode();
        given.put(REQUEST_ID, String.valueOf(message.getHeader(LlmRouterConstants.REQUEST_ID)));
        String useful = String.valueOf(message.getHeader(USEFUL)).strip().toLowerCase(Locale.ROOT);
        if (useful.equals("true") || useful.equals("false")) {
            given.put(USEFUL, Boolean.parseBoolean(useful));
        } else {
            given.put(USEFUL, useful);
        }
        return given;
    }

    private static ObjectNode parse(byte[] body) throws BadRequestException {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new BadRequestException(ChatError.of(
                    ChatError.Kind.INVALID_REQUEST,
                    400,
                    "The body is no JSON: " + e.getOriginalMessage() + "." + ALLOWED));
        } catch (IOException e) { // NUL bytes at its start make it UTF-32, which the rest is not
            throw new BadRequestException(
                    ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The body is no text in UTF-8." + ALLOWED));
        }
        throw new BadRequestException(
                ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The body is no JSON object." + ALLOWED));
    }

    /** What is not known is not kept: a correction under another name would be lost, and nobody would know. */
    private static void requireKnown(ObjectNode given) throws BadRequestException {
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                String name = field.getKey().replaceAll("\\p{Cntrl}", " ");
                throw bad(name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name, "is not known here.");
            }
        }
    }

    private static @Nullable String text(ObjectNode given, String field) throws BadRequestException {
        JsonNode value = given.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw bad(field, "is no text.");
        }
        return value.textValue();
    }

    private static boolean useful(ObjectNode given) throws BadRequestException {
        JsonNode value = given.get(USEFUL);
        if (value == null || !value.isBoolean()) {
            throw bad(USEFUL, "is missing or neither true nor false.");
        }
        return value.booleanValue();
    }

    private static @Nullable Double score(ObjectNode given) throws BadRequestException {
        JsonNode value = given.get(SCORE);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            throw bad(SCORE, "is no number from 0 to 1.");
        }
        return value.doubleValue();
    }

    private static BadRequestException bad(String field, String what) {
        return new BadRequestException(new ChatError(
                ChatError.Kind.INVALID_REQUEST, 400, "'" + field + "' " + what + ALLOWED, null, field, null));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
