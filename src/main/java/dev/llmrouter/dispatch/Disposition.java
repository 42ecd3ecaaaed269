package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;

/** What a failure means for the rest of the request. The one table of failover. */
enum Disposition {
    /** The request itself is at fault: nobody else is asked, but where {@link #mayBeTheTranslation our translation of it may be}. */
    STOP,
    /** Only a model with a larger context is asked. */
    LARGER_CONTEXT,
    /** The deployment cools down; others are asked, or it again after the wait. */
    COOL_DOWN,
    /** The deployment's key or quota fails: it is taken out, others are asked. */
    OUT_OF_SERVICE,
    /**
     * The deployment refuses this request, be it for the request (a firewall) or for itself (no permission, a retired
     * model): others are asked. Only several requests in a row tell which.
     */
    REFUSED,
    /** The provider may recover: others are asked, or it again after a pause. */
    RETRY,
    /** Others are asked; not this one again for this request. */
    NEXT,
    /** It is over, and nobody is to blame: our own deadline, or a caller that left. */
    OVER;

    static Disposition of(ProviderException failure) {
        return switch (failure.fault()) {
            case STATUS -> of(failure.error());
            case CONNECT, RESET -> failure.isLasting() ? NEXT : RETRY;
            case CONNECT_TIMEOUT,
                    HEADERS_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    TRUNCATED,
                    MALFORMED,
                    REDIRECT,
                    BREAKER_OPEN,
                    UNWRITABLE -> NEXT;
            case DEADLINE, CANCELLED, INTERNAL -> OVER;
        };
    }

    /** The provider's own word ({@code x-should-retry}) goes before its status, as in the official clients. */
    private static Disposition of(ChatError error) {
        Disposition usual = usual(error);
        if (Boolean.TRUE.equals(error.shouldRetry()) && usual == STOP) {
            return RETRY;
        }
        return Boolean.FALSE.equals(error.shouldRetry()) && usual == RETRY ? NEXT : usual;
    }

    private static Disposition usual(ChatError error) {
        return switch (error.kind()) {
            case INVALID_REQUEST -> error.status() == 409 ? RETRY : isOfThisModel(error) ? NEXT : STOP;
            case CONTENT_FILTER, TOO_LARGE -> STOP;
            case CONTEXT_LENGTH -> LARGER_CONTEXT;
            case AUTHENTICATION, QUOTA -> OUT_OF_SERVICE;
            case PERMISSION, NOT_FOUND -> ModelRefusal.isMeant(error) ? REFUSED : NEXT;
            case RATE_LIMIT -> COOL_DOWN;
            case TIMEOUT, OVERLOADED, SERVER -> RETRY;
        };
    }

    /** A field or a value that this model does not take; another one may, and the caller cannot know who is asked. */
    private static boolean isOfThisModel(ChatError error) {
        return error.status() == 400
                && ("unsupported_parameter".equals(error.code()) || "unsupported_value".equals(error.code()));
    }

    /**
     * Whether a failure that stops the request may come of how it was written for a provider of another format than the caller's. What is too long,
     * too large or filtered is so in any format.
     */
    static boolean mayBeTheTranslation(ProviderException failure) {
        return failure.fault() == ProviderException.Fault.STATUS
                && failure.error().kind() == ChatError.Kind.INVALID_REQUEST;
    }

    /** Whether the failure is held against the provider: counts for its circuit breaker, and as a truncation. */
    static boolean speaksAgainstProvider(ProviderException failure) {
        if (failure.isOfThisCaller()) {
            return false;
        }
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
            case DEADLINE, CANCELLED, BREAKER_OPEN, INTERNAL, UNWRITABLE -> false;
        };
    }
}
