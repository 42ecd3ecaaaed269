package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Gemini's whole answers, and what they share with its streams: usage and finish reasons. */
final class GeminiReplies {
    /** Finish reasons of answers that failed. Source: Gemini's description, {@code FinishReason}. */
    private static final Set<String> FAILED = Set.of(
            "MALFORMED_FUNCTION_CALL",
            "UNEXPECTED_TOOL_CALL",
            "TOO_MANY_TOOL_CALLS",
            "MALFORMED_RESPONSE",
            "MISSING_THOUGHT_SIGNATURE",
            "LANGUAGE",
            "NO_IMAGE",
            "IMAGE_OTHER");

    private GeminiReplies() {}

    static ChatReply read(byte[] bytes) throws MalformedReplyException {
        ObjectNode body = Json.objectOrNull(bytes);
        if (body == null) {
            throw new MalformedReplyException("The answer is not a JSON object (" + bytes.length + " bytes)");
        }
        Usage usage = usage(body.get("usageMetadata"), null);
        JsonNode fault = Json.present(body, "error");
        if (fault != null) {
            throw OpenAiReplies.failed(fault, usage);
        }
        String id = Json.textOr(body, "responseId", "");
        List<ChatReply.Choice> choices = new ArrayList<>();
        for (JsonNode candidate : body.path("candidates")) {
            ChatError error = failure(candidate);
            if (error != null) {
                throw new FailedReplyException(error, usage);
            }
            choices.add(choice(id, candidate, choices.size()));
        }
        if (choices.isEmpty()) {
            if (!isBlocked(body)) {
                throw new MalformedReplyException("The answer has neither candidates nor a reason why", usage);
            }
            choices.add(new ChatReply.Choice(0, List.of(), FinishReason.CONTENT_FILTER, null, null));
        }
        return new ChatReply(id, Json.textOr(body, "modelVersion", ""), 0, choices, usage, Dialect.Name.GEMINI, body);
    }

    /** A blocked prompt has no candidates, only the reason. */
    static boolean isBlocked(JsonNode body) {
        return Json.textOrNull(body.path("promptFeedback"), "blockReason") != null;
    }

    private static ChatReply.Choice choice(String id, JsonNode candidate, int position) {
        List<Part> parts = new ArrayList<>();
        boolean calls = false;
        for (JsonNode json : candidate.path("content").path("parts")) {
            Part part = part(json, id, position, parts.size());
            if (part != null) {
                calls |= part instanceof Part.ToolCall;
                append(part, parts);
            }
        }
        int index = candidate.path("index").isInt() ? candidate.get("index").intValue() : position;
        FinishReason reason = finishReason(Json.textOrNull(candidate, "finishReason"), calls);
        return new ChatReply.Choice(index, parts, reason, null, null);
    }

    /** Texts that follow each other are one: Gemini cuts them where it likes. */
    private static void append(Part part, List<Part> parts) {
        Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (part instanceof Part.Text text && last instanceof Part.Text before) {
            parts.set(parts.size() - 1, new Part.Text(before.text() + text.text()));
        } else {
            parts.add(part);
        }
    }

    static @Nullable Part part(JsonNode json, String id, int choice, int position) {
        JsonNode call = json.path("functionCall");
        if (call.isObject()) {
            String name = Json.textOr(call, "name", "");
            String arguments = call.path("args").isObject() ? Json.text(call.get("args")) : "{}";
            String given = Json.textOr(call, "id", "");
            String callId = given.isEmpty() ? DerivedId.of("call_", id, choice, position, name, arguments) : given;
            String signature = Json.textOrNull(json, "thoughtSignature");
            return new Part.ToolCall(ThoughtSignature.join(callId, signature), name, arguments);
        }
        String text = Json.textOrNull(json, "text");
        if (text == null) {
            return json.isObject() && !json.isEmpty() && Json.textOrNull(json, "thoughtSignature") == null
                    ? new Part.Opaque(Dialect.Name.GEMINI, json)
                    : null;
        }
        return json.path("thought").asBoolean(false) ? new Part.Reasoning(text, null) : new Part.Text(text);
    }

    /** The failure that a candidate's finish reason tells of; null if it tells of none. */
    static @Nullable ChatError failure(JsonNode candidate) {
        String reason = Json.textOr(candidate, "finishReason", "");
        return FAILED.contains(reason)
                ? ChatError.of(ChatError.Kind.SERVER, 502, "The provider ended its answer with " + reason + ".")
                : null;
    }

    static FinishReason finishReason(@Nullable String reason, boolean calls) {
        if (reason == null) {
            return calls ? FinishReason.TOOL_CALLS : FinishReason.OTHER;
        }
        return switch (reason) {
            case "STOP" -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /**
     * Gemini counts thoughts beside the candidates' tokens, and prompts of its own tools beside the prompt.
     *
     * @param before what the stream said earlier, for the figures that a later chunk leaves out; null if nothing
     */
    static @Nullable Usage usage(@Nullable JsonNode usage, @Nullable Usage before) {
        if (usage == null
                || !TokenCounts.areTold(
                        usage,
                        "promptTokenCount",
                        "toolUsePromptTokenCount",
                        "candidatesTokenCount",
                        "thoughtsTokenCount")) {
            return before;
        }
        long input = Json.count(usage, "promptTokenCount") + Json.count(usage, "toolUsePromptTokenCount");
        long cached = Json.count(usage, "cachedContentTokenCount");
        long thoughts = Json.count(usage, "thoughtsTokenCount");
        long said = Json.count(usage, "candidatesTokenCount");
        if (before != null) {
            boolean isCacheTold = input > 0 && Json.present(usage, "cachedContentTokenCount") != null;
            cached = isCacheTold ? cached : before.cachedInputTokens();
            input = input == 0 ? before.inputTokens() : input;
            said = said == 0 ? before.outputTokens() - before.reasoningTokens() : said;
            thoughts = thoughts == 0 ? before.reasoningTokens() : thoughts;
        }
        return new Usage(input, Math.min(cached, input), 0, said + thoughts, thoughts, false)
                .withUnpriced(Unpriced.first(before == null ? null : before.unpriced(), Unpriced.geminiAudio(usage)));
    }
}
