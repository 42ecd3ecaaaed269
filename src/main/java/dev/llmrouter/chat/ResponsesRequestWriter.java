package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the request that a provider of Responses is sent. From another dialect it says {@code store: false}: nobody asked
 * for the conversation to be kept. Source: OpenAI's OpenAPI description of 2026-08-21, schema {@code CreateResponse}.
 */
final class ResponsesRequestWriter {
    /** Output tokens that may be asked for at least. Source: {@code CreateResponse}, {@code max_output_tokens}. */
    static final int LEAST_OUTPUT = 16;

    private ResponsesRequestWriter() {}

    static ObjectNode write(ChatRequest request, String model) {
        ObjectNode received = request.body();
        if (request.dialect() == Dialect.Name.RESPONSES && received != null) {
            return same(request, received, model);
        }
        ObjectNode body = Json.object().put("model", model);
        conversation(Speakers.named(request.messages()), body);
        tools(request, body);
        format(request.responseFormat(), body);
        sampling(request.sampling(), OpenAiEffort.of(request, model), body);
        if (request.user() != null) {
            body.put("user", OpenAiRequestWriter.user(request.user()));
        }
        if (request.stream()) {
            body.put("stream", true);
        }
        body.put("store", false);
        if (request.dialect() == Dialect.Name.OPENAI && received != null) {
            if (!request.metadata().isEmpty()) {
                request.metadata().forEach(body.putObject("metadata")::put);
            }
            ResponsesFields.carryFromChat(received, body);
        }
        return body;
    }

    /** A shallow copy: the values are shared with the request's own body and must not be changed. */
    private static ObjectNode same(ChatRequest request, ObjectNode received, String model) {
        ObjectNode body = Json.object();
        body.setAll(received);
        body.put("model", model);
        ThoughtSignature.removeFrom(request, body);
        OwnReasoning.removeFrom(body);
        return body;
    }

