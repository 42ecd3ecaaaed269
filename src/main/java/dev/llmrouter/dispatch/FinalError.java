package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatError.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the caller is told when nobody answered: its own fault as the provider put it, else that nobody could. */
final class FinalError {
    private FinalError() {}

    static ChatError callerGone() {
        return ChatError.of(Kind.TIMEOUT, 499, "The caller went away.");
    }

    static ChatError tooLate(AttemptLog log) {
        return ChatError.of(Kind.TIMEOUT, 504, "The time for this request is over. " + log.summary());
    }

    /**
     * @param last failure of the last call; null if there was none
     * @param wait after which asking again makes sense; null if unknown
     */
    static ChatError of(@Nullable ProviderException last, AttemptLog log, @Nullable Duration wait) {
        if (last == null) {
            return new ChatError(Kind.OVERLOADED, 503, "No model is available now.", "no_model_available", null, wait);
        }
        if (last.fault() == ProviderException.Fault.CANCELLED
                || last.fault() == ProviderException.Fault.UNWRITABLE
                || isCallersFault(last)) {
            return last.error();
        }
        String message = "No model could answer. " + log.summary();
        if (log.hasRateLimitsOnly()) {
            return new ChatError(Kind.RATE_LIMIT, 429, message, "rate_limit_exceeded", null, wait);
        }
        return switch (last.fault()) {
            case DEADLINE, CONNECT_TIMEOUT, HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT ->
                new ChatError(Kind.TIMEOUT, 504, message, "timeout", null, null);
            case STATUS, BREAKER_OPEN -> new ChatError(Kind.OVERLOADED, 503, message, "no_model_available", null, wait);
            case CONNECT, RESET, TRUNCATED, MALFORMED, REDIRECT, CANCELLED, INTERNAL, UNWRITABLE ->
                new ChatError(Kind.SERVER, 502, message, "provider_failed", null, null);
        };
    }

    private static boolean isCallersFault(ProviderException failure) {
        return failure.fault() == ProviderException.Fault.STATUS
                && switch (failure.error().kind()) {
                    case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE -> true;
                    case NOT_FOUND, PERMISSION -> !ModelRefusal.isMeant(failure.error());
                    case AUTHENTICATION, QUOTA, RATE_LIMIT, TIMEOUT, OVERLOADED, SERVER -> false;
                };
    }
}
