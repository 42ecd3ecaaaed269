package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatError.Kind;
import org.jspecify.annotations.Nullable;

/** Errors as providers give them, by status. */
final class SimulatedErrors {
    private SimulatedErrors() {}

    static ChatError of(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status is " + status + "; allowed 400 to 599.");
        }
        return new ChatError(kind(status), status, message(status), code(status), null, null);
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408, 504 -> Kind.TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.RATE_LIMIT;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status >= 500 ? Kind.SERVER : Kind.INVALID_REQUEST;
        };
    }

    private static String message(int status) {
        return switch (kind(status)) {
            case AUTHENTICATION -> "Incorrect API key provided. (simulated)";
            case QUOTA -> "Your credit balance is too low. (simulated)";
            case PERMISSION -> "You are not allowed to use this. (simulated)";
            case NOT_FOUND -> "The model does not exist or you do not have access to it. (simulated)";
            case TIMEOUT -> "The request took too long. (simulated)";
            case TOO_LARGE -> "The request is too large. (simulated)";
            case RATE_LIMIT -> "Rate limit reached. (simulated)";
            case OVERLOADED -> "The server is overloaded. Please try again later. (simulated)";
            case SERVER -> "The server had an error while processing your request. (simulated)";
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER -> "The request is not valid. (simulated)";
        };
    }

    private static @Nullable String code(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            case 503, 529 -> "server_is_overloaded";
            default -> null;
        };
    }
}
