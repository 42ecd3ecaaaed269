package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds what Anthropic's callers get and what Gemini is asked, field by field, to our own descriptions of the two formats.
 * Issue 3, 5, and issue 16, 4.
 */
class WireSchemaTest {
    private static final ChatRequest ASKED = ChatRequest.ofText("x");

    private static void fits(String format, String definition, JsonNode body) {
        assertThat(WireSchema.faults(format, definition, body)).as("%s", body).isEmpty();
    }

    private static String reply(Dialect.Name provider) {
        return switch (provider) {
            case OPENAI, EMBEDDINGS, TEXT -> Samples.OPENAI_REPLY;
            case RESPONSES -> Samples.RESPONSES_REPLY;
            case ANTHROPIC -> Samples.ANTHROPIC_REPLY;
            case GEMINI -> Samples.GEMINI_REPLY;
        };
    }

    private static String stream(Dialect.Name provider) {
        return switch (provider) {
            case OPENAI, EMBEDDINGS, TEXT -> Samples.OPENAI_STREAM;
            case RESPONSES -> Samples.RESPONSES_STREAM;
            case ANTHROPIC -> Samples.ANTHROPIC_STREAM;
            case GEMINI -> Samples.GEMINI_STREAM;
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void anthropicsCallersGetAnswersOfTheirFormat(Dialect.Name provider) throws Exception {
        byte[] written = Samples.DIALECTS
                .caller(Dialect.Name.ANTHROPIC)
                .writeReply(Samples.reply(provider, reply(provider)), ASKED);

        fits("anthropic", "Message", Samples.json(written));
    }

    /** How an answer ends, from providers that end theirs in other words. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"length"}],"usage":null}
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":""},"finish_reason":"content_filter"}]}
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":null,"tool_calls":[{"id":"a b","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":"tool_calls"}]}
            OPENAI | {"id":"c","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"no such reason"}]}
            GEMINI | {"promptFeedback":{"blockReason":"SAFETY"},"modelVersion":"m","usageMetadata":{"promptTokenCount":4}}
            GEMINI | {"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"finishReason":"MAX_TOKENS"}],"modelVersion":"m"}
            """)
    void howeverAnAnswerEndsItIsOfTheFormat(Dialect.Name provider, String body) throws Exception {
        byte[] written =
                Samples.DIALECTS.caller(Dialect.Name.ANTHROPIC).writeReply(Samples.reply(provider, body), ASKED);

        fits("anthropic", "Message", Samples.json(written));
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.Name.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void anthropicsCallersGetEventsOfTheirFormat(Dialect.Name provider) throws Exception {
        List<StreamEvent> whole = new ArrayList<>(Samples.decode(provider, stream(provider)));
        whole.add(new StreamEvent.End());
        List<StreamEvent> failed = List.of(
                new StreamEvent.RefusalDelta(0, "No"),
                new StreamEvent.Failed(ChatError.of(ChatError.Kind.SERVER, 502, "gone")));
        List<StreamEvent> stopped = List.of(
                new StreamEvent.TextDelta(0, "a", null),
                new StreamEvent.Finish(0, FinishReason.STOP_SEQUENCE, "END"),
                new StreamEvent.End());
        ChatRequest request = Samples.anthropic(Samples.ANTHROPIC_TOOLS);
        for (List<StreamEvent> events : List.of(whole, failed, stopped)) {
            List<SseParser.Event> written = Samples.encode(Dialect.Name.ANTHROPIC, request, events);
            assertThat(written).isNotEmpty();
            for (SseParser.Event event : written) {
                JsonNode data = Samples.json(event.data());
                assertThat(event.event()).isEqualTo(data.path("type").asText());
                fits("anthropic", "Event", data);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anthropicsCallersGetErrorsOfTheirFormat(ChatError.Kind kind) {
        ChatError error = ChatError.of(kind, 400, "It did not work.");

        fits("anthropic", "Error", Samples.json(new AnthropicDialect().writeError(error, "req_1")));
    }

    @Test
    void geminiIsAskedAndReadInItsFormat() throws Exception {
        List<ChatRequest> requests = List.of(
                Samples.openAi(Samples.OPENAI_TOOLS),
                Samples.anthropic(Samples.ANTHROPIC_TOOLS),
                Samples.DIALECTS
                        .caller(Dialect.Name.RESPONSES)
                        .parseRequest(Samples.utf8(Samples.RESPONSES_TOOLS), Limits.ofDefaults()),
                ASKED);
        for (ChatRequest request : requests) {
            fits(
                    "gemini",
                    "Request",
                    Samples.json(Json.bytes(
                            Samples.DIALECTS.provider(Dialect.Name.GEMINI).writeRequest(request, "gemini-x", 1000))));
        }
        fits("gemini", "Response", Samples.json(Samples.GEMINI_REPLY));
        for (SseParser.Event event : SseParser.ofDefaults().feed(Samples.utf8(Samples.GEMINI_STREAM))) {
            fits("gemini", "Response", Samples.json(event.data()));
        }
    }

    /** What real providers send fits, and each of these, which clients have stumbled over, does not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            anthropic | Message | {"type":"message"}
            anthropic | Text | {"type":"text","text":"a","citations":null}
            anthropic | Text | {"type":"text","text":""}
            anthropic | ToolUse | {"type":"tool_use","id":"a b","name":"f","input":{}}
            anthropic | ToolUse | {"type":"tool_use","id":"a","name":"f","input":"{}"}
            anthropic | MessageDelta | {"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":null},"usage":{"output_tokens":1}}
            anthropic | MessageDelta | {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}
            anthropic | Error | {"error":{"type":"api_error","message":"m"}}
            anthropic | Error | {"type":"error","error":{"type":"server_error","message":"m"}}
            anthropic | Error | {"type":"error","error":{"type":"api_error","message":"m"},"request_id":null}
            anthropic | Event | {"type":"message_stop","usage":{}}
            gemini | Response | {"candidates":[{"finishReason":7}]}
            gemini | Response | {"usageMetadata":{"promptTokenCount":1}}
            gemini | Error | {"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":52}]}}
            gemini | Request | {"contents":[{"role":"assistant","parts":[{"text":"a"}]}]}
            """)
    void whatIsNotOfTheFormatDoesNotFit(String format, String definition, String body) {
        assertThat(WireSchema.faults(format, definition, Samples.json(body))).isNotEmpty();
    }

    @Test
    void theSamplesOfAnthropicFitThemselves() throws Exception {
        fits("anthropic", "Message", Samples.json(Samples.ANTHROPIC_REPLY));
        for (SseParser.Event event : SseParser.ofDefaults().feed(Samples.utf8(Samples.ANTHROPIC_STREAM))) {
            // an event type that nobody knows yet, which is to be ignored
            if (!event.event().equals("something_new")) {
                fits("anthropic", "Event", Samples.json(event.data()));
            }
        }
    }
}
