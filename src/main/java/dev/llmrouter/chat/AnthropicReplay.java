package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;

/**
 * Plays an Anthropic provider's whole answer as the stream that it would have been, for a caller of the same dialect: every
 * block is kept, those of tools that the provider runs and hidden thoughts too.
 */
final class AnthropicReplay {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private AnthropicReplay() {}

    /** @param body the answer as it came; stays as it is */
    static byte[] of(ObjectNode body) {
        AnthropicReplay replay = new AnthropicReplay();
        replay.start(body);
        int index = 0;
        for (JsonNode block : body.path("content")) {
            if (block instanceof ObjectNode object) {
                replay.block(index++, object);
            }
        }
        replay.end(body);
        return replay.out.toByteArray();
    }

    private void start(ObjectNode body) {
        ObjectNode message = copy(body);
        message.putArray("content");
        if (!message.path("usage").isObject()) {
            message.set("usage", AnthropicReplies.usage(Usage.of(0, 0)));
        }
        message.putNull("stop_reason").putNull("stop_sequence");
        ObjectNode event = event("message_start");
        event.set("message", message);
        write(event);
    }

    private void block(int index, ObjectNode block) {
        ObjectNode begun = copy(block);
        ObjectNode start = event("content_block_start").put("index", index);
        start.set("content_block", begun);
        String type = Json.textOr(block, "type", "");
        if (type.equals("text")) {
            begun.put("text", "");
            JsonNode citations = block.path("citations");
            if (citations.isArray()) {
                begun.putArray("citations");
            }
            write(start);
            delta(index, "text_delta", "text", block.path("text"));
            for (JsonNode citation : citations) {
                delta(index, "citations_delta", "citation", citation);
            }
        } else if (type.equals("thinking")) {
            begun.put("thinking", "").put("signature", "");
            write(start);
            delta(index, "thinking_delta", "thinking", block.path("thinking"));
            delta(index, "signature_delta", "signature", block.path("signature"));
        } else if (block.get("input") instanceof ObjectNode input) {
            begun.putObject("input");
            write(start);
            delta(index, "input_json_delta", "partial_json", Json.object().textNode(Json.text(input)));
        } else {
            write(start);
        }
        write(event("content_block_stop").put("index", index));
    }

    /** Says nothing where there is nothing to say. */
    private void delta(int index, String type, String field, JsonNode value) {
        if (value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.textValue().isEmpty())) {
            return;
        }
        ObjectNode event = event("content_block_delta").put("index", index);
        event.putObject("delta").put("type", type).set(field, value);
        write(event);
    }

    private void end(ObjectNode body) {
        ObjectNode event = event("message_delta");
        ObjectNode delta = event.putObject("delta");
        delta.put("stop_reason", Json.textOrNull(body, "stop_reason"));
        delta.put("stop_sequence", Json.textOrNull(body, "stop_sequence"));
        event.set("usage", body.path("usage").isObject() ? body.get("usage") : AnthropicReplies.usage(Usage.of(0, 0)));
        write(event);
        write(event("message_stop"));
    }

    private static ObjectNode copy(ObjectNode object) {
        ObjectNode copy = Json.object();
        copy.setAll(object);
        return copy;
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }

    private void write(ObjectNode event) {
        out.writeBytes(Dialect.sse(Json.textOr(event, "type", ""), Json.text(event)));
    }
}
