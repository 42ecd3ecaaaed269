package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads providers' errors. All three dialects put them under {@code error}; what differs is where the code stands, so
 * that one reader serves them and whoever is compatible with them.
 */
final class ProviderErrors {
    private static final List<String> QUOTA = List.of(
            "insufficient_quota",
            "credit_balance_exhausted",
            "billing_error",
            "billing_hard_limit_reached",
            "insufficient_credits");
    private static final List<String> QUOTA_TEXTS =
            List.of("credit balance is too low", "exceeded your current quota, please check your plan");
    private static final List<String> CONTEXT =
            List.of("context_length_exceeded", "model_context_window_exceeded", "string_above_max_length");
    private static final List<String> CONTEXT_TEXTS = List.of(
            "prompt is too long",
            "maximum context length",
            "context window",
            "exceed context limit",
            "input token count",
            "exceeds the maximum number of tokens",
            "context length");
    private static final List<String> FILTER =
            List.of("content_filter", "content_policy_violation", "responsibleaipolicyviolation", "safety");

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
            return refine(status, error.textValue(), null, "", null, null);
        }
        String type = Json.textOr(error, "type", "");
        String code = Json.textOrNull(error, "code");
        String name = code != null ? code : Json.textOrNull(error, "status");
        if (name == null && !type.isEmpty()) {
            name = type;
        }
        JsonNode message = error.path("message");
        String text = message.isTextual() ? message.textValue() : Json.textOr(error, "detail", "");
        String inner = Json.textOr(error.path("innererror"), "code", "");
        String names = (type + " " + (name == null ? "" : name) + " " + inner).toLowerCase(Locale.ROOT);
        return refine(status, text, name, names, Json.textOrNull(error, "param"), RetryAfter.inBody(error));
    }

    private static ChatError refine(
            int status,
            String text,
            @Nullable String code,
            String names,
            @Nullable String param,
            @Nullable Duration retryAfter) {
        int known = bounded(status);
        String lower = text.substring(0, Math.min(text.length(), 2_000)).toLowerCase(Locale.ROOT);
        Kind kind = kindOf(known);
        boolean clientError = known < 500 && known != 401 && known != 403 && known != 404;
        if (known == 402 || containsAny(names, QUOTA) || (clientError && containsAny(lower, QUOTA_TEXTS))) {
            kind = Kind.QUOTA;
        } else if (containsAny(names, CONTEXT)
                || ((known == 400 || known == 413 || known == 422) && containsAny(lower, CONTEXT_TEXTS))) {
            kind = Kind.CONTEXT_LENGTH;
        } else if (known < 500 && containsAny(names, FILTER)) {
            kind = Kind.CONTENT_FILTER;
        } else if (names.contains("overloaded")) {
            kind = Kind.OVERLOADED;
        } else if (known == 400 && (names.contains("invalid_api_key") || lower.contains("api key not valid"))) {
            kind = Kind.AUTHENTICATION;
        }
        String message = text.isEmpty() ? "The provider answered with status " + status + "." : Scrubbed.text(text);
        return new ChatError(
                kind,
                known,
                message,
                code == null ? null : Scrubbed.text(code),
                param == null ? null : Scrubbed.text(param),
                retryAfter);
    }

    private static boolean containsAny(String text, List<String> wanted) {
        for (String one : wanted) {
            if (text.contains(one)) {
                return true;
            }
        }
        return false;
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
