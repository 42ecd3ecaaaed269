package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an answer costs beside its tokens at list price, whole and streamed. */
class UnpricedTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Usage openAi(String tier) throws Exception {
        return Objects.requireNonNull(
                OpenAiReplies.read(utf8("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
                                + "\"finish_reason\":\"stop\"}],\"service_tier\":" + tier
                                + ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"))
                        .usage());
    }

    private static Usage anthropic(String usage) throws Exception {
        return Objects.requireNonNull(
                AnthropicReplies.read(utf8("{\"type\":\"message\",\"content\":[],\"usage\":" + usage + "}"))
                        .usage());
    }

    private static Usage responses(String output, String tier) throws Exception {
        return Objects.requireNonNull(ResponsesReplyReader.read(utf8("{\"status\":\"completed\",\"output\":[" + output
                        + "],\"service_tier\":" + tier + ",\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}"))
                .usage());
    }

    private static ChatReply collected(Dialect.StreamDecoder decoder, String... events) throws Exception {
        StreamCollector collector = new StreamCollector();
        for (String event : events) {
            decoder.decode("", event).forEach(collector::add);
        }
        return collector.reply();
    }

    private static @Nullable String streamed(Dialect.StreamDecoder decoder, String... events) throws Exception {
        return Objects.requireNonNull(collected(decoder, events).usage()).unpriced();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "null, -",
                "\"auto\", -",
                "\"default\", -",
                "\"standard\", -",
                "\"on_demand\", -",
                "\"batch\", -",
                "\"priority\", service_tier priority",
                "\"flex\", service_tier flex",
                "\"<b>new</b>\", service_tier that is not known"
            })
    void aTierThatIsNotAtListPriceIsTold(String tier, @Nullable String why) throws Exception {
        assertThat(openAi(tier).unpriced()).isEqualTo(why);
        assertThat(responses("", tier).unpriced()).isEqualTo(why);
        assertThat(anthropic("{\"input_tokens\":1,\"output_tokens\":1,\"service_tier\":" + tier + "}")
                        .unpriced())
                .isEqualTo(why);
        assertThat(streamed(
                        new OpenAiDecoder(),
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"service_tier\":" + tier + "}",
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}",
                        "[DONE]"))
                .isEqualTo(why);
        assertThat(streamed(
                        new ResponsesDecoder(),
                        "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],\"service_tier\":"
                                + tier + ",\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}"))
                .isEqualTo(why);
        assertThat(
                        streamed(
                                new AnthropicDecoder(),
                                "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":1,"
                                        + "\"service_tier\":" + tier + "}}}",
                                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}"))
                .isEqualTo(why);
    }

    @Test
    void searchesOfAnthropicAreBilledByUseAndFetchedPagesAreNot() throws Exception {
        String usage =
                "{\"input_tokens\":1,\"output_tokens\":1,\"server_tool_use\":{\"web_search_requests\":%d,\"web_fetch_requests\":3}}";
        assertThat(anthropic(usage.formatted(2)).unpriced()).contains("web search");
        assertThat(anthropic(usage.formatted(0)).unpriced()).isNull();
        String start = "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}";
        String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":";
        assertThat(streamed(new AnthropicDecoder(), start, end + usage.formatted(2) + "}"))
                .contains("web search");
        assertThat(streamed(new AnthropicDecoder(), start, end + usage.formatted(0) + "}"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "web_search_call, true",
        "file_search_call, true",
        "code_interpreter_call, true",
        "mcp_call, false",
        "reasoning, false"
    })
    void toolsThatOpenAiBillsByUseAreTold(String type, boolean billed) throws Exception {
        String item = "{\"type\":\"" + type + "\",\"id\":\"i\"}";
        assertThat(responses(item, "null").unpriced() != null).isEqualTo(billed);
        String end = "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[%s],"
                + "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}";
        String added = "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":" + item + "}";
        assertThat(streamed(new ResponsesDecoder(), added, end.formatted("")) != null)
                .isEqualTo(billed);
        assertThat(streamed(new ResponsesDecoder(), end.formatted(item)) != null)
                .isEqualTo(billed);
    }

