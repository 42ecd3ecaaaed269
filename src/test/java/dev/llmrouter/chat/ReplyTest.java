package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.chat.completions.ChatCompletion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {
    private static final ChatRequest ASKED = ChatRequest.ofText("x");

    private static ChatReply reply(Dialect.Name provider) throws MalformedReplyException {
        return Samples.reply(
                provider,
                switch (provider) {
                    case OPENAI, EMBEDDINGS, TEXT -> Samples.OPENAI_REPLY;
                    case RESPONSES -> Samples.RESPONSES_REPLY;
                    case ANTHROPIC -> Samples.ANTHROPIC_REPLY;
                    case GEMINI -> Samples.GEMINI_REPLY;
                });
    }

    private static JsonNode written(Dialect.Name provider, Dialect.Name caller) throws MalformedReplyException {
        return json(Samples.DIALECTS.caller(caller).writeReply(reply(provider), ASKED));
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void countsTokensInOneMeaning(Dialect.Name provider) throws MalformedReplyException {
        Usage usage = Objects.requireNonNull(reply(provider).usage());

        assertThat(usage.inputTokens()).isEqualTo(100);
        assertThat(usage.cachedInputTokens()).isEqualTo(60);
        assertThat(usage.outputTokens()).isEqualTo(20);
        assertThat(usage.cacheWriteTokens()).isEqualTo(provider == Dialect.Name.ANTHROPIC ? 10 : 0);
        assertThat(usage.reasoningTokens()).isEqualTo(provider == Dialect.Name.ANTHROPIC ? 0 : 5);
        assertThat(reply(provider).text()).isEqualTo("Hello");
        assertThat(reply(provider).choices().get(0).finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void answersOpenAiCallersAsTheirClientExpects(Dialect.Name provider) throws Exception {
        JsonNode body = written(provider, Dialect.Name.OPENAI);

        ChatCompletion completion =
                com.openai.core.ObjectMappers.jsonMapper().readValue(body.toString(), ChatCompletion.class);
        completion.validate();
        assertThat(completion.id()).startsWith("chatcmpl-");
        assertThat(completion.choices().get(0).message().content()).contains("Hello");
        assertThat(completion.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(completion.usage().orElseThrow().promptTokens()).isEqualTo(100);
        JsonNode message = body.at("/choices/0/message");
        assertThat(message.has("refusal")).isTrue();
        assertThat(body.at("/choices/0").has("logprobs")).isTrue();
        assertThat(json(message.at("/tool_calls/0/function/arguments").textValue()))
                .isEqualTo(json("{\"city\":\"Bern\"}"));
        assertThat(body.get("created").longValue()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void answersAnthropicCallersAsTheirClientExpects(Dialect.Name provider) throws Exception {
        JsonNode body = written(provider, Dialect.Name.ANTHROPIC);

        Message message = com.anthropic.core.ObjectMappers.jsonMapper().readValue(body.toString(), Message.class);
        if (provider != Dialect.Name.ANTHROPIC) {
            message.validate();
        }
        assertThat(message.id()).startsWith("msg_");
        assertThat(message.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
        assertThat(message.usage().inputTokens()).isEqualTo(provider == Dialect.Name.ANTHROPIC ? 30 : 40);
        assertThat(message.usage().cacheReadInputTokens()).contains(60L);
        assertThat(message.content().stream().anyMatch(block -> block.isToolUse()))
                .isTrue();
        assertThat(body.has("stop_sequence")).isTrue();
    }

    @Test
    void passesTheBodyOfTheSameDialectOnWithTheProvidersModel() throws MalformedReplyException {
        assertThat(written(Dialect.Name.OPENAI, Dialect.Name.OPENAI)).isEqualTo(json(Samples.OPENAI_REPLY));
        assertThat(written(Dialect.Name.RESPONSES, Dialect.Name.RESPONSES)).isEqualTo(json(Samples.RESPONSES_REPLY));
        assertThat(written(Dialect.Name.ANTHROPIC, Dialect.Name.ANTHROPIC)).isEqualTo(json(Samples.ANTHROPIC_REPLY));
    }

    @Test
    void answersPlainTextCallersWithTheText() throws MalformedReplyException {
        assertThat(new String(new TextDialect().writeReply(reply(Dialect.Name.GEMINI), ASKED), StandardCharsets.UTF_8))
                .isEqualTo("Hello");
    }

    @Test
    void writesNullContentWithToolCallsAlone() throws MalformedReplyException {
        ChatReply reply = Samples.reply(Dialect.Name.ANTHROPIC, """
                {"content":[{"type":"tool_use","id":"t","name":"f","input":{}}],"stop_reason":"tool_use"}
                """);

        JsonNode body = json(new OpenAiDialect(Samples.CLOCK).writeReply(reply, ASKED));

        assertThat(body.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(body.get("created").longValue()).isEqualTo(1_700_000_000L);
        assertThat(body.has("usage")).isFalse();
        assertThat(json(new OpenAiDialect(Samples.CLOCK).writeReply(reply, ASKED)))
                .as("a derived id is the same each time")
                .isEqualTo(body);
    }

    @Test
    void tellsRefusalsToCallersOfTheOtherDialect() throws MalformedReplyException {
        ChatReply refused = Samples.reply(Dialect.Name.OPENAI, """
                {"id":"c","choices":[{"index":0,"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}
                """);

        JsonNode body = json(new AnthropicDialect().writeReply(refused, ASKED));

        assertThat(body.get("stop_reason").textValue()).isEqualTo("refusal");
        assertThat(body.at("/content/0/text").textValue()).isEqualTo("No.");
        assertThat(new String(new TextDialect().writeReply(refused, ASKED), StandardCharsets.UTF_8))
                .isEqualTo("No.");
    }

    @Test
    void readsAPromptThatGeminiBlockedAsFiltered() throws MalformedReplyException {
        ChatReply blocked = Samples.reply(
                Dialect.Name.GEMINI,
                "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4}}");

        assertThat(blocked.choices().get(0).finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(blocked.usage()).isEqualTo(Usage.of(4, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "<html>",
                "{}",
                "{\"choices\":null}",
                "{\"choices\":[]}",
                "{\"choices\":[7]}",
                "{\"error\":{\"message\":\"x\"}}",
                "{\"type\":\"error\",\"content\":[],\"error\":{}}",
                "{\"choices\":[{}]}"
            })
    void refusesAnswersThatAreNone(String body) {
        for (Dialect.Name provider :
                List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThatThrownBy(() -> Samples.reply(provider, body)).isInstanceOf(MalformedReplyException.class);
        }
    }

    /** What xAI, Gemini's compatible door, OpenAI and servers that miscount answer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "prompt_tokens":10120,"completion_tokens":1499,"total_tokens":14428,"completion_tokens_details":{"reasoning_tokens":2809} | 4308 | 2809
                    "prompt_tokens":200,"completion_tokens":100,"total_tokens":50300,"prompt_tokens_details":{"cached_tokens":50000} | 100 | 0
                    "prompt_tokens":20,"completion_tokens":151,"total_tokens":553 | 533 | 0
                    "prompt_tokens":10,"completion_tokens":30,"total_tokens":40,"completion_tokens_details":{"reasoning_tokens":20} | 30 | 20
                    "prompt_tokens":10,"completion_tokens":30,"completion_tokens_details":{"reasoning_tokens":20} | 30 | 20
                    "prompt_tokens":10,"completion_tokens":30,"total_tokens":-5,"completion_tokens_details":{"reasoning_tokens":7} | 30 | 7
                    "prompt_tokens":10,"completion_tokens":30,"total_tokens":12 | 30 | 0
                    "prompt_tokens":10,"completion_tokens":30,"total_tokens":9223372036854775807 | 30 | 0
                    "prompt_tokens":10,"completion_tokens":30,"total_tokens":9223372036854775807,"completion_tokens_details":{"reasoning_tokens":20} | 50 | 20
                    "completion_tokens":30,"total_tokens":900 | 30 | 0
                    """)
    void countsThoughtsThatLieBesideTheCompletion(String usage, long output, long reasoning) throws Exception {
        String reply = "{\"choices\":[{\"message\":{\"content\":\"x\"}}],\"usage\":{" + usage + "}}";
        StreamCollector stream = new StreamCollector();
        Samples.decode(Dialect.Name.OPENAI, "data: {\"choices\":[],\"usage\":{" + usage + "}}\n\n")
                .forEach(stream::add);

        Usage whole =
                Objects.requireNonNull(Samples.reply(Dialect.Name.OPENAI, reply).usage());

        assertThat(whole.outputTokens()).isEqualTo(output);
        assertThat(whole.reasoningTokens()).isEqualTo(reasoning);
        assertThat(stream.usage()).isEqualTo(whole);
    }

    /** OpenAI ends the call of a function that the caller demanded with "stop". */
    @Test
    void aDemandedCallOfAToolEndsAnAnthropicTurnForATool() throws Exception {
        String body = """
                {"id":"a","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant",
                 "content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}
                """;
        ChatReply reply = Samples.reply(Dialect.Name.OPENAI, body);

        assertThat(json(new AnthropicDialect().writeReply(reply, ASKED))
                        .get("stop_reason")
                        .textValue())
                .isEqualTo("tool_use");
        assertThat(json(new OpenAiDialect(Samples.CLOCK).writeReply(reply, ASKED)))
                .isEqualTo(json(body));
    }

    @Test
    void estimatesAllThatWasWrittenWhereTheProviderDoesNotCount() throws Exception {
        ChatReply uncounted = Samples.reply(Dialect.Name.OPENAI, """
                {"choices":[
                 {"message":{"reasoning_content":"12","content":"345","refusal":"67","tool_calls":[
                   {"id":"c","function":{"name":"f","arguments":"{\\"a\\":1}"}}]}},
                 {"message":{"content":"890"}}]}
                """);

        assertThat(uncounted.usageOr(() -> 4, String::length)).isEqualTo(new Usage(4, 0, 0, 17, 0, true));
        assertThat(reply(Dialect.Name.OPENAI)
                        .usageOr(
                                () -> {
                                    throw new AssertionError("nobody has to estimate what the provider counted");
                                },
                                String::length)
                        .outputTokens())
                .isEqualTo(20);
    }

    /** A checked answer is asked for whole and told as a stream. */
    @Test
    void anAnthropicAnswerKeepsItsBlocksAsAStream() throws Exception {
        String body = """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[
                  {"type":"thinking","thinking":"Hm","signature":"s"},
                  {"type":"redacted_thinking","data":"d"},
                  {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},
                  {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[
                    {"type":"web_search_result","url":"http://x","title":"t","encrypted_content":"e","page_age":null}]},
                  {"type":"text","text":"Found","citations":[{"type":"web_search_result_location","url":"http://x",
                    "title":"t","encrypted_index":"i","cited_text":"c"}]},
                  {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}],
                 "stop_reason":"tool_use","stop_sequence":null,
                 "usage":{"input_tokens":10,"output_tokens":5,"cache_read_input_tokens":0,"cache_creation_input_tokens":0}}
                """;
        ChatReply reply = Samples.reply(Dialect.Name.ANTHROPIC, body);
        MessageAccumulator accumulator = MessageAccumulator.create();

        for (SseParser.Event event : SseParser.ofDefaults().feed(new AnthropicDialect().writeStream(reply, ASKED))) {
            assertThat(json(event.data()).get("type").textValue()).isEqualTo(event.event());
            accumulator.accumulate(
                    com.anthropic.core.ObjectMappers.jsonMapper().readValue(event.data(), RawMessageStreamEvent.class));
        }

        JsonNode told = com.anthropic.core.ObjectMappers.jsonMapper().valueToTree(accumulator.message());
        assertThat(told.get("content")).hasSize(6);
        for (int i = 0; i < 6; i++) {
            JsonNode before = json(body).at("/content/" + i);
            JsonNode after = told.at("/content/" + i);
            before.fieldNames()
                    .forEachRemaining(field -> assertThat(json(after.get(field).toString()))
                            .as("%s of %s", field, before.get("type"))
                            .isEqualTo(before.get(field)));
        }
        assertThat(told.get("stop_reason").textValue()).isEqualTo("tool_use");
        assertThat(told.at("/usage/output_tokens").longValue()).isEqualTo(5);
        assertThat(json(new AnthropicDialect().writeReply(reply, ASKED))).isEqualTo(json(body));
    }

    @Test
    void anAnswersLogProbabilitiesStayWithItAsAStream() throws Exception {
        ChatReply reply = Samples.reply(Dialect.Name.OPENAI, """
                {"id":"a","model":"m","created":1,"choices":[{"index":0,"finish_reason":"stop","message":{"content":"Hi"},
                 "logprobs":{"content":[{"token":"Hi","logprob":-0.1,"bytes":[72,105],"top_logprobs":[]}],"refusal":null}}]}
                """);
        StreamCollector collector = new StreamCollector();
        String stream = new String(new OpenAiDialect(Samples.CLOCK).writeStream(reply, ASKED), StandardCharsets.UTF_8);

        Samples.decode(Dialect.Name.OPENAI, stream).forEach(collector::add);

        assertThat(collector.reply().choices().get(0).logprobs())
                .isEqualTo(reply.choices().get(0).logprobs());
    }
}
