package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers with a good status that are none, and say what they used: that is paid for. */
class FailedUsageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "OPENAI; \"choices\":[]; false",
                "OPENAI; \"id\":\"c\"; false",
                "OPENAI; \"choices\":[{\"index\":0}]; false",
                "OPENAI; \"error\":{\"message\":\"no\"}; true",
                "ANTHROPIC; \"type\":\"message\",\"content\":null; false",
                "ANTHROPIC; \"type\":\"message\"; false",
                "ANTHROPIC; \"type\":\"error\"; true",
                "ANTHROPIC; \"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}; true",
                "RESPONSES; \"status\":\"completed\"; false",
                "RESPONSES; \"status\":\"completed\",\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"no\"}; true",
                "GEMINI; \"candidates\":[]; false",
                "GEMINI; \"responseId\":\"g\"; false",
                "GEMINI; \"error\":{\"code\":500,\"message\":\"no\"}; true"
            })
    void ofAnswersThatAreNoneIsKept(Dialect.Name dialect, String fields, boolean error) {
        String body = "{" + fields + ",";
        MalformedReplyException told = catchThrowableOfType(
                MalformedReplyException.class,
                () -> Samples.reply(dialect, body + usage(dialect, "1000", "500") + "}"));
        assertThat(told.usage()).isEqualTo(Usage.of(1000, 500));
        assertThat(told instanceof FailedReplyException).isEqualTo(error);
        MalformedReplyException untold = catchThrowableOfType(
                MalformedReplyException.class, () -> Samples.reply(dialect, body + usage(dialect, "0", "0") + "}"));
        assertThat(untold.usage()).isNull();
        assertThat(untold).isNotInstanceOf(FailedReplyException.class);
    }

    private static String usage(Dialect.Name dialect, String input, String output) {
        return switch (dialect) {
            case GEMINI ->
                "\"usageMetadata\":{\"promptTokenCount\":" + input + ",\"candidatesTokenCount\":" + output + "}";
            case OPENAI -> "\"usage\":{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + "}";
            default -> "\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":" + output + "}";
        };
    }

    private static List<StreamEvent> last(Dialect.StreamDecoder decoder, String event) throws Exception {
        return decoder.decode("", event).stream()
                .filter(StreamEvent.Failed.class::isInstance)
                .toList();
    }

    private static Usage failed(Dialect.StreamDecoder decoder, String event) throws Exception {
        assertThat(last(decoder, event)).hasSize(1);
        Usage usage = ((StreamEvent.Failed) last(decoder, event).get(0)).usage();
        return usage == null ? Usage.of(0, 0) : usage;
    }

    @Test
    void ofAnErrorInAStreamIsKept() throws Exception {
        assertThat(failed(
                        new AnthropicDecoder(),
                        "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"},"
                                + usage(Dialect.Name.ANTHROPIC, "1000", "500") + "}"))
                .isEqualTo(Usage.of(1000, 500));
        assertThat(failed(
                        new GeminiDecoder(),
                        "{\"error\":{\"code\":500}," + usage(Dialect.Name.GEMINI, "1000", "500") + "}"))
                .isEqualTo(Usage.of(1000, 500));
        assertThat(failed(
                        new ResponsesDecoder(),
                        "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"service_tier\":\"flex\","
                                + usage(Dialect.Name.RESPONSES, "1000", "500") + "}}"))
                .isEqualTo(Usage.of(1000, 500).withUnpriced("service_tier flex"));
        assertThat(failed(
                        new OpenAiDecoder(),
                        "{\"error\":{\"code\":500},\"service_tier\":\"flex\","
                                + usage(Dialect.Name.OPENAI, "1000", "500") + "}"))
                .isEqualTo(Usage.of(1000, 500).withUnpriced("service_tier flex"));
        assertThat(failed(new AnthropicDecoder(), "{\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}"))
                .isEqualTo(Usage.of(0, 0));
    }

    /** What an answer that is read as a whole stream used is not known where a model had begun to think. */
    @Test
    void ofTheStartOfAStreamIsKeptWhereNothingCameAfterIt() throws Exception {
        StreamCollector collector = new StreamCollector();
        Dialect.StreamDecoder decoder = new AnthropicDecoder();
        for (String event : List.of(
                "{\"type\":\"message_start\",\"message\":{" + usage(Dialect.Name.ANTHROPIC, "1000", "1") + "}}",
                "{\"type\":\"ping\"}")) {
            decoder.decode("", event).forEach(collector::add);
        }
        assertThat(collector.toldWithoutContent()).isEqualTo(Usage.of(1000, 1).asEstimate());
        decoder.decode(
                        "",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}")
                .forEach(collector::add);
        assertThat(collector.toldWithoutContent()).isNull();
        decoder.decode(
                        "",
                        "{\"type\":\"message_delta\",\"delta\":{}," + usage(Dialect.Name.ANTHROPIC, "1000", "500")
                                + "}")
                .forEach(collector::add);
        assertThat(collector.toldWithoutContent()).isEqualTo(Usage.of(1000, 500));
    }

    @Test
    void ofAStreamIsKeptWithItsTier() throws Exception {
        StreamCollector collector = new StreamCollector();
        Dialect.StreamDecoder decoder = new OpenAiDecoder();
        for (String event : List.of(
                "{\"choices\":[],\"service_tier\":\"flex\"," + usage(Dialect.Name.OPENAI, "1000", "500") + "}",
                "{\"error\":{\"code\":500}}")) {
            decoder.decode("", event).forEach(collector::add);
        }
        assertThat(collector.usageOfFailure()).isEqualTo(Usage.of(1000, 500).withUnpriced("service_tier flex"));
    }
}
