package dev.llmrouter.dispatch;

/** How one call to a provider went. */
public enum AttemptOutcome {
    OK("ok"),
    INVALID_REQUEST("invalid_request"),
    CONTEXT_LENGTH("context_length"),
    CONTENT_FILTER("content_filter"),
    TOO_LARGE("too_large"),
    NOT_FOUND("not_found"),
    AUTHENTICATION("authentication"),
    PERMISSION("permission"),
    QUOTA("quota"),
    RATE_LIMIT("rate_limit"),
    /** The provider's own 408 or 504; our limits have names of their own. */
    TIMEOUT("timeout"),
    OVERLOADED("overloaded"),
    SERVER("server"),
    /** The request could not be written for the provider, which was not called. */
    UNWRITABLE("unwritable"),
    CONNECT("connect"),
    CONNECT_TIMEOUT("connect-timeout"),
    HEADERS_TIMEOUT("headers-timeout"),
    FIRST_TOKEN_TIMEOUT("first-token-timeout"),
    IDLE_TIMEOUT("idle-timeout"),
    /** The request's deadline passed: not the provider's fault. */
    DEADLINE("deadline"),
    RESET("reset"),
    TRUNCATED("truncated"),
    MALFORMED("malformed"),
    REDIRECT("redirect"),
    CANCELLED("cancelled"),
    BREAKER_OPEN("breaker-open"),
    /** Something in this process failed, not the provider. */
    INTERNAL("internal");

    private final String key;

    AttemptOutcome(String key) {
        this.key = key;
    }

    /** As it stands in logs, records, meters and messages: its one spelling. */
    public String key() {
        return key;
    }

    /** Whether this made the deployment rest, alone and at once. */
    public boolean isCooldown() {
        return this == RATE_LIMIT || this == AUTHENTICATION || this == QUOTA;
    }

    /**
     * Whether this model would answer this request no other time either, or not in time: what a caller loses by it, while an outage of its
     * provider is a matter of failover.
     */
    public boolean isOfThisRequest() {
        return switch (this) {
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE -> true;
            default -> isLate();
        };
    }

    /** Whether one of our limits of time was over. */
    public boolean isLate() {
        return switch (this) {
            case HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, DEADLINE -> true;
            default -> false;
        };
    }

    static AttemptOutcome of(ProviderException failure) {
        return valueOf(
                failure.fault() == ProviderException.Fault.STATUS
                        ? failure.error().kind().name()
                        : failure.fault().name());
    }
}
