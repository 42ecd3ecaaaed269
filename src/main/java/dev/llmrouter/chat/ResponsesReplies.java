package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes whole answers in Responses, and what streams of them share: the response around the output, and usage. */
final class ResponsesReplies {
    private static final List<String> REPEATED =
            List.of("prompt_cache_key", "prompt_cache_retention", "safety_identifier", "max_tool_calls");

    private ResponsesReplies() {}

    /** What names an answer. @param created seconds since 1970 */
    record Head(String id, String model, long created) {}

    static byte[] write(ChatReply reply, ChatRequest request, long now) {
        ObjectNode own = reply.body();
        if (reply.dialect() == Dialect.Name.RESPONSES && own != null) {
            return Json.bytes(own);
        }
        Head head = new Head(
                DerivedId.prefixed("resp_", reply), reply.model(), reply.created() > 0 ? reply.created() : now);
        List<ChatReply.Choice> choices = reply.choices();
        FinishReason reason =
                choices.isEmpty() ? FinishReason.OTHER : choices.get(0).finishReason();
        boolean refused =
                !choices.isEmpty() && choices.get(0).parts().stream().anyMatch(Part.Refusal.class::isInstance);
        String why = incomplete(reason, refused);
        ArrayNode output = choices.isEmpty() ? Json.array() : output(choices.get(0), head.id(), why);
        ObjectNode body =
                response(request, head, why == null ? ResponsesItems.COMPLETED : ResponsesItems.INCOMPLETE, output);
        finish(body, why, reply.usage(), now);
        return Json.bytes(body);
    }

    /** Why an answer is not complete, in the words of Responses; null if it is. */
    static @Nullable String incomplete(FinishReason reason, boolean refused) {
        return switch (reason) {
            case LENGTH -> "max_output_tokens";
            case CONTENT_FILTER -> refused ? null : "content_filter";
            case STOP, STOP_SEQUENCE, TOOL_CALLS, OTHER -> null;
        };
    }

    private static ArrayNode output(ChatReply.Choice choice, String id, @Nullable String incomplete) {
        ArrayNode output = Json.array();
        ArrayNode content = null;
        ArrayNode logprobs = ResponsesItems.logprobs(choice.logprobs());
        StringBuilder text = new StringBuilder();
        for (Part part : choice.parts()) {
            boolean said = part instanceof Part.Text one && !one.text().isEmpty() || part instanceof Part.Refusal;
            if (said && content == null) {
                content = Json.array();
                output.add(ResponsesItems.message(
                        ResponsesItems.id("msg_", id, output.size()), ResponsesItems.COMPLETED, content));
            }
            if (Citations.is(part)) {
                continue;
            }
            if (part instanceof Part.Text one && content != null) {
                text.append(one.text());
                continue;
            }
            logprobs = text(text, logprobs, content);
            if (part instanceof Part.Refusal refusal && content != null) {
                content.add(ResponsesItems.refusal(refusal.text()));
            } else if (part instanceof Part.ToolCall call) {
                content = null;
                output.add(ResponsesItems.functionCall(
                        ResponsesItems.id("fc_", id, output.size()),
                        ResponsesItems.COMPLETED,
                        call.id(),
                        call.name(),
                        ResponsesItems.arguments(call.arguments())));
            } else if (part instanceof Part.Reasoning thought && !thought.text().isEmpty()) {
                content = null;
                ArrayNode thoughts = Json.array().add(ResponsesItems.reasoningText(thought.text()));
                output.add(ResponsesItems.reasoning(
                        ResponsesItems.id(OwnReasoning.ID, id, output.size()), ResponsesItems.COMPLETED, thoughts));
            }
        }
        text(text, logprobs, content);
        Citations.add(choice.parts(), output);
        if (incomplete != null && !output.isEmpty()) {
            ((ObjectNode) output.get(output.size() - 1)).put("status", ResponsesItems.INCOMPLETE);
        }
        return output;
    }

    /** Writes the text that has gathered. @return the log probabilities that are left for a later text */
    private static ArrayNode text(StringBuilder text, ArrayNode logprobs, @Nullable ArrayNode content) {
        if (text.length() == 0 || content == null) {
            return logprobs;
        }
        content.add(ResponsesItems.text(text.toString(), logprobs));
        text.setLength(0);
        return Json.array();
    }

