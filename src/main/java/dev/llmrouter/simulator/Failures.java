package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.dispatch.ProviderException;

/** Failures of one attempt, as a real client would report them. */
final class Failures {
    private final String where;

    /** @param where provider and model, for messages */
    Failures(String where) {
        this.where = where;
    }

    ProviderException status(ChatError error) {
        return new ProviderException(
                ProviderException.Fault.STATUS,
                error,
                where + " (simulated): status " + error.status() + ", " + error.kind());
    }

    ProviderException of(ProviderException.Fault fault) {
        ChatError error = switch (fault) {
            case CONNECT_TIMEOUT, HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, DEADLINE ->
                ChatError.of(ChatError.Kind.TIMEOUT, 504, "The provider did not answer in time.");
            case CANCELLED -> ChatError.of(ChatError.Kind.TIMEOUT, 499, "The caller went away.");
            case STATUS, CONNECT, RESET, TRUNCATED, MALFORMED, REDIRECT, BREAKER_OPEN, INTERNAL, UNWRITABLE ->
                ChatError.of(ChatError.Kind.SERVER, 502, "The provider's answer cannot be used.");
        };
        return new ProviderException(fault, error, where + " (simulated): " + fault.key());
    }
}
