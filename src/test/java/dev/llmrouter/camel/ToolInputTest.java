package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.STOP;
import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of tools whose arguments are no JSON object, which models write now and then: what callers get of them. */
class ToolInputTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As a Python model writes it. */
    private static final String BROKEN = "{'a': 1}";

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}";

    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private static String quoted(String text) throws IOException {
        return JSON.writeValueAsString(text);
    }

    private static String call(int index, String arguments) throws IOException {
        return "{\"index\":" + index + ",\"id\":\"call_" + index
                + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":" + quoted(arguments) + "}}";
    }

    private static ScriptedProvider.Behaviour calls(String reason, String... arguments) throws IOException {
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < arguments.length; i++) {
            calls.append(i == 0 ? "" : ",").append(call(i, arguments[i]));
        }
        return status(
                200,
                "",
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Let me see.\",\"tool_calls\":[" + calls
                        + "]},\"finish_reason\":\"" + reason + "\"}]," + USAGE + "}");
    }

    /** The client ran the tool with {@code {"arguments": "{'a': 1}"}}, a field that nobody had asked for. */
    @ParameterizedTest
    @CsvSource({"ANTHROPIC, false", "ANTHROPIC, true", "ANTHROPIC_BY_ROUTE, false"})
    void anAnswerWithArgumentsThatAreNoObjectGoesToTheNextModelForAnthropicsCallers(
            FailoverCaller caller, boolean stream) throws Exception {
        lane.first.does(calls("tool_calls", BROKEN));
        lane.second.does(says("b"));

        FailoverAnswer answer = lane.ask(caller, "auto", stream);

        assertThat(answer.servedBy()).isEqualTo("second after 2");
        assertThat(answer.text()).isEqualTo("b");
        RequestRecord record = ground.recordOf(answer);
        assertThat(record.attempts().get(0).outcome().key()).isEqualTo("malformed");
        assertThat(record.costUsd()).isEqualByComparingTo("0.000045"); // 15 tokens of each, at 1 and 2 a million
    }

    @Test
    void whereNobodyElseIsLeftTheCallerIsToldSo() throws Exception {
        lane.first.does(calls("tool_calls", "{\"a\":1}", "[1]"));

        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "tier:once", false);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("first@a malformed");
        assertThat(ground.recordOf(answer).attempts().get(0).message())
                .isEqualTo("model 'first' called a tool with arguments that are no JSON object");
    }

    /** One Anthropic caller had the model rest for everybody: five whole answers opened the breaker, three streams rested it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void suchAnswersAreNotHeldAgainstTheModel(boolean stream) throws Exception {
        for (int i = 0; i < 6; i++) {
            lane.first.does(stream ? streamed(BROKEN, "tool_calls", true) : calls("tool_calls", BROKEN));
            FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "tier:once", stream);
            assertThat(ground.recordOf(answer).attempts().get(0).outcome().key())
                    .isEqualTo("malformed");
        }
        lane.first.does(says("a"));
        lane.second.does(says("b"));

        assertThat(lane.ask(FailoverCaller.OPENAI, "auto", false).servedBy()).isEqualTo("first after 1");
    }

    private FailoverAnswer askWithStop(boolean stream) throws Exception {
        String body = FailoverCaller.ANTHROPIC.body("auto", stream);
        return FailoverCaller.ANTHROPIC.ask(
                ground.camel, ground.port(), body.substring(0, body.length() - 1) + ",\"stop_sequences\":[\"END\"]}");
    }

    /** Providers of OpenAI's format say "stop", or "tool_calls", of an answer that a stop sequence ended in a call. */
    @ParameterizedTest
    @CsvSource({"stop, false", "stop, true", "tool_calls, false", "tool_calls, true"})
    void aCallThatAStopSequenceCutOffIsNoFault(String reason, boolean stream) throws Exception {
        for (String cut : new String[] {"{\"a\": \"x", "{\"a\": tr", "{"}) {
            lane.first.does(stream ? streamed(cut, reason, true) : calls(reason, "{\"a\":1}", cut));
            lane.second.does(says("b"));

            FailoverAnswer answer = askWithStop(stream);

            assertThat(answer.servedBy()).isEqualTo("first after 1");
            assertThat(answer.isError()).isFalse();
            assertThat(answer.body()).contains("\"stop_reason\":\"end_turn\"").doesNotContain("call_1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {BROKEN, "[1", "{\"a\": x"})
    void aStopSequenceExcusesNoOtherFault(String arguments) throws Exception {
        lane.first.does(calls("stop", arguments));
        lane.second.does(says("b"));
        assertThat(askWithStop(false).servedBy()).isEqualTo("second after 2");
        lane.first.does(calls("stop", "{\"a\":", "{}"));
        assertThat(askWithStop(false).servedBy()).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "null", " null "})
    void streamedArgumentsThatAreNoneAreAnEmptyObject(String none) throws Exception {
        lane.first.does(streamed(none, "tool_calls", true));

        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "auto", true);

        assertThat(answer.isFinished()).isTrue();
        assertThat(answer.body())
                .contains("\"stop_reason\":\"tool_use\"")
                .contains("\"input\":{}")
                .doesNotContain("partial_json");
    }

    /** What only begins like none is passed on as it came. */
    @Test
    void streamedArgumentsThatBeginLikeNoneAreWhole() throws Exception {
        lane.first.does(streamed("  {}", "tool_calls", true));
        assertThat(lane.ask(FailoverCaller.ANTHROPIC, "auto", true).body()).contains("\"partial_json\":\"  {}\"");
        lane.first.does(streamed("nul", "length", true));
        assertThat(lane.ask(FailoverCaller.ANTHROPIC, "auto", true).body()).contains("\"partial_json\":\"nul\"");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "RESPONSES", "OPENAI_BY_ROUTE"})
    void callersWhoReadTextGetItAsTheModelWroteIt(FailoverCaller caller) throws Exception {
        lane.first.does(calls("tool_calls", BROKEN));
        lane.second.does(says("b"));

        FailoverAnswer answer = lane.ask(caller, "auto", false);

        assertThat(answer.servedBy()).isEqualTo("first after 1");
        assertThat(answer.body()).contains(BROKEN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatTheLimitCutOffIsLeftOut(boolean stream) throws Exception {
        lane.first.does(calls("length", "{\"a\":1}", "{\"a\":"));
        lane.second.does(says("b"));

        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "auto", stream);

        assertThat(answer.servedBy()).isEqualTo("first after 1");
        assertThat(answer.body())
                .contains("\"max_tokens\"")
                .doesNotContain("call_1")
                .doesNotContain("arguments");
        if (!stream) {
            JsonNode content = answer.documents().get(0).path("content");
            assertThat(content.findValuesAsText("type")).containsExactly("text", "tool_use");
            assertThat(content.at("/1/input/a").asInt()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{}"})
    void argumentsThatAreNoneAreAnEmptyObject(String none) throws Exception {
        lane.first.does(calls("tool_calls", none));

        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "auto", false);

        assertThat(answer.documents().get(0).at("/content/1/input")).isEqualTo(JSON.createObjectNode());
    }

    private static String delta(String delta, String reason) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + reason + "}]}";
    }

    private static ScriptedProvider.Behaviour streamed(String arguments, String reason, boolean terminated)
            throws IOException {
        String half = arguments.substring(0, arguments.length() / 2);
        String rest = arguments.substring(half.length());
        String begun = delta("{\"tool_calls\":[" + call(0, half) + "]}", "null");
        String more = delta(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quoted(rest) + "}}]}",
                "\"" + reason + "\"");
        String usage =
                "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                        + USAGE + "}";
        return terminated
                ? streams(chunk("Let me see."), begun, more, usage, "[DONE]")
                : streams(chunk("Let me see."), begun, more, usage);
    }

    /** What has been said cannot be taken back; but nobody takes it for a call that can be made. */
    @ParameterizedTest
    @CsvSource({"ANTHROPIC, true", "ANTHROPIC, false", "ANTHROPIC_BY_ROUTE, true"})
    void aStreamWithSuchArgumentsEndsWithAnErrorForAnthropicsCallers(FailoverCaller caller, boolean terminated)
            throws Exception {
        lane.first.does(streamed(BROKEN, "tool_calls", terminated));

        FailoverAnswer answer = lane.ask(caller, "auto", true);

        assertThat(answer.isError()).isTrue();
        assertThat(answer.isFinished()).isFalse();
        RequestRecord record = ground.recordOf(answer);
        assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.TRUNCATED);
        assertThat(record.costUsd()).isEqualByComparingTo("0.000015");
    }

    @Test
    void aStreamThatTheLimitCutEndsAsOneOfAnthropics() throws Exception {
        lane.first.does(streamed("{\"a\":", "length", true));

        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "auto", true);

        assertThat(answer.isFinished()).isTrue();
        assertThat(answer.body()).contains("\"stop_reason\":\"max_tokens\"");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "RESPONSES"})
    void aStreamOfTextIsTheirs(FailoverCaller caller) throws Exception {
        lane.first.does(streamed(BROKEN, "tool_calls", true));
        assertThat(lane.ask(caller, "auto", true).isFinished()).isTrue();
    }

    @Test
    void aStreamOfGoodCallsIsWhole() throws Exception {
        lane.first.does(streamed("{\"a\": 1}", "tool_calls", true));
        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "auto", true);
        assertThat(answer.isFinished()).isTrue();
        assertThat(answer.body()).contains("\"stop_reason\":\"tool_use\"");
        lane.first.does(streams(chunk("a"), STOP, "[DONE]"));
        assertThat(lane.ask(FailoverCaller.ANTHROPIC, "auto", true).isFinished())
                .isTrue();
    }
}
