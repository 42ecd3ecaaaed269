package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of Responses. Events that say again what their deltas have said mean nothing, unless there was no delta;
 * those of tools that the provider runs mean nothing either, and reach callers of the same dialect as they came.
 */
final class ResponsesDecoder implements Dialect.StreamDecoder {
    private boolean started;
    private boolean notPriced;

    /** Numbers of function calls, by the place of their item. */
    private final Map<Long, Integer> calls = new HashMap<>();

    /** Pieces of which a delta has come. */
    private final Set<String> told = new HashSet<>();

    private final Paragraphs paragraphs = new Paragraphs();

    /** The place of the item that said the latest text. */
    private long said;

    private boolean summarised;
    private boolean thought;

    @Override
    public List<StreamEvent> decode(String event, String data) throws MalformedReplyException {
        String text = data.trim();
        if (text.isEmpty() || text.equals("[DONE]")) {
            return List.of();
        }
        ObjectNode body = Json.reply(text, "An event of the stream");
        List<StreamEvent> events = new ArrayList<>(3);
        JsonNode response = body.path("response");
        String type = Json.textOr(body, "type", event);
        if (!started && response.isObject() && !type.equals("response.failed")) {
            started = true;
            events.add(new StreamEvent.Start(
                    Json.textOr(response, "id", ""),
                    Json.textOr(response, "model", ""),
                    Json.count(response, "created_at"),
                    null));
        }
        switch (type) {
            case "response.output_text.delta" -> text(body, Json.textOr(body, "delta", ""), events);
            case "response.output_text.done" -> {
                if (isUntold(body)) {
                    text(body, Json.textOr(body, "text", ""), events);
                }
            }
            case "response.refusal.delta" -> refusal(body, Json.textOr(body, "delta", ""), events);
            case "response.refusal.done" -> {
                if (isUntold(body)) {
                    refusal(body, Json.textOr(body, "refusal", ""), events);
                }
            }
            case "response.reasoning_text.delta", "response.reasoning_summary_text.delta" ->
                thought(Json.textOr(body, "delta", ""), events);
            case "response.reasoning_summary_part.added" -> {
                if (summarised) {
                    thought("\n\n", events);
                }
                summarised = true;
            }
            case "response.output_item.added" -> {
                call(body, false, events);
                working(body.path("item"), events);
            }
            case "response.output_item.done" -> {
                call(body, true, events);
                notPriced(Unpriced.item(body.path("item")), events);
            }
            case "response.function_call_arguments.delta" -> arguments(body, Json.textOr(body, "delta", ""), events);
            case "response.completed", "response.incomplete" -> end(response, events);
            case "response.failed", "response.cancelled" ->
                events.add(new StreamEvent.Failed(
                        ResponsesReplyReader.failed(response, type.substring("response.".length())), used(response)));
            case "error" -> {
                JsonNode error = Json.present(body, "error");
                events.add(new StreamEvent.Failed(
                        ResponsesReplyReader.failure(error == null ? named(body) : error), used(body)));
            }
            default -> {}
        }
        return events;
    }

    /** @param failed a response or an error */
    private static @Nullable Usage used(JsonNode failed) {
        Usage usage = ResponsesReplyReader.usage(failed.get("usage"));
        return usage == null ? null : usage.withUnpriced(Unpriced.whole(Dialect.Name.RESPONSES, failed));
    }

    /** The event without its type, which is always "error" and names no error. */
    private static JsonNode named(ObjectNode event) {
        ObjectNode error = Json.object();
        error.setAll(event);
        error.remove("type");
        return error;
    }

    private static String place(JsonNode body) {
        return Json.count(body, "output_index") + "/" + Json.count(body, "content_index");
    }

    private boolean isUntold(JsonNode body) {
        return !told.contains(place(body));
    }

    private void text(JsonNode body, String text, List<StreamEvent> events) {
        told.add(place(body));
        JsonNode logprobs = ResponsesReplyReader.chatLogprobs(body.path("logprobs"));
        if (!text.isEmpty() || logprobs != null) {
            long place = Json.count(body, "output_index");
            if (place != said) {
                paragraphs.end();
            }
            said = place;
            events.add(new StreamEvent.TextDelta(0, paragraphs.next(text), logprobs));
        }
    }

