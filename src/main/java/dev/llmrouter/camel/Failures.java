package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.dispatch.ProviderException;
import org.apache.camel.CamelExecutionException;

/** Turns what went wrong into what a caller is told. */
final class Failures {
    private Failures() {}

    /** Never the text of an exception that is not ours: it could hold anything. */
    static ChatError toChatError(Throwable failure) {
        Throwable cause =
                failure instanceof CamelExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BadRequestException bad) {
            return bad.error();
        }
        if (cause instanceof RefusedException refused) {
            return refused.error();
        }
        if (cause instanceof AllFailedException failed) {
            return failed.error();
        }
        if (cause instanceof OutputUnusableException unusable) {
            return unusable.error();
        }
        if (cause instanceof ProviderException provider) {
            return provider.error();
        }
        return ChatError.of(
                ChatError.Kind.SERVER, 500, "Internal error. The request id is in the header x-llm-request-id.");
    }

    /** Whether the failure is one of those that we know: any other is a fault of ours, or of a route's own step. */
    static boolean isKnown(Throwable failure) {
        return failure instanceof BadRequestException
                || failure instanceof RefusedException
                || failure instanceof AllFailedException
                || failure instanceof OutputUnusableException
                || failure instanceof ProviderException;
    }
}
