package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in Responses as providers get them, and answers of providers in Responses. */
class ResponsesTest {
    private static ChatRequest request(String body) throws BadRequestException {
        return Samples.DIALECTS.caller(Dialect.Name.RESPONSES).parseRequest(Samples.utf8(body), Limits.ofDefaults());
    }

    private static ChatRequest with(String fields) throws BadRequestException {
        return request("{\"model\":\"auto\",\"input\":\"Hi\"," + fields + "}");
    }

    private static JsonNode sent(ChatRequest request, Dialect.Name provider) {
        return json(Json.bytes(Samples.DIALECTS.provider(provider).writeRequest(request, "m", 1000)));
    }

    private static JsonNode answer(ChatReply reply) throws BadRequestException {
        return json(
                Samples.DIALECTS.caller(Dialect.Name.RESPONSES).writeReply(reply, request(Samples.RESPONSES_TOOLS)));
    }

    @Test
    void itemsBecomeAConversationOfChat() throws Exception {
        ChatRequest request = request(Samples.RESPONSES_TOOLS);
        JsonNode body = sent(request, Dialect.Name.OPENAI);

        JsonNode messages = body.path("messages");
        assertThat(messages.findValuesAsText("role"))
                .containsExactly("system", "user", "assistant", "tool", "tool", "user");
        assertThat(messages.get(1).path("content").get(1).at("/image_url/url").asText())
                .isEqualTo("data:image/png;base64,aGk=");
        assertThat(messages.get(2).path("content").asText()).isEqualTo("Let me look.");
        assertThat(messages.get(2).path("tool_calls").findValuesAsText("id")).containsExactly("call_1", "call_2");
        assertThat(messages.get(3).path("tool_call_id").asText()).isEqualTo("call_1");
        assertThat(messages.get(4).path("content").asText()).isEqualTo("sunny");
        assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(100);
        assertThat(body.path("reasoning_effort").asText()).isEqualTo("low");
        assertThat(body.path("verbosity").asText()).isEqualTo("low");
        assertThat(body.at("/response_format/json_schema/name").asText()).isEqualTo("answer");
        assertThat(body.at("/tools/0/function/name").asText()).isEqualTo("weather");
        assertThat(body.path("service_tier").asText()).isEqualTo("default");
        assertThat(body.path("stream").asBoolean()).isTrue();
        assertThat(Portability.required(request)).contains(Capability.TOOLS, Capability.VISION, Capability.JSON_SCHEMA);
    }

    @Test
    void noFieldOfResponsesReachesAProviderOfChat() throws Exception {
        JsonNode body = sent(request(Samples.RESPONSES_TOOLS), Dialect.Name.OPENAI);

        for (String own : List.of(
                "input",
                "instructions",
                "text",
                "reasoning",
                "include",
                "max_output_tokens",
                "store",
                "truncation",
                "max_tool_calls",
                "metadata",
                "background")) {
            assertThat(body.has(own)).as(own).isFalse();
        }
    }