    private void refusal(JsonNode body, String text, List<StreamEvent> events) {
        told.add(place(body));
        if (!text.isEmpty()) {
            events.add(new StreamEvent.RefusalDelta(0, text));
        }
    }

    private void thought(String text, List<StreamEvent> events) {
        if (!text.isEmpty()) {
            thought = true;
            events.add(new StreamEvent.ReasoningDelta(0, text, null));
        }
    }

    /** @param done whether the item is complete */
    private void call(JsonNode body, boolean done, List<StreamEvent> events) {
        JsonNode item = body.path("item");
        if (!Json.textOr(item, "type", "").equals("function_call")) {
            return;
        }
        long place = Json.count(body, "output_index");
        if (!calls.containsKey(place)) {
            int number = calls.size();
            calls.put(place, number);
            String name = Json.textOr(item, "name", "");
            events.add(new StreamEvent.ToolCallStart(0, number, ResponsesReplyReader.callId(item, name, number), name));
        }
        if (done && isUntold(body)) {
            arguments(body, OpenAiReplies.arguments(item), events);
        }
    }

    private void arguments(JsonNode body, String arguments, List<StreamEvent> events) {
        Integer number = calls.get(Json.count(body, "output_index"));
        if (number != null && !arguments.isEmpty()) {
            told.add(place(body));
            events.add(new StreamEvent.ToolCallDelta(0, number, arguments));
        }
    }

    /** An item begins: of a call and of a text more will come, a tool of the provider's runs now. */
    private void working(JsonNode item, List<StreamEvent> events) {
        notPriced(Unpriced.item(item), events);
        switch (Json.textOr(item, "type", "")) {
            case "function_call" -> {}
            case "message", "reasoning" -> events.add(new StreamEvent.Working(false));
            default -> events.add(new StreamEvent.Working(true));
        }
    }

    /** @param why null for nothing to tell */
    private void notPriced(@Nullable String why, List<StreamEvent> events) {
        if (why != null && !notPriced) {
            notPriced = true;
            events.add(new StreamEvent.NotPriced(why));
        }
    }

    /** Some servers say all at the end only. */
    private void whole(JsonNode output, List<StreamEvent> events) {
        List<Part> parts = new ArrayList<>();
        ArrayNode logprobs = Json.array();
        output.forEach(item -> ResponsesReplyReader.item(item, parts, logprobs));
        JsonNode chatLogprobs = ResponsesReplyReader.chatLogprobs(logprobs);
        for (Part part : parts) {
            if (part instanceof Part.Text text && !text.text().isEmpty()) {
                events.add(new StreamEvent.TextDelta(0, text.text(), chatLogprobs));
                chatLogprobs = null;
            } else if (part instanceof Part.Reasoning reasoning && !thought) {
                events.add(new StreamEvent.ReasoningDelta(0, reasoning.text(), null));
            } else if (part instanceof Part.Refusal refusal) {
                events.add(new StreamEvent.RefusalDelta(0, refusal.text()));
            } else if (part instanceof Part.ToolCall call) {
                int number = calls.size();
                calls.put((long) number, number);
                events.add(new StreamEvent.ToolCallStart(0, number, call.id(), call.name()));
                events.add(new StreamEvent.ToolCallDelta(0, number, call.arguments()));
            }
        }
    }

    private void end(JsonNode response, List<StreamEvent> events) {
        notPriced(Unpriced.tier(response), events);
        for (JsonNode item : response.path("output")) {
            notPriced(Unpriced.item(item), events);
        }
        if (told.isEmpty() && calls.isEmpty()) {
            whole(response.path("output"), events);
        }
        Usage usage = ResponsesReplyReader.usage(response.get("usage"));
        if (usage != null) {
            events.add(new StreamEvent.UsageUpdate(usage));
        }
        events.add(new StreamEvent.Finish(0, ResponsesReplyReader.finish(response, !calls.isEmpty()), null));
        events.add(new StreamEvent.End());
    }
}
