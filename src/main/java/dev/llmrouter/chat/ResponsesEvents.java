package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;

/** Writes the events of one stream of Responses, each with the next number. Not safe for use by several threads. */
final class ResponsesEvents {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private int number;

    /** The next event comes after this one of the provider's own. */
    void after(JsonNode passed) {
        number = (int) Math.min(Json.count(passed, "sequence_number"), Integer.MAX_VALUE - 1) + 1;
    }

    /** What was written since it was asked for last. */
    byte[] take() {
        if (out.size() == 0) {
            return Dialect.StreamEncoder.NOTHING;
        }
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    /** An event of the response as a whole. */
    void response(String type, ObjectNode response) {
        write(event(type).set("response", response));
    }

    /** An event of an item as a whole. */
    void item(String type, int index, ObjectNode item) {
        write(event(type).put("output_index", index).set("item", item));
    }

    /** The start of an event inside of an item. */
    ObjectNode inside(String type, String itemId, int index) {
        return event(type).put("item_id", itemId).put("output_index", index);
    }

    private ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", number++);
    }

    void write(JsonNode event) {
        out.writeBytes(Dialect.sse(Json.textOr(event, "type", ""), Json.text(event)));
    }
}
