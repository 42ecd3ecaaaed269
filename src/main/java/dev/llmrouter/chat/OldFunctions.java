package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Chat's {@code functions}, which {@code tools} replaced. Their callers read {@code function_call}, of which an answer has one:
 * so models are asked for one call at a time.
 */
final class OldFunctions {
    /** The finish reason of an answer that calls one. */
    static final String CALL = "function_call";

    private OldFunctions() {}

    /** Whether the caller offers functions in the old way only. */
    static boolean are(ChatRequest request) {
        ObjectNode body = request.body();
        return request.dialect() == Dialect.Name.OPENAI && body != null && are(body);
    }

    /** @param body of a request of chat completions */
    static boolean are(ObjectNode body) {
        return !body.path("functions").isEmpty() && body.path("tools").isEmpty();
    }
}