    @Test
    void aFieldThatNobodyKnowsTravelsToOpenAiAndKeepsOtherProvidersOut() throws Exception {
        ChatRequest request = with("\"repetition_penalty\":1.1");

        assertThat(sent(request, Dialect.Name.OPENAI).path("repetition_penalty").asDouble())
                .isEqualTo(1.1);
        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC))
                .singleElement()
                .asString()
                .contains("repetition_penalty");
    }

    @Test
    void anOrdinaryRequestMayGoToAnyProvider() throws Exception {
        ChatRequest request = with("\"instructions\":\"Be brief.\",\"store\":true,\"metadata\":{\"a\":\"b\"},"
                + "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"},\"truncation\":\"disabled\"");

        for (Dialect.Name provider : List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(request, provider)).isEmpty();
        }
        assertThat(sent(request, Dialect.Name.ANTHROPIC).path("system").asText())
                .isEqualTo("Be brief.");
    }

    @Test
    void aFileThatLiesAtOpenAiGoesToOpenAiOnly() throws Exception {
        ChatRequest request = request("{\"model\":\"auto\",\"input\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"input_file\",\"file_id\":\"file-1\"}]}]}");

        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isNotEmpty();
        assertThat(sent(request, Dialect.Name.OPENAI)
                        .at("/messages/0/content/0/file/file_id")
                        .asText())
                .isEqualTo("file-1");
    }

    @Test
    void onlyAllowedToolsAreOffered() throws Exception {
        ChatRequest request = with("\"tools\":[{\"type\":\"function\",\"name\":\"a\"},"
                + "{\"type\":\"function\",\"name\":\"b\"}],\"tool_choice\":{\"type\":\"allowed_tools\","
                + "\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"name\":\"b\"}]}");

        assertThat(request.tools()).extracting(Tool::name).containsExactly("b");
        assertThat(Objects.requireNonNull(request.toolChoice()).mode()).isEqualTo(ToolChoice.Mode.REQUIRED);
    }

    @Test
    void logProbabilitiesAreAskedForAsChatAsksForThem() throws Exception {
        JsonNode body =
                sent(with("\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":2"), Dialect.Name.OPENAI);

        assertThat(body.path("logprobs").asBoolean()).isTrue();
        assertThat(body.path("top_logprobs").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text.format.type        | \"text\":{\"format\":{\"type\":\"grammar\"}}",
                "messages                | \"messages\":[]",
                "max_tokens              | \"max_tokens\":5",
                "response_format         | \"response_format\":{\"type\":\"json_object\"}",
                "n                       | \"n\":2"
            })
    void whatBelongsToChatOrToNobodyIsRefusedByName(String param, String field) {
        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> with(field));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).isEqualTo(param);
        assertThat(refused.error().message()).contains(param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"function_call\",\"name\":\"a\",\"arguments\":\"{}\"}",
                "{\"type\":\"function_call_output\",\"call_id\":\"a\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_data\":\"data:text/plain,hi\"}]}",
                "{\"role\":\"moderator\",\"content\":\"x\"}",
                "{\"type\":\"reasoning\",\"summary\":[]}",
                "7"
            })
    void anItemThatCannotBeReadIsRefusedWithItsPlace(String item) {
        BadRequestException refused = catchThrowableOfType(
                BadRequestException.class, () -> request("{\"model\":\"auto\",\"input\":[" + item + "]}"));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).startsWith("input");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "previous_response_id    | \"previous_response_id\":\"resp_1\"",
                "conversation            | \"conversation\":{\"id\":\"conv_1\"}",
                "background              | \"background\":true",
                "prompt                  | \"prompt\":{\"id\":\"pmpt_1\"}",
                "context_management      | \"context_management\":[{\"type\":\"compaction\"}]",
                "tools[0].type           | \"tools\":[{\"type\":\"web_search\"}]",
                "tools[0].type           | \"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[]}]",
                "tools[0].type           | \"tools\":[{\"type\":\"mcp\",\"server_label\":\"x\"}]",
                "tools[0].type           | \"tools\":[{\"type\":\"computer_use_preview\"}]",
                "tools[0].type           | \"tools\":[{\"type\":\"code_interpreter\"}]",
                "tool_choice.type        | \"tool_choice\":{\"type\":\"web_search_preview\"}",
                "moderation              | \"moderation\":{\"model\":\"x\"}",
                "tools[0].type           | \"tools\":[{\"type\":\"custom\",\"name\":\"x\"}]"
            })
    void whatNeedsStateOrOpenAisOwnToolsIsForProvidersOfResponsesOnly(String param, String field) throws Exception {
        onlyThere(with(field), param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input[1]                      | {\"type\":\"item_reference\",\"id\":\"msg_1\"}",
                "input[1].type                 | {\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"}",
                "input[1].content[0].image_url | {\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"file_id\":\"file-1\"}]}",
                "input[1].content[0]           | {\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"filename\":\"a\"}]}",
                "input[1].call_id              | {\"type\":\"function_call_output\",\"output\":\"x\"}",
                "input[1].call_id              | {\"type\":\"function_call_output\",\"call_id\":null,\"output\":\"x\"}",
                "input[1].content[0].type      | {\"role\":\"user\",\"content\":[{\"type\":\"telepathy\"}]}",
                "input[1].output[0].type       | {\"type\":\"function_call_output\",\"call_id\":\"a\",\"output\":[{\"type\":\"other\"}]}"
            })
    void anItemThatChatDoesNotHaveIsForProvidersOfResponsesOnly(String param, String item) throws Exception {
        onlyThere(
                request("{\"model\":\"auto\",\"input\":[{\"role\":\"user\",\"content\":\"x\"}," + item + "]}"), param);
    }

    private static void onlyThere(ChatRequest request, String param) {
        ChatError refusal = Objects.requireNonNull(Portability.onlyInResponses(request));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.message()).contains(param);
        for (Dialect.Name chat : List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(request, chat)).contains("'" + param + "'");
        }
        assertThat(Portability.notCarried(request, Dialect.Name.RESPONSES)).isEmpty();
        ObjectNode expected = ((ObjectNode) json(Json.bytes(Objects.requireNonNull(request.body())))).put("model", "m");
        assertThat(sent(request, Dialect.Name.RESPONSES)).isEqualTo(expected);
    }

    @Test
    void aConversationThatLiesElsewhereMayHaveNoInput() throws Exception {
        assertThat(request("{\"model\":\"auto\",\"prompt\":{\"id\":\"pmpt_1\"}}")
                        .messages())
                .isEmpty();
        assertThat(request("{\"model\":\"auto\",\"previous_response_id\":\"resp_1\",\"input\":[]}")
                        .messages())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":\"auto\"}", "{\"model\":\"auto\",\"input\":[]}", "{\"input\":\"x\"}"})
    void inputAndModelAreDemanded(String body) {
        assertThat(catchThrowableOfType(BadRequestException.class, () -> request(body))
                        .error()
                        .param())
                .isIn("input", "model");
    }

    @Test
    void thereIsALimitOfItems() {
        String items = "{\"role\":\"user\",\"content\":\"x\"},"
                .repeat(Limits.ofDefaults().messages());

        BadRequestException refused = catchThrowableOfType(
                BadRequestException.class,
                () -> request("{\"model\":\"auto\",\"input\":[" + items + "{\"role\":\"user\",\"content\":\"x\"}]}"));

        assertThat(refused.error().message())
                .contains("items; allowed are " + Limits.ofDefaults().messages());
    }

    @Test
    void aWholeAnswerRepeatsTheRequestAndSaysThatNothingIsStored() throws Exception {
        JsonNode body = answer(Samples.reply(Dialect.Name.OPENAI, Samples.OPENAI_REPLY));

        assertThat(body.path("object").asText()).isEqualTo("response");
        assertThat(body.path("id").asText()).startsWith("resp_");
        assertThat(body.path("status").asText()).isEqualTo("completed");
        assertThat(body.path("store").asBoolean(true)).isFalse();
        assertThat(body.path("instructions").asText()).isEqualTo("Be brief.");
        assertThat(body.path("metadata")).isEqualTo(json("{\"team\":\"a\"}"));
        assertThat(body.at("/text/format/name").asText()).isEqualTo("answer");
        assertThat(body.at("/tools/0/name").asText()).isEqualTo("weather");
        assertThat(body.path("output").findValuesAsText("type")).contains("message", "output_text", "function_call");
        assertThat(body.path("usage")).isEqualTo(json("""
                {"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":0},
                 "output_tokens":20,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":120}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "LENGTH,incomplete,max_output_tokens",
        "CONTENT_FILTER,incomplete,content_filter",
        "STOP,completed,",
        "OTHER,completed,"
    })
    void anAnswerThatWasCutOffIsIncomplete(FinishReason reason, String status, String why) throws Exception {
        JsonNode whole = answer(new ChatReply(
                "1",
                "m",
                5,
                List.of(new ChatReply.Choice(0, List.of(new Part.Text("Half a")), reason, null, null)),
                null,
                Dialect.Name.GEMINI,
                null));
        JsonNode last = last(stream(List.of(
                new StreamEvent.Start("1", "m", 5, null),
                new StreamEvent.TextDelta(0, "Half a", null),
                new StreamEvent.Finish(0, reason, null),
                new StreamEvent.End())));

        assertThat(last.path("type").asText()).isEqualTo("response." + status);
        for (JsonNode response : List.of(whole, last.path("response"))) {
            assertThat(response.path("status").asText()).isEqualTo(status);
            assertThat(response.at("/incomplete_details/reason").asText(null)).isEqualTo(why);
            assertThat(response.at("/output/0/status").asText()).isEqualTo(status);
            assertThat(response.has("completed_at")).isEqualTo(why == null);
        }
    }

    @Test
    void aRefusalIsAPieceOfTheMessage() throws Exception {
        JsonNode whole = answer(new ChatReply(
                "1",
                "m",
                5,
                List.of(new ChatReply.Choice(
                        0, List.of(new Part.Refusal("No.")), FinishReason.CONTENT_FILTER, null, null)),
                null,
                Dialect.Name.GEMINI,
                null));

        assertThat(whole.path("status").asText()).isEqualTo("completed");
        assertThat(whole.at("/output/0/content/0")).isEqualTo(json("{\"type\":\"refusal\",\"refusal\":\"No.\"}"));
    }

    private static List<JsonNode> stream(List<StreamEvent> events) throws Exception {
        List<JsonNode> written = new ArrayList<>();
        for (SseParser.Event event : Samples.encode(Dialect.Name.RESPONSES, request(Samples.RESPONSES_TOOLS), events)) {
            JsonNode data = json(event.data());
            assertThat(event.event()).isEqualTo(data.path("type").asText());
            written.add(data);
        }
        return written;
    }

    private static JsonNode last(List<JsonNode> events) {
        return events.get(events.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "ANTHROPIC"})
    void aStreamTellsTheWholeAnswerItemByItem(Dialect.Name provider) throws Exception {
        boolean openAi = provider == Dialect.Name.OPENAI;
        List<JsonNode> events =
                stream(Samples.decode(provider, openAi ? Samples.OPENAI_STREAM : Samples.ANTHROPIC_STREAM));

        ResponsesOrder.check(events);
        JsonNode response = last(events).path("response");
        assertThat(last(events).path("type").asText()).isEqualTo("response.completed");
        assertThat(response.path("output").findValuesAsText("text")).contains("H\u00e9llo \ud83d\ude00");
        List<String> types = new ArrayList<>();
        response.path("output").forEach(item -> types.add(item.path("type").asText()));
        assertThat(types)
                .isEqualTo(
                        openAi
                                ? List.of("message", "function_call", "function_call")
                                : List.of("reasoning", "message", "function_call"));
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(120);
    }

    @Test
    void aCallThatComesBackLaterIsOneCall() throws Exception {
        List<JsonNode> events = stream(List.of(
                new StreamEvent.Start("", "", 0, null),
                new StreamEvent.ToolCallStart(0, 0, "a", "f"),
                new StreamEvent.ToolCallDelta(0, 0, "{\"x\":"),
                new StreamEvent.ToolCallStart(0, 1, "b", "g"),
                new StreamEvent.ToolCallDelta(0, 0, "1}"),
                new StreamEvent.TextDelta(0, "and", null),
                new StreamEvent.Finish(0, FinishReason.TOOL_CALLS, null),
                new StreamEvent.End()));

        ResponsesOrder.check(events);
        assertThat(last(events).at("/response/output").findValuesAsText("arguments"))
                .containsExactly("{\"x\":1}", "{}");
    }

    @Test
    void aStreamThatFailedSaysSoAndNeverThatItIsComplete() throws Exception {
        List<JsonNode> events = stream(List.of(
                new StreamEvent.Start("1", "m", 5, null),
                new StreamEvent.TextDelta(0, "Half a", null),
                new StreamEvent.Failed(ChatError.of(ChatError.Kind.OVERLOADED, 529, "Overloaded")),
                new StreamEvent.End()));

        assertThat(last(events).path("type").asText()).isEqualTo("response.failed");
        assertThat(last(events).at("/response/status").asText()).isEqualTo("failed");
        assertThat(last(events).at("/response/error"))
                .isEqualTo(json("{\"code\":\"server_error\",\"message\":\"Overloaded\"}"));
        assertThat(events).noneMatch(event -> event.path("type").asText().endsWith("completed"));
    }

    @Test
    void logProbabilitiesOfChatComeAsAListWithBytes() throws Exception {
        JsonNode logprobs = json("{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":null,"
                + "\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-1,\"bytes\":[98]}]}],\"refusal\":null}");
        ObjectNode part = ResponsesItems.text("a", ResponsesItems.logprobs(logprobs));

        assertThat(part.at("/logprobs/0/bytes").isArray()).isTrue();
        assertThat(part.at("/logprobs/0/top_logprobs/0/token").asText()).isEqualTo("b");
    }
}
