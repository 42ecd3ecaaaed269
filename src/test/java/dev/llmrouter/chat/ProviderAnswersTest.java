package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers of providers say of their content, their end and their tokens, whole and streamed. */
class ProviderAnswersTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<StreamEvent> events(Dialect.StreamDecoder decoder, String... events) throws Exception {
        List<StreamEvent> all = new ArrayList<>();
        for (String event : events) {
            all.addAll(decoder.decode("", event));
        }
        return all;
    }

    private static StreamCollector collected(Dialect.StreamDecoder decoder, String... events) throws Exception {
        StreamCollector collector = new StreamCollector();
        events(decoder, events).forEach(collector::add);
        return collector;
    }

    private static String delta(String delta) {
        return "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}";
    }

    private static String finish(String reason) {
        return "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static ChatReply openAi(String message, String reason, String more) throws Exception {
        return OpenAiReplies.read(utf8("{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\""
                + reason + "\"}]" + more + "}"));
    }

    private static final String THOUGHTS =
            "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"let me \"},{\"type\":\"text\",\"text\":\"think\"}]}]}";
    private static final String LIST =
            "{\"content\":[{\"type\":\"text\",\"text\":\"forty \"},{\"type\":\"text\",\"text\":\"two\"}]}";

    @Test
    void contentThatComesAsAListIsReadAsTextAndThoughts() throws Exception {
        assertThat(events(
                        new OpenAiDecoder(),
                        delta(THOUGHTS),
                        delta(LIST),
                        delta("{\"content\":\"!\"}"),
                        finish("stop")))
                .contains(
                        new StreamEvent.ReasoningDelta(0, "let me think", null),
                        new StreamEvent.TextDelta(0, "forty two", null),
                        new StreamEvent.TextDelta(0, "!", null));
        assertThat(openAi(THOUGHTS.replace("]}]}", "]},{\"type\":\"text\",\"text\":\"42\"}]}"), "stop", "")
                        .choices()
                        .get(0)
                        .parts())
                .containsExactly(new Part.Reasoning("let me think", null), new Part.Text("42"));
    }

    @Test
    void aStreamOfResponsesThatSaysAllAtItsEndIsRead() throws Exception {
        String end = "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":["
                + "{\"type\":\"reasoning\",\"summary\":[{\"text\":\"hm\"}]},"
                + "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"late\"}]},"
                + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]}}";
        ChatReply late = collected(new ResponsesDecoder(), end).reply();
        assertThat(late.choices().get(0).parts())
                .containsExactly(
                        new Part.Reasoning("hm", null), new Part.Text("late"), new Part.ToolCall("c1", "f", "{}"));
        assertThat(late.choices().get(0).finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        String said =
                "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"soon\"}";
        assertThat(collected(new ResponsesDecoder(), said, end).reply().text()).isEqualTo("soon");
    }

    @Test
    void anAnswerThatWasCutByItsModelsLengthIsCut() throws Exception {
        assertThat(openAi("{\"content\":\"The answer is forty\"}", "model_length", "")
                        .choices()
                        .get(0)
                        .finishReason())
                .isEqualTo(FinishReason.LENGTH);
        assertThat(events(new OpenAiDecoder(), finish("model_length")))
                .contains(new StreamEvent.Finish(0, FinishReason.LENGTH, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "insufficient_system_resource", "abort"})
    void anAnswerThatEndedWithAnErrorFailed(String reason) throws Exception {
        String usage = ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}";
        assertThatExceptionOfType(FailedReplyException.class)
                .isThrownBy(() -> openAi("{\"content\":\"\"}", reason, usage))
                .satisfies(failed -> {
                    assertThat(failed.error().kind()).isEqualTo(ChatError.Kind.SERVER);
                    assertThat(failed.usage()).isEqualTo(Usage.of(7, 3));
                });
        StreamCollector stream = collected(new OpenAiDecoder(), delta("{\"content\":\"a\"}"), finish(reason));
        assertThat(stream.failure()).isNotNull();
        assertThat(stream.isComplete()).isFalse();
    }

    @Test
    void theErrorOfAChoiceIsTheErrorOfItsAnswer() throws Exception {
        String choice = "{\"index\":0,\"error\":{\"code\":429,\"message\":\"slow\"},\"%s\":{\"content\":\"\"}}";
        assertThatExceptionOfType(FailedReplyException.class)
                .isThrownBy(() -> OpenAiReplies.read(utf8("{\"choices\":[" + choice.formatted("message") + "]}")))
                .satisfies(failed -> assertThat(failed.error().kind()).isEqualTo(ChatError.Kind.RATE_LIMIT));
        ChatError streamed = collected(
                        new OpenAiDecoder(), "{\"id\":\"c\",\"choices\":[" + choice.formatted("delta") + "]}")
                .failure();
        assertThat(streamed == null ? null : streamed.kind()).isEqualTo(ChatError.Kind.RATE_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "MALFORMED_FUNCTION_CALL, true",
        "UNEXPECTED_TOOL_CALL, true",
        "MALFORMED_RESPONSE, true",
        "LANGUAGE, true",
        "OTHER, false",
        "IMAGE_PROHIBITED_CONTENT, false"
    })
    void aReasonOfGeminisThatMeansFailureIsOne(String reason, boolean failure) throws Exception {
        String body = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"" + reason
                + "\"}],\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":2}}";
        List<StreamEvent> events = events(new GeminiDecoder(), body);
        assertThat(events.stream().anyMatch(StreamEvent.Failed.class::isInstance))
                .isEqualTo(failure);
        if (failure) {
            assertThat(((StreamEvent.Failed) events.get(events.size() - 1)).usage())
                    .isEqualTo(Usage.of(5, 2));
            assertThatExceptionOfType(FailedReplyException.class).isThrownBy(() -> GeminiReplies.read(utf8(body)));
        } else {
            assertThat(GeminiReplies.read(utf8(body)).choices()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"total_tokens\":1200}",
                "{\"prompt_tokens\":\"1000\",\"completion_tokens\":\"200\"}",
                "{\"prompt_tokens\":-5,\"completion_tokens\":20}",
                "{\"prompt_tokens\":0,\"completion_tokens\":0}",
                "{\"prompt_tokens\":9000000000000000000,\"completion_tokens\":20}",
                "{\"prompt_tokens\":90000000000000000000000,\"completion_tokens\":20}",
                "{\"prompt_tokens\":7,\"completion_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":2000000000000}}"
            })
    void aUsageThatCountsNothingIsNone(String usage) throws Exception {
        ChatReply whole = openAi("{\"content\":\"hello\"}", "stop", ",\"usage\":" + usage);
        assertThat(whole.usage()).isNull();
        assertThat(whole.usageOr(() -> 4, String::length)).isEqualTo(new Usage(4, 0, 0, 5, 0, true));
        String good = "{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":200}}";
        assertThat(collected(
                                new OpenAiDecoder(),
                                delta("{\"content\":\"a\"}"),
                                good,
                                "{\"id\":\"c\",\"choices\":[],\"usage\":" + usage + "}")
                        .usage())
                .isEqualTo(Usage.of(1000, 200));
        String renamed = usage.replace("prompt_tokens_details", "input_tokens_details")
                .replace("prompt_tokens", "input_tokens")
                .replace("completion_tokens", "output_tokens");
        assertThat(AnthropicReplies.read(utf8("{\"type\":\"message\",\"content\":[],\"usage\":" + renamed + "}"))
                        .usage())
                .isNull();
        assertThat(ResponsesReplyReader.read(utf8("{\"status\":\"completed\",\"output\":[],\"usage\":" + renamed + "}"))
                        .usage())
                .isNull();
        assertThat(GeminiReplies.usage(
                        Json.objectOrNull(utf8(usage.replace("prompt_tokens", "promptTokenCount")
                                .replace("completion_tokens", "candidatesTokenCount"))),
                        null))
                .isNull();
    }

    @Test
    void anOutputThatIsNotCountedIsEstimatedBesideTheInputThatIs() throws Exception {
        ChatReply half = openAi("{\"content\":\"hello\"}", "stop", ",\"usage\":{\"prompt_tokens\":9}");
        assertThat(half.usageOr(() -> 4, String::length)).isEqualTo(new Usage(9, 0, 0, 5, 0, true));
    }

    @Test
    void aChunkOfGeminisThatLeavesACountOutKeepsTheEarlierOne() throws Exception {
        String chunk = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":%s}";
        assertThat(collected(
                                new GeminiDecoder(),
                                chunk.formatted("{\"promptTokenCount\":1000,\"cachedContentTokenCount\":10}"),
                                chunk.formatted("{\"candidatesTokenCount\":200,\"thoughtsTokenCount\":7}"),
                                chunk.formatted("{\"promptTokenCount\":1000,\"cachedContentTokenCount\":10}"))
                        .usage())
                .isEqualTo(new Usage(1000, 10, 0, 207, 7, false));
    }

    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":100,\"output_tokens\":1}}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | true",
                ",\"usage\":{} | true",
                ",\"usage\":{\"input_tokens\":100} | true",
                ",\"usage\":{\"output_tokens\":5} | false"
            })
    void theCountAtTheStartOfAnAnthropicStreamIsNotItsLast(String usage, boolean estimated) throws Exception {
        Usage counted = collected(
                        new AnthropicDecoder(),
                        START,
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}" + usage + "}",
                        "{\"type\":\"message_stop\"}")
                .usage();
        assertThat(counted).isEqualTo(new Usage(100, 0, 0, estimated ? 1 : 5, 0, estimated));
    }

    /** Some proxies send zeros for what only the start knows; others estimate the input at the start, and count it and its cache at the end. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"input_tokens\":100 | \"input_tokens\":0 | 100 | 0 | 0 | 0",
                "\"input_tokens\":100,\"cache_read_input_tokens\":200 | \"input_tokens\":100,\"cache_read_input_tokens\":0 | 300 | 200 | 0 | 0",
                "\"input_tokens\":100,\"cache_creation_input_tokens\":30 | \"cache_creation_input_tokens\":0,\"cache_creation\":{\"ephemeral_5m_input_tokens\":0} | 130 | 0 | 30 | 0",
                "\"input_tokens\":100,\"cache_creation\":{\"ephemeral_1h_input_tokens\":30} | \"cache_creation_input_tokens\":30 | 130 | 0 | 30 | 30",
                "\"input_tokens\":0 | \"input_tokens\":100 | 100 | 0 | 0 | 0",
                "\"input_tokens\":100 | \"input_tokens\":40 | 40 | 0 | 0 | 0",
                "\"input_tokens\":1500 | \"input_tokens\":1000 | 1000 | 0 | 0 | 0",
                "\"input_tokens\":1500 | \"input_tokens\":1000,\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0 | 1000 | 0 | 0 | 0",
                "\"input_tokens\":1000 | \"input_tokens\":0,\"cache_read_input_tokens\":1000 | 1000 | 1000 | 0 | 0",
                "\"input_tokens\":10,\"cache_creation_input_tokens\":1000 | \"input_tokens\":10,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":1000 | 1010 | 1000 | 0 | 0",
                "\"cache_creation_input_tokens\":1000 | \"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":1000 | 1000 | 1000 | 0 | 0",
                "\"input_tokens\":100,\"cache_read_input_tokens\":200 | \"cache_read_input_tokens\":0 | 300 | 200 | 0 | 0",
                "\"input_tokens\":100,\"cache_read_input_tokens\":200 | \"input_tokens\":0,\"cache_read_input_tokens\":200 | 300 | 200 | 0 | 0",
                "\"input_tokens\":100,\"cache_read_input_tokens\":200 | \"input_tokens\":null,\"cache_read_input_tokens\":150 | 250 | 150 | 0 | 0",
                "\"input_tokens\":100,\"cache_read_input_tokens\":200 | \"server_tool_use\":null | 300 | 200 | 0 | 0",
                "\"input_tokens\":7,\"cache_read_input_tokens\":5,\"cache_creation_input_tokens\":3 | \"input_tokens\":7,\"cache_read_input_tokens\":5,\"cache_creation_input_tokens\":3 | 15 | 5 | 3 | 0",
                "\"cache_creation\":{\"ephemeral_1h_input_tokens\":30},\"cache_creation_input_tokens\":30 | \"cache_creation_input_tokens\":20,\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,\"ephemeral_1h_input_tokens\":0} | 20 | 0 | 20 | 0",
                "\"input_tokens\":1200 | \"cache_read_input_tokens\":1000 | 2200 | 1000 | 0 | 0",
                "\"input_tokens\":100 | \"cache_read_input_tokens\":200 | 300 | 200 | 0 | 0",
                "\"input_tokens\":100 | \"input_tokens\":100,\"cache_read_input_tokens\":200 | 300 | 200 | 0 | 0",
                "\"input_tokens\":1200 | \"input_tokens\":200,\"cache_read_input_tokens\":1000 | 1200 | 1000 | 0 | 0",
                "\"input_tokens\":1300 | \"input_tokens\":200,\"cache_read_input_tokens\":1000 | 1200 | 1000 | 0 | 0"
            })
    void theLastCountOfAnAnthropicStreamThatSaysSomethingCounts(
            String start, String delta, long input, long read, long written, long hour) throws Exception {
        Usage counted = collected(
                        new AnthropicDecoder(),
                        "{\"type\":\"message_start\",\"message\":{\"usage\":{" + start + ",\"output_tokens\":1}}}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{" + delta
                                + ",\"output_tokens\":50}}",
                        "{\"type\":\"message_stop\"}")
                .usage();
        assertThat(counted).isEqualTo(new Usage(input, read, written, hour, 50, 0, false, null));
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "50, 300", "300, 300", "400, 400"})
    void whatAnthropicWroteToTheCacheIsAtLeastWhatItsTimesSay(long total, long written) throws Exception {
        assertThat(AnthropicReplies.read(
                                utf8(
                                        "{\"type\":\"message\",\"content\":[],\"usage\":{\"input_tokens\":100,\"output_tokens\":50,"
                                                + "\"cache_creation_input_tokens\":" + total
                                                + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":200,\"ephemeral_1h_input_tokens\":100}}}"))
                        .usage())
                .isEqualTo(new Usage(100 + written, 0, written, 100, 50, 0, false, null));
    }

    @Test
    void anEventWithoutUsageDoesNotMakeAnEarlierCountAnEstimate() throws Exception {
        assertThat(collected(
                                new AnthropicDecoder(),
                                START,
                                "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":5}}",
                                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
                                "{\"type\":\"message_stop\"}")
                        .usage())
                .isEqualTo(Usage.of(100, 5));
    }

    private static @Nullable String unpriced(ChatReply reply) {
        return reply.usageOr(() -> 4, String::length).unpriced();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"prompt_tokens\":1000,\"completion_tokens\":20,\"prompt_tokens_details\":{\"audio_tokens\":900}} | audio tokens",
                "{\"prompt_tokens\":1000,\"completion_tokens\":20,\"completion_tokens_details\":{\"audio_tokens\":15}} | audio tokens",
                "{\"prompt_tokens\":1000,\"completion_tokens\":20,\"prompt_tokens_details\":{\"audio_tokens\":0}} | -"
            })
    void soundHasNoPrice(String usage, @Nullable String why) throws Exception {
        assertThat(unpriced(openAi("{\"content\":\"a\"}", "stop", ",\"usage\":" + usage)))
                .isEqualTo(why);
        Usage streamed = collected(new OpenAiDecoder(), "{\"id\":\"c\",\"choices\":[],\"usage\":" + usage + "}")
                .usage();
        assertThat(streamed == null ? "" : streamed.unpriced()).isEqualTo(why);
    }

    @Test
    void soundHasNoPriceAtGemini() throws Exception {
        String usage = "{\"promptTokenCount\":1000,\"candidatesTokenCount\":1,\"promptTokensDetails\":["
                + "{\"modality\":\"TEXT\",\"tokenCount\":100},{\"modality\":\"%s\",\"tokenCount\":900}]}";
        Usage sound = GeminiReplies.usage(Json.objectOrNull(usage.formatted("AUDIO")), null);
        Usage picture = GeminiReplies.usage(Json.objectOrNull(usage.formatted("IMAGE")), null);
        assertThat(sound == null ? null : sound.unpriced()).isEqualTo("audio tokens");
        assertThat(picture == null ? "" : picture.unpriced()).isNull();
    }

    @Test
    void aSearchOfChatCompletionsIsBilledByUse() throws Exception {
        String cited =
                "{\"content\":\"a\",\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"u\"}}]}";
        String usage = ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}";
        assertThat(unpriced(openAi(cited, "stop", usage))).contains("web search");
        assertThat(unpriced(openAi(cited.replace("url_citation", "file_citation"), "stop", usage)))
                .isNull();
        assertThat(events(new OpenAiDecoder(), delta(cited))).anyMatch(StreamEvent.NotPriced.class::isInstance);
    }

    @Test
    void whatTokensDoNotPayForIsToldWithoutUsageToo() throws Exception {
        assertThat(unpriced(openAi("{\"content\":\"a\"}", "stop", ",\"service_tier\":\"priority\"")))
                .isEqualTo("service_tier priority");
        assertThat(unpriced(ResponsesReplyReader.read(
                        utf8("{\"status\":\"completed\",\"output\":[{\"type\":\"web_search_call\"}],\"usage\":null}"))))
                .contains("web_search_call");
    }

    @ParameterizedTest
    @CsvSource({"us, inference_geo us", "global,", "not_available,", "<b>, inference_geo that is not known"})
    void whereAnthropicComputedMayCostMore(String place, @Nullable String why) throws Exception {
        assertThat(unpriced(
                        AnthropicReplies.read(utf8("{\"type\":\"message\",\"content\":[],\"usage\":{\"input_tokens\":1,"
                                + "\"output_tokens\":1,\"inference_geo\":\"" + place + "\"}}"))))
                .isEqualTo(why);
    }

    @Test
    void aResponseThatFailedTellsWhatItUsed() throws Exception {
        String failed = "{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"no\"},"
                + "\"usage\":{\"input_tokens\":1000,\"output_tokens\":5000}}";
        assertThatExceptionOfType(FailedReplyException.class)
                .isThrownBy(() -> ResponsesReplyReader.read(utf8(failed)))
                .satisfies(e -> assertThat(e.usage()).isEqualTo(Usage.of(1000, 5000)));
        assertThat(events(new ResponsesDecoder(), "{\"type\":\"response.failed\",\"response\":" + failed + "}"))
                .singleElement()
                .isInstanceOfSatisfying(
                        StreamEvent.Failed.class, f -> assertThat(f.usage()).isEqualTo(Usage.of(1000, 5000)));
    }

    private static String call(String index, String id, String name, String arguments) {
        return delta("{\"tool_calls\":[{" + index + "\"id\":" + id + ",\"function\":{\"name\":" + name
                + ",\"arguments\":\"" + arguments + "\"}}]}");
    }

    @Test
    void twoCallsAtOneIndexAreTwo() throws Exception {
        ChatReply reply = collected(
                        new OpenAiDecoder(),
                        call("\"index\":0,", "\"call_a\"", "\"f\"", "{1"),
                        call("\"index\":0,", "\"call_a\"", "null", "}"),
                        call("\"index\":0,", "\"call_b\"", "\"g\"", "{2"),
                        call("\"index\":0,", "null", "null", "}"),
                        call("\"index\":1,", "\"call_c\"", "\"h\"", "{}"),
                        finish("tool_calls"))
                .reply();
        assertThat(reply.choices().get(0).parts())
                .containsExactly(
                        new Part.ToolCall("call_a", "f", "{1}"),
                        new Part.ToolCall("call_b", "g", "{2}"),
                        new Part.ToolCall("call_c", "h", "{}"));
    }

    /** Some servers make a new id for each fragment; only the first names the function. */
    @Test
    void fragmentsWithIdsOfTheirOwnAreOneCall() throws Exception {
        assertThat(collected(
                                new OpenAiDecoder(),
                                call("\"index\":0,", "\"x1\"", "\"f\"", "{"),
                                call("\"index\":0,", "\"x2\"", "null", "}"),
                                finish("tool_calls"))
                        .reply()
                        .choices()
                        .get(0)
                        .parts())
                .containsExactly(new Part.ToolCall("x1", "f", "{}"));
    }

    @Test
    void callsWhoseFragmentsAlternateComeOneAfterTheOther() {
        Dialect.StreamEncoder encoder = new AnthropicEncoder(ChatRequest.ofText("x"));
        StringBuilder sent = new StringBuilder();
        for (StreamEvent event : List.of(
                new StreamEvent.ToolCallStart(0, 0, "a", "f"),
                new StreamEvent.ToolCallDelta(0, 0, "{\"n\":"),
                new StreamEvent.ToolCallStart(0, 1, "b", "g"),
                new StreamEvent.ToolCallDelta(0, 1, "{\"m\":"),
                new StreamEvent.ToolCallDelta(0, 0, "1}"),
                new StreamEvent.ToolCallDelta(0, 1, "2}"),
                new StreamEvent.ToolCallStart(0, 2, "c", "h"),
                new StreamEvent.ToolCallDelta(0, 2, "{}"),
                new StreamEvent.Finish(0, FinishReason.TOOL_CALLS, null),
                new StreamEvent.End())) {
            sent.append(new String(encoder.encode(event), StandardCharsets.UTF_8));
        }
        List<String> steps = new ArrayList<>();
        for (String line : sent.toString().split("\n")) {
            if (line.startsWith("data: {\"type\":\"content_block")) {
                var json = Json.objectOrNull(line.substring(6));
                steps.add(
                        json == null
                                ? ""
                                : json.path("type").textValue().substring("content_block_".length())
                                        + json.path("index")
                                        + json.path("delta")
                                                .path("partial_json")
                                                .asText(""));
            }
        }
        assertThat(String.join("", steps).replaceAll("delta[0-9]", ""))
                .isEqualTo("start0{\"n\":1}stop0start1{\"m\":2}stop1start2{}stop2");
    }

    @Test
    void thatAToolFailedIsToldInItsText() throws Exception {
        ChatRequest request = Samples.anthropic(
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":["
                        + "{\"role\":\"user\",\"content\":\"x\"},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"is_error\":true,\"content\":\"no file\"}]}]}");
        assertThat(OpenAiRequestWriter.told(
                        (Part.ToolResult) request.messages().get(2).parts().get(0)))
                .containsExactly(new Part.Text("Error: no file"));
        assertThat(new OpenAiDialect(java.time.Clock.systemUTC())
                        .writeRequest(request, "m", 9)
                        .toString())
                .contains("Error: no file");
    }

    @Test
    void anAnswerInWhichNothingIsSaidIsEmptyUnlessOutputWasCounted() throws Exception {
        assertThat(openAi("{\"content\":\"\"}", "stop", "").isEmpty()).isTrue();
        assertThat(openAi("{\"content\":null}", "stop", ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":0}")
                        .isEmpty())
                .isTrue();
        assertThat(openAi("{\"content\":\"\"}", "stop", ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}")
                        .isEmpty())
                .isFalse();
        assertThat(openAi("{\"content\":\"\"}", "length", "").isEmpty()).isFalse();
        assertThat(openAi("{\"content\":null,\"refusal\":\"no\"}", "stop", "").isEmpty())
                .isFalse();
        assertThat(openAi("{\"content\":\"a\"}", "stop", "").isEmpty()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"4, OPENAI, true", "5, OPENAI, false", "5, GEMINI, true", "6, GEMINI, false"})
    void moreStopSequencesThanAProviderTakesDoNotGoThere(int count, Dialect.Name target, boolean goes)
            throws Exception {
        String stops = "\"s\"" + ",\"s\"".repeat(count - 1);
        ChatRequest request = Samples.anthropic("{\"model\":\"m\",\"max_tokens\":9,\"stop_sequences\":[" + stops
                + "],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(Portability.notCarried(request, target).isEmpty()).isEqualTo(goes);
    }
}
