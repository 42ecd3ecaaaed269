package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.OutputLimit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the request that an OpenAI provider is sent. */
final class OpenAiRequestWriter {
    /** Characters that {@code user} may have; a longer one is an error of status 400 at OpenAI (2026-11). */
    private static final int LONGEST_USER = 64;

    private OpenAiRequestWriter() {}

    static ObjectNode write(ChatRequest request, String model) {
        ObjectNode received = request.body();
        if (request.dialect() == Dialect.Name.OPENAI && received != null) {
            return same(request, received, model);
        }
        ObjectNode body = Json.object();
        body.put("model", model);
        body.set("messages", messages(request.messages()));
        tools(request, body);
        responseFormat(request.responseFormat(), body);
        sampling(request.sampling(), OpenAiEffort.of(request, model), body);
        if (request.user() != null) {
            body.put("user", user(request.user()));
        }
        if (request.stream()) {
            body.put("stream", true);
            body.putObject("stream_options").put("include_usage", true);
        }
        if (request.dialect() == Dialect.Name.RESPONSES && received != null) {
            ResponsesFields.carry(received, body);
        }
        return body;
    }

    /**
     * Whom a caller of another format acts for: Anthropic's clients send longer ids (Claude Code of some 150 characters). A long one becomes
     * its SHA-256 in hex, so that the same user stays the same.
     */
    static String user(String id) {
        if (id.codePointCount(0, id.length()) <= LONGEST_USER) {
            return id;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }

    /** A shallow copy: the values are shared with the request's own body and must not be changed. */
    private static ObjectNode same(ChatRequest request, ObjectNode received, String model) {
        ObjectNode body = Json.object();
        body.setAll(received);
        body.put("model", model);
        ThoughtSignature.removeFrom(request, body);
        OutputLimit name = request.sampling().outputLimit();
        Integer limit = request.sampling().maxOutputTokens();
        if (name != null && limit != null) {
            body.remove(List.of(OutputLimit.MAX_TOKENS.field(), OutputLimit.MAX_COMPLETION_TOKENS.field()));
            body.put(name.field(), limit);
        }
        if (request.stream() && !request.streamUsage()) {
            ObjectNode options = Json.object();
            if (received.get("stream_options") instanceof ObjectNode own) {
                options.setAll(own);
            }
            body.set("stream_options", options.put("include_usage", true));
        }
        return body;
    }

    private static void sampling(Sampling sampling, @Nullable String effort, ObjectNode body) {
        if (sampling.maxOutputTokens() != null) {
            OutputLimit name = sampling.outputLimit();
            body.put((name == null ? OutputLimit.MAX_COMPLETION_TOKENS : name).field(), sampling.maxOutputTokens());
        }
        put(body, "temperature", sampling.temperature());
        put(body, "top_p", sampling.topP());
        put(body, "presence_penalty", sampling.presencePenalty());
        put(body, "frequency_penalty", sampling.frequencyPenalty());
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = body.putArray("stop");
            sampling.stop().forEach(stop::add);
        }
        if (sampling.seed() != null) {
            body.put("seed", sampling.seed());
        }
        if (sampling.n() != null) {
            body.put("n", sampling.n());
        }
        if (sampling.logprobs() != null) {
            body.put("logprobs", sampling.logprobs());
        }
        if (sampling.topLogprobs() != null) {
            body.put("top_logprobs", sampling.topLogprobs());
        }
        if (effort != null) {
            body.put("reasoning_effort", effort);
        }
    }

