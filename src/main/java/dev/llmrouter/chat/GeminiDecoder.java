package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a Gemini stream. It has no terminator: it is complete when every candidate has its finish reason. */
final class GeminiDecoder implements Dialect.StreamDecoder {
    private boolean started;
    private @Nullable Usage usage;
    private String id = "";
    private final Map<Integer, Integer> calls = new HashMap<>();

    @Override
    public List<StreamEvent> decode(String event, String data) throws MalformedReplyException {
        if (data.isBlank()) {
            return List.of();
        }
        ObjectNode chunk = Json.reply(data, "An event of the stream");
        JsonNode error = Json.present(chunk, "error");
        if (error != null) {
            JsonNode counts = chunk.get("usageMetadata");
            Usage used = GeminiReplies.usage(counts, null) == null ? null : GeminiReplies.usage(counts, usage);
            return List.of(new StreamEvent.Failed(ProviderErrors.inStream(error), used));
        }
        List<StreamEvent> events = new ArrayList<>(4);
        if (!started) {
            started = true;
            id = Json.textOr(chunk, "responseId", "");
            events.add(new StreamEvent.Start(id, Json.textOr(chunk, "modelVersion", ""), 0, null));
        }
        Usage told = GeminiReplies.usage(chunk.get("usageMetadata"), usage);
        JsonNode candidates = chunk.path("candidates");
        for (int i = 0; i < candidates.size(); i++) {
            ChatError failure = GeminiReplies.failure(candidates.path(i));
            if (failure != null) {
                events.add(new StreamEvent.Failed(failure, told));
                return events;
            }
            candidate(candidates.path(i), i, events); // path: nothing says that it is an array
        }
        if (candidates.isEmpty() && GeminiReplies.isBlocked(chunk)) {
            events.add(new StreamEvent.Finish(0, FinishReason.CONTENT_FILTER, null));
        }
        if (told != null && !told.equals(usage)) {
            usage = told;
            events.add(new StreamEvent.UsageUpdate(told));
        }
        return events;
    }

    private void candidate(JsonNode candidate, int position, List<StreamEvent> events) {
        JsonNode given = candidate.path("index");
        int index = given.isInt() ? given.intValue() : position;
        for (JsonNode json : candidate.path("content").path("parts")) {
            int call = calls.getOrDefault(index, 0);
            Part part = GeminiReplies.part(json, id, index, call);
            if (part instanceof Part.Text text && !text.text().isEmpty()) {
                events.add(new StreamEvent.TextDelta(index, text.text(), null));
            } else if (part instanceof Part.Reasoning thought && !thought.text().isEmpty()) {
                events.add(new StreamEvent.ReasoningDelta(index, thought.text(), null));
            } else if (part instanceof Part.ToolCall made) {
                calls.put(index, call + 1);
                events.add(new StreamEvent.ToolCallStart(index, call, made.id(), made.name()));
                events.add(new StreamEvent.ToolCallDelta(index, call, made.arguments()));
            }
        }
        String reason = Json.textOrNull(candidate, "finishReason");
        if (reason != null) {
            events.add(
                    new StreamEvent.Finish(index, GeminiReplies.finishReason(reason, calls.containsKey(index)), null));
        }
    }
}