    /** The response as the caller asked for it, without what is known only at its end. */
    static ObjectNode response(ChatRequest request, Head head, String status, JsonNode output) {
        ObjectNode body = Json.object();
        body.put("id", head.id()).put("object", "response").put("created_at", head.created());
        body.put("status", status).put("background", false);
        body.putNull("error").putNull("incomplete_details");
        ObjectNode asked = request.body();
        body.put("instructions", asked == null ? null : Json.textOrNull(asked, "instructions"));
        Sampling sampling = request.sampling();
        body.put("max_output_tokens", sampling.maxOutputTokens());
        body.put("model", head.model());
        body.set("output", output);
        body.put("parallel_tool_calls", !Boolean.FALSE.equals(request.parallelToolCalls()));
        body.putNull("previous_response_id");
        ObjectNode reasoning = body.putObject("reasoning").put("effort", sampling.reasoningEffort());
        reasoning.put("summary", asked == null ? null : Json.textOrNull(asked.path("reasoning"), "summary"));
        body.put("store", false);
        body.put("temperature", sampling.temperature());
        body.set("text", text(request, asked));
        toolChoice(request.toolChoice(), body);
        tools(request.tools(), body.putArray("tools"));
        body.put("top_logprobs", sampling.topLogprobs() == null ? 0 : sampling.topLogprobs());
        body.put("top_p", sampling.topP()).put("truncation", "disabled");
        if (request.user() != null) {
            body.put("user", request.user());
        }
        ObjectNode metadata = body.putObject("metadata");
        request.metadata().forEach(metadata::put);
        for (String field : REPEATED) {
            JsonNode value = asked == null ? null : Json.present(asked, field);
            if (value != null) {
                body.set(field, value);
            }
        }
        return body;
    }

    /** Adds what is known at the end. @param incomplete why the answer is not complete; null if it is */
    static void finish(ObjectNode body, @Nullable String incomplete, @Nullable Usage usage, long now) {
        if (incomplete == null) {
            body.put("completed_at", Math.max(now, body.path("created_at").longValue()));
        } else {
            body.putObject("incomplete_details").put("reason", incomplete);
        }
        if (usage != null) {
            body.set("usage", usage(usage));
        }
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode written = Json.object().put("input_tokens", usage.inputTokens());
        written.putObject("input_tokens_details")
                .put("cached_tokens", usage.cachedInputTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        written.put("output_tokens", usage.outputTokens());
        written.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return written.put("total_tokens", usage.totalTokens());
    }

    private static ObjectNode text(ChatRequest request, @Nullable ObjectNode asked) {
        ObjectNode text = Json.object();
        ObjectNode written = text.putObject("format");
        ResponseFormat format = request.responseFormat();
        switch (format == null ? ResponseFormat.Kind.TEXT : format.kind()) {
            case TEXT -> written.put("type", "text");
            case JSON_OBJECT -> written.put("type", "json_object");
            case JSON_SCHEMA -> {
                written.put("type", "json_schema");
                if (format != null) {
                    written.put("name", format.name()).put("strict", Boolean.TRUE.equals(format.strict()));
                    if (format.description() != null) {
                        written.put("description", format.description());
                    }
                    written.set("schema", format.schema() == null ? Json.object() : format.schema());
                }
            }
        }
        String verbosity = asked == null ? "" : ResponsesFields.verbosity(asked);
        if (!verbosity.isEmpty()) {
            text.put("verbosity", verbosity);
        }
        return text;
    }

    static void toolChoice(@Nullable ToolChoice choice, ObjectNode body) {
        switch (choice == null ? ToolChoice.Mode.AUTO : choice.mode()) {
            case AUTO -> body.put("tool_choice", "auto");
            case REQUIRED -> body.put("tool_choice", "required");
            case NONE -> body.put("tool_choice", "none");
            case TOOL ->
                body.putObject("tool_choice").put("type", "function").put("name", choice == null ? "" : choice.tool());
        }
    }

    private static void tools(List<Tool> tools, ArrayNode written) {
        for (Tool tool : tools) {
            ObjectNode function = written.addObject()
                    .put("type", "function")
                    .put("name", tool.name())
                    .put("description", tool.description());
            function.set("parameters", tool.schema());
            function.put("strict", Boolean.TRUE.equals(ResponsesFields.strict(tool)));
        }
    }
}
