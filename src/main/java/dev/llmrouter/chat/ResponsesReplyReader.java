package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads whole answers of providers that speak Responses, and what their streams share with them: usage and the end. */
final class ResponsesReplyReader {
    /** Codes of failed responses that blame the request. Source: OpenAI's description, {@code ResponseErrorCode}. */
    private static final Set<String> BLAMING = Set.of(
            "invalid_prompt",
            "data_residency_mismatch",
            "bio_policy",
            "invalid_image",
            "invalid_image_format",
            "invalid_base64_image",
            "invalid_image_url",
            "image_too_large",
            "image_too_small",
            "image_parse_error",
            "image_content_policy_violation",
            "invalid_image_mode",
            "image_file_too_large",
            "unsupported_image_media_type",
            "empty_image_file",
            "failed_to_download_image",
            "image_file_not_found");

    private static final Set<String> FILTERED = Set.of("bio_policy", "image_content_policy_violation");

    private ResponsesReplyReader() {}

    static ChatReply read(byte[] bytes) throws MalformedReplyException {
        ObjectNode body = Json.objectOrNull(bytes);
        if (body == null) {
            throw new MalformedReplyException("The answer is not a JSON object (" + bytes.length + " bytes)");
        }
        Usage usage = usage(body.get("usage"));
        if (usage != null) {
            usage = usage.withUnpriced(Unpriced.whole(Dialect.Name.RESPONSES, body));
        }
        String status = Json.textOr(body, "status", "completed");
        if (status.equals("failed") || status.equals("cancelled")) {
            throw new FailedReplyException(failed(body, status), usage);
        }
        JsonNode fault = Json.present(body, "error");
        if (fault != null) {
            throw OpenAiReplies.failed(failure(fault), usage);
        }
        if (!(body.get("output") instanceof ArrayNode output)) {
            throw new MalformedReplyException("The answer has no output", usage);
        }
        boolean pending = status.equals("queued") || status.equals("in_progress");
        List<Part> parts = new ArrayList<>(output.size());
        ArrayNode logprobs = Json.array();
        boolean calls = false;
        for (JsonNode item : output) {
            calls |= item(item, parts, logprobs);
        }
        ChatReply.Choice choice = new ChatReply.Choice(
                0, parts, pending ? FinishReason.OTHER : finish(body, calls), null, chatLogprobs(logprobs));
        return new ChatReply(
                Json.textOr(body, "id", ""),
                Json.textOr(body, "model", ""),
                Json.count(body, "created_at"),
                List.of(choice),
                usage,
                Dialect.Name.RESPONSES,
                body);
    }

    /** Why a response failed. @param status {@code failed} or {@code cancelled} */
    static ChatError failed(JsonNode response, String status) {
        JsonNode error = Json.present(response, "error");
        if (error != null) {
            return failure(error);
        }
        return ChatError.of(
                ChatError.Kind.SERVER,
                502,
                status.equals("failed") ? "The provider's answer failed." : "The provider cancelled its answer.");
    }

    /** @return whether it calls a function */
    static boolean item(JsonNode item, List<Part> parts, ArrayNode logprobs) {
        switch (Json.textOr(item, "type", "")) {
            case "message" -> {
                Paragraphs paragraphs = new Paragraphs();
                parts.forEach(part -> paragraphs.next(part instanceof Part.Text before ? before.text() : ""));
                paragraphs.end();
                for (JsonNode piece : item.path("content")) {
                    String refusal = Json.textOrNull(piece, "refusal");
                    String text = Json.textOrNull(piece, "text");
                    if (refusal != null) {
                        parts.add(new Part.Refusal(refusal));
                    } else if (text != null) {
                        parts.add(new Part.Text(paragraphs.next(text)));
                        piece.path("logprobs").forEach(logprobs::add);
                    }
                }
            }
            case "reasoning" -> {
                String thoughts = thoughts(item);
                if (!thoughts.isEmpty()) {
                    parts.add(new Part.Reasoning(thoughts, null));
                }
            }
            case "function_call" -> {
                String name = Json.textOr(item, "name", "");
                String arguments = OpenAiReplies.arguments(item);
                parts.add(new Part.ToolCall(callId(item, name, parts.size()), name, arguments));
                return true;
            }
            default -> parts.add(new Part.Opaque(Dialect.Name.RESPONSES, item));
        }
        return false;
    }