    private static void conversation(List<ChatMessage> messages, ObjectNode body) {
        ArrayNode input = Json.array();
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            boolean plain = message.parts().size() == 1 && message.parts().get(0) instanceof Part.Text;
            if (i == 0 && message.role() == Role.SYSTEM && plain && messages.size() > 1) {
                body.put("instructions", message.text());
            } else {
                items(message, input);
            }
        }
        body.set("input", input);
    }

    /** What a message consists of, in its order: results and calls of tools are items of their own. */
    private static void items(ChatMessage message, ArrayNode input) {
        List<Part> said = new ArrayList<>(message.parts().size());
        boolean any = false;
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                any = true;
                said(message, said, input);
                input.addObject()
                        .put("type", "function_call_output")
                        .put("call_id", ThoughtSignature.plainId(result.toolCallId()))
                        .set("output", content(OpenAiRequestWriter.told(result)));
            } else if (part instanceof Part.ToolCall call) {
                any = true;
                said(message, said, input);
                input.addObject()
                        .put("type", "function_call")
                        .put("call_id", ThoughtSignature.plainId(call.id()))
                        .put("name", call.name())
                        .put("arguments", ResponsesItems.arguments(call.arguments()));
            } else if (!(part instanceof Part.Reasoning)) {
                said.add(part);
            }
        }
        if (!any && said.isEmpty()) {
            said.add(new Part.Text(""));
        }
        said(message, said, input);
    }

    /** Writes what has been said, if anything, and forgets it. */
    private static void said(ChatMessage message, List<Part> said, ArrayNode input) {
        if (said.isEmpty()) {
            return;
        }
        ObjectNode item = input.addObject();
        switch (message.role()) {
            case SYSTEM -> item.put("role", "system").set("content", content(said));
            case USER, TOOL -> item.put("role", "user").set("content", content(said));
            case ASSISTANT -> item.put("role", "assistant").put("content", spoken(said));
        }
        said.clear();
    }

    /** The assistant's pieces in content lists are those of stored messages, with ids; a text needs none. */
    private static String spoken(List<Part> said) {
        StringBuilder text = new StringBuilder();
        for (Part part : said) {
            if (part instanceof Part.Text one) {
                text.append(one.text());
            } else if (part instanceof Part.Refusal refusal) {
                text.append(refusal.text());
            }
        }
        return text.toString();
    }

    /** A text where there is nothing but one text, else an array of pieces. */
    private static JsonNode content(List<Part> parts) {
        if (parts.size() == 1 && parts.get(0) instanceof Part.Text only) {
            return TextNode.valueOf(only.text());
        }
        ArrayNode content = Json.array();
        for (Part part : parts) {
            ObjectNode written = piece(part);
            if (written != null) {
                content.add(written);
            }
        }
        return content.isEmpty() ? TextNode.valueOf("") : content;
    }

    private static @Nullable ObjectNode piece(Part part) {
        ObjectNode written = Json.object();
        if (part instanceof Part.Text text) {
            return written.put("type", "input_text").put("text", text.text());
        }
        if (part instanceof Part.Refusal refusal) {
            return written.put("type", "input_text").put("text", refusal.text());
        }
        if (part instanceof Part.Image image) {
            String url = image.base64() == null
                    ? image.url()
                    : OpenAiRequestWriter.dataUrl(image.mediaType(), image.base64());
            return written.put("type", "input_image")
                    .put("image_url", url)
                    .put("detail", image.detail() == null ? "auto" : image.detail());
        }
        if (part instanceof Part.Document document) {
            written.put("type", "input_file");
            if (document.fileId() != null) {
                return written.put("file_id", document.fileId());
            }
            if (document.base64() == null) {
                return written.put("file_url", document.url());
            }
            return written.put("filename", document.name() == null ? "document" : document.name())
                    .put("file_data", OpenAiRequestWriter.dataUrl(document.mediaType(), document.base64()));
        }
        return null;
    }

    private static void tools(ChatRequest request, ObjectNode body) {
        if (request.tools().isEmpty()) {
            return;
        }
        ArrayNode tools = body.putArray("tools");
        for (Tool tool : request.tools()) {
            ObjectNode function = tools.addObject().put("type", "function").put("name", tool.name());
            if (tool.description() != null) {
                function.put("description", tool.description());
            }
            JsonNode schema = tool.schema();
            if (schema == null) {
                function.putObject("parameters").put("type", "object").putObject("properties");
            } else {
                function.set("parameters", OpenAiRequestWriter.parameters(schema));
            }
            function.put("strict", Boolean.TRUE.equals(tool.strict())); // left out it means true here, false in chat
        }
        if (request.parallelToolCalls() != null) {
            body.put("parallel_tool_calls", request.parallelToolCalls());
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null) {
            ResponsesReplies.toolChoice(choice, body);
        }
    }

    private static void format(@Nullable ResponseFormat format, ObjectNode body) {
        if (format == null) {
            return;
        }
        ObjectNode written = body.putObject("text").putObject("format");
        switch (format.kind()) {
            case TEXT -> written.put("type", "text");
            case JSON_OBJECT -> written.put("type", "json_object");
            case JSON_SCHEMA -> {
                written.put("type", "json_schema");
                written.put("name", format.name() == null ? "answer" : format.name());
                written.set("schema", format.schema() == null ? Json.object() : format.schema());
                if (format.description() != null) {
                    written.put("description", format.description());
                }
                if (format.strict() != null) {
                    written.put("strict", format.strict());
                }
            }
        }
    }

    private static void sampling(Sampling sampling, @Nullable String effort, ObjectNode body) {
        if (sampling.maxOutputTokens() != null) {
            body.put("max_output_tokens", sampling.maxOutputTokens());
        }
        if (sampling.temperature() != null) {
            body.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            body.put("top_p", sampling.topP());
        }
        if (effort != null) {
            body.putObject("reasoning").put("effort", effort);
        }
        if (Boolean.TRUE.equals(sampling.logprobs())) {
            body.putArray("include").add(ResponsesRequestReader.LOGPROBS);
            if (sampling.topLogprobs() != null) {
                body.put("top_logprobs", sampling.topLogprobs());
            }
        }
    }
}
