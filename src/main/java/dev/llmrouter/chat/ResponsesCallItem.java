package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A function call that is being streamed. Not safe for use by several threads. */
final class ResponsesCallItem {
    private final ResponsesEvents events;
    private final StreamEvent.ToolCallStart start;
    private final String id;
    private final int index;
    private final StringBuilder arguments = new StringBuilder();

    ResponsesCallItem(ResponsesEvents events, String response, int index, StreamEvent.ToolCallStart start) {
        this.events = events;
        this.start = start;
        this.id = ResponsesItems.id("fc_", response, index);
        this.index = index;
        events.item("response.output_item.added", index, item(ResponsesItems.IN_PROGRESS));
    }

    void add(String fragment) {
        if (!fragment.isEmpty()) {
            arguments.append(fragment);
            events.write(events.inside("response.function_call_arguments.delta", id, index)
                    .put("delta", fragment));
        }
    }

    /** Ends the item. @return it as a whole */
    ObjectNode end(String status) {
        if (status.equals(ResponsesItems.COMPLETED) && arguments.length() == 0) {
            add(ResponsesItems.arguments(""));
        }
        events.write(events.inside("response.function_call_arguments.done", id, index)
                .put("name", start.name())
                .put("arguments", arguments.toString()));
        ObjectNode whole = item(status);
        events.item("response.output_item.done", index, whole);
        return whole;
    }

    int index() {
        return index;
    }

    private ObjectNode item(String status) {
        return ResponsesItems.functionCall(id, status, start.id(), start.name(), arguments.toString());
    }
}
