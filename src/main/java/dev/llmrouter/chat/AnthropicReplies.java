package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes Anthropic's whole answers, and what they share with its streams: usage and stop reasons. */
final class AnthropicReplies {
    private AnthropicReplies() {}

    static ChatReply read(byte[] bytes) throws MalformedReplyException {
        ObjectNode body = Json.objectOrNull(bytes);
        if (body == null) {
            throw new MalformedReplyException("The answer is not a JSON object (" + bytes.length + " bytes)");
        }
        Usage usage = compacted(usage(body.get("usage"), null), body.get("usage"));
        if ("error".equals(Json.textOrNull(body, "type"))) {
            throw OpenAiReplies.failed(body.path("error").isObject() ? body.get("error") : body, usage);
        }
        if (!(body.get("content") instanceof ArrayNode content)) {
            throw new MalformedReplyException("The answer has no content", usage);
        }
        List<Part> parts = new ArrayList<>(content.size());
        for (JsonNode block : content) {
            parts.add(part(block));
        }
        ChatReply.Choice choice = new ChatReply.Choice(
                0,
                parts,
                stopReason(Json.textOrNull(body, "stop_reason")),
                Json.textOrNull(body, "stop_sequence"),
                null);
        return new ChatReply(
                Json.textOr(body, "id", ""),
                Json.textOr(body, "model", ""),
                0,
                List.of(choice),
                usage,
                Dialect.Name.ANTHROPIC,
                body);
    }

    private static Part part(JsonNode block) {
        String text = Json.textOrNull(block, "text");
        return switch (Json.textOr(block, "type", "")) {
            case "text" -> new Part.Text(text == null ? "" : text);
            case "thinking" ->
                new Part.Reasoning(Json.textOr(block, "thinking", ""), Json.textOrNull(block, "signature"));
            case "tool_use" -> {
                String name = Json.textOr(block, "name", "");
                String input = block.path("input").isObject() ? Json.text(block.get("input")) : "{}";
                String id = Json.textOr(block, "id", "");
                yield new Part.ToolCall(id.isEmpty() ? DerivedId.of("toolu_", name, input) : id, name, input);
            }
            default -> new Part.Opaque(Dialect.Name.ANTHROPIC, block);
        };
    }

