package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.models.messages.Message;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.chat.completions.ChatCompletion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
