package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.policy.Timeouts;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes failures of one candidate; every message names its provider and model. */
record Faults(Candidate candidate) {
    /** @param what happened, as the end of a sentence whose subject is the provider */
    ProviderException of(Fault fault, String what) {
        return of(fault, what, null);
    }

    ProviderException of(Fault fault, String what, @Nullable Throwable cause) {
        String message = where() + " " + what + ".";
        ChatError error = ChatError.of(kind(fault), status(fault), message);
        return cause == null
                ? new ProviderException(fault, error, message)
                : new ProviderException(fault, error, message, cause);
    }

    /** No connection came about. */
    ProviderException unreachable(Throwable cause) {
        ProviderException failure = of(Fault.CONNECT, Sniffing.unreachable(cause), cause);
        return Sniffing.isLasting(cause) ? failure.untilChanged() : failure;
    }

    /** A proxy answered in place of a provider that is called over plain http: there is no {@code CONNECT} to refuse. */
    ProviderException refusedByProxy() {
        return of(Fault.CONNECT, Sniffing.PROXY_REFUSES).untilChanged();
    }

    /** The request cannot be written. */
    ProviderException unwritable(Throwable cause) {
        return ProviderException.unwritable(where(), cause);
    }

    /**
     * An answer that reading failed at: the provider's fault, unless it was this process that had no memory for it. Then others are asked as well,
     * whose answers may be smaller, and nothing is held against the provider.
     */
    ProviderException unreadable(Throwable cause) {
        return Sniffing.isOutOfMemory(cause)
                ? of(Fault.MALFORMED, "sent an answer that this process has not memory enough to read", cause)
                        .ofThisCaller()
                : of(Fault.MALFORMED, "sent an answer that cannot be read", cause);
    }

    /** The connection broke while an answer was awaited or read. */
    ProviderException brokenOff(Throwable cause) {
        if (Sniffing.isOutOfMemory(cause)) {
            return unreadable(cause);
        }
        return of(
                Sniffing.isMalformed(cause) ? Fault.MALFORMED : Fault.RESET,
                Sniffing.isTls(cause)
                        ? "ended the TLS connection before its answer was whole"
                        : "broke off before its answer was whole",
                cause);
    }

    ProviderException idle(Timeouts timeouts) {
        return of(Fault.IDLE_TIMEOUT, "sent nothing for " + seconds(timeouts.idle()));
    }

    ProviderException firstToken(Timeouts timeouts) {
        return of(Fault.FIRST_TOKEN_TIMEOUT, "sent no content within " + seconds(timeouts.firstToken()));
    }

    /** A time as people read it. */
    static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** The provider's own error, at the start or inside of a stream. */
    ProviderException of(ChatError error) {
        return new ProviderException(
                Fault.STATUS,
                error,
                where() + " answered with an error: " + error.kind() + ", status " + error.status());
    }

    private String where() {
        return "Provider '" + candidate.provider().name() + "', model '"
                + candidate.model().name() + "'";
    }

    private static ChatError.Kind kind(Fault fault) {
        return status(fault) == 504 ? ChatError.Kind.TIMEOUT : ChatError.Kind.SERVER;
    }

    private static int status(Fault fault) {
        return switch (fault) {
            case CONNECT_TIMEOUT, HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, DEADLINE -> 504;
            case CANCELLED -> 499;
            case INTERNAL, UNWRITABLE -> 500;
            case STATUS, CONNECT, RESET, TRUNCATED, MALFORMED, REDIRECT, BREAKER_OPEN -> 502;
        };
    }
}
