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
     * @param hopeless whether it makes no sense, for want of a key or a quota
     */
    static ChatError of(@Nullable ProviderException last, AttemptLog log, @Nullable Duration wait, boolean hopeless) {
        if (last == null) {
            return unavailable("No model is available now.", wait, hopeless);
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
            case STATUS, BREAKER_OPEN -> unavailable(message, wait, hopeless);
            case CONNECT, RESET, TRUNCATED, MALFORMED, REDIRECT, CANCELLED, INTERNAL, UNWRITABLE ->
                new ChatError(Kind.SERVER, 502, message, "provider_failed", null, null);
        };
    }

    /**
     * Who was reached cannot be told the request, and others who perhaps can are not to be had now: it is not the caller's fault alone.
     *
     * @param unwritable why
     */
    static ChatError othersRest(ProviderException unwritable, Remaining.Others others) {
        return unavailable(
                "No model is available now but one that cannot be asked this: "
                        + unwritable.error().message(),
                others.after(),
                others.after() == null);
    }

    /** A translation of the request was refused, and who would be asked in the caller's own format rests. @param wait until one can be called */
    static ChatError ownFormatRests(AttemptLog log, Duration wait) {
        return unavailable(
                "No model could answer, and one that speaks the format of this request rests. " + log.summary(),
                wait,
                false);
    }

    private static ChatError unavailable(String message, @Nullable Duration wait, boolean hopeless) {
        return new ChatError(
                Kind.OVERLOADED,
                503,
                hopeless
                        ? message + " The key or the quota at the provider fails; asking again does not help."
                        : message,
                "no_model_available",
                null,
                hopeless ? null : wait,
                hopeless ? false : null);
    }

    /** Whether the provider refused the request, and not itself. */
    static boolean isCallersFault(ProviderException failure) {
        return failure.fault() == ProviderException.Fault.STATUS
                && switch (failure.error().kind()) {
                    case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE -> true;
                    case NOT_FOUND, PERMISSION -> !ModelRefusal.isMeant(failure.error());
                    case AUTHENTICATION, QUOTA, RATE_LIMIT, TIMEOUT, OVERLOADED, SERVER -> false;
                };
    }
}
