package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a caller got, read in whatever dialect it came.
 *
 * @param status of HTTP; for a route that of its exception
 * @param headers as the gateway names them, whatever their case
 * @param body JSON, server-sent events, or what a route's exception says
 */
record FailoverAnswer(int status, Map<String, String> headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TEXTS = List.of(
            "/choices/0/message/content",
            "/choices/0/delta/content",
            "/content/0/text",
            "/delta/text",
            "/delta",
            "/output/0/content/0/text");

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Whose answer it is, after how many calls to providers. The number of a lane is left out. */
    String servedBy() {
        String model = header("x-llm-model").replaceAll("\\d", "");
        return (model.isEmpty() ? "nobody" : model) + " after " + headers.getOrDefault("x-llm-attempts", "0");
    }

    /** In seconds. @throws NumberFormatException where nothing was said of it */
    int retryAfter() {
        return Integer.parseInt(header("Retry-After"));
    }

    boolean isStream() {
        return header("content-type").startsWith("text/event-stream");
    }

    /** The text that the caller reads, whole or put together from a stream. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (JsonNode document : documents()) {
            TEXTS.stream().map(document::at).filter(JsonNode::isTextual).forEach(part -> text.append(part.textValue()));
        }
        return text.toString();
    }

    /** Whether the caller takes it for a complete answer. */
    boolean isFinished() {
        return status == 200
                && (!isStream()
                        || body.contains("data: [DONE]")
                        || body.contains("event: message_stop")
                        || body.contains("event: response.completed"));
    }

    /** Whether the caller is told that it failed: by its status, or by an event of a stream. */
    boolean isError() {
        return status >= 400
                || documents().stream()
                        .anyMatch(document -> document.hasNonNull("error")
                                || document.at("/response/error").isObject());
    }

    /** The model that the answer names; the last one, where several events name one. */
    String model() {
        return documents().stream()
                .flatMap(document -> List.of("/model", "/message/model", "/response/model").stream()
                        .map(document::at))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .reduce("", (first, second) -> second);
    }

    long inputTokens() {
        return tokens("prompt_tokens", "input_tokens");
    }

    long outputTokens() {
        return tokens("completion_tokens", "output_tokens");
    }

    /** The last figure counts: those of a stream grow. 0 where there is none. */
    private long tokens(String openAi, String others) {
        long last = 0;
        for (JsonNode document : documents()) {
            for (String place : List.of("/usage", "/message/usage", "/response/usage")) {
                JsonNode usage = document.at(place);
                last = usage.path(openAi).asLong(usage.path(others).asLong(last));
            }
        }
        return last;
    }

    /** The JSON of the body: one, or that of each event. */
    List<JsonNode> documents() {
        List<JsonNode> documents = new ArrayList<>();
        try {
            if (!isStream()) {
                return body.startsWith("{") ? List.of(JSON.readTree(body)) : List.of();
            }
            for (String line : body.split("\n", -1)) {
                if (line.startsWith("data: {")) {
                    documents.add(JSON.readTree(line.substring(6)));
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("the caller got what is no JSON: " + body, e);
        }
        return documents;
    }
}
