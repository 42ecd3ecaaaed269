package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads an OpenAI stream, and those of servers that are nearly compatible. */
final class OpenAiDecoder implements Dialect.StreamDecoder {
    private boolean started;
    private boolean notPriced;
    private String id = "";

    /** The latest tool call of each choice, for servers that leave its index out. */
    private final Map<Integer, Calls> calls = new HashMap<>();

    private static final class Calls {
        private final List<Integer> begun = new ArrayList<>();
        private int latest = -1;
    }

    @Override
    public List<StreamEvent> decode(String event, String data) throws MalformedReplyException {
        String text = data.trim();
        if (text.isEmpty()) {
            return List.of();
        }
        if (text.equals("[DONE]")) {
            return List.of(new StreamEvent.End());
        }
        ObjectNode chunk = Json.reply(text, "An event of the stream");
        JsonNode error = Json.present(chunk, "error");
        if (error != null || event.equals("error")) {
            return List.of(new StreamEvent.Failed(ProviderErrors.inStream(error == null ? chunk : error)));
        }
        List<StreamEvent> events = new ArrayList<>(4);
        if (!started) {
            started = true;
            id = Json.textOr(chunk, "id", "");
            events.add(new StreamEvent.Start(id, Json.textOr(chunk, "model", ""), Json.count(chunk, "created"), null));
        }
        for (JsonNode choice : chunk.path("choices")) {
            choice(choice, events);
        }
        String unpriced = notPriced ? null : Unpriced.tier(chunk);
        if (unpriced != null) {
            notPriced = true;
            events.add(new StreamEvent.NotPriced(unpriced));
        }
        Usage usage = OpenAiReplies.usage(chunk.get("usage"));
        if (usage != null) {
            events.add(new StreamEvent.UsageUpdate(usage));
        }
        return events;
    }

    private void choice(JsonNode choice, List<StreamEvent> events) {
        int index = (int) Math.min(Json.count(choice, "index"), 1_000);
        JsonNode delta = choice.path("delta");
        String reasoning = OpenAiReplies.reasoning(delta);
        if (!reasoning.isEmpty()) {
            events.add(new StreamEvent.ReasoningDelta(index, reasoning, null));
        }
        String content = Json.textOr(delta, "content", "");
        JsonNode logprobs = Json.present(choice, "logprobs");
        if (!content.isEmpty() || logprobs != null) {
            events.add(new StreamEvent.TextDelta(index, content, logprobs));
        }
        String refusal = Json.textOr(delta, "refusal", "");
        if (!refusal.isEmpty()) {
            events.add(new StreamEvent.RefusalDelta(index, refusal));
        }
        for (JsonNode call : delta.path("tool_calls")) {
            JsonNode position = call.path("index");
            call(index, position.isInt() ? position.intValue() : -1, call, call.path("function"), events);
        }
        if (delta.path("function_call").isObject()) {
            call(index, 0, delta.get("function_call"), delta.get("function_call"), events);
        }
        String reason = Json.textOrNull(choice, "finish_reason");
        if (reason != null && !reason.isEmpty()) {
            events.add(
                    new StreamEvent.Finish(index, OpenAiReplies.finishReason(reason, calls.containsKey(index)), null));
        }
    }

    private void call(int choice, int position, JsonNode call, JsonNode function, List<StreamEvent> events) {
        Calls known = calls.computeIfAbsent(choice, c -> new Calls());
        String callId = Json.textOr(call, "id", "");
        String name = Json.textOr(function, "name", "");
        int index = position;
        if (index < 0) {
            boolean begins = !callId.isEmpty() || !name.isEmpty() || known.latest < 0;
            index = begins ? known.begun.size() : known.latest;
        }
        known.latest = index;
        if (!known.begun.contains(index)) {
            known.begun.add(index);
            String given = callId.isEmpty() ? DerivedId.of("call_", id, choice, index, name) : callId;
            events.add(new StreamEvent.ToolCallStart(choice, index, given, name));
        }
        String arguments = OpenAiReplies.arguments(function);
        if (!arguments.isEmpty()) {
            events.add(new StreamEvent.ToolCallDelta(choice, index, arguments));
        }
    }
}
