package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Anthropic's callers say in blocks and schemas reaches other formats, or keeps their models out: report 164, 6 to 8. */
class AnthropicCallersTest {
    private static final String DOCUMENT =
            "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\","
                    + "\"data\":\"JVBERi0=\"}%s}";

    private static ChatRequest asks(String content, String fields) throws BadRequestException {
        return Samples.anthropic("{\"model\":\"m\",\"max_tokens\":90,\"messages\":[{\"role\":\"user\",\"content\":"
                + content + "}]" + fields + "}");
    }

    private static JsonNode sent(ChatRequest request, Dialect.Name to) {
        return json(Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "remote", 4_096)));
    }

    @Test
    void theContextOfADocumentStandsBeforeIt() throws BadRequestException {
        ChatRequest request = asks(
                "[" + DOCUMENT.formatted(",\"context\":\"The 2024 edition\",\"citations\":{\"enabled\":false}") + "]",
                "");

        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
        JsonNode content = sent(request, Dialect.Name.OPENAI).at("/messages/0/content");
        assertThat(content.at("/0/text").asText()).isEqualTo("The 2024 edition");
        assertThat(content.at("/1/type").asText()).isEqualTo("file");
        assertThat(sent(request, Dialect.Name.ANTHROPIC).path("messages"))
                .isEqualTo(Objects.requireNonNull(request.body()).path("messages"));
    }

    @Test
    void fieldsOfBlocksThatAreNotCarriedKeepOthersOut() throws BadRequestException {
        String[] contents = {
            "[" + DOCUMENT.formatted(",\"citations\":{\"enabled\":true}") + "]",
            "[{\"type\":\"text\",\"text\":\"x\",\"x_new\":1}]",
            "[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"x_new\":1}]}]"
        };
        for (String content : contents) {
            ChatRequest request = asks(content, "");
            for (Dialect.Name target : List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.GEMINI)) {
                assertThat(Portability.notCarried(request, target))
                        .singleElement()
                        .asString()
                        .containsAnyOf("messages[0].content[0].citations", "x_new");
            }
            assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isEmpty();
        }
    }

    @Test
    void whatClientsSendBackOfAnswersKeepsNobodyOut() throws BadRequestException {
        ChatRequest request = Samples.anthropic("""
                {"model":"m","max_tokens":90,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[
                 {"role":"user","content":[{"type":"text","text":"x","citations":null}]},
                 {"role":"assistant","content":[{"type":"text","text":"y","citations":[{"type":"char_location"}]},
                  {"type":"tool_use","id":"t","name":"f","input":{},"caller":{"type":"direct"}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"1","is_error":false}]}]}
                """);

        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false} | not required
                    {"type":"object","properties":{"a":{"oneOf":[{"type":"string"}]}},"required":["a"]} | 'oneOf'
                    {"type":"object","properties":{},"additionalProperties":true} | 'additionalProperties'
                    {"type":"array","items":{"type":"string"}} | at its top
                    """)
    void aSchemaThatStrictModeDoesNotTakeKeepsOpenAisModelsOut(String schema, String fault) throws BadRequestException {
        ChatRequest answer =
                asks("\"x\"", ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + schema + "}}");
        ChatRequest tool =
                asks("\"x\"", ",\"tools\":[{\"name\":\"f\",\"strict\":true,\"input_schema\":" + schema + "}]");
        ChatRequest lax = asks("\"x\"", ",\"tools\":[{\"name\":\"f\",\"input_schema\":" + schema + "}]");

        for (ChatRequest request : List.of(answer, tool)) {
            for (Dialect.Name target : List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES)) {
                assertThat(Portability.notCarried(request, target))
                        .singleElement()
                        .asString()
                        .contains(fault);
            }
            assertThat(Portability.notCarried(request, Dialect.Name.GEMINI)).isEmpty();
        }
        assertThat(Portability.notCarried(lax, Dialect.Name.OPENAI)).isEmpty();
    }

    @Test
    void aSchemaThatStrictModeTakesIsClosed() throws BadRequestException {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}";
        ChatRequest request =
                asks("\"x\"", ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + schema + "}}");

        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
        JsonNode written = sent(request, Dialect.Name.OPENAI).at("/response_format/json_schema");
        assertThat(written.path("strict").asBoolean()).isTrue();
        assertThat(written.at("/schema/additionalProperties").asBoolean(true)).isFalse();
        assertThat(Objects.requireNonNull(request.body()).at("/output_config/format/schema"))
                .isEqualTo(json(schema));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            low   | Qwen/Qwen3-32B         | low
            high  | gpt-5-mini             | high
            xhigh | Qwen/Qwen3-32B         | high
            max   | Qwen/Qwen3-32B         | high
            max   | openai/gpt-oss-120b    | high
            max   | gpt-5-2025-08-07       | high
            xhigh | gpt-5.1-codex          | high
            xhigh | gpt-5.1-codex-max      | xhigh
            max   | openai/gpt-5.2         | xhigh
            xhigh | gpt-5.4-mini           | xhigh
            max   | gpt-5.2-chat-latest    | high
            max   | gpt-5.6-terra          | max
            max   | gpt-35-turbo           | high
            """)
    void anEffortBecomesWhatTheModelTakes(String effort, String model, String written) throws BadRequestException {
        ChatRequest request = asks("\"x\"", ",\"output_config\":{\"effort\":\"" + effort + "\"}");

        assertThat(OpenAiRequestWriter.write(request, model)
                        .path("reasoning_effort")
                        .asText())
                .isEqualTo(written);
        assertThat(ResponsesRequestWriter.write(request, model)
                        .at("/reasoning/effort")
                        .asText())
                .isEqualTo(written);
    }
}
