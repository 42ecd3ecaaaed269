package dev.llmrouter.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.StreamItem;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The states of one attempt on a clock that the test turns: what limits which part, and one outcome whatever happens. */
class HttpCallTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
    /** 60 s for the head of a stream, 90 s for a whole answer's, 15 s for the first content, 20 s between two reads. */
    private static final Timeouts TIMEOUTS = Timeouts.ofDefaults();

    private static final String WHOLE =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}";
    private static final String CONTENT = event("{\"content\":\"hel\"}", "null");
    private static final String FINISH = event("{}", "\"stop\"");
    private static final String DONE = "data: [DONE]\n\n";

    private final ManualLoop loop = new ManualLoop();
    private final Cancellation cancellation = new Cancellation();
    private final Told told = new Told();
    private final Wire wire = new Wire();

    private static String event(String delta, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    /** What the callback and, for a stream, its subscriber were told. */
    private static final class Told implements ProviderClient.Callback, Flow.Subscriber<StreamItem> {
        private final List<String> outcomes = new ArrayList<>();
        private final List<Boolean> heldAgainst = new ArrayList<>();
        private final List<String> ends = new ArrayList<>();
        private final List<@Nullable Usage> used = new ArrayList<>();
        private int items;
        private boolean subscribes = true;
        private boolean breaks;
        private Flow.@Nullable Subscription subscription;

        @Override
        public void replied(ProviderReply reply) {
            if (reply instanceof ProviderReply.Streaming streaming) {
                outcomes.add("stream");
                if (subscribes) {
                    streaming.items().subscribe(this);
                }
            } else {
                outcomes.add("whole");
            }
        }

        @Override
        public void failed(ProviderException failure) {
            outcomes.add(failure.fault().name());
            heldAgainst.add(!failure.isOfThisCaller());
            used.add(failure.usage());
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamItem item) {
            assertThat(ends).as("nothing comes after the end").isEmpty();
            items++;
            if (breaks) {
                throw new OutOfMemoryError("Java heap space");
            }
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(((ProviderException) failure).fault().name());
        }

        @Override
        public void onComplete() {
            ends.add("complete");
        }
    }

    private static final class Wire implements Connection {
        private int aborted;

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void abort() {
            aborted++;
        }
    }

    private static Candidate candidate() {
        Model model = new Model("mini", "openai", "gpt-4o-mini", 100_000, null, Set.of(), null);
        Provider provider = new Provider(
                "openai",
                Protocol.OPENAI,
                URI.create("http://127.0.0.1:1/v1"),
                null,
                null,
                Map.of(),
                Map.of(),
                TIMEOUTS,
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
        return new Candidate(model, provider, Candidate.Role.MEMBER);
    }

    private static ChatRequest request(boolean stream) {
        return new ChatRequest(
                Dialect.Name.OPENAI,
                null,
                "auto",
                stream,
                stream,
                List.of(ChatMessage.of(Role.USER, "Hi")),
                List.of(),
                null,
                null,
                null,
                Sampling.ofDefaults(),
                null,
                Map.of());
    }

    private HttpCall call(boolean stream, Duration deadline) {
        return call(stream, deadline, told, cancellation);
    }

    private HttpCall call(boolean stream, Duration deadline, Told outcome, Cancellation caller) {
        return new HttpCall(
                new ProviderCall(candidate(), request(stream), loop.nanoTime() + deadline.toNanos(), caller),
                new Dialects(CLOCK).provider(Protocol.OPENAI),
                outcome,
                loop,
                Runnable::run,
                CLOCK);
    }

    private HttpCall call(boolean stream) {
        return call(stream, Duration.ofMinutes(20));
    }

    private static void bytes(HttpCall call, String text) {
        call.bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void head(HttpCall call, int status, String contentType) {
        call.head(status, name -> name.equals("content-type") ? contentType : null);
    }

    /** Reads nothing without an error of the JVM, as where memory is short: but for what the status alone says. */
    private static ProviderDialect failing(Error error) {
        ProviderDialect usual = new Dialects(CLOCK).provider(Protocol.OPENAI);
        return (ProviderDialect) Proxy.newProxyInstance(
                HttpCallTest.class.getClassLoader(),
                new Class<?>[] {ProviderDialect.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "decoder" ->
                        (Dialect.StreamDecoder) (event, data) -> {
                            throw error;
                        };
                    case "parseReply" -> throw error;
                    case "parseError" -> {
                        if (((byte[]) arguments[1]).length > 0) {
                            throw error;
                        }
                        yield usual.parseError((int) arguments[0], (byte[]) arguments[1]);
                    }
                    default -> method.invoke(usual, arguments);
                });
    }

    /** Also for bodies that a worker reads, when the time of the call is not kept any more. */
    @ParameterizedTest
    @CsvSource({"200, false, 1", "200, false, 200000", "200, true, 1", "500, false, 1", "500, false, 200000"})
    void anErrorOfTheJvmWhileABodyIsReadIsAnOutcome(int status, boolean stream, int size) {
        HttpCall call = new HttpCall(
                new ProviderCall(
                        candidate(),
                        request(stream),
                        loop.nanoTime() + Duration.ofMinutes(20).toNanos(),
                        cancellation),
                failing(new StackOverflowError()),
                told,
                loop,
                Runnable::run,
                CLOCK);
        assertThat(call.begin()).isTrue();
        call.connected(wire);
        call.sent();
        head(call, status, stream ? "text/event-stream" : "application/json");
        bytes(call, CONTENT + " ".repeat(size));
        call.end();

        assertThat(told.outcomes).containsExactly(status == 200 ? "MALFORMED" : "STATUS");
        assertThat(loop.waiting()).isZero();
    }

    /** Twelve answers at once that had no room in the heap were held against their provider, whose breaker opened. */
    @ParameterizedTest
    @CsvSource({"false, 1", "false, 200000", "true, 1"})
    void noMemoryToReadAnAnswerIsNoFaultOfTheProvider(boolean stream, int size) {
        HttpCall call = new HttpCall(
                new ProviderCall(
                        candidate(),
                        request(stream),
                        loop.nanoTime() + Duration.ofMinutes(20).toNanos(),
                        cancellation),
                failing(new OutOfMemoryError("Java heap space")),
                told,
                loop,
                Runnable::run,
                CLOCK);
        assertThat(call.begin()).isTrue();
        call.connected(wire);
        call.sent();
        head(call, 200, stream ? "text/event-stream" : "application/json");
        bytes(call, CONTENT + " ".repeat(size));
        call.end();

        assertThat(told.outcomes).as("others are asked").containsExactly("MALFORMED");
        assertThat(told.heldAgainst).containsExactly(false);
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aReadThatHasNoBufferIsNoFaultOfTheProvider() {
        HttpCall call = at(Reached.WHOLE_BODY, Duration.ofMinutes(20));
        call.broken(new IllegalStateException(new OutOfMemoryError("Direct buffer memory")));

        assertThat(told.outcomes).containsExactly("MALFORMED");
        assertThat(told.heldAgainst).containsExactly(false);
    }

    @Test
    void aWorkerThatCannotBeMadeLeavesTheAnswerToWhoHasIt() {
        HttpCall call = new HttpCall(
                new ProviderCall(
                        candidate(),
                        request(false),
                        loop.nanoTime() + Duration.ofMinutes(20).toNanos(),
                        cancellation),
                new Dialects(CLOCK).provider(Protocol.OPENAI),
                told,
                loop,
                work -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                CLOCK);
        assertThat(call.begin()).isTrue();
        call.connected(wire);
        call.sent();
        head(call, 200, "application/json");
        bytes(call, WHOLE + " ".repeat(200_000));
        call.end();

        assertThat(told.outcomes).containsExactly("whole");
    }

    /** How far an attempt has come before something happens to it. */
    private enum Reached {
        BEGUN,
        CONNECTED,
        SENT,
        WHOLE_BODY,
        ERROR_BODY,
        STREAM_HEAD,
        STREAM_CONTENT;

        boolean isStream() {
            return this == STREAM_HEAD || this == STREAM_CONTENT;
        }
    }

    private HttpCall at(Reached reached, Duration deadline) {
        HttpCall call = call(reached.isStream(), deadline);
        assertThat(call.begin()).isTrue();
        if (reached == Reached.BEGUN) {
            return call;
        }
        call.connected(wire);
        if (reached == Reached.CONNECTED) {
            return call;
        }
        call.sent();
        switch (reached) {
            case BEGUN, CONNECTED, SENT -> {}
            case WHOLE_BODY -> {
                head(call, 200, "application/json");
                bytes(call, WHOLE.substring(0, 9));
            }
            case ERROR_BODY -> {
                head(call, 500, "application/json");
                bytes(call, "{\"err");
            }
            case STREAM_HEAD -> head(call, 200, "text/event-stream");
            case STREAM_CONTENT -> {
                head(call, 200, "text/event-stream");
                bytes(call, CONTENT);
            }
        }
        return call;
    }

    /** The one outcome: of the call, or, once a stream was handed over, of the stream. */
    private String outcome(Reached reached) {
        if (reached == Reached.STREAM_CONTENT) {
            assertThat(told.outcomes).containsExactly("stream");
            assertThat(told.ends).hasSize(1);
            return told.ends.get(0);
        }
        assertThat(told.outcomes).hasSize(1);
        assertThat(told.ends).isEmpty();
        return told.outcomes.get(0);
    }

    private static Fault limitOf(Reached reached) {
        return switch (reached) {
            case BEGUN, CONNECTED -> Fault.CONNECT_TIMEOUT;
            case SENT -> Fault.HEADERS_TIMEOUT;
            case WHOLE_BODY, ERROR_BODY, STREAM_CONTENT -> Fault.IDLE_TIMEOUT;
            case STREAM_HEAD -> Fault.FIRST_TOKEN_TIMEOUT;
        };
    }

    private static Duration timeOf(Reached reached) {
        return switch (reached) {
            case BEGUN, CONNECTED -> TIMEOUTS.headers();
            case SENT -> TIMEOUTS.headers(false, null);
            case WHOLE_BODY, STREAM_CONTENT, ERROR_BODY -> TIMEOUTS.idle();
            case STREAM_HEAD -> TIMEOUTS.firstToken();
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachPartHasItsOwnLimitToTheMillisecond(Reached reached) {
        at(reached, Duration.ofMinutes(20));
        loop.advanceMillis(timeOf(reached).toMillis() - 1);
        assertThat(told.outcomes).isEqualTo(reached == Reached.STREAM_CONTENT ? List.of("stream") : List.of());
        assertThat(told.ends).isEmpty();

        loop.advanceMillis(1);

        assertThat(outcome(reached)).isEqualTo(limitOf(reached).name());
        assertThat(wire.aborted).isEqualTo(reached == Reached.BEGUN ? 0 : 1);
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aSubscriberThatFailsIsToldThatItIsOver() {
        told.breaks = true;
        HttpCall call = at(Reached.STREAM_CONTENT, Duration.ofMinutes(20));
        assertThat(told.outcomes).containsExactly("stream");
        assertThat(told.ends).containsExactly(Fault.INTERNAL.name());
        assertThat(call.isOver()).isTrue();
    }

    @Test
    void aStreamLongerThanAnyAnswerIsEnded() {
        HttpCall call = at(Reached.STREAM_CONTENT, Duration.ofMinutes(20));
        String piece = event("{\"content\":\"" + "x".repeat(100_000) + "\"}", "null");
        int most = StreamReading.LONGEST / 100_000;
        for (int i = 0; i < most - 1; i++) {
            bytes(call, piece);
        }
        assertThat(told.ends).isEmpty();
        bytes(call, piece);
        bytes(call, piece);
        assertThat(told.ends).containsExactly(Fault.MALFORMED.name());
        assertThat(wire.aborted).isEqualTo(1);
    }

    private HttpCall anthropicStream() {
        HttpCall call = streamOf(Protocol.ANTHROPIC);
        bytes(call, "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"content\":[]}}\n\n");
        return call;
    }

    private HttpCall streamOf(Protocol protocol) {
        HttpCall call = new HttpCall(
                new ProviderCall(
                        candidate(),
                        request(true),
                        loop.nanoTime() + Duration.ofMinutes(20).toNanos(),
                        cancellation),
                new Dialects(CLOCK).provider(protocol),
                told,
                loop,
                Runnable::run,
                CLOCK);
        assertThat(call.begin()).isTrue();
        call.connected(wire);
        call.sent();
        head(call, 200, "text/event-stream");
        return call;
    }

    /** A provider of Responses repeats the instructions, of 520 kB here, in two events before anything is made. */
    @Test
    void aStreamThatRepeatsLongInstructionsIsRead() {
        HttpCall call = streamOf(Protocol.OPENAI_RESPONSES);
        String begun =
                ",\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"in_progress\",\"output\":[],\"instructions\":\""
                        + "Be brief. ".repeat(52_000) + "\"}}\n\n";
        bytes(call, "data: {\"type\":\"response.created\"" + begun);
        bytes(call, "data: {\"type\":\"response.in_progress\"" + begun);
        assertThat(told.outcomes).isEmpty();
        bytes(
                call,
                "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n\n");
        assertThat(told.outcomes).containsExactly("stream");
    }

    @Test
    void theFirstEventOfAStreamMayBeAsLongAsAnyOther() {
        HttpCall call = at(Reached.STREAM_HEAD, Duration.ofMinutes(20));
        String event = event("{\"content\":\"" + "x".repeat(3_000_000) + "\"}", "null");
        for (int from = 0; from < event.length(); from += 100_000) {
            bytes(call, event.substring(from, Math.min(event.length(), from + 100_000)));
        }
        assertThat(told.outcomes).containsExactly("stream");
    }

    @Test
    void aStreamThatNeverComesToItsContentIsEnded() {
        HttpCall call = at(Reached.STREAM_HEAD, Duration.ofMinutes(20));
        String comment = ": " + "x".repeat(99_996) + "\n\n";
        for (int i = 0; i < HttpCall.HEAD_BYTES / 100_000; i++) {
            bytes(call, comment);
        }
        assertThat(told.outcomes).isEmpty();
        bytes(call, comment);
        assertThat(told.outcomes).containsExactly(Fault.MALFORMED.name());
        assertThat(wire.aborted).isEqualTo(1);
    }

    /** What it counted before it began is the least that it used, and paid for. */
    @Test
    void whatWasCountedAtTheStartOfAStreamThatFailsBeforeItsContentIsKept() {
        String start = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"usage\":"
                + "{\"input_tokens\":100,\"cache_read_input_tokens\":200,\"output_tokens\":1}}}\n\n";
        List<Consumer<HttpCall>> ends = List.of(
                HttpCall::end,
                call -> call.broken(new IOException("reset")),
                call -> loop.advanceMillis(TIMEOUTS.firstToken().toMillis()),
                call -> bytes(call, "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n"),
                call -> bytes(call, "data: {\"type\":\"message_stop\"}\n\n"));
        for (Consumer<HttpCall> end : ends) {
            HttpCall call = anthropicStream();
            bytes(call, start);
            end.accept(call);
        }
        assertThat(told.outcomes).containsExactly("TRUNCATED", "RESET", "FIRST_TOKEN_TIMEOUT", "STATUS", "TRUNCATED");
        assertThat(told.used).hasSize(5).containsOnly(new Usage(300, 200, 0, 1, 0, true));
        told.used.clear();
        anthropicStream().end();
        assertThat(told.used).containsOnlyNulls();
    }

    /** A model that thinks may show nothing of it: what was counted at the start is not the least that it used by far. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"ping\"} | true",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}} | false",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"x\"}} | false",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}} | false",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"\"}} | false",
                "{\"type\":\"content_block_stop\",\"index\":0} | false",
                "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":100}} | false",
                "{\"type\": | false"
            })
    void whatWasCountedAtTheStartIsNotTheCostWhereAnythingCameAfterIt(String event, boolean known) {
        String start = "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"usage\":"
                + "{\"input_tokens\":100,\"output_tokens\":1}}}";
        List<Consumer<HttpCall>> ends = List.of(
                HttpCall::end,
                call -> call.broken(new IOException("reset")),
                call -> bytes(call, "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n"));
        for (Consumer<HttpCall> end : ends) {
            HttpCall call = anthropicStream();
            bytes(call, "data: " + start + "\n\n");
            bytes(call, "data: " + event + "\n\n");
            end.accept(call);
        }
        Usage expected = known ? new Usage(100, 0, 0, 1, 0, true) : null;
        assertThat(told.used).hasSize(3).allSatisfy(used -> assertThat(used).isEqualTo(expected));
    }

    private static String blockStart(String type) {
        return "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"" + type
                + "\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}}\n\n";
    }

    private static final String PING = "data: {\"type\":\"ping\"}\n\n";
    private static final String TEXT =
            "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n";

    /** While its search runs a provider sends pings, and its text later than a first token may come. */
    @ParameterizedTest
    @ValueSource(strings = {"server_tool_use", "text", "thinking"})
    void aProviderThatWorksOnABlockHasAsLongAsBetweenTwoReads(String type) {
        HttpCall call = anthropicStream();
        bytes(call, blockStart(type));
        for (int i = 0; i < 4; i++) {
            loop.advanceMillis(TIMEOUTS.idle().toMillis() - 1);
            bytes(call, PING);
        }
        bytes(call, TEXT);
        assertThat(told.outcomes).containsExactly("stream");
        assertThat(told.ends).isEmpty();
        loop.advanceMillis(TIMEOUTS.idle().toMillis());
        assertThat(told.ends).containsExactly(Fault.IDLE_TIMEOUT.name());
    }

    @Test
    void aProviderThatHasBegunABlockAndSaysNothingMoreIsLeftForAnother() {
        HttpCall call = anthropicStream();
        bytes(call, blockStart("text"));
        loop.advanceMillis(TIMEOUTS.idle().toMillis() - 1);
        assertThat(told.outcomes).isEmpty();
        loop.advanceMillis(1);
        assertThat(told.outcomes).containsExactly(Fault.IDLE_TIMEOUT.name());
        assertThat(call.isOver()).isTrue();
    }

    @Test
    void pingsAloneAreNoBeginning() {
        HttpCall call = anthropicStream();
        loop.advanceMillis(TIMEOUTS.firstToken().toMillis() - 1);
        bytes(call, PING);
        loop.advanceMillis(1);
        assertThat(told.outcomes).containsExactly(Fault.FIRST_TOKEN_TIMEOUT.name());
    }

    /** Its status line comes when all of it is made: 6,000 tokens at 80 a second take 75 s. */
    @Test
    void aWholeAnswerMayTakeLongerThanTheHeadOfAStream() {
        HttpCall call = at(Reached.SENT, Duration.ofMinutes(20));
        loop.advanceMillis(89_999);
        head(call, 200, "application/json");
        bytes(call, WHOLE);
        call.end();
        assertThat(told.outcomes).containsExactly("whole");
    }

    @ParameterizedTest
    @EnumSource
    void theRequestsDeadlineEndsEveryPart(Reached reached) {
        at(reached, Duration.ofMillis(1_500));
        loop.advanceMillis(1_499);
        assertThat(told.ends).isEmpty();
        loop.advanceMillis(1);
        assertThat(outcome(reached)).isEqualTo(Fault.DEADLINE.name());
        assertThat(loop.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aCallerWhoGoesEndsEveryPartAtOnceAndTheConnectionWithIt(Reached reached) {
        HttpCall call = at(reached, Duration.ofMinutes(20));
        cancellation.cancel();
        assertThat(outcome(reached)).isEqualTo(Fault.CANCELLED.name());
        assertThat(call.isOver()).isTrue();
        assertThat(wire.aborted).isEqualTo(reached == Reached.BEGUN ? 0 : 1);
        assertThat(loop.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterTheEndChangesNothing(Reached reached) {
        HttpCall call = at(reached, Duration.ofMinutes(20));
        loop.advanceMillis(timeOf(reached).toMillis());
        String outcome = outcome(reached);
        int aborted = wire.aborted;

        call.connected(wire);
        call.sent();
        head(call, 200, "application/json");
        bytes(call, WHOLE);
        call.end();
        call.broken(new IOException("closed"));
        cancellation.cancel();
        loop.advanceMillis(Duration.ofHours(1).toMillis());

        assertThat(outcome(reached)).isEqualTo(outcome);
        assertThat(wire.aborted).as("a connection that comes late is closed").isEqualTo(aborted + 1);
    }

    @ParameterizedTest
    @EnumSource
    void aLimitThatPassesWhileTheLoopIsHeldUpWaitsForWhatHasArrivedMeanwhile(Reached reached) {
        HttpCall call = at(reached, Duration.ofMinutes(20));
        loop.holdUpMillis(timeOf(reached).toMillis() + 500);
        loop.advanceMillis(0);
        loop.advanceMillis(499);
        assertThat(call.isOver()).isFalse();
        loop.advanceMillis(1);
        assertThat(outcome(reached)).isEqualTo(limitOf(reached).name());
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void anAnswerThatArrivedWhileTheLoopWasHeldUpCounts() {
        HttpCall call = at(Reached.SENT, Duration.ofMinutes(20));
        loop.holdUpMillis(TIMEOUTS.headers().toMillis() + 500);
        loop.advanceMillis(0);
        head(call, 200, "application/json");
        bytes(call, WHOLE);
        call.end();
        loop.advanceMillis(Duration.ofMinutes(1).toMillis());
        assertThat(told.outcomes).containsExactly("whole");
    }

    @Test
    void afterItsDeadlineOrItsCallerNothingIsBegun() {
        assertThat(call(false, Duration.ZERO).begin()).isFalse();
        assertThat(told.outcomes).containsExactly(Fault.DEADLINE.name());
        cancellation.cancel();
        assertThat(call(false).begin()).isFalse();
        assertThat(told.outcomes).containsExactly(Fault.DEADLINE.name(), Fault.CANCELLED.name());
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void everyReadMovesTheIdleLimitAndTheDeadlineStays() {
        HttpCall call = at(Reached.WHOLE_BODY, Duration.ofMillis(65_000));
        for (int i = 0; i < 3; i++) {
            loop.advanceMillis(19_000);
            bytes(call, " ");
        }
        assertThat(told.outcomes).isEmpty();
        loop.advanceMillis(8_000);
        assertThat(told.outcomes).containsExactly(Fault.DEADLINE.name());
    }

    @Test
    void pingsDoNotMoveTheLimitOfTheFirstContent() {
        HttpCall call = at(Reached.STREAM_HEAD, Duration.ofMinutes(20));
        for (int i = 0; i < 14; i++) {
            loop.advanceMillis(1_000);
            bytes(call, ": ping\n\n");
        }
        assertThat(told.outcomes).isEmpty();
        loop.advanceMillis(1_000);
        assertThat(told.outcomes).containsExactly(Fault.FIRST_TOKEN_TIMEOUT.name());
    }

    @Test
    void aWholeAnswerIsOneOutcomeAndLeavesNoTimer() {
        HttpCall call = at(Reached.SENT, Duration.ofMinutes(20));
        head(call, 200, "application/json");
        bytes(call, WHOLE);
        call.end();
        assertThat(told.outcomes).containsExactly("whole");
        assertThat(loop.waiting()).isZero();
        assertThat(wire.aborted).isZero();
    }

    @Test
    void aStreamThatIsFinishedWaitsFourSecondsForItsUsageAndIsWholeThen() {
        HttpCall call = at(Reached.STREAM_CONTENT, Duration.ofMinutes(20));
        bytes(call, FINISH);
        loop.advanceMillis(HttpCall.LINGER.toMillis() - 1);
        assertThat(told.ends).isEmpty();
        loop.advanceMillis(1);
        assertThat(told.ends).containsExactly("complete");
        assertThat(wire.aborted).isEqualTo(1);
    }

    @Test
    void aTerminatorEndsAStreamAndItsConnectionMayEndInOrder() {
        HttpCall call = at(Reached.STREAM_CONTENT, Duration.ofMinutes(20));
        bytes(call, FINISH + DONE);
        assertThat(told.ends).containsExactly("complete");
        cancellation.cancel();
        call.end();
        assertThat(told.ends).containsExactly("complete");
        assertThat(wire.aborted).as("it can be used again").isZero();
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aConnectionThatBreaksIsToldByWhereItBroke() {
        at(Reached.BEGUN, Duration.ofMinutes(20)).broken(new ConnectException("refused"));
        at(Reached.SENT, Duration.ofMinutes(20)).broken(new IOException("reset"));
        at(Reached.SENT, Duration.ofMinutes(20)).end();
        at(Reached.WHOLE_BODY, Duration.ofMinutes(20)).broken(new IOException("reset"));
        at(Reached.STREAM_HEAD, Duration.ofMinutes(20)).end();
        assertThat(told.outcomes).containsExactly("CONNECT", "RESET", "RESET", "RESET", "TRUNCATED");
        at(Reached.STREAM_CONTENT, Duration.ofMinutes(20)).broken(new IOException("reset"));
        assertThat(told.ends).containsExactly("RESET");
    }

    /** In TLS 1.3 a server that wants another client certificate says so when the request is on its way; it works on none of it. */
    @Test
    void whoRefusesTheTlsConnectionHasNotBeenReached() {
        SSLException refused = new SSLException("Received fatal alert: certificate_required");
        at(Reached.BEGUN, Duration.ofMinutes(20)).broken(refused);
        at(Reached.SENT, Duration.ofMinutes(20)).broken(new DecoderException(refused));
        at(Reached.SENT, Duration.ofMinutes(20)).broken(new SSLException("Received fatal alert: internal_error"));
        at(Reached.WHOLE_BODY, Duration.ofMinutes(20)).broken(refused);
        assertThat(told.outcomes).containsExactly("CONNECT", "CONNECT", "RESET", "RESET");
    }

    @Test
    void aProxyThatAnswersInPlaceOfTheProviderHasNotReachedIt() {
        head(at(Reached.SENT, Duration.ofMinutes(20)), 407, "text/html");
        assertThat(told.outcomes).containsExactly("CONNECT");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNeverFollowed(int status) {
        HttpCall call = at(Reached.SENT, Duration.ofMinutes(20));
        head(call, status, "text/html");
        assertThat(told.outcomes).containsExactly(Fault.REDIRECT.name());
        assertThat(wire.aborted).isEqualTo(1);
    }

    /** Whatever a provider, the clock and the caller do, in whatever order: one outcome, one end, nothing left running. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyOrderOfEventsEndsInExactlyOneOutcome(boolean stream) {
        Set<String> seen = new java.util.TreeSet<>();
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            Told outcome = new Told();
            Cancellation caller = new Cancellation();
            HttpCall call = call(stream, Duration.ofSeconds(1 + random.nextInt(stream ? 90 : 1_200)), outcome, caller);
            if (call.begin()) {
                play(call, random, caller, stream);
            }
            loop.advanceMillis(Duration.ofHours(1).toMillis());
            assertThat(outcome.outcomes).as("seed %d", seed).hasSize(1);
            assertThat(outcome.ends)
                    .as("seed %d", seed)
                    .hasSize(outcome.outcomes.get(0).equals("stream") ? 1 : 0);
            assertThat(loop.waiting()).as("timers of seed %d", seed).isZero();
            seen.addAll(outcome.outcomes);
            seen.addAll(outcome.ends.stream().map(end -> "stream: " + end).collect(Collectors.toSet()));
        }
        assertThat(seen).contains("CANCELLED", "DEADLINE", "CONNECT_TIMEOUT", "CONNECT", "RESET", "STATUS", "REDIRECT");
        assertThat(seen)
                .contains(
                        stream
                                ? new String[] {"stream: complete", "stream: RESET", "stream: IDLE_TIMEOUT", "TRUNCATED"
                                }
                                : new String[] {"whole", "HEADERS_TIMEOUT", "IDLE_TIMEOUT", "MALFORMED"});
    }

    /** A provider that may do anything that HTTP allows, with pauses, while the caller may leave. */
    private void play(HttpCall call, Random random, Cancellation caller, boolean stream) {
        boolean connected = false;
        int step = 0;
        for (int i = 0; i < 12; i++) {
            int chance = random.nextInt(30);
            if (chance == 0) {
                caller.cancel();
            } else if (chance == 1) {
                call.broken(new IOException("broken"));
                return;
            } else if (chance < 8) {
                loop.advanceMillis(random.nextInt(chance < 7 ? 900 : stream ? 70_000 : 700_000));
            } else if (!connected) {
                call.connected(wire);
                call.sent();
                connected = true;
            } else if (step == 0) {
                int kind = random.nextInt(8);
                head(call, kind == 0 ? 500 : kind == 1 ? 302 : 200, stream ? "text/event-stream" : "application/json");
                step = 1;
            } else if (stream) {
                String[] parts = {": ping\n\n", CONTENT, CONTENT, FINISH, DONE};
                bytes(call, parts[random.nextInt(parts.length)]);
                if (random.nextInt(4) == 0) {
                    call.end();
                    return;
                }
            } else {
                bytes(call, step++ == 1 ? WHOLE.substring(0, 20) : WHOLE.substring(20));
                if (step == 3 || random.nextInt(4) == 0) {
                    call.end();
                    return;
                }
            }
        }
    }
}