    static FinishReason stopReason(@Nullable String reason) {
        if (reason == null) {
            return FinishReason.OTHER;
        }
        return switch (reason) {
            case "end_turn" -> FinishReason.STOP;
            case "stop_sequence" -> FinishReason.STOP_SEQUENCE;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /** A stop sequence is named only where it is known which one it was. */
    static String stopReason(FinishReason reason, @Nullable String stopSequence) {
        return switch (reason) {
            case STOP, OTHER -> "end_turn";
            case STOP_SEQUENCE -> stopSequence == null ? "end_turn" : "stop_sequence";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
        };
    }

    /**
     * What was used. Of the figures of a stream the last that says something counts: each replaces the one of its name, as in Anthropic's
     * own libraries, and what an event leaves out stays. A 0 takes nothing away, as those that some proxies send with the output, unless a
     * figure of the input beside it is another than before: that is a new count (of proxies that estimate at the start, as new-api), and its
     * zeros are meant. So is the 0 of new input where all of it turns out to be cached. The output is the most that was told, for it grows.
     *
     * @param before what the stream said earlier, for the figures that a later event leaves out; null if nothing
     */
    static @Nullable Usage usage(@Nullable JsonNode usage, @Nullable Usage before) {
        if (usage == null
                || !TokenCounts.areTold(
                        usage,
                        "input_tokens",
                        "output_tokens",
                        "cache_read_input_tokens",
                        "cache_creation_input_tokens")) {
            return before;
        }
        Usage earlier = before == null ? Usage.of(0, 0) : before;
        long earlierFresh = earlier.inputTokens() - earlier.cachedInputTokens() - earlier.cacheWriteTokens();
        long toldFresh = Json.count(usage, "input_tokens");
        long toldRead = Json.count(usage, "cache_read_input_tokens");
        long toldByTime = TokenCounts.written(usage, "cache_creation");
        long toldWritten = Math.max(Json.count(usage, "cache_creation_input_tokens"), toldByTime);
        boolean anew = isOther(toldFresh, earlierFresh)
                || isOther(toldRead, earlier.cachedInputTokens())
                || isOther(toldWritten, earlier.cacheWriteTokens());
        long fresh = latest(toldFresh, anew && has(usage, "input_tokens"), earlierFresh);
        long read = latest(toldRead, anew && has(usage, "cache_read_input_tokens"), earlier.cachedInputTokens());
        long written =
                latest(toldWritten, anew && has(usage, "cache_creation_input_tokens"), earlier.cacheWriteTokens());
        long hour = latest(
                TokenCounts.writtenForAnHour(usage, "cache_creation"), toldByTime > 0, earlier.cacheWriteHourTokens());
        long output = Math.max(Json.count(usage, "output_tokens"), earlier.outputTokens());
        JsonNode details = usage.get("output_tokens_details");
        long reasoning = Math.max(
                Math.max(Json.count(details, "thinking_tokens"), Json.count(details, "reasoning_tokens")),
                earlier.reasoningTokens());
        return new Usage(
                        fresh + read + written,
                        read,
                        written,
                        Math.min(hour, written),
                        output,
                        Math.min(reasoning, output),
                        false,
                        earlier.unpriced())
                .withUnpriced(Unpriced.tier(usage))
                .withUnpriced(Unpriced.place(usage))
                .withUnpriced(Unpriced.speed(usage))
                .withUnpriced(Unpriced.iterations(usage.path("iterations")))
                .withUnpriced(Unpriced.search(usage))
                .withUnpriced(Unpriced.code(usage));
    }

    /**
     * With the tokens of compaction, which are billed and which the counts of the answer leave out. Source: Anthropic, "Compaction",
     * Understanding usage.
     *
     * @param counts those of the answer, of all events so far
     * @param usage the latest that has {@code iterations}, all of them; may be null
     */
    static @Nullable Usage compacted(@Nullable Usage counts, @Nullable JsonNode usage) {
        if (counts == null || usage == null) {
            return counts;
        }
        Usage sum = counts;
        for (JsonNode iteration : usage.path("iterations")) {
            Usage one = Json.textOr(iteration, "type", "").equals(Unpriced.COMPACTION) ? usage(iteration, null) : null;
            sum = one == null ? sum : sum.plus(one);
        }
        return sum;
    }

    /** Whether a figure is told, and is another than before. */
    private static boolean isOther(long told, long earlier) {
        return told > 0 && told != earlier;
    }

    /** @param counts whether a 0 that is told says that there are none */
    private static long latest(long told, boolean counts, long earlier) {
        return told > 0 || counts ? told : earlier;
    }

    private static boolean has(JsonNode usage, String field) {
        return usage.path(field).isNumber();
    }

    static ObjectNode usage(Usage usage) {
        ObjectNode written = Json.object();
        written.put("input_tokens", usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens());
        written.put("cache_creation_input_tokens", usage.cacheWriteTokens());
        written.put("cache_read_input_tokens", usage.cachedInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            written.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", usage.cacheWriteTokens() - usage.cacheWriteHourTokens())
                    .put("ephemeral_1h_input_tokens", usage.cacheWriteHourTokens());
        }
        written.put("output_tokens", usage.outputTokens());
        return written;
    }

    static byte[] write(ChatReply reply) {
        ObjectNode own = reply.body();
        if (reply.dialect() == Dialect.Name.ANTHROPIC && own != null) {
            return Json.bytes(own);
        }
        ObjectNode body = Json.object();
        body.put("id", DerivedId.prefixed("msg_", reply));
        body.put("type", "message");
        body.put("role", "assistant");
        body.put("model", reply.model());
        ArrayNode content = body.putArray("content");
        FinishReason reason = FinishReason.OTHER;
        String stopSequence = null;
        if (!reply.choices().isEmpty()) {
            ChatReply.Choice choice = withWholeCalls(reply.choices().get(0));
            choice.parts().forEach(part -> block(part, content));
            boolean refused = choice.parts().stream().anyMatch(Part.Refusal.class::isInstance);
            reason = refused ? FinishReason.CONTENT_FILTER : choice.finishReason();
            stopSequence = choice.stopSequence();
        }
        body.put("stop_reason", stopReason(reason, stopSequence));
        body.put("stop_sequence", reason == FinishReason.STOP_SEQUENCE ? stopSequence : null);
        body.set("usage", usage(reply.usage() == null ? Usage.of(0, 0) : reply.usage()));
        return Json.bytes(body);
    }

    /** Without the calls of tools whose arguments are no object, because the answer was cut in them: such a call cannot be made. */
    static ChatReply withWholeCalls(ChatReply reply) {
        List<ChatReply.Choice> choices = new ArrayList<>(reply.choices().size());
        for (ChatReply.Choice choice : reply.choices()) {
            choices.add(withWholeCalls(choice));
        }
        return new ChatReply(
                reply.id(), reply.model(), reply.created(), choices, reply.usage(), reply.dialect(), reply.body());
    }

    /** One that ended with a call which is left out, as a stop sequence cut it, calls nothing: it has stopped. */
    private static ChatReply.Choice withWholeCalls(ChatReply.Choice choice) {
        List<Part> parts = choice.parts().stream()
                .filter(part -> !(part instanceof Part.ToolCall call) || call.input() != null)
                .toList();
        boolean isStopped = parts.size() < choice.parts().size() && choice.finishReason() == FinishReason.TOOL_CALLS;
        return new ChatReply.Choice(
                choice.index(),
                parts,
                isStopped ? FinishReason.STOP : choice.finishReason(),
                choice.stopSequence(),
                choice.logprobs());
    }

    /** A call whose arguments are no object is left out. */
    private static void block(Part part, ArrayNode content) {
        if (part instanceof Part.Text text && !text.text().isEmpty()) {
            text(content, text.text());
        } else if (part instanceof Part.Refusal refusal) {
            text(content, refusal.text());
        } else if (part instanceof Part.Reasoning thought) {
            content.addObject()
                    .put("type", "thinking")
                    .put("thinking", thought.text())
                    .put("signature", thought.signature() == null ? "" : thought.signature());
        } else if (part instanceof Part.ToolCall call) {
            ObjectNode input = call.input();
            if (input != null) {
                content.addObject()
                        .put("type", "tool_use")
                        .put("id", AnthropicRequestWriter.toolId(call.id()))
                        .put("name", call.name())
                        .set("input", input);
            }
        }
    }

    private static void text(ArrayNode content, String text) {
        content.addObject().put("type", "text").put("text", text);
    }
}
