package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An item of text that is being streamed: a message, or reasoning. Not safe for use by several threads. */
final class ResponsesTextItem {
    /** What a piece of content is. */
    enum Kind {
        TEXT("response.output_text", "text"),
        REFUSAL("response.refusal", "refusal"),
        REASONING("response.reasoning_text", "text");

        private final String event;
        private final String field;

        Kind(String event, String field) {
            this.event = event;
            this.field = field;
        }
    }

    private final ResponsesEvents events;
    private final boolean reasoning;
    private final String id;
    private final int index;
    private final ArrayNode content = Json.array();
    private final StringBuilder text = new StringBuilder();
    private ArrayNode logprobs = Json.array();
    private ArrayNode annotations = Json.array();
    private Kind kind;

    /** Begins the item with its first piece. */
    ResponsesTextItem(ResponsesEvents events, String response, int index, Kind kind) {
        this.events = events;
        this.reasoning = kind == Kind.REASONING;
        this.id = ResponsesItems.id(reasoning ? OwnReasoning.ID : "msg_", response, index);
        this.index = index;
        this.kind = kind;
        events.item("response.output_item.added", index, item(ResponsesItems.IN_PROGRESS, Json.array()));
        beginPart();
    }

    /** Whether a piece of this kind belongs here. */
    boolean takes(Kind other) {
        return reasoning == (other == Kind.REASONING);
    }

    void add(Kind other, String more, ArrayNode moreLogprobs) {
        if (other != kind) {
            endPart();
            kind = other;
            beginPart();
        }
        text.append(more);
        logprobs.addAll(moreLogprobs);
        ObjectNode event = inside(kind.event + ".delta").put("delta", more);
        if (kind == Kind.TEXT) {
            event.set("logprobs", moreLogprobs);
        }
        events.write(event);
    }

    /** Adds a page that the text cites. Nothing but text cites. */
    void cite(ObjectNode annotation) {
        if (kind == Kind.TEXT) {
            ObjectNode event =
                    inside("response.output_text.annotation.added").put("annotation_index", annotations.size());
            events.write(event.set("annotation", annotation));
            annotations.add(annotation);
        }
    }

    /** Ends the item. @return it as a whole */
    ObjectNode end(String status) {
        endPart();
        ObjectNode whole = item(status, content);
        events.item("response.output_item.done", index, whole);
        return whole;
    }

    int index() {
        return index;
    }

    private void beginPart() {
        ObjectNode event = inside("response.content_part.added");
        events.write(event.set("part", part("", Json.array())));
    }

    private void endPart() {
        String whole = text.toString();
        ObjectNode done = inside(kind.event + ".done").put(kind.field, whole);
        if (kind == Kind.TEXT) {
            done.set("logprobs", logprobs);
        }
        events.write(done);
        ObjectNode part = part(whole, logprobs);
        if (kind == Kind.TEXT) {
            part.set("annotations", annotations);
            annotations = Json.array();
        }
        ObjectNode event = inside("response.content_part.done");
        events.write(event.set("part", part));
        content.add(part);
        text.setLength(0);
        logprobs = Json.array();
    }

    private ObjectNode inside(String type) {
        return events.inside(type, id, index).put("content_index", content.size());
    }

    private ObjectNode part(String whole, ArrayNode probabilities) {
        return switch (kind) {
            case TEXT -> ResponsesItems.text(whole, probabilities);
            case REFUSAL -> ResponsesItems.refusal(whole);
            case REASONING -> ResponsesItems.reasoningText(whole);
        };
    }

    private ObjectNode item(String status, ArrayNode parts) {
        return reasoning ? ResponsesItems.reasoning(id, status, parts) : ResponsesItems.message(id, status, parts);
    }
}
