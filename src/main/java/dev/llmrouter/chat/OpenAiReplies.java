package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes OpenAI's whole answers, and what they share with its streams: usage and finish reasons. */
final class OpenAiReplies {
    /** Tokens of thoughts that are believed without being stated; more than any model writes in one answer. */
    private static final long LONGEST_THOUGHTS = 1_000_000;

    /** Finish reasons of answers that failed. */
    private static final Set<String> FAILED = Set.of("error", "insufficient_system_resource", "abort");

    /** LiteLLM's name of what Anthropic calls {@code cache_creation}, in the details of the input. */
    static final String CREATION_DETAILS = "cache_creation_token_details";

    private OpenAiReplies() {}

    static ChatReply read(byte[] bytes) throws MalformedReplyException {
        ObjectNode body = Json.objectOrNull(bytes);
        if (body == null) {
            throw new MalformedReplyException("The answer is not a JSON object (" + bytes.length + " bytes)");
        }
        Usage usage = usage(body.get("usage"));
        if (usage != null) {
            usage = usage.withUnpriced(Unpriced.whole(Dialect.Name.OPENAI, body));
        }
        JsonNode fault = Json.present(body, "error");
        if (fault != null) {
            throw failed(fault, usage);
        }
        if (!(body.get("choices") instanceof ArrayNode array) || array.isEmpty()) {
            throw new MalformedReplyException("The answer has no choices", usage);
        }
        List<ChatReply.Choice> choices = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            ChatError error = failure(array.get(i));
            if (error != null) {
                throw new FailedReplyException(error, usage);
            }
            choices.add(choice(array.get(i), i, usage));
        }
        return new ChatReply(
                Json.textOr(body, "id", ""),
                Json.textOr(body, "model", ""),
                Json.count(body, "created"),
                choices,
                usage,
                Dialect.Name.OPENAI,
                body);
    }

    /**
     * An error in the place of the answer, under a good status. One that has usage was worked on; without, it is a refusal like any other.
     */
    static MalformedReplyException failed(JsonNode error, @Nullable Usage usage) {
        return failed(ProviderErrors.inStream(error), usage);
    }

    static MalformedReplyException failed(ChatError error, @Nullable Usage usage) {
        return usage == null
                ? new MalformedReplyException("The answer has status 200 and an error object")
                : new FailedReplyException(error, usage);
    }

    /** @param usage of the whole answer */
    private static ChatReply.Choice choice(JsonNode choice, int position, @Nullable Usage usage)
            throws MalformedReplyException {
        if (!(choice.get("message") instanceof ObjectNode message)) {
            throw new MalformedReplyException("choices[" + position + "] of the answer has no message", usage);
        }
        List<Part> parts = new ArrayList<>();
        String reasoning = reasoning(message);
        if (!reasoning.isEmpty()) {
            parts.add(new Part.Reasoning(reasoning, null));
        }
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            parts.add(new Part.Text(content.textValue()));
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                parts.add(contentPart(part));
            }
        }
        parts.addAll(Citations.read(message));
        String refusal = Json.textOrNull(message, "refusal");
        if (refusal != null) {
            parts.add(new Part.Refusal(refusal));
        }
        boolean calls = toolCalls(message, parts);
        JsonNode logprobs = Json.present(choice, "logprobs");
        FinishReason reason = finishReason(Json.textOrNull(choice, "finish_reason"), calls);
        int index = choice.path("index").isInt() ? choice.get("index").intValue() : position;
        return new ChatReply.Choice(index, parts, reason, null, logprobs);
    }

    /** A piece of content that comes as a list, as Mistral's does: text, thoughts, or what only this dialect knows. */
    static Part contentPart(JsonNode part) {
        JsonNode thinking = part.path("thinking");
        if (thinking.isTextual()) {
            return new Part.Reasoning(thinking.textValue(), null);
        }
        if (thinking.isArray()) {
            StringBuilder thoughts = new StringBuilder();
            thinking.forEach(piece -> thoughts.append(Json.textOr(piece, "text", "")));
            return new Part.Reasoning(thoughts.toString(), null);
        }
        String text = Json.textOrNull(part, "text");
        return text == null ? new Part.Opaque(Dialect.Name.OPENAI, part) : new Part.Text(text);
    }

    /**
     * The failure that a choice tells of: as an error of its own (OpenRouter), or by its finish reason (Mistral and vLLM
     * {@code error}, DeepSeek {@code insufficient_system_resource}, vLLM and SGLang {@code abort}); null if it tells of none.
     */
    static @Nullable ChatError failure(JsonNode choice) {
        JsonNode error = Json.present(choice, "error");
        if (error != null) {
            return ProviderErrors.inStream(error);
        }
        return FAILED.contains(Json.textOr(choice, "finish_reason", ""))
                ? ChatError.of(ChatError.Kind.SERVER, 502, "The provider ended its answer with an error.")
                : null;
    }

    private static boolean toolCalls(ObjectNode message, List<Part> parts) {
        boolean any = false;
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            String name = Json.textOrNull(function, "name");
            if (name == null) {
                parts.add(new Part.Opaque(Dialect.Name.OPENAI, call));
            } else {
                String arguments = arguments(function);
                String id = Json.textOr(call, "id", "");
                parts.add(new Part.ToolCall(
                        id.isEmpty() ? DerivedId.of("call_", name, arguments, parts.size()) : id, name, arguments));
            }
            any = true;
        }
        JsonNode function = message.path("function_call");
        String name = Json.textOrNull(function, "name");
        if (name != null) {
            String arguments = arguments(function);
            parts.add(new Part.ToolCall(DerivedId.of("call_", name, arguments, parts.size()), name, arguments));
            any = true;
        }
        return any;
    }

    /** Arguments are JSON in a text; some servers send the object itself. */
    static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        return arguments.isTextual() ? arguments.textValue() : arguments.isObject() ? Json.text(arguments) : "";
    }

    /** What DeepSeek and vLLM ({@code reasoning_content}) and OpenRouter ({@code reasoning}) add. */
    static String reasoning(JsonNode message) {
        String content = Json.textOrNull(message, "reasoning_content");
        return content != null ? content : Json.textOr(message, "reasoning", "");
    }

    /** @param calls whether the model called a tool: a call of the function that the caller demanded ends with "stop" */
    static FinishReason finishReason(@Nullable String reason, boolean calls) {
        if (reason == null) {
            return calls ? FinishReason.TOOL_CALLS : FinishReason.OTHER;
        }
        return switch (reason) {
            case "stop" -> calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "length", "model_length", "max_tokens" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /** @param oldFunctions whether the caller reads {@code function_call} */
    static String finishReason(FinishReason reason, boolean oldFunctions) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE, OTHER -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> oldFunctions ? OldFunctions.CALL : "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    /**
     * What was used. By Anthropic's names at the top (LiteLLM, any-llm) what was written to the cache is part of the input or, with older
     * versions and Bedrock, beside it, and what was read from it, too: beside it where the total counts it besides, or there is more of them
     * than of the input. What it keeps for an hour is told by Anthropic's {@code cache_creation} at the top, or by LiteLLM's
     * {@code cache_creation_token_details}.
     */
    static @Nullable Usage usage(@Nullable JsonNode usage) {
        if (usage == null || !TokenCounts.areTold(usage, "prompt_tokens", "completion_tokens")) {
            return null;
        }
        long prompt = Json.count(usage, "prompt_tokens");
        JsonNode details = usage.get("prompt_tokens_details");
        boolean isDetailed = details != null && Json.present(details, "cached_tokens") != null;
        long read = Json.count(usage, "cache_read_input_tokens");
        long cached = Math.max(
                Json.count(isDetailed ? details : usage, "cached_tokens"), // Moonshot has it at the top
                Math.max(Json.count(usage, "prompt_cache_hit_tokens"), read));
        long created = Math.max(
                Math.max(
                        Json.count(usage, "cache_creation_input_tokens"), TokenCounts.written(usage, "cache_creation")),
                Json.count(details, "cache_creation_input_tokens"));
        long stored = Math.max(created, stored(details));
        long hour = Math.max(
                TokenCounts.writtenForAnHour(usage, "cache_creation"),
                TokenCounts.writtenForAnHour(details, CREATION_DETAILS));
        long reasoning = Json.count(usage.get("completion_tokens_details"), "reasoning_tokens");
        boolean isWhole = cached + stored <= prompt; // else the total may count them besides
        boolean named = created > 0 || read > 0;
        // what was read is of the input, by OpenAI's names: an excess is thoughts
        boolean isPart = isWhole && stored == 0 && !named;
        long beside = isPart ? 0 : cacheBeside(excess(usage), reasoning, cached, stored, named);
        long output = output(usage, prompt, reasoning, beside, isWhole);
        boolean isBeside = !isWhole && (created > 0 || read > prompt);
        long input = prompt + Math.max(beside, isBeside ? stored + (cached <= prompt ? 0 : cached) : 0);
        long written = Math.min(stored, input - Math.min(cached, input));
        return new Usage(
                        input,
                        Math.min(cached, input),
                        written,
                        Math.min(hour, written),
                        output,
                        Math.min(reasoning, output),
                        false,
                        null)
                .withUnpriced(Unpriced.audio(usage))
                .withUnpriced(Unpriced.fee(usage));
    }

    /** What was written to the cache, by the names of OpenAI and LiteLLM. @param details of the input, of chat or of Responses */
    static long stored(@Nullable JsonNode details) {
        return Math.max(
                Json.count(details, "cache_write_tokens"),
                Math.max(Json.count(details, "cache_creation_tokens"), TokenCounts.written(details, CREATION_DETAILS)));
    }

    /** Tokens that the total has beyond input and completion; 0 or more. */
    private static long excess(JsonNode usage) {
        long beyond = Math.max(0, Json.count(usage, "total_tokens") - Json.count(usage, "prompt_tokens"));
        return Math.max(0, beyond - Json.count(usage, "completion_tokens"));
    }

    /**
     * Tokens of the cache that lie beside {@code prompt_tokens}, by the total: it exceeds input and completion by as many as were written,
     * read, or both, or by these and the thoughts that are stated. LiteLLM leaves what Bedrock writes out of the input (its issue 15270).
     *
     * @param excess of the total
     * @param named whether Anthropic's names tell of the cache: by OpenAI's it is part of the input, and an excess of as many as there
     *     were thoughts is them
     * @return 0 where the total says nothing of the kind
     */
    private static long cacheBeside(long excess, long reasoning, long cached, long stored, boolean named) {
        if (excess == 0 || excess == reasoning && !named) {
            return 0;
        }
        for (long part : new long[] {stored, cached, stored + cached}) {
            if (part > 0 && (excess == part || excess == part + reasoning)) {
                return part;
            }
        }
        return 0;
    }

    /**
     * Everything that is paid as output. OpenAI counts thoughts in {@code completion_tokens}; xAI and Gemini's compatible
     * door count them beside it, and only the total tells: what it has beyond input, completion and the cache beside the input are
     * thoughts, as many as are stated. Where none are stated (Gemini), an excess that no model could have written says nothing, nor one
     * where more was cached than came in: the total then counts the cache besides, as Anthropic does.
     *
     * @param beside of the cache, beside the input
     */
    private static long output(JsonNode usage, long input, long reasoning, long beside, boolean isWhole) {
        long completion = Json.count(usage, "completion_tokens");
        long excess = excess(usage) - beside;
        if (excess <= 0) {
            return completion;
        }
        if (reasoning > 0) {
            return completion + Math.min(excess, reasoning);
        }
        boolean credible = isWhole && input > 0 && excess <= LONGEST_THOUGHTS;
        return credible ? completion + excess : completion;
    }

    static ObjectNode usage(Usage usage) {
        ObjectNode written = Json.object();
        written.put("prompt_tokens", usage.inputTokens());
        written.put("completion_tokens", usage.outputTokens());
        written.put("total_tokens", usage.totalTokens());
        ObjectNode details = written.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            details.put("cache_write_tokens", usage.cacheWriteTokens());
        }
        written.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return written;
    }

    static byte[] write(ChatReply reply, ChatRequest request, long now) {
        ObjectNode own = reply.body();
        if (reply.dialect() == Dialect.Name.OPENAI && own != null) {
            return Json.bytes(own);
        }
        boolean oldFunctions = OldFunctions.are(request);
        ObjectNode body = Json.object();
        body.put("id", DerivedId.prefixed("chatcmpl-", reply));
        body.put("object", "chat.completion");
        body.put("created", reply.created() > 0 ? reply.created() : now);
        body.put("model", reply.model());
        ArrayNode choices = body.putArray("choices");
        for (ChatReply.Choice choice : reply.choices()) {
            ObjectNode written = choices.addObject().put("index", choice.index());
            ObjectNode message = written.putObject("message").put("role", "assistant");
            assistant(choice.parts(), message, true);
            if (oldFunctions && message.remove("tool_calls") instanceof ArrayNode calls) {
                message.set(OldFunctions.CALL, calls.get(0).get("function"));
            }
            written.set("logprobs", choice.logprobs());
            written.put("finish_reason", finishReason(choice.finishReason(), oldFunctions));
        }
        if (reply.usage() != null) {
            body.set("usage", usage(reply.usage()));
        }
        return Json.bytes(body);
    }

    private static void annotations(List<Part> parts, ObjectNode message) {
        for (Part part : parts) {
            if (part instanceof Part.Opaque opaque && Citations.is(part)) {
                ArrayNode annotations =
                        message.get("annotations") instanceof ArrayNode begun ? begun : message.putArray("annotations");
                annotations.add(opaque.json());
            }
        }
    }

    /** The parts of what the assistant said. @param answer whether it goes to a caller, who may see the thoughts, too */
    static void assistant(List<Part> parts, ObjectNode message, boolean answer) {
        StringBuilder text = new StringBuilder();
        Paragraphs paragraphs = new Paragraphs();
        StringBuilder reasoning = new StringBuilder();
        boolean hasText = false;
        String refusal = null;
        ArrayNode calls = Json.array();
        for (Part part : parts) {
            if (part instanceof Part.Text said) {
                text.append(paragraphs.next(said.text()));
                hasText = true;
            } else if (part instanceof Part.Reasoning thought) {
                reasoning.append(thought.text());
            } else if (part instanceof Part.Refusal declined) {
                refusal = refusal == null ? declined.text() : refusal + declined.text();
            } else if (part instanceof Part.ToolCall call) {
                paragraphs.end();
                ObjectNode function = calls.addObject()
                        .put("id", answer ? call.id() : ThoughtSignature.plainId(call.id()))
                        .put("type", "function")
                        .putObject("function");
                function.put("name", call.name());
                function.put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
            }
        }
        if (answer) {
            annotations(parts, message);
        }
        message.put("content", hasText || (!answer && calls.isEmpty() && refusal == null) ? text.toString() : null);
        if (answer || refusal != null) {
            message.put("refusal", refusal);
        }
        if (answer && reasoning.length() > 0) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }
}
