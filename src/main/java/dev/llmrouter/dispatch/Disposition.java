package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;

/** What a failure means for the rest of the request. The one table of failover. */
enum Disposition {
    /** The request itself is at fault: nobody else is asked. */
    STOP,
    /** Only a model with a larger context is asked. */
    LARGER_CONTEXT,
    /** The deployment cools down; others are asked, or it again after the wait. */
    COOL_DOWN,
    /** The deployment's key or quota fails: it is taken out, others are asked. */
    OUT_OF_SERVICE,
    /** The provider may recover: others are asked, or it again after a pause. */
    RETRY,
    /** Others are asked; not this one again for this request. */
    NEXT;

    static Disposition of(ProviderException failure) {
        return switch (failure.fault()) {
            case STATUS -> of(failure.error().kind());
            case CONNECT, RESET -> RETRY;
            case CONNECT_TIMEOUT,
                    HEADERS_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    TRUNCATED,
                    MALFORMED,
                    REDIRECT,
                    BREAKER_OPEN -> NEXT;
            case DEADLINE, CANCELLED -> STOP;
        };
    }

    private static Disposition of(ChatError.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, CONTENT_FILTER, TOO_LARGE, NOT_FOUND -> STOP;
            case CONTEXT_LENGTH -> LARGER_CONTEXT;
            case AUTHENTICATION, PERMISSION, QUOTA -> OUT_OF_SERVICE;
            case RATE_LIMIT -> COOL_DOWN;
            case TIMEOUT -> NEXT;
            case OVERLOADED, SERVER -> RETRY;
        };
    }

    /** Whether the failure counts against the provider's circuit breaker. */
    static boolean speaksAgainstProvider(ProviderException failure) {
        return switch (failure.fault()) {
            case STATUS ->
                switch (failure.error().kind()) {
                    case OVERLOADED, SERVER, TIMEOUT -> true;
                    case INVALID_REQUEST,
                            CONTEXT_LENGTH,
                            CONTENT_FILTER,
                            TOO_LARGE,
                            NOT_FOUND,
                            AUTHENTICATION,
                            PERMISSION,
                            QUOTA,
                            RATE_LIMIT -> false;
                };
            case CONNECT,
                    CONNECT_TIMEOUT,
                    HEADERS_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    RESET,
                    TRUNCATED,
                    MALFORMED,
                    REDIRECT -> true;
            case DEADLINE, CANCELLED, BREAKER_OPEN -> false;
        };
    }
}
