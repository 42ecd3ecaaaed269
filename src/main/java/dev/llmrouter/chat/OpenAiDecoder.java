package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads an OpenAI stream, and those of servers that are nearly compatible. */
final class OpenAiDecoder implements Dialect.StreamDecoder {
    private boolean started;
    private boolean notPriced;
    private String id = "";

    /** The tool calls of each choice: some servers leave their index out, some give the same one to all. */
    private final Map<Integer, Calls> calls = new HashMap<>();

    private static final class Calls {
        /** Ids as given, which may be empty, by the number of the call here. */
        private final Map<Integer, String> begun = new TreeMap<>();

        /** The latest call at each index of the provider's. */
        private final Map<Integer, Integer> at = new HashMap<>();

        private int latest = -1;

        /** @return the number of the call that the fragment belongs to, which may be a new one */
        int number(int position, String id, String name) {
            if (position < 0) {
                boolean begins = !id.isEmpty() || !name.isEmpty() || latest < 0;
                return begins ? free(begun.size()) : latest;
            }
            Integer known = at.get(position);
            if (known == null) {
                return free(position);
            }
            String before = begun.getOrDefault(known, "");
            boolean another = !id.isEmpty() && !name.isEmpty() && !before.isEmpty() && !id.equals(before);
            return another ? free(begun.size()) : known;
        }

        private int free(int wanted) {
            int number = wanted;
            while (begun.containsKey(number)) {
                number++;
            }
            return number;
        }
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
        Usage usage = OpenAiReplies.usage(chunk.get("usage"));
        Usage used = usage == null ? null : usage.withUnpriced(unpriced(chunk));
        if (error != null || event.equals("error")) {
            return List.of(new StreamEvent.Failed(ProviderErrors.inStream(error == null ? chunk : error), used));
        }
        List<StreamEvent> events = new ArrayList<>(4);
        if (!started) {
            started = true;
            id = Json.textOr(chunk, "id", "");
            events.add(new StreamEvent.Start(id, Json.textOr(chunk, "model", ""), Json.count(chunk, "created"), null));
        }
        for (JsonNode choice : chunk.path("choices")) {
            ChatError failure = OpenAiReplies.failure(choice);
            if (failure != null) {
                events.add(new StreamEvent.Failed(failure, used));
                return events;
            }
            choice(choice, events);
        }
        String unpriced = notPriced ? null : unpriced(chunk);
        if (unpriced != null) {
            notPriced = true;
            events.add(new StreamEvent.NotPriced(unpriced));
        }
        if (usage != null) {
            events.add(new StreamEvent.UsageUpdate(usage));
        }
        return events;
    }

    private static @Nullable String unpriced(JsonNode chunk) {
        JsonNode choices = chunk.path("choices");
        String search = Unpriced.first(Unpriced.chatSearch(choices, "delta"), Unpriced.chatSearch(choices, "message"));
        JsonNode usage = chunk.path("usage");
        String counted = Unpriced.first(Unpriced.fee(usage), Unpriced.audio(usage));
        return Unpriced.first(Unpriced.first(Unpriced.tier(chunk), search), counted);
    }

    /** Some servers put {@code message}, as in a whole answer, in the place of {@code delta}. */
    private void choice(JsonNode choice, List<StreamEvent> events) {
        int index = (int) Math.min(Json.count(choice, "index"), 1_000);
        JsonNode delta = choice.path(choice.path("delta").isObject() ? "delta" : "message");
        String reasoning = OpenAiReplies.reasoning(delta);
        if (!reasoning.isEmpty()) {
            events.add(new StreamEvent.ReasoningDelta(index, reasoning, null));
        }
        content(index, delta.path("content"), Json.present(choice, "logprobs"), events);
        Citations.read(delta).forEach(cited -> events.add(new StreamEvent.Citation(index, cited.json())));
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

    /** Text, or a list of pieces of text and thoughts, as Mistral sends. */
    private static void content(int choice, JsonNode content, @Nullable JsonNode logprobs, List<StreamEvent> events) {
        StringBuilder text = new StringBuilder(content.isTextual() ? content.textValue() : "");
        if (content.isArray()) {
            for (JsonNode piece : content) {
                Part part = OpenAiReplies.contentPart(piece);
                if (part instanceof Part.Text said) {
                    text.append(said.text());
                } else if (part instanceof Part.Reasoning thought
                        && !thought.text().isEmpty()) {
                    events.add(new StreamEvent.ReasoningDelta(choice, thought.text(), null));
                }
            }
        }
        if (text.length() > 0 || logprobs != null) {
            events.add(new StreamEvent.TextDelta(choice, text.toString(), logprobs));
        }
    }

    private void call(int choice, int position, JsonNode call, JsonNode function, List<StreamEvent> events) {
        Calls known = calls.computeIfAbsent(choice, c -> new Calls());
        String callId = Json.textOr(call, "id", "");
        String name = Json.textOr(function, "name", "");
        int index = known.number(position, callId, name);
        known.latest = index;
        known.at.put(position, index);
        if (!known.begun.containsKey(index)) {
            known.begun.put(index, callId);
            String given = callId.isEmpty() ? DerivedId.of("call_", id, choice, index, name) : callId;
            events.add(new StreamEvent.ToolCallStart(choice, index, given, name));
        }
        String arguments = OpenAiReplies.arguments(function);
        if (!arguments.isEmpty()) {
            events.add(new StreamEvent.ToolCallDelta(choice, index, arguments));
        }
    }
}