    private static final String WRITTEN = "{\"input_tokens\":5,\"output_tokens\":1,\"cache_read_input_tokens\":0,"
            + "\"cache_creation_input_tokens\":30,\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}}";

    @Test
    void whatAnthropicKeepsForAnHourIsCountedWholeAndStreamed() throws Exception {
        assertThat(anthropic(WRITTEN)).isEqualTo(new Usage(35, 0, 30, 20, 1, 0, false, null));
        ChatReply reply = collected(
                new AnthropicDecoder(),
                "{\"type\":\"message_start\",\"message\":{\"usage\":" + WRITTEN + "}}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5,"
                        + "\"cache_creation_input_tokens\":30}}");
        assertThat(reply.usage()).isEqualTo(new Usage(35, 0, 30, 20, 5, 0, false, null));
    }

    @Test
    void anAnthropicCallerIsToldWhatIsKeptForAnHour() throws Exception {
        JsonNode usage = AnthropicReplies.usage(anthropic(WRITTEN));
        assertThat(usage.path("cache_creation_input_tokens").intValue()).isEqualTo(30);
        assertThat(usage.path("cache_creation")
                        .path("ephemeral_5m_input_tokens")
                        .intValue())
                .isEqualTo(10);
        assertThat(usage.path("cache_creation")
                        .path("ephemeral_1h_input_tokens")
                        .intValue())
                .isEqualTo(20);
    }

