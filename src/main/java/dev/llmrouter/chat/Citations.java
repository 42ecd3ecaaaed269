package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Web pages that an answer of chat cites ({@code annotations} of type {@code url_citation}), which Responses write flat. */
final class Citations {
    private static final String TYPE = "url_citation";

    private Citations() {}

    /** Of a message, or of the delta of a stream, as they came. */
    static List<Part.Opaque> read(JsonNode message) {
        List<Part.Opaque> citations = new ArrayList<>(0);
        for (JsonNode annotation : message.path("annotations")) {
            if (annotation.path(TYPE).isObject()) {
                citations.add(new Part.Opaque(Dialect.Name.OPENAI, annotation));
            }
        }
        return citations;
    }

    /** Whether it is one that chat wrote. */
    static boolean is(Part part) {
        return part instanceof Part.Opaque opaque
                && opaque.dialect() == Dialect.Name.OPENAI
                && opaque.json().path(TYPE).isObject();
    }

    /** As Responses write it. @param chat as chat wrote it */
    static ObjectNode flat(JsonNode chat) {
        JsonNode cited = chat.path(TYPE);
        return Json.object()
                .put("type", TYPE)
                .put("url", Json.textOr(cited, "url", ""))
                .put("start_index", Json.count(cited, "start_index"))
                .put("end_index", Json.count(cited, "end_index"))
                .put("title", Json.textOr(cited, "title", ""));
    }

    /** Adds all of a choice to its first text. @param output items of a response */
    static void add(List<Part> parts, ArrayNode output) {
        for (JsonNode item : output) {
            for (JsonNode piece : item.path("content")) {
                if (piece.get("annotations") instanceof ArrayNode annotations) {
                    for (Part part : parts) {
                        if (part instanceof Part.Opaque opaque && is(part)) {
                            annotations.add(flat(opaque.json()));
                        }
                    }
                    return;
                }
            }
        }
    }
}
