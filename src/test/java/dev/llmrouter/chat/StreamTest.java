package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamTest {
    private static final String BODY =
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    private static ChatRequest openAiCaller(boolean usage) throws BadRequestException {
        return Samples.openAi(BODY + (usage ? ",\"stream_options\":{\"include_usage\":true}}" : "}"));
    }

    private static ChatRequest anthropicCaller() throws BadRequestException {
        return Samples.anthropic(BODY + ",\"max_tokens\":9}");
    }

    private static ChatRequest responsesCaller() throws BadRequestException {
        return Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(
                        Samples.utf8("{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}"),
                        dev.llmrouter.policy.Limits.ofDefaults());
    }

    private static List<StreamEvent> events(Dialect.Name provider) throws MalformedReplyException {
        List<StreamEvent> events = new ArrayList<>(Samples.decode(
                provider,
                switch (provider) {
                    case OPENAI, EMBEDDINGS, TEXT -> Samples.OPENAI_STREAM;
                    case RESPONSES -> Samples.RESPONSES_STREAM;
                    case ANTHROPIC -> Samples.ANTHROPIC_STREAM;
                    case GEMINI -> Samples.GEMINI_STREAM;
                }));
        if (provider == Dialect.Name.GEMINI) {
            events.add(new StreamEvent.End());
        }
        return events;
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void collectsTheSameAnswerFromEveryProvider(Dialect.Name provider) throws MalformedReplyException {
        StreamCollector collector = new StreamCollector();
        events(provider).forEach(collector::add);

        assertThat(collector.isComplete()).isTrue();
        assertThat(collector.reply().text()).isEqualTo("H\u00e9llo \ud83d\ude00");
        Part.ToolCall call = (Part.ToolCall) collector.reply().choices().get(0).parts().stream()
                .filter(Part.ToolCall.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(json(call.arguments())).isEqualTo(json("{\"city\":\"Bern\"}"));
        Usage usage = Objects.requireNonNull(collector.usage());
        assertThat(usage.inputTokens()).isEqualTo(100);
        assertThat(usage.cachedInputTokens()).isEqualTo(60);
        assertThat(usage.outputTokens()).isEqualTo(20);
        assertThat(collector.reply().choices().get(0).finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void writesStreamsThatOpenAisClientPutsTogether(Dialect.Name provider) throws Exception {
        List<SseParser.Event> written = Samples.encode(Dialect.Name.OPENAI, openAiCaller(true), events(provider));

        assertThat(written.get(written.size() - 1).data()).isEqualTo("[DONE]");
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        String id = json(written.get(0).data()).get("id").textValue();
        for (SseParser.Event event : written.subList(0, written.size() - 1)) {
            assertThat(json(event.data()).get("id").textValue()).isEqualTo(id);
            ChatCompletionChunk chunk =
                    com.openai.core.ObjectMappers.jsonMapper().readValue(event.data(), ChatCompletionChunk.class);
            chunk.validate();
            accumulator.accumulate(chunk);
        }
        ChatCompletion completion = accumulator.chatCompletion();
        assertThat(completion.choices().get(0).message().content()).contains("H\u00e9llo \ud83d\ude00");
        assertThat(completion.choices().get(0).message().toolCalls().orElseThrow())
                .hasSize(provider == Dialect.Name.OPENAI ? 2 : 1);
        JsonNode usageChunk = json(written.get(written.size() - 2).data());
        assertThat(usageChunk.get("choices").isEmpty()).isTrue();
        assertThat(usageChunk.at("/usage/prompt_tokens").longValue()).isEqualTo(100);
        assertThat(json(written.get(0).data()).at("/choices/0/delta/role").textValue())
                .isEqualTo("assistant");
        assertThat(json(written.get(0).data()).get("usage").isNull()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void writesStreamsThatAnthropicsClientPutsTogether(Dialect.Name provider) throws Exception {
        List<SseParser.Event> written = Samples.encode(Dialect.Name.ANTHROPIC, anthropicCaller(), events(provider));

        MessageAccumulator accumulator = MessageAccumulator.create();
        for (SseParser.Event event : written) {
            RawMessageStreamEvent read =
                    com.anthropic.core.ObjectMappers.jsonMapper().readValue(event.data(), RawMessageStreamEvent.class);
            accumulator.accumulate(read);
            assertThat(json(event.data()).get("type").textValue()).isEqualTo(event.event());
        }
        Message message = accumulator.message();
        String text = message.content().stream()
                .filter(block -> block.isText())
                .map(block -> block.asText().text())
                .reduce("", String::concat);
        assertThat(text).isEqualTo("H\u00e9llo \ud83d\ude00");
        assertThat(message.content().stream().filter(block -> block.isToolUse()))
                .hasSize(provider == Dialect.Name.OPENAI ? 2 : 1);
        assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
        assertThat(message.usage().outputTokens()).isEqualTo(20);
    }

    @Test
    void opensAndClosesEachAnthropicBlockInOrder() throws Exception {
        List<String> order = new ArrayList<>();
        for (SseParser.Event event :
                Samples.encode(Dialect.Name.ANTHROPIC, anthropicCaller(), events(Dialect.Name.ANTHROPIC))) {
            JsonNode data = json(event.data());
            order.add(event.event() + data.path("index").asText());
        }

        assertThat(order)
                .containsExactly(
                        "message_start",
                        "content_block_start0",
                        "content_block_delta0",
                        "content_block_delta0",
                        "content_block_stop0",
                        "content_block_start1",
                        "content_block_delta1",
                        "content_block_delta1",
                        "content_block_stop1",
                        "content_block_start2",
                        "content_block_delta2",
                        "content_block_delta2",
                        "content_block_stop2",
                        "message_delta",
                        "message_stop");
    }

    @Test
    void sendsUsageToOpenAiCallersOnlyIfAskedFor() throws Exception {
        List<SseParser.Event> written =
                Samples.encode(Dialect.Name.OPENAI, openAiCaller(false), events(Dialect.Name.ANTHROPIC));

        assertThat(written).noneMatch(event -> event.data().contains("usage"));
    }

    @Test
    void passesTheSameDialectOnByteByByteButForUsageThatNobodyAskedFor() throws Exception {
        assertThat(passed(openAiCaller(true), Dialect.Name.OPENAI, Samples.OPENAI_STREAM))
                .isEqualTo(Samples.OPENAI_STREAM);
        assertThat(passed(anthropicCaller(), Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_STREAM))
                .isEqualTo(Samples.ANTHROPIC_STREAM);
        assertThat(passed(responsesCaller(), Dialect.Name.RESPONSES, Samples.RESPONSES_STREAM))
                .isEqualTo(Samples.RESPONSES_STREAM);
        assertThat(passed(openAiCaller(false), Dialect.Name.OPENAI, Samples.OPENAI_STREAM))
                .doesNotContain("prompt_tokens")
                .contains("call_2")
                .endsWith("data: [DONE]\n\n");
    }

    private static String passed(ChatRequest request, Dialect.Name dialect, String stream) throws Exception {
        Dialect.StreamDecoder decoder = Samples.DIALECTS.provider(dialect).decoder();
        Dialect.StreamEncoder encoder = Samples.DIALECTS.caller(dialect).encoder(request);
        StringBuilder out = new StringBuilder();
        for (SseParser.Event event : SseParser.ofDefaults().feed(Samples.utf8(stream))) {
            List<StreamEvent> meaning = decoder.decode(event.event(), event.data());
            out.append(new String(encoder.pass(event.event(), event.data(), meaning), StandardCharsets.UTF_8));
        }
        return out.toString();
    }

    @Test
    void neverLetsAFailedStreamLookFinished() throws Exception {
        List<StreamEvent> failing = List.of(
                new StreamEvent.Start("a", "m", 1, null),
                new StreamEvent.TextDelta(0, "Hel", null),
                new StreamEvent.Failed(ChatError.of(ChatError.Kind.OVERLOADED, 529, "busy")),
                new StreamEvent.Finish(0, FinishReason.STOP, null),
                new StreamEvent.End());

        List<SseParser.Event> openAi = Samples.encode(Dialect.Name.OPENAI, openAiCaller(true), failing);
        List<SseParser.Event> anthropic = Samples.encode(Dialect.Name.ANTHROPIC, anthropicCaller(), failing);

        assertThat(json(openAi.get(openAi.size() - 1).data()).at("/error/code").textValue())
                .isEqualTo("server_is_overloaded");
        assertThat(anthropic.get(anthropic.size() - 1).event()).isEqualTo("error");
        assertThat(json(anthropic.get(anthropic.size() - 1).data())
                        .at("/error/type")
                        .textValue())
                .isEqualTo("overloaded_error");
        StreamCollector collector = new StreamCollector();
        failing.forEach(collector::add);
        assertThat(collector.isComplete()).isFalse();
    }

    @Test
    void knowsATruncatedStreamFromAFinishedOne() throws Exception {
        StreamCollector cut = new StreamCollector();
        StreamCollector withoutDone = new StreamCollector();
        List<StreamEvent> events = events(Dialect.Name.OPENAI);
        events.subList(0, 3).forEach(cut::add);
        events.subList(0, events.size() - 1).forEach(withoutDone::add);

        assertThat(cut.isComplete()).isFalse();
        assertThat(withoutDone.isComplete()).isTrue();
        assertThat(withoutDone.isEnded()).isFalse();
        assertThat(new StreamCollector().isComplete()).isFalse();
    }

    @Test
    void toleratesWhatCompatibleServersSend() throws Exception {
        List<StreamEvent> events = Samples.decode(Dialect.Name.OPENAI, """
                : keep-alive

                data: {"id":"a","model":"m","choices":null}

                data: {"choices":[{"delta":{"reasoning_content":"Hm"}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{"}}]}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"}"}}]}}]}

                data: {"choices":[{"delta":{"tool_calls":[{"id":"y","function":{"name":"g","arguments":"{}"}}]}}]}

                data: {"error":{"message":"boom","code":503}}

                """);

        assertThat(events)
                .startsWith(
                        new StreamEvent.Start("a", "m", 0, null),
                        new StreamEvent.ReasoningDelta(0, "Hm", null),
                        new StreamEvent.ToolCallStart(0, 0, "x", "f"),
                        new StreamEvent.ToolCallDelta(0, 0, "{"),
                        new StreamEvent.ToolCallDelta(0, 0, "}"),
                        new StreamEvent.ToolCallStart(0, 1, "y", "g"),
                        new StreamEvent.ToolCallDelta(0, 1, "{}"));
        assertThat(events.get(events.size() - 1))
                .isInstanceOfSatisfying(
                        StreamEvent.Failed.class,
                        failed -> assertThat(failed.error().kind()).isEqualTo(ChatError.Kind.OVERLOADED));
    }

    @Test
    void readsAnErrorEventAfterStatus200AsAFailure() throws Exception {
        List<StreamEvent> events = Samples.decode(
                Dialect.Name.ANTHROPIC,
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n");

        assertThat(events)
                .containsExactly(new StreamEvent.Failed(
                        new ChatError(ChatError.Kind.OVERLOADED, 529, "x", "overloaded_error", null, null)));
    }

    @Test
    void refusesAnEventThatIsNotJson() {
        for (Dialect.Name provider :
                List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThatThrownBy(() -> Samples.decode(provider, "data: {\"choices\":[{\n\n"))
                    .isInstanceOf(MalformedReplyException.class);
        }
    }

    @Test
    void writesHalvesOfSurrogatePairsThatAProviderStreamsApart() throws Exception {
        List<SseParser.Event> written = Samples.encode(
                Dialect.Name.OPENAI,
                openAiCaller(false),
                List.of(new StreamEvent.TextDelta(0, "\ud83d", null), new StreamEvent.TextDelta(0, "\ude00", null)));

        String text = json(written.get(0).data()).at("/choices/0/delta/content").textValue()
                + json(written.get(1).data()).at("/choices/0/delta/content").textValue();
        assertThat(text).isEqualTo("\ud83d\ude00");
    }

    @Test
    void aDemandedCallOfAToolEndsAnAnthropicStreamForATool() throws Exception {
        List<StreamEvent> events = Samples.decode(Dialect.Name.OPENAI, """
                data: {"id":"a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: {"choices":[{"index":1,"delta":{"content":"x"},"finish_reason":"stop"}]}

                data: [DONE]

                """);

        assertThat(events)
                .contains(
                        new StreamEvent.Finish(0, FinishReason.TOOL_CALLS, null),
                        new StreamEvent.Finish(1, FinishReason.STOP, null));
        assertThat(Samples.encode(Dialect.Name.ANTHROPIC, anthropicCaller(), events))
                .anyMatch(event -> event.data().contains("\"stop_reason\":\"tool_use\""));
    }

    /** vLLM, if told so, and others count along. */
    @Test
    void keepsWhatElseIsInAChunkWithUsageThatNobodyAskedFor() throws Exception {
        String stream = """
                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":{"prompt_tokens":3,"total_tokens":3}}

                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}

                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: {"id":"a","model":"m","usage":{"prompt_tokens":3,"completion_tokens":1}}

                data: [DONE]

                """;

        assertThat(passed(openAiCaller(false), Dialect.Name.OPENAI, stream)).isEqualTo("""
                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}

                data: {"id":"a","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: [DONE]

                """);
        assertThat(passed(openAiCaller(true), Dialect.Name.OPENAI, stream)).isEqualTo(stream);
    }
}
