package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.record.RequestRecord;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers and the record have of answers that are odd: lists, nothing, failures inside, usage that counts nothing. */
class ProviderAnswersRouteTest {
    private static final String DONE = "[DONE]";

    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private static String chunk(String delta, String finish, String more) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]" + more + "}";
    }

    private static ScriptedProvider.Behaviour whole(String content, String finish, String more) {
        return status(
                200,
                "",
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"" + content + "\"},\"finish_reason\":\""
                        + finish + "\"}]" + more + "}");
    }

    @ParameterizedTest
    @EnumSource
    void aStreamWhoseContentIsAListReachesEveryCaller(FailoverCaller caller) throws Exception {
        lane.second.does(streams(
                chunk(
                        "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]}",
                        "null",
                        ""),
                chunk("{\"content\":[{\"type\":\"text\",\"text\":\"forty two\"}]}", "null", ""),
                ScriptedProvider.STOP,
                ScriptedProvider.USAGE,
                DONE));
        FailoverAnswer answer = lane.ask(caller, "second", true);
        assertThat(answer.isFinished()).as(answer.body()).isTrue();
        assertThat(answer.body()).contains("forty two");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerWithNothingInItIsAskedOfAnother(boolean stream) throws Exception {
        lane.first.does(
                stream
                        ? streams(chunk("{\"role\":\"assistant\"}", "null", ""), ScriptedProvider.STOP, DONE)
                        : whole("", "stop", ""));
        lane.second.does(stream ? streams(ScriptedProvider.chunk("here"), ScriptedProvider.STOP, DONE) : says("here"));
        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "tier:premium", stream);
        assertThat(answer.text()).isEqualTo("here");
        assertThat(answer.servedBy()).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @CsvSource({"error, true", "insufficient_system_resource, false", "abort, false"})
    void anAnswerThatEndedWithAnErrorIsAskedOfAnotherAndWhatItUsedIsPaidFor(String reason, boolean stream)
            throws Exception {
        String usage = ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20}";
        lane.first.does(stream ? streams(chunk("{}", "\"" + reason + "\"", usage)) : whole("", reason, usage));
        lane.second.does(stream ? streams(ScriptedProvider.chunk("here"), ScriptedProvider.STOP, DONE) : says("here"));
        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "tier:premium", stream);
        assertThat(answer.text()).as(answer.body()).isEqualTo("here");
        Attempt failed = ground.recordOf(answer).attempts().get(0);
        assertThat(failed.costUsd()).isEqualByComparingTo("0.00003");
    }

    @Test
    void anErrorAfterContentIsToldToTheCaller() throws Exception {
        lane.second.does(streams(ScriptedProvider.chunk("half"), chunk("{}", "\"error\"", "")));
        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "second", true);
        assertThat(answer.isError()).as(answer.body()).isTrue();
        assertThat(answer.isFinished()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"total_tokens\":1200}", "{\"prompt_tokens\":0,\"completion_tokens\":0}"})
    void anAnswerWhoseUsageCountsNothingIsNotFree(String usage) throws Exception {
        lane.second.does(whole("some words that were made", "stop", ",\"usage\":" + usage));
        RequestRecord booked = ground.recordOf(lane.ask(FailoverCaller.OPENAI, "second", false));
        assertThat(booked.costUsd()).isPositive();
        assertThat(Objects.requireNonNull(booked.attempts().get(0).usage()).estimated())
                .isTrue();
    }

    @Test
    void whatFailsWhileAnAnswerIsMadeIsOfUnknownCostUnlessItIsCounted() throws Exception {
        String start =
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                        + "\"content\":[]%s}}";
        String error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}";
        lane.second.does(streams(start.formatted(",\"usage\":{\"input_tokens\":100000,\"output_tokens\":1}"), error));
        FailoverAnswer counted = lane.ask(FailoverCaller.ANTHROPIC, "fresh", true);
        assertThat(ground.recordOf(counted).attempts()).allSatisfy(attempt -> {
            assertThat(attempt.usage()).isEqualTo(new Usage(100000, 0, 0, 1, 0, true));
            assertThat(attempt.costUsd()).isPositive();
        });
        lane.second.does(streams(start.formatted(""), error));
        FailoverAnswer broken = lane.ask(FailoverCaller.ANTHROPIC, "fresh", true);
        assertThat(ground.recordOf(broken).attempts()).allMatch(attempt -> attempt.costUsd() == null);
        lane.first.does(ScriptedProvider.error(504, "x"));
        FailoverAnswer late = lane.ask(FailoverCaller.OPENAI, "tier:once", false);
        assertThat(ground.recordOf(late).attempts()).allMatch(attempt -> attempt.costUsd() == null);
        lane.first.does(ScriptedProvider.error(500, "x"));
        FailoverAnswer refused = lane.ask(FailoverCaller.OPENAI, "tier:once", false);
        assertThat(ground.recordOf(refused).costUsd()).isZero();
    }
}