    static String callId(JsonNode item, String name, int place) {
        String id = Json.textOr(item, "call_id", "");
        return id.isEmpty() ? DerivedId.of("call_", Json.textOr(item, "id", ""), name, place) : id;
    }

    /** The thoughts themselves; where a provider gives a summary only, that. */
    private static String thoughts(JsonNode item) {
        StringBuilder text = new StringBuilder();
        item.path("content").forEach(piece -> text.append(Json.textOr(piece, "text", "")));
        if (text.length() == 0) {
            for (JsonNode piece : item.path("summary")) {
                text.append(text.length() == 0 ? "" : "\n\n").append(Json.textOr(piece, "text", ""));
            }
        }
        return text.toString();
    }

    /** Why a response ended. @param response as a whole @param calls whether it calls functions */
    static FinishReason finish(JsonNode response, boolean calls) {
        if (Json.textOr(response, "status", "").equals("incomplete")) {
            return switch (Json.textOr(response.path("incomplete_details"), "reason", "")) {
                case "max_output_tokens" -> FinishReason.LENGTH;
                case "content_filter" -> FinishReason.CONTENT_FILTER;
                default -> FinishReason.OTHER;
            };
        }
        return calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }

    static @Nullable Usage usage(@Nullable JsonNode usage) {
        if (usage == null || !TokenCounts.areTold(usage, "input_tokens", "output_tokens")) {
            return null;
        }
        long input = Json.count(usage, "input_tokens");
        JsonNode details = usage.get("input_tokens_details");
        long cached = Math.min(Json.count(details, "cached_tokens"), input);
        long output = Json.count(usage, "output_tokens");
        long written = Math.min(OpenAiReplies.stored(details), input - cached);
        return new Usage(
                        input,
                        cached,
                        written,
                        Math.min(TokenCounts.writtenForAnHour(details, OpenAiReplies.CREATION_DETAILS), written),
                        output,
                        Math.min(Json.count(usage.get("output_tokens_details"), "reasoning_tokens"), output),
                        false,
                        null)
                .withUnpriced(Unpriced.fee(usage));
    }

    /** Log probabilities as chat has them; null if there are none. */
    static @Nullable JsonNode chatLogprobs(JsonNode tokens) {
        if (tokens.isEmpty()) {
            return null;
        }
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        for (JsonNode token : tokens) {
            ObjectNode one = chatLogprob(token);
            ArrayNode top = one.putArray("top_logprobs");
            token.path("top_logprobs").forEach(other -> top.add(chatLogprob(other)));
            content.add(one);
        }
        return logprobs.putNull("refusal");
    }

    private static ObjectNode chatLogprob(JsonNode token) {
        ObjectNode one = Json.object().put("token", Json.textOr(token, "token", ""));
        JsonNode value = token.path("logprob");
        if (value.isNumber()) {
            one.set("logprob", value);
        } else {
            one.put("logprob", 0);
        }
        JsonNode bytes = token.path("bytes");
        one.set("bytes", bytes.isArray() ? bytes : null);
        return one;
    }

    /** The error of a response that failed after the provider had taken it on, with the status that fits its code. */
    static ChatError failure(JsonNode error) {
        String code = Json.textOr(error, "code", "");
        if (!BLAMING.contains(code)) {
            return ProviderErrors.inStream(error);
        }
        return new ChatError(
                FILTERED.contains(code) ? ChatError.Kind.CONTENT_FILTER : ChatError.Kind.INVALID_REQUEST,
                400,
                Scrubbed.text(Json.textOr(error, "message", "The provider could not use the request.")),
                code,
                null,
                null);
    }

    /** The error in a body that came with a good status: of a failed response, as a rule. */
    static ChatError failureIn(byte[] body) {
        ObjectNode object = Json.objectOrNull(body);
        JsonNode error = object == null ? null : Json.present(object, "error");
        return error == null ? ProviderErrors.read(502, body) : failure(error);
    }
}
