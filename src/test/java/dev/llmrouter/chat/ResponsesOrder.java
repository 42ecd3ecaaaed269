package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds of every stream of Responses that did not fail. */
final class ResponsesOrder {
    private final Map<String, JsonNode> added = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> arguments = new HashMap<>();
    private final List<JsonNode> done = new ArrayList<>();

    private ResponsesOrder() {}

    static void check(List<JsonNode> events) {
        assertThat(events.get(0).path("type").asText()).isEqualTo("response.created");
        assertThat(events.get(1).path("type").asText()).isEqualTo("response.in_progress");
        ResponsesOrder order = new ResponsesOrder();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
            order.event(events.get(i));
        }
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").asText()).isIn("response.completed", "response.incomplete");
        assertThat(order.added).as("items without an end").isEmpty();
        assertThat(order.texts).as("pieces without an end").isEmpty();
        order.done.sort(java.util.Comparator.comparingInt(
                event -> event.path("output_index").asInt()));
        List<JsonNode> output = new ArrayList<>();
        last.at("/response/output").forEach(output::add);
        assertThat(order.done).extracting(event -> event.path("item")).isEqualTo(output);
    }

    private void event(JsonNode event) {
        String item = event.path("item_id").asText(event.at("/item/id").asText());
        String piece = item + "/" + event.path("content_index").asText();
        switch (event.path("type").asText()) {
            case "response.output_item.added" -> {
                assertThat(event.path("output_index").asInt()).isEqualTo(added.size() + done.size());
                assertThat(event.at("/item/status").asText()).isEqualTo("in_progress");
                assertThat(added.put(item, event)).isNull();
            }
            case "response.content_part.added" -> {
                assertThat(added).containsKey(item);
                assertThat(texts.put(piece, "")).isNull();
            }
            case "response.output_text.delta", "response.refusal.delta", "response.reasoning_text.delta" ->
                assertThat(texts.computeIfPresent(
                                piece, (key, text) -> text + event.path("delta").asText()))
                        .isNotNull();
            case "response.output_text.done", "response.reasoning_text.done" ->
                assertThat(event.path("text").asText()).isEqualTo(texts.get(piece));
            case "response.refusal.done" ->
                assertThat(event.path("refusal").asText()).isEqualTo(texts.get(piece));
            case "response.content_part.done" -> assertThat(texts.remove(piece)).isNotNull();
            case "response.function_call_arguments.delta" -> {
                assertThat(added).containsKey(item);
                arguments.merge(item, event.path("delta").asText(), String::concat);
            }
            case "response.function_call_arguments.done" ->
                assertThat(event.path("arguments").asText()).isEqualTo(arguments.getOrDefault(item, ""));
            case "response.output_item.done" -> {
                assertThat(added.remove(item)).isNotNull();
                done.add(event);
            }
            default -> assertThat(event.path("response").isObject()).isTrue();
        }
    }
}
