package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one format says and another one must be told as well, or not be asked. */
class CarriedOverTest {
    private static final String FUNCTIONS =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"functions\":[{\"name\":\"f\"}]}";

    private static JsonNode sent(ChatRequest request, Dialect.Name to) {
        return json(Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "remote", 4_096)));
    }

    private static ChatRequest openAi(String fields) throws BadRequestException {
        return Samples.openAi("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + fields + "}");
    }

    private static List<JsonNode> chunks(ChatRequest request, List<StreamEvent> events) throws MalformedReplyException {
        List<JsonNode> chunks = new ArrayList<>();
        for (SseParser.Event event : Samples.encode(Dialect.Name.OPENAI, request, events)) {
            if (!event.data().equals("[DONE]")) {
                chunks.add(json(event.data()));
            }
        }
        return chunks;
    }

    private static String arguments(List<JsonNode> chunks, int call) {
        StringBuilder arguments = new StringBuilder();
        for (JsonNode chunk : chunks) {
            JsonNode fragment = chunk.at("/choices/0/delta/tool_calls/0");
            if (fragment.path("index").asInt(-1) == call) {
                arguments.append(fragment.at("/function/arguments").asText());
            }
        }
        return arguments.toString();
    }

    @Test
    void aStreamedCallWithoutArgumentsEndsAsAnEmptyObject() throws Exception {
        List<StreamEvent> events = List.of(
                new StreamEvent.ToolCallStart(0, 0, "call_1", "now"),
                new StreamEvent.ToolCallDelta(0, 0, ""),
                new StreamEvent.ToolCallStart(0, 1, "call_2", "weather"),
                new StreamEvent.ToolCallDelta(0, 1, "{\"city\":"),
                new StreamEvent.ToolCallDelta(0, 1, "\"Bern\"}"),
                new StreamEvent.ToolCallStart(0, 2, "call_3", "today"),
                new StreamEvent.Finish(0, FinishReason.TOOL_CALLS, null),
                new StreamEvent.End());

        List<JsonNode> chunks = chunks(openAi("\"stream\":true"), events);

        assertThat(arguments(chunks, 0)).isEqualTo("{}");
        assertThat(arguments(chunks, 1)).isEqualTo("{\"city\":\"Bern\"}");
        assertThat(arguments(chunks, 2)).isEqualTo("{}");
        assertThat(chunks.get(chunks.size() - 1).at("/choices/0/finish_reason").asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void aStreamedCallWithoutArgumentsIsAnEmptyObjectWhereTheProviderTellsNoReason() throws Exception {
        List<JsonNode> chunks = chunks(
                openAi("\"stream\":true"),
                List.of(new StreamEvent.ToolCallStart(0, 0, "call_1", "now"), new StreamEvent.End()));

        assertThat(arguments(chunks, 0)).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"object\",\"properties\":{\"city\":{}}}}}",
                "{\"type\":\"object\",\"anyOf\":[{\"properties\":{\"city\":{}}}]}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"number\"}}",
                "{\"type\":\"object\",\"additionalProperties\":true}",
                "{\"type\":\"object\",\"properties\":{},\"patternProperties\":{\"^x\":{}}}",
                "{\"type\":\"object\",\"properties\":{\"city\":{}}}"
            })
    void geminiIsToldOfArgumentsThatAreNotInProperties(String schema) throws Exception {
        JsonNode body = sent(
                openAi("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + schema
                        + "}}]"),
                Dialect.Name.GEMINI);

        assertThat(body.at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .isEqualTo(json(schema));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"properties\":{}}",
                "{\"$schema\":\"x\",\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}"
            })
    void geminiIsToldNothingWhereThereAreNoArguments(String schema) throws Exception {
        JsonNode body = sent(
                openAi("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + schema
                        + "}}]"),
                Dialect.Name.GEMINI);

        assertThat(body.at("/tools/0/functionDeclarations/0").has("parametersJsonSchema"))
                .isFalse();
    }

    @Test
    void oldFunctionsAreAnsweredWithAFunctionCall() throws Exception {
        byte[] written = new OpenAiDialect(Samples.CLOCK)
                .writeReply(Samples.reply(Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_REPLY), Samples.openAi(FUNCTIONS));

        JsonNode choice = json(written).at("/choices/0");
        assertThat(choice.at("/message/function_call"))
                .isEqualTo(json("{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Bern\\\"}\"}"));
        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("finish_reason").asText()).isEqualTo("function_call");
    }

    @Test
    void oldFunctionsAreStreamedAsAFunctionCall() throws Exception {
        List<JsonNode> chunks =
                chunks(Samples.openAi(FUNCTIONS), Samples.decode(Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_STREAM));

        StringBuilder arguments = new StringBuilder();
        StringBuilder name = new StringBuilder();
        for (JsonNode chunk : chunks) {
            JsonNode delta = chunk.at("/choices/0/delta");
            assertThat(delta.has("tool_calls")).isFalse();
            name.append(delta.at("/function_call/name").asText());
            arguments.append(delta.at("/function_call/arguments").asText());
        }
        assertThat(name).hasToString("weather");
        assertThat(json(arguments.toString())).isEqualTo(json("{\"city\":\"Bern\"}"));
        assertThat(chunks.get(chunks.size() - 1).at("/choices/0/finish_reason").asText())
                .isEqualTo("function_call");
    }

    @Test
    void oldFunctionsTakeOneCallAtATime() throws Exception {
        ChatRequest request = Samples.openAi(FUNCTIONS);

        assertThat(sent(request, Dialect.Name.ANTHROPIC)
                        .at("/tool_choice/disable_parallel_tool_use")
                        .asBoolean())
                .isTrue();
        assertThat(sent(request, Dialect.Name.RESPONSES)
                        .path("parallel_tool_calls")
                        .asBoolean(true))
                .isFalse();
        assertThat(sent(request, Dialect.Name.OPENAI).has("parallel_tool_calls"))
                .isFalse();
        assertThat(Portability.notCarried(request, Dialect.Name.GEMINI))
                .singleElement()
                .asString()
                .contains("functions");
    }

    @Test
    void toolsBesideOldFunctionsAreAnsweredWithToolCalls() throws Exception {
        ChatRequest request = openAi("\"functions\":[{\"name\":\"f\"}],\"tools\":[{\"type\":\"function\","
                + "\"function\":{\"name\":\"g\"}}]");
        byte[] written = new OpenAiDialect(Samples.CLOCK)
                .writeReply(Samples.reply(Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_REPLY), request);

        assertThat(json(written).at("/choices/0/message").has("tool_calls")).isTrue();
    }

    @Test
    void textsAroundAToolCallStayApart() throws Exception {
        ChatRequest request = Samples.anthropic("""
                {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[
                 {"type":"text","text":"Fir"},{"type":"text","text":"st."},
                 {"type":"tool_use","id":"t1","name":"f","input":{}},{"type":"text","text":"Second."}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"4"}]}]}
                """);

        assertThat(sent(request, Dialect.Name.OPENAI).at("/messages/1/content").asText())
                .isEqualTo("First.\n\nSecond.");
    }

    @Test
    void streamedTextsAroundAToolCallStayApart() throws Exception {
        List<JsonNode> chunks = chunks(
                openAi("\"stream\":true"),
                List.of(
                        new StreamEvent.TextDelta(0, "Fir", null),
                        new StreamEvent.TextDelta(0, "st.", null),
                        new StreamEvent.ToolCallStart(0, 0, "c", "f"),
                        new StreamEvent.TextDelta(0, "Sec", null),
                        new StreamEvent.TextDelta(0, "ond.", null),
                        new StreamEvent.End()));

        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
        assertThat(text.toString().replace("null", "")).isEqualTo("First.\n\nSecond.");
    }

    @Test
    void twoMessagesOfOneResponseStayApart() throws Exception {
        String message =
                "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"m\"},"
                        + "{\"type\":\"output_text\",\"text\":\"%d\"}]}";
        String body = "{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"output\":[" + message.formatted(0) + ","
                + message.formatted(1) + "]}";
        byte[] written = new OpenAiDialect(Samples.CLOCK)
                .writeReply(Samples.reply(Dialect.Name.RESPONSES, body), openAi("\"n\":1"));
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            for (String piece : List.of("m", Integer.toString(i))) {
                stream.append("data: {\"type\":\"response.output_text.delta\",\"output_index\":")
                        .append(i);
                stream.append(",\"content_index\":0,\"delta\":\"").append(piece).append("\"}\n\n");
            }
        }
        StringBuilder streamed = new StringBuilder();
        Samples.decode(Dialect.Name.RESPONSES, stream.toString()).forEach(event -> streamed.append(event.written()));

        assertThat(json(written).at("/choices/0/message/content").asText()).isEqualTo("m0\n\nm1");
        assertThat(streamed).hasToString("m0\n\nm1");
    }
}
