package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import dev.llmrouter.chat.ChatError.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads providers' errors. All three dialects put them under {@code error}; what differs is where the code stands, so
 * that one reader serves them and whoever is compatible with them.
 *
 * <p>What an error is follows from its status, code and type alone. Its text is for people and no evidence: providers
 * quote the request in it, so that a caller could choose what it says.
 */
final class ProviderErrors {
    private static final Set<String> QUOTA = Set.of(
            "insufficient_quota",
            "credit_balance_exhausted",
            "billing_error",
            "billing_hard_limit_reached",
            "insufficient_credits");
    private static final Set<String> RATE_LIMIT =
            Set.of("rate_limit_exceeded", "rate_limit_error", "rate_limit", "slow_down");
    private static final Set<String> CONTEXT = Set.of("context_length_exceeded", "model_context_window_exceeded");

    /** A text that is too long: of the conversation, or of any other field, as a user's id or a tool's name. */
    private static final String LONG_TEXT = "string_above_max_length";

    /** Where the conversation's own texts stand, as OpenAI's {@code param} says it: {@code messages[3].content[0].text}. */
    private static final Pattern CONVERSATION = Pattern.compile(
            "instructions|(?:messages|input)(?:\\.?\\[?\\d+\\]?(?:\\.(?:content|output)(?:[.\\[].*)?)?)?");

    private static final Set<String> FILTER =
            Set.of("content_filter", "content_policy_violation", "responsibleaipolicyviolation", "safety");
    private static final Set<String> OVERLOADED = Set.of("overloaded_error", "overloaded", "server_is_overloaded");
    private static final String MODERATION = "moderation";
    private static final Set<String> KEY = Set.of("invalid_api_key", "api_key_invalid");

    private ProviderErrors() {}

    static ChatError read(int status, byte[] body) {
        ObjectNode object = Json.objectOrNull(body);
        JsonNode error = object == null ? null : Json.present(object, "error");
        if (error == null) {
            error = object;
        }
        return error == null ? byStatus(status) : read(status, error);
    }

    /** An error that came inside a stream. Its status is the one that it would have had at the start. */
    static ChatError inStream(JsonNode error) {
        JsonNode code = error.path("code");
        int status = code.isInt() ? code.intValue() : 0;
        if (status < 400 || status > 599) {
            status = statusOf(Json.textOr(error, "type", "") + " " + Json.textOr(error, "code", ""));
        }
        return read(status, error);
    }

    private static ChatError byStatus(int status) {
        Kind kind = kindOf(status);
        return ChatError.of(kind, bounded(status), "The provider answered with status " + status + ".");
    }

    private static int bounded(int status) {
        return status >= 400 && status <= 599 ? status : 502;
    }

    private static ChatError read(int status, JsonNode error) {
        if (error.isTextual()) {
            return error(status, kindOf(bounded(status)), error.textValue(), null, null, null);
        }
        String type = Json.textOrNull(error, "type");
        String code = Json.textOrNull(error, "code");
        String name = code != null ? code : Json.textOrNull(error, "status");
        if (name == null && type != null && !type.isEmpty()) {
            name = type;
        }
        if (name == null && status == 403 && isModeration(error.path("metadata"))) {
            name = MODERATION;
        }
        JsonNode message = error.path("message");
        String text = message.isTextual() ? message.textValue() : Json.textOr(error, "detail", "");
        String param = Json.textOrNull(error, "param");
        Set<String> names = names(error, type, name);
        Kind kind = names.contains(LONG_TEXT) && param != null && CONVERSATION.matches(param)
                ? Kind.CONTEXT_LENGTH
                : kind(bounded(status), names);
        return error(status, kind, text, name, param, RetryAfter.inBody(error));
    }

    /** OpenRouter's way to say that the input was flagged, and for what; its code is the status only. */
    private static boolean isModeration(JsonNode metadata) {
        return metadata.has("flagged_input") || metadata.path("reasons").isArray();
    }

    /** Everything by which the error names itself, in lower case. */
    private static Set<String> names(JsonNode error, @Nullable String... known) {
        Set<String> names = new HashSet<>();
        for (String name : known) {
            if (name != null) {
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
        names.add(Json.textOr(error.path("innererror"), "code", "").toLowerCase(Locale.ROOT));
        for (JsonNode detail : error.path("details")) {
            names.add(Json.textOr(detail, "reason", "").toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static Kind kind(int status, Set<String> names) {
        if (status == 402 || names.stream().anyMatch(QUOTA::contains)) {
            return Kind.QUOTA;
        }
        if (names.stream().anyMatch(CONTEXT::contains)) {
            return Kind.CONTEXT_LENGTH;
        }
        if (status < 500 && names.stream().anyMatch(FILTER::contains)) {
            return Kind.CONTENT_FILTER;
        }
        if (names.stream().anyMatch(OVERLOADED::contains)) {
            return Kind.OVERLOADED;
        }
        // Groq says 413 for a request that is larger than what the minute has left.
        if (status < 500 && names.stream().anyMatch(RATE_LIMIT::contains)) {
            return Kind.RATE_LIMIT;
        }
        return status == 400 && names.stream().anyMatch(KEY::contains) ? Kind.AUTHENTICATION : kindOf(status);
    }

    private static ChatError error(
            int status,
            Kind kind,
            String text,
            @Nullable String code,
            @Nullable String param,
            @Nullable Duration retryAfter) {
        return new ChatError(
                kind,
                bounded(status),
                text.isEmpty() ? "The provider answered with status " + status + "." : Scrubbed.text(text),
                code == null ? null : Scrubbed.text(code),
                param == null ? null : Scrubbed.text(param),
                retryAfter);
    }

    static Kind kindOf(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408, 504 -> Kind.TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.RATE_LIMIT;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 400 && status < 500 ? Kind.INVALID_REQUEST : Kind.SERVER;
        };
    }

    private static int statusOf(String names) {
        String lower = names.toLowerCase(Locale.ROOT);
        if (lower.contains("overloaded")) {
            return 529;
        }
        if (lower.contains("rate_limit") || lower.contains("quota")) {
            return 429;
        }
        if (lower.contains("authentication") || lower.contains("api_key")) {
            return 401;
        }
        if (lower.contains("permission")) {
            return 403;
        }
        if (lower.contains("not_found")) {
            return 404;
        }
        if (lower.contains("timeout")) {
            return 504;
        }
        return lower.contains("invalid_request") || lower.contains("context_length") || lower.contains("content_")
                ? 400
                : 500;
    }
}
