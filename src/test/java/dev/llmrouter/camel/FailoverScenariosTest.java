package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.STOP;
import static dev.llmrouter.camel.ScriptedProvider.USAGE;
import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.cutShort;
import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.reset;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sixteen scenarios of failoverbench with its limits, for every caller: a dialect by a way in. Those that wait are played
 * by all callers at once. Issue 3, 2.
 */
@Tag("once")
class FailoverScenariosTest {
    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private static void isServed(FailoverAnswer answer, String by, String text) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.servedBy()).isEqualTo(by);
        assertThat(answer.text()).isEqualTo(text);
        assertThat(answer.isFinished()).as(answer.body()).isTrue();
        assertThat(answer.isError()).as(answer.body()).isFalse();
    }

    private static void isCutOff(FailoverAnswer answer, String text) {
        assertThat(answer.text()).isEqualTo(text);
        assertThat(answer.isError()).as(answer.body()).isTrue();
        assertThat(answer.isFinished()).as(answer.body()).isFalse();
    }

    /** How many requests came within a time of the first. */
    private static long within(ScriptedProvider provider, long millis) {
        long end = provider.arrivals.get(0) + TimeUnit.MILLISECONDS.toNanos(millis);
        return provider.arrivals.stream().filter(at -> at <= end).count();
    }

    /** S01: gap of at least 1.8 s, at most 2 attempts in 1.5 s. */
    @Test
    void aShortRetryAfterIsWaitedForWhereNobodyElseIsLeft() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(status(429, "Retry-After: 2\r\n", "{\"error\":{\"message\":\"slow down\"}}"), says("a"));

            isServed(own.ask(caller, "first", false), "first after 2", "a");

            assertThat(own.first.arrivals).hasSize(2);
            assertThat(own.first.arrivals.get(1) - own.first.arrivals.get(0))
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1800));
            assertThat(within(own.first, 1500)).isLessThanOrEqualTo(2);
        });
    }

    /** S02: at most 4 attempts in 3 s and 6 in all; the caller is told when to come back, and others serve meanwhile. */
    @Test
    void aRateLimitThatStaysIsAskedSeldomAndSkippedMeanwhile() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(error(429, "rate_limit_exceeded"));
            own.second.does(says("b"));

            FailoverAnswer refused = own.ask(caller, "tier:patient", false);

            assertThat(refused.status()).as(refused.body()).isEqualTo(429);
            assertThat(refused.isError()).isTrue();
            assertThat(refused.retryAfter()).isBetween(1, 8);
            assertThat(within(own.first, 3000)).isBetween(2L, 4L);
            int asked = own.first.requests.size();
            assertThat(asked).isLessThanOrEqualTo(6);
            isServed(own.ask(caller, "tier:premium", false), "second after 1", "b");
            assertThat(own.first.requests).hasSize(asked);
        });
    }

    /** S03. */
    @Test
    void oneServerErrorIsTriedAgainWhereNobodyElseIsLeft() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(error(500, "x"), says("a"));

            isServed(own.ask(caller, "first", false), "first after 2", "a");
        });
    }

    static Stream<Arguments> outages() {
        return Stream.concat(
                Stream.of(500, 502, 529).map(status -> Arguments.of(FailoverCaller.OPENAI, status)),
                Stream.of(FailoverCaller.values()).map(caller -> Arguments.of(caller, 503)));
    }

    /** S04, and once it is known as an outage, nobody waits for it. */
    @ParameterizedTest
    @MethodSource("outages")
    void anOutageIsServedByTheNextModelAndSkippedAfterFiveCalls(FailoverCaller caller, int status) throws Exception {
        lane.first.does(error(status, "x"));
        lane.second.does(says("b"));

        isServed(lane.ask(caller, "auto", false), "second after 2", "b");
        for (int i = 0; i < 6; i++) {
            assertThat(lane.ask(caller, "auto", false).status()).isEqualTo(200);
        }

        assertThat(lane.first.requests.size()).isBetween(5, 6);
        isServed(lane.ask(caller, "auto", false), "second after 1", "b");
    }

    /** S05. */
    @ParameterizedTest
    @EnumSource
    void aResetConnectionGoesToTheNextModel(FailoverCaller caller) throws Exception {
        lane.first.does(reset());
        lane.second.does(says("b"));

        isServed(lane.ask(caller, "auto", false), "second after 2", "b");
    }

    /** S06: the silent one is asked once. */
    @Test
    void aSilentProviderIsLeftAfterItsTimeAndNotAskedAgain() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(own.first.silent());
            own.second.does(says("b"));

            isServed(own.ask(caller, "tier:premium", false), "second after 2", "b");
            assertThat(own.first.requests).hasSize(1);
            assertThat(own.ask(caller, "first", false).status()).isEqualTo(504);
            assertThat(own.first.requests).hasSize(2);
        });
    }

    /** S07. */
    @Test
    void aSlowFirstTokenGoesToTheNextModel() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(own.first.stalls());
            own.second.does(streams(chunk("b"), STOP, USAGE, "[DONE]"));

            isServed(own.ask(caller, "tier:premium", true), "second after 2", "b");
            assertThat(own.first.requests).hasSize(1);
        });
    }

    /** S08: 40 of 60 tokens, then the connection ends. */
    @ParameterizedTest
    @EnumSource
    void aStreamThatBreaksOffEndsWithAnErrorAndNeverAsFinished(FailoverCaller caller) throws Exception {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            tokens.add(chunk("w" + i + " "));
        }
        lane.first.does(streams(tokens.toArray(String[]::new)));
        lane.second.does(streams(chunk("b"), STOP, "[DONE]"));

        FailoverAnswer answer = lane.ask(caller, "auto", true);

        isCutOff(
                answer,
                tokens.stream()
                        .map(token -> token.replaceAll(".*\"content\":\"([^\"]*)\".*", "$1"))
                        .reduce("", String::concat));
        assertThat(lane.second.requests).as("nothing is said twice").isEmpty();
        assertThat(ground.recordOf(answer).outcome()).isEqualTo(RequestRecord.Outcome.TRUNCATED);
    }

    /** S08 for whole answers: what is shorter than announced is no answer. */
    @ParameterizedTest
    @EnumSource
    void aWholeAnswerThatIsCutShortGoesToTheNextModel(FailoverCaller caller) throws Exception {
        lane.first.does(cutShort("{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"ha"));
        lane.second.does(says("b"));

        isServed(lane.ask(caller, "auto", false), "second after 2", "b");
    }

    /** S09: it ends in its time, and the next request is served. */
    @Test
    void aStreamThatStallsEndsWithAnErrorAndTheNextRequestIsServed() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(own.first.stalls(chunk("one")), streams(chunk("a"), STOP, USAGE, "[DONE]"));
            long start = System.nanoTime();

            isCutOff(own.ask(caller, "first", true), "one");

            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(4));
            isServed(own.ask(caller, "first", true), "first after 1", "a");
        });
    }

    /** S10: the stream goes on behind it; what is lost is at most what stood in it. */
    @ParameterizedTest
    @EnumSource
    void oneMalformedEventInTheMiddleOfAStreamEndsNothing(FailoverCaller caller) throws Exception {
        lane.first.does(
                streams(chunk("one"), "{\"id\":\"c\",\"choices\":[{\"del", chunk("two"), STOP, USAGE, "[DONE]"));

        isServed(lane.ask(caller, "first", true), "first after 1", "onetwo");
    }

    /** S11, the connection closed, and left open: finished within 8 s, and its usage is kept. */
    @Test
    void aStreamWithoutATerminatorIsFinishedAndCounted() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(streams(chunk("one"), STOP, USAGE), own.first.stalls(chunk("one"), STOP, USAGE));
            for (String connection : List.of("closed", "left open")) {
                long start = System.nanoTime();
                FailoverAnswer answer = own.ask(caller, "first", true);

                isServed(answer, "first after 1", "one");
                assertThat(System.nanoTime() - start).as(connection).isLessThan(TimeUnit.SECONDS.toNanos(8));
                assertThat(answer.inputTokens()).as(connection).isEqualTo(7);
                assertThat(answer.outputTokens()).as(connection).isEqualTo(3);
                assertThat(Objects.requireNonNull(ground.recordOf(answer).usage())
                                .inputTokens())
                        .isEqualTo(7);
                assertThat(ground.recordOf(answer).costUsd()).isEqualByComparingTo("0.00001");
            }
        });
    }

    /** S12: one attempt, then a larger model. */
    @ParameterizedTest
    @EnumSource
    void aContextThatIsTooSmallGoesToALargerModelOnly(FailoverCaller caller) throws Exception {
        lane.first.does(error(400, "context_length_exceeded"));
        lane.second.does(says("b"));

        isServed(lane.ask(caller, "auto", false), "second after 2", "b");
        assertThat(lane.first.requests).hasSize(1);

        FailoverAnswer alone = lane.ask(caller, "first", false);
        assertThat(alone.status()).isEqualTo(400);
        assertThat(lane.first.requests).hasSize(2);
    }

    /** S13: no retry, and a clean error that says what it is. */
    @ParameterizedTest
    @EnumSource
    void aContentFilterGivesACleanErrorAtOnce(FailoverCaller caller) throws Exception {
        lane.first.does(error(400, "content_filter"));
        lane.second.does(says("b"));

        for (boolean stream : List.of(false, true)) {
            FailoverAnswer answer = lane.ask(caller, "auto", stream);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.isStream()).isFalse();
            assertThat(answer.body())
                    .contains(
                            caller.isByRoute()
                                    ? "CONTENT_FILTER: no"
                                    : caller == FailoverCaller.ANTHROPIC
                                            ? "\"invalid_request_error\""
                                            : "\"content_filter\"");
        }
        assertThat(lane.first.requests).hasSize(2);
        assertThat(lane.second.requests).isEmpty();
    }

    /** S14: an answer that the caller has begun is continued by a model that can do that, and by no other. */
    @ParameterizedTest
    @EnumSource
    void aFallbackThatCannotContinueABegunAnswerIsNotAsked(FailoverCaller caller) throws Exception {
        lane.first.does(
                status(529, "", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}"));
        lane.second.does(status(200, "", """
                {"id":"msg_1","type":"message","role":"assistant","model":"on","content":[{"type":"text","text":" 42"}],
                "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":2}}"""));

        isServed(
                caller.ask(ground.camel, ground.port(), caller.body("tier:prefill", false, "It is")),
                "on after 2",
                " 42");

        assertThat(lane.first.requests).hasSize(1);
        assertThat(lane.second.requests).singleElement().asString().contains("\"on\"");
    }

    /** S15, in a fifteenth of its time: an outage of 4 s, a request every 250 ms, a breaker that opens for 1 s. */
    @Test
    void aFlapServesEveryRequestProbesSparinglyAndGoesBack() throws Exception {
        ground.everyCallerAtOnce((caller, own) -> {
            own.first.does(error(503, "down"));
            own.second.does(says("b"));
            long start = System.nanoTime();
            int asked = 0;
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4)) {
                assertThat(own.ask(caller, "tier:outage", false).status()).isEqualTo(200);
                asked++;
                TimeUnit.MILLISECONDS.sleep(250);
            }
            // 5 until the breaker opens, then at most two probes each time that it lets some through
            assertThat(own.first.requests.size()).isBetween(5, 5 + 2 * 5);
            assertThat(asked).isGreaterThan(own.first.requests.size());

            own.first.does(says("a"));
            // a probe that failed just before counts beside the first that is answered: it may open once more
            AtomicInteger inARow = new AtomicInteger();
            Awaitility.await()
                    .atMost(4, TimeUnit.SECONDS)
                    .pollInterval(java.time.Duration.ofMillis(100))
                    .until(() -> {
                        FailoverAnswer answer = own.ask(caller, "tier:outage", false);
                        assertThat(answer.status()).isEqualTo(200);
                        boolean back = answer.servedBy().equals("flap after 1");
                        return (back ? inARow.incrementAndGet() : inARow.getAndSet(0)) == 4;
                    });
        });
    }

    static Stream<Arguments> wholeAndStreamed() {
        return Stream.of(FailoverCaller.values())
                .flatMap(caller -> Stream.of(false, true).map(stream -> Arguments.of(caller, stream)));
    }

    /** S16: the answer names the model that gave it, usage is there, and both attempts are booked, of 6 at most. */
    @ParameterizedTest
    @MethodSource("wholeAndStreamed")
    void theAnswerNamesTheFallbackWithItsUsageAndBothCallsAreBooked(FailoverCaller caller, boolean stream)
            throws Exception {
        lane.first.does(error(503, "down"));
        lane.second.does(
                stream
                        ? streams(
                                chunk("b").replace("\"m\"", "\"model-b\""),
                                STOP.replace("\"m\"", "\"model-b\""),
                                USAGE.replace("\"m\"", "\"model-b\""),
                                "[DONE]")
                        : says("model-b", "b"));

        FailoverAnswer answer = lane.ask(caller, "auto", stream);

        isServed(answer, "second after 2", "b");
        assertThat(answer.isStream()).isEqualTo(stream);
        assertThat(answer.model()).isEqualTo("model-b");
        assertThat(answer.inputTokens()).isEqualTo(stream ? 7 : 10);
        assertThat(answer.outputTokens()).isEqualTo(stream ? 3 : 5);
        assertThat(lane.first.requests.size() + lane.second.requests.size()).isEqualTo(2);
        RequestRecord record = ground.recordOf(answer);
        assertThat(record.model()).isEqualTo("second");
        assertThat(record.attempts()).hasSize(2);
        // 2 USD for a million tokens either way
        BigDecimal cost = new BigDecimal(stream ? "0.00002" : "0.00003");
        assertThat(record.costUsd()).isEqualByComparingTo(cost);
        if (!stream) {
            assertThat(new BigDecimal(answer.header("x-llm-cost-usd"))).isEqualByComparingTo(cost);
        }
    }
}
