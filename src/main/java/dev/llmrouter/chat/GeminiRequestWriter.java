package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes the request that a Gemini provider is sent. */
final class GeminiRequestWriter {
    /**
     * Stands for the signature of tool calls that Gemini did not make itself; without one, Gemini 3 refuses them.
     * Source: Google's documentation of thought signatures, as several clients use it.
     */
    private static final String FOREIGN = "skip_thought_signature_validator";

    private GeminiRequestWriter() {}

    static ObjectNode write(ChatRequest request) {
        ObjectNode body = Json.object();
        List<ChatMessage> messages = Speakers.named(request.messages());
        String system = SystemText.join(messages);
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").putArray("parts").addObject().put("text", system);
        }
        contents(messages, body.putArray("contents"));
        tools(request, body);
        ObjectNode config = generationConfig(request);
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
        return body;
    }

    private static void contents(List<ChatMessage> messages, ArrayNode contents) {
        Map<String, String> names = new HashMap<>();
        ArrayNode parts = Json.array();
        String role = "";
        for (ChatMessage message : messages) {
            if (message.role() == Role.SYSTEM) {
                continue;
            }
            String next = message.role() == Role.ASSISTANT ? "model" : "user";
            if (!next.equals(role) || parts.isEmpty()) {
                role = next;
                parts = Json.array();
            }
            boolean begun = !parts.isEmpty();
            for (Part part : message.parts()) {
                part(part, parts, names);
            }
            if (!begun && !parts.isEmpty()) {
                contents.addObject().put("role", role).set("parts", parts);
            }
        }
    }

    private static void part(Part part, ArrayNode parts, Map<String, String> names) {
        if (part instanceof Part.Text text) {
            if (!text.text().isEmpty()) {
                parts.addObject().put("text", text.text());
            }
        } else if (part instanceof Part.Refusal refusal) {
            parts.addObject().put("text", refusal.text());
        } else if (part instanceof Part.Image image && image.base64() != null) {
            inline(parts, image.mediaType() == null ? "image/png" : image.mediaType(), image.base64());
        } else if (part instanceof Part.Audio audio && audio.base64() != null) {
            inline(parts, "audio/" + audio.format(), audio.base64());
        } else if (part instanceof Part.Document document && document.base64() != null) {
            MediaType type = MediaType.parse(document.mediaType() == null ? MediaType.PDF : document.mediaType());
            inline(parts, type.type(), type.charset() == null ? document.base64() : inUtf8(type, document.base64()));
        } else if (part instanceof Part.ToolCall call) {
            names.put(call.id(), call.name());
            ObjectNode written = parts.addObject();
            ObjectNode args = call.arguments().isBlank() ? Json.object() : Json.objectOrNull(call.arguments());
            written.putObject("functionCall")
                    .put("name", call.name())
                    .set("args", args == null ? Json.object().put("arguments", call.arguments()) : args);
            String signature = ThoughtSignature.of(call.id());
            written.put("thoughtSignature", signature == null ? FOREIGN : signature);
        } else if (part instanceof Part.ToolResult result) {
            ObjectNode response = parts.addObject().putObject("functionResponse");
            response.put("name", names.getOrDefault(result.toolCallId(), result.toolCallId()));
            String text = new ChatMessage(Role.TOOL, result.content(), null).text();
            ObjectNode object = Json.objectOrNull(text);
            response.set(
                    "response",
                    result.isError() || object == null
                            ? Json.object().put(result.isError() ? "error" : "result", text)
                            : object);
        }
    }

    /** A text in another character set, which Gemini has no word for. */
    private static String inUtf8(MediaType type, String base64) {
        byte[] text = DocumentText.decode(type, base64).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(text);
    }

    private static void inline(ArrayNode parts, String mediaType, String base64) {
        parts.addObject().putObject("inlineData").put("mimeType", mediaType).put("data", base64);
    }

    private static void tools(ChatRequest request, ObjectNode body) {
        if (request.tools().isEmpty()) {
            return;
        }
        ArrayNode declarations = body.putArray("tools").addObject().putArray("functionDeclarations");
        for (Tool tool : request.tools()) {
            ObjectNode written = declarations.addObject().put("name", tool.name());
            written.put("description", tool.description() == null ? tool.name() : tool.description());
            if (tool.schema() != null && saysSomething(tool.schema())) {
                written.set("parametersJsonSchema", tool.schema());
            }
        }
        ToolChoice choice = request.toolChoice();
        if (choice == null) {
            return;
        }
        ObjectNode config = body.putObject("toolConfig").putObject("functionCallingConfig");
        switch (choice.mode()) {
            case AUTO -> config.put("mode", "AUTO");
            case NONE -> config.put("mode", "NONE");
            case REQUIRED -> config.put("mode", "ANY");
            case TOOL ->
                config.put("mode", "ANY").putArray("allowedFunctionNames").add(choice.tool());
        }
    }

    /** Whether a schema tells of arguments. One of a tool that takes none is left out. */
    private static boolean saysSomething(JsonNode schema) {
        Iterator<Map.Entry<String, JsonNode>> fields = schema.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode value = field.getValue();
            boolean silent = switch (field.getKey()) {
                case "type" -> "object".equals(value.textValue());
                case "properties", "required" -> value.isEmpty();
                case "additionalProperties" -> value.isBoolean() && !value.booleanValue();
                case "$schema", "title" -> true;
                default -> false;
            };
            if (!silent) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode generationConfig(ChatRequest request) {
        Sampling sampling = request.sampling();
        ObjectNode config = Json.object();
        if (sampling.maxOutputTokens() != null) {
            config.put("maxOutputTokens", sampling.maxOutputTokens());
        }
        if (sampling.temperature() != null) {
            config.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            config.put("topP", sampling.topP());
        }
        if (sampling.topK() != null && sampling.topK() > 0) {
            config.put("topK", sampling.topK());
        }
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = config.putArray("stopSequences");
            sampling.stop().forEach(stop::add);
        }
        if (sampling.seed() != null && sampling.seed() == sampling.seed().intValue()) {
            config.put("seed", sampling.seed().intValue());
        }
        if (sampling.n() != null && sampling.n() > 1) {
            config.put("candidateCount", sampling.n());
        }
        if (sampling.presencePenalty() != null) {
            config.put("presencePenalty", sampling.presencePenalty());
        }
        if (sampling.frequencyPenalty() != null) {
            config.put("frequencyPenalty", sampling.frequencyPenalty());
        }
        if (sampling.reasoningEffort() != null) {
            config.putObject("thinkingConfig").put("thinkingBudget", thinkingBudget(sampling.reasoningEffort()));
        }
        format(request.responseFormat(), config);
        return config;
    }

    /** Tokens for each effort. Source: Google's documentation of its OpenAI-compatible endpoint. */
    private static int thinkingBudget(String effort) {
        return switch (effort) {
            case "none" -> 0;
            case "minimal", "low" -> 1_024;
            case "medium" -> 8_192;
            default -> 24_576;
        };
    }

    private static void format(@org.jspecify.annotations.Nullable ResponseFormat format, ObjectNode config) {
        if (format == null || format.kind() == ResponseFormat.Kind.TEXT) {
            return;
        }
        config.put("responseMimeType", "application/json");
        if (format.schema() != null) {
            config.set("responseJsonSchema", format.describedSchema());
        }
    }
}
