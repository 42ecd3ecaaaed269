package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the request that an Anthropic provider is sent. */
final class AnthropicRequestWriter {
    private AnthropicRequestWriter() {}

    static ObjectNode write(ChatRequest request, String model, int defaultMaxOutput) {
        ObjectNode body = Json.object();
        ObjectNode received = request.body();
        if (request.dialect() == Dialect.Name.ANTHROPIC && received != null) {
            body.setAll(received);
            ThoughtSignature.removeFrom(request, body);
            UnsignedThoughts.removeFrom(request, body);
            return body.put("model", model);
        }
        Sampling sampling = request.sampling();
        body.put("model", model);
        body.put("max_tokens", sampling.maxOutputTokens() == null ? defaultMaxOutput : sampling.maxOutputTokens());
        List<ChatMessage> messages = Speakers.named(request.messages());
        SystemText.write(messages, body);
        body.set("messages", messages(messages));
        tools(request, body);
        sampling(sampling, ClaudeModel.of(model), body);
        output(request, model, body);
        if (request.user() != null) {
            body.putObject("metadata").put("user_id", request.user());
        }
        if (request.stream()) {
            body.put("stream", true);
        }
        return body;
    }

    /**
     * @param claude null where the model is not known. A Claude's own temperature is 1, which some refuse beside {@code top_p}, and others
     *     refuse any: no caller's request with one gets there, but questions of the router's own do, and recorded examples
     */
    private static void sampling(Sampling sampling, @Nullable ClaudeModel claude, ObjectNode body) {
        Double temperature = sampling.temperature();
        if (temperature != null && (claude == null || temperature != 1 && !claude.takesNoSampling())) {
            body.put("temperature", temperature);
        }
        if (sampling.topP() != null && sampling.topP() != 1) {
            body.put("top_p", sampling.topP());
        }
        if (sampling.topK() != null && sampling.topK() > 0) {
            body.put("top_k", sampling.topK());
        }
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = body.putArray("stop_sequences");
            sampling.stop().forEach(stop::add);
        }
    }

    /** {@code output_config}: effort and the answer's JSON schema. Source: anthropic-java 2.15.0, OutputConfig. */
    private static void output(ChatRequest request, String model, ObjectNode body) {
        ObjectNode output = Json.object();
        AnthropicThinking.write(request, model, output, body);
        ResponseFormat format = request.responseFormat();
        JsonNode schema = format == null ? null : format.describedSchema();
        if (format != null && format.kind() == ResponseFormat.Kind.JSON_SCHEMA && schema != null) {
            output.putObject("format").put("type", "json_schema").set("schema", EnforcedSchema.closed(schema));
        }
        if (!output.isEmpty()) {
            body.set("output_config", output);
        }
    }

    private static void tools(ChatRequest request, ObjectNode body) {
        if (request.tools().isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : request.tools()) {
            ObjectNode written = tools.addObject().put("name", tool.name());
            if (tool.description() != null) {
                written.put("description", tool.description());
            }
            ObjectNode schema = inputSchema(tool);
            if (Boolean.TRUE.equals(tool.strict())) {
                written.set("input_schema", EnforcedSchema.closed(schema));
                written.put("strict", true);
            } else {
                written.set("input_schema", schema);
            }
            cached(written, tool.cacheControl());
        }
        toolChoice(request, body);
    }

    /** @return perhaps the tool's own, which must not be changed */
    private static ObjectNode inputSchema(Tool tool) {
        if (tool.schema() instanceof ObjectNode typed && typed.has("type")) {
            return typed;
        }
        ObjectNode schema = Json.object().put("type", "object");
        if (tool.schema() instanceof ObjectNode untyped) {
            schema.setAll(untyped);
        } else {
            schema.putObject("properties");
        }
        return schema;
    }

    private static void toolChoice(ChatRequest request, ObjectNode body) {
        ToolChoice choice = request.toolChoice();
        boolean oneAtATime = Boolean.FALSE.equals(request.parallelToolCalls());
        if (choice == null && !oneAtATime) {
            return;
        }
        ObjectNode written = body.putObject("tool_choice");
        ToolChoice.Mode mode = choice == null ? ToolChoice.Mode.AUTO : choice.mode();
        switch (mode) {
            case AUTO -> written.put("type", "auto");
            case REQUIRED -> written.put("type", "any");
            case NONE -> written.put("type", "none");
            case TOOL -> written.put("type", "tool").put("name", choice == null ? null : choice.tool());
        }
        if (oneAtATime && mode != ToolChoice.Mode.NONE) {
            written.put("disable_parallel_tool_use", true);
        }
    }

    /** Messages of one side that follow each other become one, with tool results first. */
    private static ArrayNode messages(List<ChatMessage> messages) {
        ArrayNode written = Json.array();
        String role = "";
        List<ObjectNode> results = new ArrayList<>();
        List<ObjectNode> blocks = new ArrayList<>();
        for (ChatMessage message : messages) {
            if (message.role() == Role.SYSTEM) {
                continue;
            }
            String next = message.role() == Role.ASSISTANT ? "assistant" : "user";
            if (!next.equals(role)) {
                flush(role, results, blocks, written);
                role = next;
            }
            for (Part part : message.parts()) {
                ObjectNode block = block(part);
                if (block != null) {
                    (part instanceof Part.ToolResult ? results : blocks).add(block);
                }
            }
        }
        flush(role, results, blocks, written);
        trimBegun(written);
        return written;
    }

    /** An answer that the caller has begun must not end in white space. */
    private static void trimBegun(ArrayNode messages) {
        if (!(messages.path(messages.size() - 1) instanceof ObjectNode last)
                || !"assistant".equals(Json.textOrNull(last, "role"))) {
            return;
        }
        JsonNode content = last.path("content");
        if (content.isTextual()) {
            last.put("content", content.textValue().stripTrailing());
        } else if (content.path(content.size() - 1) instanceof ObjectNode block
                && "text".equals(Json.textOrNull(block, "type"))) {
            block.put("text", Json.textOr(block, "text", "").stripTrailing());
        }
    }

    private static void flush(String role, List<ObjectNode> results, List<ObjectNode> blocks, ArrayNode written) {
        if (!results.isEmpty() || !blocks.isEmpty()) {
            ObjectNode message = written.addObject().put("role", role);
            boolean isText =
                    results.isEmpty() && blocks.size() == 1 && blocks.get(0).has("text");
            if (isText && !blocks.get(0).has("cache_control")) {
                message.set("content", blocks.get(0).get("text"));
            } else {
                message.putArray("content").addAll(results).addAll(blocks);
            }
        }
        results.clear();
        blocks.clear();
    }

    /** @return null for what is not said: texts of nothing but white space, which Anthropic refuses, and pieces of other dialects */
    private static @Nullable ObjectNode block(Part part) {
        ObjectNode block = Json.object();
        if (part instanceof Part.Text text) {
            return text.text().isBlank() ? null : text(text);
        }
        if (part instanceof Part.Refusal refusal) {
            return refusal.text().isBlank() ? null : block.put("type", "text").put("text", refusal.text());
        }
        if (part instanceof Part.Image image) {
            source(block.put("type", "image"), image.mediaType(), image.base64(), image.url());
            return cached(block, image.cacheControl());
        }
        if (part instanceof Part.Document document) {
            return cached(document(document, block), document.cacheControl());
        }
        if (part instanceof Part.ToolCall call) {
            block.put("type", "tool_use")
                    .put("id", toolId(ThoughtSignature.plainId(call.id())))
                    .put("name", call.name());
            ObjectNode input = call.arguments().isBlank() ? Json.object() : Json.objectOrNull(call.arguments());
            block.set("input", input == null ? Json.object().put("arguments", call.arguments()) : input);
            return block;
        }
        if (part instanceof Part.ToolResult result) {
            block.put("type", "tool_result").put("tool_use_id", toolId(ThoughtSignature.plainId(result.toolCallId())));
            ArrayNode content = Json.array();
            for (Part inner : result.content()) {
                ObjectNode written = block(inner);
                if (written != null) {
                    content.add(written);
                }
            }
            block.set("content", content);
            return result.isError() ? block.put("is_error", true) : block;
        }
        return part instanceof Part.Opaque opaque
                        && opaque.dialect() == Dialect.Name.ANTHROPIC
                        && opaque.json() instanceof ObjectNode own
                ? own
                : null;
    }

    static ObjectNode text(Part.Text text) {
        return cached(Json.object().put("type", "text").put("text", text.text()), text.cacheControl());
    }

    private static ObjectNode cached(ObjectNode block, @Nullable JsonNode cacheControl) {
        if (cacheControl != null) {
            block.set("cache_control", cacheControl);
        }
        return block;
    }

    private static ObjectNode document(Part.Document document, ObjectNode block) {
        block.put("type", "document");
        String base64 = document.base64();
        MediaType type = document.mediaType() == null ? null : MediaType.parse(document.mediaType());
        if (base64 != null && type != null && type.type().equals(MediaType.PLAIN)) {
            block.putObject("source")
                    .put("type", "text")
                    .put("media_type", MediaType.PLAIN)
                    .put("data", DocumentText.decode(type, base64));
        } else {
            source(block, document.mediaType(), document.base64(), document.url());
        }
        return document.name() == null ? block : block.put("title", document.name());
    }

    private static void source(
            ObjectNode block, @Nullable String mediaType, @Nullable String base64, @Nullable String url) {
        ObjectNode source = block.putObject("source");
        if (base64 == null) {
            source.put("type", "url").put("url", url);
        } else {
            source.put("type", "base64").put("media_type", mediaType).put("data", base64);
        }
    }

    /** Anthropic takes letters, digits, underscores and hyphens in ids of tool calls. */
    static String toolId(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (!isAllowed(id.charAt(i))) {
                StringBuilder allowed = new StringBuilder(id);
                for (int j = i; j < id.length(); j++) {
                    if (!isAllowed(id.charAt(j))) {
                        allowed.setCharAt(j, '_');
                    }
                }
                return allowed.toString();
            }
        }
        return id.isEmpty() ? "toolu_" : id;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