    /** The caller did not ask for usage: its chunk is kept back, and the first one, which names the tier too, is not. */
    @Test
    void aChunkThatNamesATierReachesTheCallerAsItCame() throws Exception {
        Dialect.StreamEncoder encoder = new OpenAiEncoder(
                Samples.openAi(
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                1);
        Dialect.StreamDecoder decoder = new OpenAiDecoder();
        String first =
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}],\"service_tier\":\"flex\"}";
        assertThat(new String(encoder.pass("", first, decoder.decode("", first)), StandardCharsets.UTF_8))
                .contains(first);
        String usage =
                "{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3},\"service_tier\":\"flex\"}";
        assertThat(encoder.pass("", usage, new OpenAiDecoder().decode("", usage)))
                .isEmpty();
    }

    @Test
    void aSpeedOfAnthropicsThatIsNotStandardIsToldWholeAndStreamed() throws Exception {
        for (String speed : new String[] {"\"fast\"", "\"turbo\"", "\"standard\"", "null"}) {
            String why =
                    speed.contains("fast") ? "speed fast" : speed.contains("turbo") ? "speed that is not known" : null;
            String usage = "{\"input_tokens\":1,\"output_tokens\":1,\"speed\":" + speed + "}";
            assertThat(anthropic(usage).unpriced()).isEqualTo(why);
            assertThat(
                            streamed(
                                    new AnthropicDecoder(),
                                    "{\"type\":\"message_start\",\"message\":{\"usage\":" + usage + "}}",
                                    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}"))
                    .isEqualTo(why);
        }
    }

    private static String iterations(String type) {
        return "{\"input_tokens\":23000,\"output_tokens\":1000,\"iterations\":["
                + "{\"type\":\"" + type
                + "\",\"input_tokens\":180000,\"output_tokens\":3500,\"cache_read_input_tokens\":7},"
                + "{\"type\":\"message\",\"input_tokens\":23000,\"output_tokens\":1000}]}";
    }

    @Test
    void tokensOfCompactionAreAddedWholeAndStreamed() throws Exception {
        Usage all = new Usage(203_007, 7, 0, 4_500, 0, false);
        assertThat(anthropic(iterations("compaction"))).isEqualTo(all);
        assertThat(anthropic(iterations("message"))).isEqualTo(Usage.of(23_000, 1_000));
        assertThat(anthropic(iterations("advisor_message")).unpriced()).contains("iterations");
        String start =
                "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":23000,\"output_tokens\":1}}}";
        String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":%s}";
        assertThat(collected(new AnthropicDecoder(), start, end.formatted(iterations("compaction")))
                        .usage())
                .isEqualTo(all);
        assertThat(collected(
                                new AnthropicDecoder(),
                                start,
                                end.formatted(iterations("compaction")),
                                end.formatted("{\"output_tokens\":1000}"))
                        .usage())
                .isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "\"num_search_queries\":1; web search, billed by use",
                "\"num_search_queries\":0; -",
                "\"num_sources_used\":4; web search, billed by use",
                "\"num_sources_used\":0; -",
                "\"cost\":{\"request_cost\":0.005,\"total_cost\":0.00503}; a fee for each request",
                "\"cost\":{\"request_cost\":0,\"total_cost\":0.00003}; -",
                "\"cost\":0.00003; -"
            })
    void feesInTheUsageAreToldWholeAndStreamed(String field, @Nullable String why) throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3," + field + "}}";
        String message = "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],";
        ChatReply whole = OpenAiReplies.read(utf8(message + usage));
        assertThat(Objects.requireNonNull(whole.usage()).unpriced()).isEqualTo(why);
        String chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],";
        assertThat(streamed(new OpenAiDecoder(), chunk + usage, "[DONE]")).isEqualTo(why);
        ChatReply silent = OpenAiReplies.read(utf8(message + "\"usage\":{" + field + "}}"));
        assertThat(silent.usageOr(() -> 1, String::length).unpriced()).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"prompt_tokens_details\":{\"cached_tokens\":60,\"cache_creation_tokens\":30}; 60; 30",
                "\"cached_tokens\":80; 80; 0",
                "\"cached_tokens\":80,\"prompt_tokens_details\":{\"cached_tokens\":60}; 60; 0",
                "\"cached_tokens\":80,\"prompt_tokens_details\":null; 80; 0",
                "\"prompt_tokens_details\":{\"cache_write_tokens\":20,\"cache_creation_tokens\":20}; 0; 20",
                "\"cache_creation_input_tokens\":70,\"cache_read_input_tokens\":20; 20; 70",
                "\"prompt_tokens_details\":{\"cached_tokens\":20,\"cache_creation_input_tokens\":30}; 20; 30"
            })
    void cachedTokensAreReadByTheNamesOfOthers(String field, long cached, long written) throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5," + field + "}}";
        assertThat(OpenAiReplies.read(utf8("{\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage))
                        .usage())
                .isEqualTo(new Usage(100, cached, written, 5, 0, false));
    }

    /** As an older LiteLLM has them (its issues 13207 and 15056): what was written is billed, so it may not be lost. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "31; \"prompt_tokens_details\":{\"cached_tokens\":0},\"cache_creation_input_tokens\":1253,\"cache_read_input_tokens\":0; 1284; 0; 1253",
                "88; \"cache_creation_input_tokens\":21002,\"cache_read_input_tokens\":120269; 141359; 120269; 21002",
                "88; \"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":120269; 120357; 120269; 0",
                "120357; \"cache_creation_input_tokens\":21002,\"cache_read_input_tokens\":120269; 141359; 120269; 21002"
            })
    void whatWasWrittenToTheCacheBesideTheInputIsPaid(long prompt, String field, long input, long cached, long written)
            throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":5,\"total_tokens\":"
                + (prompt + 5) + "," + field + "}}";
        assertThat(OpenAiReplies.read(utf8("{\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage))
                        .usage())
                .isEqualTo(new Usage(input, cached, written, 5, 0, false));
    }

    /** As LiteLLM has what Bedrock writes (its issue 15270): what the total counts besides is the cache, and no thoughts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1000; 1350; \"cache_creation_input_tokens\":300,\"prompt_tokens_details\":{\"cached_tokens\":0}; 1300; 0; 300; 50; 0",
                "1000; 1350; \"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_creation_tokens\":300}; 1300; 0; 300; 50; 0",
                "1000; 2350; \"cache_creation_input_tokens\":1300; 2300; 0; 1300; 50; 0",
                "1000; 1350; \"cache_creation_input_tokens\":300,\"cache_read_input_tokens\":200; 1300; 200; 300; 50; 0",
                "1000; 1550; \"cache_creation_input_tokens\":300,\"cache_read_input_tokens\":200; 1500; 200; 300; 50; 0",
                "100; 230; \"cache_read_input_tokens\":80; 180; 80; 0; 50; 0",
                "100; 150; \"cache_read_input_tokens\":80; 100; 80; 0; 50; 0",
                "200; 50250; \"prompt_tokens_details\":{\"cached_tokens\":50000}; 50200; 50000; 0; 50; 0",
                "88; 21140; \"cache_creation_input_tokens\":21002,\"cache_read_input_tokens\":120269; 141359; 120269; 21002; 50; 0",
                "1000; 1350; \"cache_creation_input_tokens\":300,\"completion_tokens_details\":{\"reasoning_tokens\":40}; 1300; 0; 300; 50; 40",
                "1000; 1390; \"cache_creation_input_tokens\":300,\"completion_tokens_details\":{\"reasoning_tokens\":40}; 1300; 0; 300; 90; 40",
                "1000; 1090; \"cache_creation_input_tokens\":300,\"completion_tokens_details\":{\"reasoning_tokens\":40}; 1000; 0; 300; 90; 40",
                "1000; 1114; \"prompt_tokens_details\":{\"cached_tokens\":64},\"completion_tokens_details\":{\"reasoning_tokens\":64}; 1000; 64; 0; 114; 64",
                "1000; 1250; \"prompt_tokens_details\":{\"cached_tokens\":64}; 1000; 64; 0; 250; 0",
                "1000; 1550; \"prompt_tokens_details\":{\"cached_tokens\":500}; 1000; 500; 0; 550; 0",
                "1000; 1550; \"cached_tokens\":500; 1000; 500; 0; 550; 0",
                "1000; 1550; \"cache_read_input_tokens\":500; 1500; 500; 0; 50; 0"
            })
    void whatTheTotalHasOfTheCacheBesideTheInputIsNoOutput(
            long prompt, long total, String field, long input, long cached, long written, long output, long reasoning)
            throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":50,\"total_tokens\":" + total
                + "," + field + "}}";
        Usage expected = new Usage(input, cached, written, output, reasoning, false);
        assertThat(OpenAiReplies.read(utf8("{\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage))
                        .usage())
                .isEqualTo(expected);
        assertThat(collected(new OpenAiDecoder(), "{\"choices\":[]," + usage).usage())
                .isEqualTo(expected);
    }

    /** LiteLLM tells it under the details, any-llm by Anthropic's name at the top; never more than what was stored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_creation_tokens\":30,\"cache_creation_token_details\":{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":30}}; 30; 30",
                "\"cache_creation_input_tokens\":30,\"prompt_tokens_details\":{\"cache_creation_token_details\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}}; 30; 20",
                "\"cache_creation_input_tokens\":30,\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}; 30; 20",
                "\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}; 30; 20",
                "\"cache_creation_input_tokens\":30,\"cache_creation\":null; 30; 0",
                "\"prompt_tokens_details\":{\"cached_tokens\":90,\"cache_creation_tokens\":30,\"cache_creation_token_details\":{\"ephemeral_1h_input_tokens\":30}}; 10; 10"
            })
    void whatIsKeptForAnHourIsCountedByTheNamesOfOthers(String field, long written, long hour) throws Exception {
        String usage = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5," + field + "}}";
        Usage whole = Objects.requireNonNull(
                OpenAiReplies.read(utf8("{\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage))
                        .usage());
        assertThat(whole.cacheWriteTokens()).isEqualTo(written);
        assertThat(whole.cacheWriteHourTokens()).isEqualTo(hour);
        assertThat(collected(new OpenAiDecoder(), "{\"choices\":[]," + usage).usage())
                .isEqualTo(whole);
        if (!field.startsWith("\"cache")) {
            String renamed = usage.replace("prompt_tokens", "input_tokens").replace("completion_", "output_");
            Usage responses =
                    ResponsesReplyReader.read(utf8("{\"output\":[]," + renamed)).usage();
            assertThat(responses).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "{\"type\":\"container_reference\",\"container_id\":\"c\"}; shell_call, billed by use",
                "{\"type\":\"local\"}; -",
                "null; -"
            })
    void aShellInAContainerOfTheProvidersIsBilledByUse(String environment, @Nullable String why) throws Exception {
        String item = "{\"type\":\"shell_call\",\"id\":\"s\",\"environment\":" + environment + "}";
        assertThat(responses(item, "null").unpriced()).isEqualTo(why);
        String end = "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],"
                + "\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}";
        String done = "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":" + item + "}";
        assertThat(streamed(new ResponsesDecoder(), done, end)).isEqualTo(why);
    }

    @Test
    void aShellWithoutEnvironmentIsTheCallersOwn() throws Exception {
        assertThat(responses("{\"type\":\"shell_call\",\"id\":\"s\"}", "null").unpriced())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"600, audio tokens", "0.5, audio tokens", "0, -", "null, -"})
    void secondsOfSoundAreTold(String seconds, @Nullable String why) throws Exception {
        String usage =
                "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"prompt_audio_seconds\":" + seconds + "}}";
        assertThat(Objects.requireNonNull(
                                OpenAiReplies.read(utf8("{\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage))
                                        .usage())
                        .unpriced())
                .isEqualTo(why);
        assertThat(streamed(new OpenAiDecoder(), "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]," + usage))
                .isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {"3; code execution, billed by use", "0; -", "null; -"})
    void codeThatAnthropicRunsIsTold(String requests, @Nullable String why) throws Exception {
        String usage = "{\"input_tokens\":1,\"output_tokens\":1,\"server_tool_use\":{\"web_search_requests\":0,"
                + "\"code_execution_requests\":" + requests + "}}";
        assertThat(anthropic(usage).unpriced()).isEqualTo(why);
        assertThat(streamed(
                        new AnthropicDecoder(),
                        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" + usage
                                + "}"))
                .isEqualTo(why);
    }

    /** Gemini leaves fields out that say nothing new; one that is there counts. */
    @Test
    void aCacheReadThatGeminiToldBeforeIsKept() throws Exception {
        String first = "{\"usageMetadata\":{\"promptTokenCount\":1000,\"cachedContentTokenCount\":600}}";
        String last = "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1000,"
                + "\"candidatesTokenCount\":200%s}}";
        assertThat(collected(new GeminiDecoder(), first, last.formatted("")).usage())
                .isEqualTo(new Usage(1000, 600, 0, 200, 0, false));
        assertThat(collected(new GeminiDecoder(), first, last.formatted(",\"cachedContentTokenCount\":0"))
                        .usage())
                .isEqualTo(Usage.of(1000, 200));
    }

    @Test
    void noInputOfATextIsNotBelieved() throws Exception {
        ChatReply reply =
                AnthropicReplies.read(utf8("{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],"
                        + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":0,\"output_tokens\":5}}"));
        assertThat(reply.usageOr(() -> 9, String::length)).isEqualTo(new Usage(9, 0, 0, 5, 0, true));
        assertThat(reply.usageOr(() -> 0, String::length)).isEqualTo(Usage.of(0, 5));
    }

    @Test
    void chunksWithAMessageInThePlaceOfADeltaAreRead() throws Exception {
        ChatReply reply = collected(
                new OpenAiDecoder(),
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":null,\"message\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}",
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"message\":{\"content\":\"Hello\"}}]}",
                "[DONE]");
        assertThat(reply.text()).isEqualTo("Hello");
    }
}
