package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import java.util.List;

/** What a provider checks before its model works. */
final class RequestCheck {
    private RequestCheck() {}

    /** The fault that the request meets: {@code drawn}, or what the model's own limits make of it. */
    static Fault check(ChatRequest request, Behaviour behaviour, Fault drawn) {
        if (!(drawn instanceof Fault.None)) {
            return drawn;
        }
        Integer context = behaviour.context();
        if (context != null) {
            int tokens = request.isEmbeddings()
                    ? SimulatedEmbeddings.longestInput(request) // its context is for each input
                    : TokenEstimate.input(request);
            if (tokens > context) {
                return Fault.contextLength(context, tokens);
            }
        }
        List<ChatMessage> messages = request.messages();
        boolean prefilled =
                !messages.isEmpty() && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
        if (prefilled && !behaviour.prefill()) {
            return new Fault.Status(new ChatError(
                    ChatError.Kind.INVALID_REQUEST,
                    400,
                    "This model does not support assistant message prefill. The conversation must end with a user message.",
                    null,
                    null,
                    null));
        }
        return drawn;
    }
}
