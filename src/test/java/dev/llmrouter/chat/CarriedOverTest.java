package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private static ChatRequest responses(String fields) throws BadRequestException {
        return Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(
                        Samples.utf8("{\"model\":\"m\",\"input\":\"x\"," + fields + "}"),
                        dev.llmrouter.policy.Limits.ofDefaults());
    }

    private static ChatRequest anthropic(String fields) throws BadRequestException {
        return Samples.anthropic(
                "{\"model\":\"m\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + fields
                        + "}");
    }

    @Test
    void theDescriptionOfAnAnswersSchemaIsCarried() throws Exception {
        ChatRequest chat = openAi("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\","
                + "\"description\":\"In kelvin\",\"schema\":{\"type\":\"object\"}}}");
        ChatRequest responses = responses("\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"a\","
                + "\"description\":\"In kelvin\",\"schema\":{\"type\":\"object\",\"description\":\"Own\"}}}");

        assertThat(sent(chat, Dialect.Name.RESPONSES)
                        .at("/text/format/description")
                        .asText())
                .isEqualTo("In kelvin");
        assertThat(sent(responses, Dialect.Name.OPENAI)
                        .at("/response_format/json_schema/description")
                        .asText())
                .isEqualTo("In kelvin");
        assertThat(sent(chat, Dialect.Name.ANTHROPIC).at("/output_config/format/schema"))
                .isEqualTo(json("{\"type\":\"object\",\"description\":\"In kelvin\",\"additionalProperties\":false}"));
        assertThat(sent(chat, Dialect.Name.GEMINI)
                        .at("/generationConfig/responseJsonSchema/description")
                        .asText())
                .isEqualTo("In kelvin");
        assertThat(sent(responses, Dialect.Name.ANTHROPIC)
                        .at("/output_config/format/schema/description")
                        .asText())
                .isEqualTo("Own");
    }

    @Test
    void systemMessagesInTheMiddleKeepTheirPlace() throws Exception {
        String messages = "[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"y\"},"
                + "{\"role\":\"system\",\"content\":\"Be brief now.\"},{\"role\":\"user\",\"content\":\"z\"}]";
        ChatRequest request = Samples.anthropic("{\"model\":\"m\",\"max_tokens\":9,\"messages\":" + messages + "}");

        assertThat(sent(request, Dialect.Name.ANTHROPIC).path("messages")).isEqualTo(json(messages));
        assertThat(sent(request, Dialect.Name.OPENAI).path("messages")).isEqualTo(json(messages));
        assertThat(sent(request, Dialect.Name.RESPONSES).at("/input/2"))
                .isEqualTo(json("{\"role\":\"system\",\"content\":\"Be brief now.\"}"));
        assertThat(sent(request, Dialect.Name.GEMINI)
                        .at("/systemInstruction/parts/0/text")
                        .asText())
                .isEqualTo("Be brief now.");
    }

    @Test
    void severalSpeakersAreNamedInTheirTexts() throws Exception {
        ChatRequest request = Samples.openAi("""
                {"model":"m","messages":[{"role":"system","name":"example_user","content":"2+2?"},
                 {"role":"system","name":"example_assistant","content":"4"},
                 {"role":"user","name":"alice","content":"Tea."},
                 {"role":"user","name":"bob","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},
                 {"role":"user","content":"Who wants tea?"}]}
                """);

        JsonNode anthropic = sent(request, Dialect.Name.ANTHROPIC);
        assertThat(anthropic.path("system").asText()).isEqualTo("example_user: 2+2?\n\nexample_assistant: 4");
        assertThat(anthropic.at("/messages/0/content/0/text").asText()).isEqualTo("alice: Tea.");
        assertThat(anthropic.at("/messages/0/content/1/text").asText()).isEqualTo("bob:");
        assertThat(anthropic.at("/messages/0/content/3/text").asText()).isEqualTo("Who wants tea?");
        JsonNode gemini = sent(request, Dialect.Name.GEMINI);
        assertThat(gemini.at("/contents/0/parts/0/text").asText()).isEqualTo("alice: Tea.");
        JsonNode responses = sent(request, Dialect.Name.RESPONSES);
        assertThat(responses.path("instructions").asText()).isEqualTo("example_user: 2+2?");
        assertThat(responses.at("/input/1/content").asText()).isEqualTo("alice: Tea.");
        assertThat(sent(request, Dialect.Name.OPENAI).at("/messages/2/content").asText())
                .isEqualTo("Tea.");
    }

    @Test
    void namesOfAgentsThatTakeTurnsKeepNobodyOut() throws Exception {
        ChatRequest request = Samples.openAi("""
                {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","name":"a","content":"y"},
                 {"role":"assistant","name":"b","content":"z"},{"role":"user","content":"x"}]}
                """);

        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isEmpty();
        assertThat(sent(request, Dialect.Name.ANTHROPIC)
                        .at("/messages/1/content/0/text")
                        .asText())
                .isEqualTo("y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "tools":[{"name":"f","input_schema":{"type":"object"},"input_examples":[{"a":1}]}] | tools[0].input_examples
                    "tools":[{"name":"f","input_schema":{"type":"object"},"defer_loading":true}] | tools[0].defer_loading
                    "tools":[{"name":"f","input_schema":{"type":"object"},"allowed_callers":["direct","code"]}] | allowed_callers
                    "thinking":{"type":"adaptive","x_new":1} | thinking.x_new
                    "thinking":{"type":"x_new"} | thinking
                    """)
    void namesFieldsInsideOfAMessagesRequest(String fields, String named) throws Exception {
        for (Dialect.Name target : List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(anthropic(fields), target))
                    .singleElement()
                    .asString()
                    .contains(named);
        }
        assertThat(Portability.notCarried(anthropic(fields), Dialect.Name.ANTHROPIC))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "reasoning":{"mode":"pro"} | reasoning.mode
                    "reasoning":{"context":"all_turns"} | reasoning.context
                    "tools":[{"type":"function","name":"f","output_schema":{"type":"object"}}] | tools[0].output_schema
                    "tools":[{"type":"function","name":"f","defer_loading":true}] | tools[0].defer_loading
                    "tools":[{"type":"function","name":"f","allowed_callers":["programmatic"]}] | tools[0].allowed_callers
                    """)
    void namesFieldsInsideOfAResponsesRequest(String fields, String named) throws Exception {
        for (Dialect.Name target : List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(responses(fields), target))
                    .singleElement()
                    .asString()
                    .contains(named);
        }
        assertThat(Portability.notCarried(responses(fields), Dialect.Name.RESPONSES))
                .isEmpty();
    }

    @Test
    void whatFrameworksWriteIntoAChatToolKeepsNobodyOut() throws Exception {
        ChatRequest request =
                openAi("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"requires_confirmation\":"
                        + "true,\"return\":{\"type\":\"string\"}}}]");

        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isEmpty();
    }

    @Test
    void whatSaysTheDefaultKeepsNobodyOut() throws Exception {
        assertThat(Portability.notCarried(
                        anthropic(
                                "\"tools\":[{\"type\":\"custom\",\"name\":\"f\",\"description\":\"d\",\"strict\":true,"
                                        + "\"input_schema\":{\"type\":\"object\"},\"cache_control\":{\"type\":\"ephemeral\"},"
                                        + "\"defer_loading\":false,\"allowed_callers\":[\"direct\"],\"input_examples\":[]}],"
                                        + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000,\"display\":\"omitted\"}"),
                        Dialect.Name.OPENAI))
                .isEmpty();
        assertThat(Portability.notCarried(
                        responses("\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\",\"mode\":\"standard\","
                                + "\"context\":\"auto\"},\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"strict\":true,"
                                + "\"parameters\":{},\"output_schema\":null}]"),
                        Dialect.Name.OPENAI))
                .isEmpty();
    }

    @Test
    void thinkingThatIsSwitchedOffIsSwitchedOffEverywhere() throws Exception {
        ChatRequest request = anthropic("\"thinking\":{\"type\":\"disabled\"},\"output_config\":{\"effort\":\"low\"}");
        ChatRequest reasoning = request.suiting(java.util.Set.of(dev.llmrouter.policy.Capability.REASONING));

        assertThat(sent(reasoning, Dialect.Name.GEMINI)
                        .at("/generationConfig/thinkingConfig/thinkingBudget")
                        .asInt(-1))
                .isZero();
        assertThat(sent(reasoning, Dialect.Name.OPENAI).path("reasoning_effort").asText())
                .isEqualTo("none");
        assertThat(sent(reasoning, Dialect.Name.RESPONSES)
                        .at("/reasoning/effort")
                        .asText())
                .isEqualTo("none");
        assertThat(Portability.required(request)).isEmpty();
        ChatRequest plain = request.suiting(java.util.Set.of());
        assertThat(sent(plain, Dialect.Name.OPENAI).has("reasoning_effort")).isFalse();
        assertThat(sent(plain, Dialect.Name.GEMINI).has("generationConfig")).isTrue();
        assertThat(sent(plain, Dialect.Name.GEMINI).path("generationConfig").has("thinkingConfig"))
                .isFalse();
    }

    @Test
    void pagesThatChatCitesReachCallersOfResponses() throws Exception {
        String cited = "[{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":0,\"end_index\":4,"
                + "\"title\":\"T\",\"url\":\"https://a.example/\"}}]";
        JsonNode flat =
                json("[{\"type\":\"url_citation\",\"url\":\"https://a.example/\",\"start_index\":0,\"end_index\":4,"
                        + "\"title\":\"T\"}]");
        ChatRequest caller = responses("\"stream\":true");
        String whole = "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                + "{\"role\":\"assistant\",\"content\":\"Rain\",\"annotations\":" + cited + "}}]}";
        String stream =
                "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Rain\"}}]}\n\n"
                        + "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"annotations\":"
                        + cited
                        + "},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

        byte[] written = Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .writeReply(Samples.reply(Dialect.Name.OPENAI, whole), caller);
        List<StreamEvent> events = Samples.decode(Dialect.Name.OPENAI, stream);
        List<SseParser.Event> streamed = Samples.encode(Dialect.Name.RESPONSES, caller, events);
        StreamCollector collector = new StreamCollector();
        events.forEach(collector::add);

        assertThat(json(written).at("/output/0/content/0/annotations")).isEqualTo(flat);
        JsonNode added = streamed.stream()
                .filter(event -> event.event().equals("response.output_text.annotation.added"))
                .map(event -> json(event.data()))
                .findFirst()
                .orElseThrow();
        assertThat(added.path("annotation")).isEqualTo(flat.get(0));
        JsonNode last = json(streamed.get(streamed.size() - 1).data());
        assertThat(last.at("/response/output/0/content/0/annotations")).isEqualTo(flat);
        byte[] collected = new OpenAiDialect(Samples.CLOCK).writeReply(collector.reply(), openAi("\"n\":1"));
        assertThat(json(collected).at("/choices/0/message/annotations")).isEqualTo(json(cited));
    }
}
