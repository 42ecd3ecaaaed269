package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.anthropic;
import static dev.llmrouter.chat.Samples.openAi;
import static dev.llmrouter.chat.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReadingTest {
    @Test
    void readsEveryPartOfAnOpenAiConversation() throws BadRequestException {
        ChatRequest request = openAi(Samples.OPENAI_TOOLS);

        assertThat(request.messages())
                .extracting(ChatMessage::role)
                .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL, Role.USER);
        assertThat(request.messages().get(1).parts())
                .containsExactly(
                        new Part.Text("Weather here and there?"), new Part.Image(null, "image/png", "aGk=", "low"));
        assertThat(request.messages().get(2).parts())
                .containsExactly(
                        new Part.ToolCall("call_1", "weather", "{\"city\":\"Bern\"}"),
                        new Part.ToolCall("call_2", "weather", "{\"city\":\"Rome\"}"));
        assertThat(request.messages().get(4).parts())
                .containsExactly(new Part.ToolResult("call_2", List.of(new Part.Text("sunny")), false));
        assertThat(request.toolChoice()).isEqualTo(new ToolChoice(ToolChoice.Mode.REQUIRED, null));
        assertThat(request.parallelToolCalls()).isFalse();
        assertThat(request.sampling().maxOutputTokens()).isEqualTo(100);
        assertThat(request.sampling().stop()).containsExactly("END", "FIN");
        assertThat(request.stream()).isTrue();
        assertThat(request.streamUsage()).isFalse();
        assertThat(request.user()).isEqualTo("u1");
    }

    @Test
    void readsEveryPartOfAnAnthropicConversation() throws BadRequestException {
        ChatRequest request = anthropic(Samples.ANTHROPIC_TOOLS);

        assertThat(request.messages())
                .extracting(ChatMessage::role)
                .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL, Role.USER);
        assertThat(request.messages().get(4).text()).isEqualTo("And tomorrow?");
        assertThat(request.toolChoice()).isEqualTo(new ToolChoice(ToolChoice.Mode.TOOL, "weather"));
        assertThat(request.parallelToolCalls()).isFalse();
        assertThat(request.sampling().stop()).containsExactly("END");
        assertThat(request.user()).isEqualTo("u7");
        assertThat(request.streamUsage()).isTrue();
    }

    @Test
    void pairsDeprecatedFunctionCallsWithTheirResults() throws BadRequestException {
        ChatRequest request = openAi("""
                {"model":"m","messages":[{"role":"user","content":"x"},
                 {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
                 {"role":"function","name":"f","content":"ok"}],"functions":[{"name":"f"}],"function_call":{"name":"f"}}
                """);

        Part.ToolCall call = (Part.ToolCall) request.messages().get(1).parts().get(0);
        Part.ToolResult result =
                (Part.ToolResult) request.messages().get(2).parts().get(0);
        assertThat(result.toolCallId()).isEqualTo(call.id());
        assertThat(request.tools()).extracting(Tool::name).containsExactly("f");
        assertThat(request.toolChoice()).isEqualTo(new ToolChoice(ToolChoice.Mode.TOOL, "f"));
    }

    @Test
    void keepsPartsOfUnknownTypesAndThoughtsOfTheModel() throws BadRequestException {
        ChatRequest request = anthropic("""
                {"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[
                 {"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"x"}]}]}
                """);

        assertThat(request.messages().get(0).parts().get(0)).isEqualTo(new Part.Reasoning("t", "s"));
        assertThat(request.messages().get(0).parts().get(1)).isInstanceOf(Part.Opaque.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"messages":[{"role":"user","content":"x"}]} | model
                    {"model":7,"messages":[{"role":"user","content":"x"}]} | model
                    {"model":"m"} | messages
                    {"model":"m","messages":[]} | messages
                    {"model":"m","messages":{}} | messages
                    {"model":"m","messages":["x"]} | messages[0]
                    {"model":"m","messages":[{"content":"x"}]} | messages[0].role
                    {"model":"m","messages":[{"role":"king","content":"x"}]} | messages[0].role
                    {"model":"m","messages":[{"role":"user"}]} | messages[0].content
                    {"model":"m","messages":[{"role":"user","content":[{"type":7}]}]} | messages[0].content[0].type
                    {"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]} | messages[0].content[0].text
                    {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]} | messages[0].content[0].image_url.url
                    {"model":"m","messages":[{"role":"tool","content":"x"}]} | messages[0].tool_call_id
                    {"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]}]} | messages[0].tool_calls[0].function.arguments
                    {"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"} | temperature
                    {"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":1.5} | max_tokens
                    {"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":1e99999999} | max_tokens
                    {"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1e99999999} | temperature
                    {"model":"m","messages":[{"role":"user","content":"x"}],"stop":[1]} | stop[0]
                    {"model":"m","messages":[{"role":"user","content":"x"}],"stream":"yes"} | stream
                    {"model":"m","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":1}} | stream_options.include_usage
                    {"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]} | tools[0].function
                    {"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"maybe"} | tool_choice
                    {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema"}} | response_format.json_schema
                    """)
    void namesTheWrongFieldOfAnOpenAiRequest(String body, String param) {
        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> openAi(body));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"model":"m","messages":[{"role":"user","content":"x"}]} | max_tokens
                    {"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]} | max_tokens
                    {"model":"m","max_tokens":1,"messages":[{"role":"system","content":"x"}]} | messages[0].role
                    {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_use","id":"a","name":"b","input":"c"}]}]} | messages[0].content[0].input
                    {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64"}}]}]} | messages[0].content[0].source.media_type
                    {"model":"m","max_tokens":1,"system":5,"messages":[{"role":"user","content":"x"}]} | system
                    {"model":"m","max_tokens":1,"stop_sequences":"x","messages":[{"role":"user","content":"x"}]} | stop_sequences
                    {"model":"m","max_tokens":1,"tool_choice":{"type":"x"},"messages":[{"role":"user","content":"x"}]} | tool_choice.type
                    """)
    void namesTheWrongFieldOfAnAnthropicRequest(String body, String param) {
        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> anthropic(body));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).isEqualTo(param);
    }

    /** "A key twice" was said of it. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "\n\t \r\n"})
    void aBodyOfBlanksIsEmpty(String blanks) {
        assertThatThrownBy(() -> Samples.openAi(blanks))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("The body is empty; expected is a JSON object.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "{",
                "{\"model\":\"m\"",
                "{\"model\":\"m\",\"model\":\"n\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} {}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}]",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\udc00\\ud800\"}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\u0000b\"}]}",
                "{\"model\":NaN,\"messages\":[]}"
            })
    void refusesWhatIsNotOneJsonObject(String body) {
        assertThat(catchThrowableOfType(BadRequestException.class, () -> openAi(body))
                        .error()
                        .status())
                .isEqualTo(400);
        assertThat(catchThrowableOfType(BadRequestException.class, () -> anthropic(body))
                        .error()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void takesEscapedNulsPairsAndBackslashes() throws BadRequestException {
        ChatRequest request = openAi(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0000\\ud83d\\ude00\\\\ud800\"}]}");

        assertThat(request.messages().get(0).text()).isEqualTo("a\0\ud83d\ude00\\ud800");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "c080", "eda080", "f4908080", "80", "e28228", "f0288c28", "fffe7b", "e2"})
    void refusesWhatIsNotUtf8(String hex) {
        byte[] bad = java.util.HexFormat.of().parseHex(hex);
        byte[] body = utf8("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"xxxxxxx\"}]}");
        int at = new String(body, StandardCharsets.UTF_8).indexOf("xxxx");
        System.arraycopy(bad, 0, body, at, bad.length);

        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> openAi(body));

        assertThat(refused.error().message()).contains("UTF-8");
    }

    private static ChatRequest openAi(byte[] body) throws BadRequestException {
        return Samples.DIALECTS.caller(Dialect.Name.OPENAI).parseRequest(body, Limits.ofDefaults());
    }

    private static ChatRequest openAi(String body) throws BadRequestException {
        return Samples.openAi(body);
    }

    @Test
    void refusesUtf16AndUtf32() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        assertThat(catchThrowableOfType(
                        BadRequestException.class, () -> openAi(body.getBytes(StandardCharsets.UTF_16LE))))
                .isNotNull();
        assertThat(catchThrowableOfType(
                        BadRequestException.class, () -> openAi(body.getBytes(StandardCharsets.UTF_16BE))))
                .isNotNull();
    }

    @Test
    void holdsTheLimitsOfSizeDepthAndMessages() throws BadRequestException {
        Dialect dialect = new OpenAiDialect(Samples.CLOCK);
        byte[] body = utf8("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(dialect.parseRequest(body, new Limits(body.length, 3, 1)).model())
                .isEqualTo("m");

        assertThat(refusal(dialect, body, new Limits(body.length - 1, 3, 1)).status())
                .isEqualTo(413);
        assertThat(refusal(dialect, body, new Limits(body.length - 1, 3, 1)).kind())
                .isEqualTo(ChatError.Kind.TOO_LARGE);
        assertThat(refusal(dialect, body, new Limits(body.length, 2, 1)).message())
                .contains("deeper than 2");
        assertThat(refusal(dialect, body, new Limits(body.length, 3, 0)).param())
                .isEqualTo("messages");
    }

    private static ChatError refusal(Dialect dialect, byte[] body, Limits limits) {
        return catchThrowableOfType(BadRequestException.class, () -> dialect.parseRequest(body, limits))
                .error();
    }

    @Test
    void neverQuotesTheBody() {
        BadRequestException refused = catchThrowableOfType(
                BadRequestException.class, () -> openAi("{\"model\":\"m\",\"messages\":secretprompt}"));

        assertThat(refused.error().message()).doesNotContain("secretprompt").contains("line 1");
    }

    @Test
    void sendsTheSameDialectOnAsItCameButForTheModel() throws BadRequestException {
        String body = """
                {"model":"auto","messages":[{"role":"user","content":"x"}],"temperature":1.0,"top_p":0.10,
                 "seed":9223372036854775807,"x_big":123456789012345678901234567890.12345678901234567890,"x_new":{"a":[null]}}
                """;
        ChatRequest request = openAi(body);

        String sent = Json.text(new OpenAiDialect(Samples.CLOCK).writeRequest(request, "gpt-x", 100));

        assertThat(sent)
                .isEqualTo("{\"model\":\"gpt-x\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
                        + "\"temperature\":1.0,\"top_p\":0.10,\"seed\":9223372036854775807,"
                        + "\"x_big\":123456789012345678901234567890.12345678901234567890,\"x_new\":{\"a\":[null]}}");
        assertThat(java.util.Objects.requireNonNull(request.body()).get("model").textValue())
                .isEqualTo("auto");
    }

    @Test
    void asksOpenAiStreamsForUsageAndKeepsTheCallersOtherOptions() throws BadRequestException {
        ChatRequest request = openAi("""
                {"model":"m","messages":[{"role":"user","content":"x"}],"stream":true,
                 "stream_options":{"include_obfuscation":false}}
                """);

        assertThat(new OpenAiDialect(Samples.CLOCK)
                        .writeRequest(request, "m", 1)
                        .get("stream_options")
                        .toString())
                .isEqualTo("{\"include_obfuscation\":false,\"include_usage\":true}");
        assertThat(java.util.Objects.requireNonNull(request.body())
                        .get("stream_options")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void readsPlainText() throws BadRequestException {
        CallerDialect text = new TextDialect();
        assertThat(text.parseRequest(utf8("Hallo"), Limits.ofDefaults())
                        .messages()
                        .get(0)
                        .text())
                .isEqualTo("Hallo");
        assertThat(catchThrowableOfType(
                        BadRequestException.class,
                        () -> text.parseRequest(new byte[] {(byte) 0xc3}, Limits.ofDefaults())))
                .isNotNull();
        assertThat(catchThrowableOfType(
                        BadRequestException.class, () -> text.parseRequest(utf8(" \n"), Limits.ofDefaults())))
                .isNotNull();
    }
}
