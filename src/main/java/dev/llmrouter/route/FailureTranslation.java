package dev.llmrouter.route;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;

/** Turns what went wrong into what a caller is told. */
public final class FailureTranslation {
    /** Status of a request whose caller has gone. Source: nginx, ngx_http_request.h. */
    static final int CALLER_GONE = 499;

    private FailureTranslation() {}

    /** Never the text of an exception that is not ours: it could hold anything. */
    public static ChatError toChatError(Throwable failure) {
        ChatFailure known = known(failure);
        return known != null
                ? known.error()
                : ChatError.of(
                        ChatError.Kind.SERVER,
                        500,
                        "Internal error. The request id is in the header x-llm-request-id.");
    }

    /** Whether the failure is one of those that we know: any other is a fault of ours, or of a route's own step. */
    public static boolean isKnown(Throwable failure) {
        return known(failure) != null;
    }

    /** Camel wraps exceptions: ours is looked for among the causes. */
    private static @org.jspecify.annotations.Nullable ChatFailure known(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
            if (cause instanceof ChatFailure known) {
                return known;
            }
        }
        return null;
    }
}