    private static void put(ObjectNode body, String field, @Nullable Double value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private static void responseFormat(@Nullable ResponseFormat format, ObjectNode body) {
        if (format == null) {
            return;
        }
        ObjectNode written = body.putObject("response_format");
        switch (format.kind()) {
            case TEXT -> written.put("type", "text");
            case JSON_OBJECT -> written.put("type", "json_object");
            case JSON_SCHEMA -> {
                written.put("type", "json_schema");
                ObjectNode schema = written.putObject("json_schema");
                schema.put("name", format.name() == null ? "answer" : format.name());
                if (format.schema() != null) {
                    schema.set("schema", format.schema());
                }
                if (format.description() != null) {
                    schema.put("description", format.description());
                }
                if (format.strict() != null) {
                    schema.put("strict", format.strict());
                }
            }
        }
    }

    private static void tools(ChatRequest request, ObjectNode body) {
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Tool tool : request.tools()) {
                ObjectNode function = tools.addObject()
                        .put("type", "function")
                        .putObject("function")
                        .put("name", tool.name());
                if (tool.description() != null) {
                    function.put("description", tool.description());
                }
                if (tool.schema() != null) {
                    function.set("parameters", parameters(tool.schema()));
                }
                Boolean strict =
                        request.dialect() == Dialect.Name.RESPONSES ? ResponsesFields.strict(tool) : tool.strict();
                if (strict != null) {
                    function.put("strict", strict);
                }
            }
            if (request.parallelToolCalls() != null) {
                body.put("parallel_tool_calls", request.parallelToolCalls());
            }
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null && !request.tools().isEmpty()) {
            switch (choice.mode()) {
                case AUTO -> body.put("tool_choice", "auto");
                case REQUIRED -> body.put("tool_choice", "required");
                case NONE -> body.put("tool_choice", "none");
                case TOOL ->
                    body.putObject("tool_choice")
                            .put("type", "function")
                            .putObject("function")
                            .put("name", choice.tool());
            }
        }
    }

    /** A tool's schema as OpenAI takes it: an object without {@code properties} is refused there, and is common for tools without arguments. */
    static JsonNode parameters(JsonNode schema) {
        boolean isObject = schema.path("type").asText().equals("object") || schema.isEmpty();
        if (!(schema instanceof ObjectNode given) || !isObject || Json.present(given, "properties") != null) {
            return schema;
        }
        ObjectNode whole = Json.object().put("type", "object");
        whole.setAll(given);
        whole.putObject("properties");
        return whole;
    }

    private static ArrayNode messages(List<ChatMessage> messages) {
        ArrayNode written = Json.array();
        for (ChatMessage message : messages) {
            List<Part> said = new ArrayList<>(message.parts().size());
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolResult result) {
                    ObjectNode tool = written.addObject()
                            .put("role", "tool")
                            .put("tool_call_id", ThoughtSignature.plainId(result.toolCallId()));
                    tool.set("content", content(told(result)));
                } else {
                    said.add(part);
                }
            }
            if (!said.isEmpty() || message.role() != Role.TOOL) {
                message(message, said, written.addObject());
            }
        }
        return written;
    }

    private static void message(ChatMessage message, List<Part> said, ObjectNode written) {
        switch (message.role()) {
            case SYSTEM -> written.put("role", "system");
            case USER, TOOL -> written.put("role", "user");
            case ASSISTANT -> written.put("role", "assistant");
        }
        if (message.name() != null) {
            written.put("name", message.name());
        }
        if (message.role() == Role.ASSISTANT) {
            OpenAiReplies.assistant(said, written, false);
        } else {
            written.set("content", content(said));
        }
    }

    /** What a tool gave back. That it failed has no field of its own here: the text says so. */
    static List<Part> told(Part.ToolResult result) {
        if (!result.isError()) {
            return result.content();
        }
        List<Part> told = new ArrayList<>(result.content());
        if (!told.isEmpty() && told.get(0) instanceof Part.Text first) {
            told.set(0, new Part.Text("Error: " + first.text()));
        } else {
            told.add(0, new Part.Text("Error"));
        }
        return told;
    }

    /** A text where there is nothing but one text, else an array of parts. */
    static JsonNode content(List<Part> parts) {
        if (parts.size() == 1 && parts.get(0) instanceof Part.Text only) {
            return com.fasterxml.jackson.databind.node.TextNode.valueOf(only.text());
        }
        ArrayNode content = Json.array();
        for (Part part : parts) {
            ObjectNode written = part(part);
            if (written != null) {
                content.add(written);
            }
        }
        return content.isEmpty() ? com.fasterxml.jackson.databind.node.TextNode.valueOf("") : content;
    }

    private static @Nullable ObjectNode part(Part part) {
        ObjectNode written = Json.object();
        if (part instanceof Part.Text text) {
            return written.put("type", "text").put("text", text.text());
        }
        if (part instanceof Part.Refusal refusal) {
            return written.put("type", "refusal").put("refusal", refusal.text());
        }
        if (part instanceof Part.Image image) {
            ObjectNode url = written.put("type", "image_url").putObject("image_url");
            url.put("url", image.base64() == null ? image.url() : dataUrl(image.mediaType(), image.base64()));
            if (image.detail() != null) {
                url.put("detail", image.detail());
            }
            return written;
        }
        if (part instanceof Part.Audio audio) {
            written.put("type", "input_audio")
                    .putObject("input_audio")
                    .put("data", audio.base64() == null ? audio.url() : audio.base64())
                    .put("format", audio.format());
            return written;
        }
        if (part instanceof Part.Document document) {
            ObjectNode file = written.put("type", "file").putObject("file");
            if (document.fileId() != null) {
                file.put("file_id", document.fileId());
            }
            if (document.base64() != null) {
                file.put("filename", document.name() == null ? "document" : document.name());
                file.put("file_data", dataUrl(document.mediaType(), document.base64()));
            }
            return written;
        }
        return part instanceof Part.Opaque opaque
                        && opaque.dialect() == Dialect.Name.OPENAI
                        && opaque.json() instanceof ObjectNode own
                ? own
                : null;
    }

    static String dataUrl(@Nullable String mediaType, String base64) {
        return DataUrl.of(mediaType == null ? "application/octet-stream" : mediaType, base64);
    }
}
