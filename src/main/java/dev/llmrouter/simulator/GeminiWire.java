package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gemini generateContent: texts only; tools are not simulated on this wire. */
final class GeminiWire implements Wire {
    /** Reads the texts of a request. */
    static ChatRequest request(JsonNode body, String model) {
        List<ChatMessage> messages = new ArrayList<>();
        String system = texts(body.path("systemInstruction").path("parts"));
        if (!system.isEmpty()) {
            messages.add(ChatMessage.of(Role.SYSTEM, system));
        }
        for (JsonNode content : body.path("contents")) {
            Role role = content.path("role").asText().equals("model") ? Role.ASSISTANT : Role.USER;
            messages.add(ChatMessage.of(role, texts(content.path("parts"))));
        }
        ChatRequest plain = ChatRequest.ofText("");
        return new ChatRequest(
                plain.dialect(),
                null,
                model,
                false,
                false,
                messages,
                List.of(),
                null,
                null,
                null,
                plain.sampling(),
                null,
                plain.metadata());
    }

    private static String texts(JsonNode parts) {
        StringBuilder texts = new StringBuilder();
        parts.forEach(part -> texts.append(part.path("text").asText("")));
        return texts.toString();
    }

    @Override
    public ObjectNode whole(String id, long created, SimulatedAnswer answer) {
        return node(
                id,
                answer,
                answer.toReply(id, created).text(),
                answer.choices().get(0).finishReason());
    }

    @Override
    public List<String> stream(String id, long created, SimulatedAnswer answer, boolean usage) {
        List<String> events = new ArrayList<>();
        List<String> pieces = Wire.pieces(answer);
        for (int i = 0; i < pieces.size(); i++) {
            boolean last = i == pieces.size() - 1;
            events.add(Wire.data(node(
                    id, answer, pieces.get(i), last ? answer.choices().get(0).finishReason() : null)));
        }
        return events;
    }

    private static ObjectNode node(String id, SimulatedAnswer answer, String text, @Nullable FinishReason reason) {
        ObjectNode node = JSON.createObjectNode();
        ObjectNode candidate = node.putArray("candidates").addObject();
        ObjectNode content = candidate.putObject("content").put("role", "model");
        content.putArray("parts").addObject().put("text", text);
        if (reason != null) {
            candidate.put("finishReason", reason == FinishReason.LENGTH ? "MAX_TOKENS" : "STOP");
        }
        candidate.put("index", 0);
        long thoughts = answer.usage().reasoningTokens();
        node.putObject("usageMetadata")
                .put("promptTokenCount", answer.usage().inputTokens())
                .put("cachedContentTokenCount", answer.usage().cachedInputTokens())
                .put("candidatesTokenCount", answer.usage().outputTokens() - thoughts)
                .put("thoughtsTokenCount", thoughts)
                .put("totalTokenCount", answer.usage().totalTokens());
        return node.put("modelVersion", answer.model()).put("responseId", id);
    }

    @Override
    public ObjectNode error(ChatError error) {
        String status = switch (error.kind()) {
            case RATE_LIMIT, QUOTA -> "RESOURCE_EXHAUSTED";
            case OVERLOADED -> "UNAVAILABLE";
            case SERVER, TIMEOUT -> "INTERNAL";
            case AUTHENTICATION -> "UNAUTHENTICATED";
            case PERMISSION -> "PERMISSION_DENIED";
            case NOT_FOUND -> "NOT_FOUND";
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE -> "INVALID_ARGUMENT";
        };
        ObjectNode node = JSON.createObjectNode();
        ObjectNode body = node.putObject("error")
                .put("code", error.status())
                .put("message", error.message())
                .put("status", status);
        if (error.retryAfter() != null) {
            ArrayNode details = body.putArray("details");
            details.addObject()
                    .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
                    .put("retryDelay", error.retryAfter().toSeconds() + "s");
        }
        return node;
    }
}
