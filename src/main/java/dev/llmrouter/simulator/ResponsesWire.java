package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI Responses. Source: OpenAI's API description, 2026-08-21. */
final class ResponsesWire implements Wire {
    @Override
    public ObjectNode whole(String id, long created, SimulatedAnswer answer) {
        ArrayNode output = JSON.createArrayNode();
        ChatReply.Choice choice = answer.choices().get(0);
        String text = answer.toReply(id, created).text();
        boolean calls = choice.parts().stream().anyMatch(Part.ToolCall.class::isInstance);
        if (!text.isEmpty() || !calls) {
            output.add(message(id, status(answer), text));
        }
        for (Part part : choice.parts()) {
            if (part instanceof Part.ToolCall call) {
                output.add(call(id, output.size(), call, "completed", call.arguments()));
            }
        }
        return response(id, created, answer, status(answer), output);
    }

    private static String status(SimulatedAnswer answer) {
        return why(answer) == null ? "completed" : "incomplete";
    }

    private static @Nullable String why(SimulatedAnswer answer) {
        FinishReason reason = answer.choices().get(0).finishReason();
        return switch (reason) {
            case LENGTH -> "max_output_tokens";
            case CONTENT_FILTER -> "content_filter";
            case STOP, STOP_SEQUENCE, TOOL_CALLS, OTHER -> null;
        };
    }

    private static ObjectNode response(
            String id, long created, SimulatedAnswer answer, String status, ArrayNode output) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", "resp_" + id)
                .put("object", "response")
                .put("created_at", created)
                .put("status", status)
                .putNull("error");
        String why = status.equals("incomplete") ? why(answer) : null;
        if (why == null) {
            node.putNull("incomplete_details");
        } else {
            node.putObject("incomplete_details").put("reason", why);
        }
        node.putNull("instructions").put("model", answer.model());
        node.set("output", output);
        node.put("parallel_tool_calls", true).put("tool_choice", "auto");
        node.putArray("tools");
        node.putNull("temperature").putNull("top_p").putObject("metadata");
        if (!status.equals("in_progress")) {
            usage(node, answer);
        }
        return node;
    }

    private static void usage(ObjectNode node, SimulatedAnswer answer) {
        ObjectNode usage =
                node.putObject("usage").put("input_tokens", answer.usage().inputTokens());
        usage.putObject("input_tokens_details")
                .put("cached_tokens", answer.usage().cachedInputTokens())
                .put("cache_write_tokens", answer.usage().cacheWriteTokens());
        usage.put("output_tokens", answer.usage().outputTokens());
        usage.putObject("output_tokens_details")
                .put("reasoning_tokens", answer.usage().reasoningTokens());
        usage.put("total_tokens", answer.usage().totalTokens());
    }

    private static ObjectNode message(String id, String status, @Nullable String text) {
        ObjectNode item = JSON.createObjectNode()
                .put("id", "msg_" + id)
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        ArrayNode content = item.putArray("content");
        if (text != null) {
            content.add(piece(text));
        }
        return item;
    }

    private static ObjectNode piece(String text) {
        ObjectNode piece = JSON.createObjectNode().put("type", "output_text").put("text", text);
        piece.putArray("annotations");
        piece.putArray("logprobs");
        return piece;
    }

    private static ObjectNode call(String id, int index, Part.ToolCall call, String status, String arguments) {
        return JSON.createObjectNode()
                .put("id", "fc_" + id + index)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", arguments);
    }

    @Override
    public List<String> stream(String id, long created, SimulatedAnswer answer, boolean usage) {
        return new Events(id, created, answer).written();
    }

    /** The events of one stream. What comes before and after the tokens is part of the first and of the last. */
    private static final class Events {
        private final String id;
        private final long created;
        private final SimulatedAnswer answer;
        private final List<String> written = new ArrayList<>();
        private final StringBuilder frame = new StringBuilder();
        private final ArrayNode output = JSON.createArrayNode();
        private int number;

        Events(String id, long created, SimulatedAnswer answer) {
            this.id = id;
            this.created = created;
            this.answer = answer;
        }

        List<String> written() {
            whole("response.created", "in_progress");
            whole("response.in_progress", "in_progress");
            List<String> pieces = Wire.pieces(answer);
            if (!pieces.isEmpty()) {
                text(pieces);
            }
            for (Part part : answer.choices().get(0).parts()) {
                if (part instanceof Part.ToolCall call) {
                    call(call);
                }
            }
            String status = status(answer);
            whole("response." + status, status);
            flush();
            return written;
        }

        private void text(List<String> pieces) {
            item("response.output_item.added", message(id, "in_progress", null));
            add(inside("response.content_part.added").set("part", piece("")));
            flush();
            StringBuilder all = new StringBuilder();
            for (String one : pieces) {
                all.append(one);
                ObjectNode delta = inside("response.output_text.delta").put("delta", one);
                delta.putArray("logprobs");
                add(delta);
                flush();
            }
            ObjectNode done = inside("response.output_text.done").put("text", all.toString());
            done.putArray("logprobs");
            add(done);
            add(inside("response.content_part.done").set("part", piece(all.toString())));
            ObjectNode message = message(id, status(answer), all.toString());
            item("response.output_item.done", message);
            output.add(message);
        }

        private ObjectNode inside(String type) {
            return event(type)
                    .put("item_id", "msg_" + id)
                    .put("output_index", 0)
                    .put("content_index", 0);
        }

        private void call(Part.ToolCall call) {
            item("response.output_item.added", call(id, output.size(), call, "in_progress", ""));
            add(argument("response.function_call_arguments.delta").put("delta", call.arguments()));
            add(argument("response.function_call_arguments.done")
                    .put("name", call.name())
                    .put("arguments", call.arguments()));
            ObjectNode whole = call(id, output.size(), call, "completed", call.arguments());
            item("response.output_item.done", whole);
            output.add(whole);
            flush();
        }

        private static ObjectNode call(String id, int index, Part.ToolCall call, String status, String arguments) {
            return ResponsesWire.call(id, index, call, status, arguments);
        }

        private ObjectNode argument(String type) {
            return event(type).put("item_id", "fc_" + id + output.size()).put("output_index", output.size());
        }

        private void item(String type, ObjectNode item) {
            add(event(type).put("output_index", output.size()).set("item", item));
        }

        private void whole(String type, String status) {
            add(event(type).set("response", response(id, created, answer, status, output.deepCopy())));
        }

        private ObjectNode event(String type) {
            return JSON.createObjectNode().put("type", type).put("sequence_number", number++);
        }

        private void add(ObjectNode event) {
            frame.append("event: ").append(event.path("type").textValue()).append('\n');
            frame.append(Wire.data(event));
        }

        private void flush() {
            if (frame.length() > 0) {
                written.add(frame.toString());
                frame.setLength(0);
            }
        }
    }

    @Override
    public ObjectNode error(ChatError error) {
        return new OpenAiWire().error(error);
    }
}
