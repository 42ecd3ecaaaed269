package dev.llmrouter.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a caller or a provider states it, in one shape for every dialect.
 *
 * @param status HTTP status, 400 to 599
 * @param message for people; never holds prompt text or secrets of ours
 * @param code the dialect's machine-readable code ("context_length_exceeded"); null if none
 * @param param the field that is wrong; null if none
 * @param retryAfter how long to wait; null if not said
 * @param shouldRetry whether the provider wants the same request again ({@code x-should-retry}); null if not said
 */
public record ChatError(
        Kind kind,
        int status,
        String message,
        @Nullable String code,
        @Nullable String param,
        @Nullable Duration retryAfter,
        @Nullable Boolean shouldRetry) {

    public ChatError(
            Kind kind,
            int status,
            String message,
            @Nullable String code,
            @Nullable String param,
            @Nullable Duration retryAfter) {
        this(kind, status, message, code, param, retryAfter, null);
    }

    /** What went wrong, as far as it decides what to do next. */
    public enum Kind {
        /** The request is malformed or not allowed by the provider: 400, 409, 422. */
        INVALID_REQUEST,
        /** Input and output do not fit the model's context. */
        CONTEXT_LENGTH,
        /** A content filter refused. */
        CONTENT_FILTER,
        TOO_LARGE,
        /** 404: the provider does not know the model, or something that the request names. */
        NOT_FOUND,
        /** 401. */
        AUTHENTICATION,
        /** 403. */
        PERMISSION,
        /** 402, or a 429 that says that the quota or credit is used up: waiting does not help. */
        QUOTA,
        /** 429: waiting helps. */
        RATE_LIMIT,
        /** 408, 504. */
        TIMEOUT,
        /** 503, 529. */
        OVERLOADED,
        /** Any other 5xx. */
        SERVER
    }

    public static ChatError of(Kind kind, int status, String message) {
        return new ChatError(kind, status, message, null, null, null);
    }

    /**
     * This error with what the response's headers say of another try.
     *
     * @param wait how long to wait; null leaves what the body said
     * @param retry whether to ask the same again; null if the headers do not say
     */
    public ChatError advised(@Nullable Duration wait, @Nullable Boolean retry) {
        return new ChatError(kind, status, message, code, param, wait == null ? retryAfter : wait, retry);
    }
}
