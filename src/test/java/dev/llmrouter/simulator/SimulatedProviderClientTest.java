package dev.llmrouter.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.StreamItem;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedProviderClientTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
    private static final Price PRICE =
            new Price(new BigDecimal("0.15"), new BigDecimal("0.60"), new BigDecimal("0.075"), null, null, null);
    private static final String TEXT = "one two three four five six";

    private final ManualTimer timer = new ManualTimer();
    private final SimulatorBill bill = new SimulatorBill();
    private final SimulatedProviderClient client = new SimulatedProviderClient(bill, CLOCK, timer);
    private final Cancellation cancellation = new Cancellation();

    private static Candidate candidate(SimulatorSettings settings) {
        Model model = new Model("mini", "openai", "gpt-4o-mini", 100, null, Set.of(), PRICE);
        Timeouts timeouts = new Timeouts(
                Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(20));
        Provider provider = new Provider(
                "openai",
                Protocol.SIMULATOR,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                timeouts,
                BreakerSettings.ofDefaults(),
                settings);
        return new Candidate(model, provider, Candidate.Role.MEMBER);
    }

    private static SimulatorSettings settings(long latencyMillis, double speed, Map<String, Double> errors) {
        return new SimulatorSettings(Duration.ofMillis(latencyMillis), speed, errors, Map.of(), 7);
    }

    private Outcome call(ChatRequest request, SimulatorSettings settings) {
        return call(request, settings, Duration.ofMinutes(5));
    }

    private Outcome call(ChatRequest request, SimulatorSettings settings, Duration deadline) {
        Outcome outcome = new Outcome();
        client.call(
                new ProviderCall(candidate(settings), request, timer.nanoTime() + deadline.toNanos(), cancellation),
                outcome);
        return outcome;
    }

    /** What the callback was told. */
    private static final class Outcome implements ProviderClient.Callback {
        private final List<ProviderReply> replies = new ArrayList<>();
        private final List<ProviderException> failures = new ArrayList<>();

        @Override
        public void replied(ProviderReply reply) {
            replies.add(reply);
        }

        @Override
        public void failed(ProviderException failure) {
            failures.add(failure);
        }

        boolean isOpen() {
            return replies.isEmpty() && failures.isEmpty();
        }

        ChatReply whole() {
            assertThat(failures).isEmpty();
            return ((ProviderReply.Whole) replies.get(0)).reply();
        }

        ProviderException failure() {
            assertThat(replies).isEmpty();
            return failures.get(0);
        }

        Reader read(long demand) {
            assertThat(failures).isEmpty();
            Reader reader = new Reader(demand);
            ((ProviderReply.Streaming) replies.get(0)).items().subscribe(reader);
            return reader;
        }
    }

    /** Reads a stream as far as it asked for. */
    private static final class Reader implements Flow.Subscriber<StreamItem> {
        private final long demand;
        private final List<StreamEvent> events = new ArrayList<>();
        private Flow.@Nullable Subscription subscription;
        private @Nullable Throwable error;
        private boolean complete;

        Reader(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (demand > 0) {
                given.request(demand);
            }
        }

        @Override
        public void onNext(StreamItem item) {
            events.addAll(item.meaning());
        }

        @Override
        public void onError(Throwable failure) {
            error = failure;
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        String text() {
            StringBuilder text = new StringBuilder();
            for (StreamEvent event : events) {
                if (event instanceof StreamEvent.TextDelta delta) {
                    text.append(delta.text());
                }
            }
            return text.toString();
        }

        ProviderException.Fault fault() {
            assertThat(error).isInstanceOf(ProviderException.class);
            return ((ProviderException) Objects.requireNonNull(error)).fault();
        }
    }

    private SimulatorSettings speaking(String text, long latencyMillis, double speed) {
        SimulatorSettings settings = settings(latencyMillis, speed, Map.of());
        client.onModel(
                "mini",
                Behaviour.of(settings).toBuilder().text(text).price(PRICE).build());
        return settings;
    }

    @Test
    void answersAtOnceOnTheCallersThreadWithoutLatency() {
        ChatReply reply = call(ChatRequest.ofText("Classify as red or blue: red"), settings(0, 0, Map.of()))
                .whole();
        assertThat(reply.text()).isEqualTo("red");
        assertThat(reply.model()).isEqualTo("gpt-4o-mini");
        assertThat(reply.id()).startsWith("sim-");
        assertThat(reply.created()).isEqualTo(1_800_000_000);
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void aWholeAnswerTakesLatencyAndTheTimeOfItsTokens() {
        Outcome outcome = call(ChatRequest.ofText("Hi"), speaking(TEXT, 100, 10));
        timer.advanceMillis(699);
        assertThat(outcome.isOpen()).isTrue();
        timer.advanceMillis(1);
        assertThat(outcome.whole().text()).isEqualTo(TEXT);
    }

    @Test
    void streamsATokenAtATimeAtTheSpeedThatIsSet() {
        Outcome outcome = call(Requests.streamed("Hi"), speaking(TEXT, 100, 10));
        timer.advanceMillis(99);
        assertThat(outcome.isOpen()).isTrue();
        timer.advanceMillis(1);
        Reader reader = outcome.read(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo("one");
        timer.advanceMillis(100);
        assertThat(reader.text()).isEqualTo("one two");
        timer.advanceMillis(400);
        assertThat(reader.text()).isEqualTo(TEXT);
        assertThat(reader.complete).isTrue();
        assertThat(reader.events.get(0)).isInstanceOf(StreamEvent.Start.class);
        assertThat(reader.events.get(reader.events.size() - 1)).isInstanceOf(StreamEvent.End.class);
    }

    @Test
    void givesNoMoreThanWasAskedFor() {
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(0);
        assertThat(reader.events).isEmpty();
        reader.subscription().request(3);
        assertThat(reader.events).hasSize(3);
        assertThat(reader.text()).isEqualTo("one two");
        reader.subscription().request(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo(TEXT);
        assertThat(reader.complete).isTrue();
    }

    @Test
    void refusesADemandThatIsNotPositiveAndASecondSubscriber() {
        Outcome outcome = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0));
        Reader reader = outcome.read(1);
        assertThat(outcome.read(1).error).isInstanceOf(IllegalStateException.class);
        reader.subscription().request(0);
        assertThat(reader.error).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void billsACancelledStreamByWhatWasSent() {
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(3);
        reader.subscription().cancel();
        assertThat(bill.of("mini").outputTokens()).isEqualTo(2);
        assertThat(bill.of("mini").cut()).isEqualTo(1);
        assertThat(reader.complete).isFalse();
        assertThat(reader.error).isNull();
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void endsAStreamWhoseCallerHasGone() {
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(3);
        cancellation.cancel();
        assertThat(reader.fault()).isEqualTo(ProviderException.Fault.CANCELLED);
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void endsACallWhoseCallerHasGone() {
        Outcome outcome = call(ChatRequest.ofText("Hi"), speaking(TEXT, 100, 10));
        cancellation.cancel();
        assertThat(outcome.failure().fault()).isEqualTo(ProviderException.Fault.CANCELLED);
        assertThat(timer.waiting()).isZero();
        timer.advanceMillis(1000);
        assertThat(outcome.failures).hasSize(1);
    }

    @Test
    void keepsTheDeadlineBeforeAndInsideAStream() {
        SimulatorSettings slow = speaking(TEXT, 100, 10);
        Outcome early = call(Requests.streamed("Hi"), slow, Duration.ofMillis(50));
        timer.advanceMillis(50);
        assertThat(early.failure().fault()).isEqualTo(ProviderException.Fault.DEADLINE);
        Outcome late = call(Requests.streamed("Hi"), slow, Duration.ofMillis(250));
        timer.advanceMillis(100);
        Reader reader = late.read(Long.MAX_VALUE);
        timer.advanceMillis(150);
        assertThat(reader.text()).isEqualTo("one two");
        assertThat(reader.fault()).isEqualTo(ProviderException.Fault.DEADLINE);
        assertThat(call(Requests.streamed("Hi"), slow, Duration.ZERO).failure().fault())
                .isEqualTo(ProviderException.Fault.DEADLINE);
    }

    @Test
    void aSilentProviderRunsIntoTheTimeoutsOfItsClient() {
        client.next(new Fault.Hang(), new Fault.Hang());
        Outcome whole = call(ChatRequest.ofText("Hi"), settings(0, 0, Map.of()));
        Outcome stream = call(Requests.streamed("Hi"), settings(0, 0, Map.of()));
        timer.advanceMillis(15_000);
        assertThat(stream.failure().fault()).isEqualTo(ProviderException.Fault.FIRST_TOKEN_TIMEOUT);
        assertThat(whole.isOpen()).isTrue();
        timer.advanceMillis(45_000);
        assertThat(whole.failure().fault()).isEqualTo(ProviderException.Fault.HEADERS_TIMEOUT);
        assertThat(bill.accounts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "429,STATUS,429,RATE_LIMIT", "500,STATUS,500,SERVER", "529,STATUS,529,OVERLOADED",
                "401,STATUS,401,AUTHENTICATION",
        "reset,RESET,502,SERVER", "cut,RESET,502,SERVER", "malformed,MALFORMED,502,SERVER", "html,MALFORMED,502,SERVER"
    })
    void failsByTheSharesOfTheSettings(String name, ProviderException.Fault fault, int status, ChatError.Kind kind) {
        ProviderException failure = call(ChatRequest.ofText("Hi"), settings(0, 0, Map.of(name, 1.0)))
                .failure();
        assertThat(failure.fault()).isEqualTo(fault);
        assertThat(failure.error().status()).isEqualTo(status);
        assertThat(failure.error().kind()).isEqualTo(kind);
        assertThat(failure).hasMessageStartingWith("openai/mini (simulated)");
    }

    @Test
    void aRateLimitSaysHowLongToWait() {
        ChatError error = call(ChatRequest.ofText("Hi"), settings(0, 0, Map.of("429", 1.0)))
                .failure()
                .error();
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void faultsComeInTheirShareAndTheSameOnesForTheSameSeed() {
        List<Boolean> first = faults();
        assertThat(faults()).isEqualTo(first);
        long failed = first.stream().filter(it -> it).count();
        // 5,000 draws at .2: standard deviation 28; five of them on either side, fixed by the seed
        assertThat(failed).isBetween(860L, 1140L);
    }

    private List<Boolean> faults() {
        SimulatedProviderClient fresh = new SimulatedProviderClient(new SimulatorBill(), CLOCK, timer);
        List<Boolean> failed = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Outcome outcome = new Outcome();
            fresh.call(
                    new ProviderCall(
                            candidate(settings(0, 0, Map.of("500", 0.2))),
                            ChatRequest.ofText("Hi"),
                            timer.nanoTime() + 1_000_000,
                            cancellation),
                    outcome);
            failed.add(!outcome.failures.isEmpty());
        }
        return failed;
    }

    @Test
    void aCutStreamDeliversItsFirstTokensAndIsBilledForThem() {
        client.next(new Fault.Cut(4));
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo("one two three four");
        assertThat(reader.fault()).isEqualTo(ProviderException.Fault.TRUNCATED);
        SimulatorBill.Account account = bill.of("mini");
        assertThat(account.outputTokens()).isEqualTo(4);
        assertThat(account.usd()).isEqualByComparingTo(SimulatorBill.usd(PRICE, Usage.of(account.inputTokens(), 4)));
    }

    @Test
    void aStreamWithoutAnEndIsNotWhole() {
        client.next(new Fault.NoTerminator());
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo(TEXT);
        assertThat(reader.events).noneMatch(event -> event instanceof StreamEvent.Finish);
        assertThat(reader.fault()).isEqualTo(ProviderException.Fault.TRUNCATED);
    }

    @Test
    void aStreamCutBeforeItsFirstTokenFailsTheCall() {
        client.next(new Fault.Cut(0));
        Outcome outcome = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0));
        assertThat(outcome.failure().fault()).isEqualTo(ProviderException.Fault.TRUNCATED);
        assertThat(bill.of("mini").outputTokens()).isZero();
        assertThat(bill.of("mini").inputTokens()).isPositive();
    }

    @Test
    void aShortStallPassesAndALongOneRunsIntoTheIdleTimeout() {
        client.next(new Fault.Stall(2, Duration.ofSeconds(5)), new Fault.Stall(2, Duration.ofSeconds(30)));
        SimulatorSettings settings = speaking(TEXT, 0, 0);
        Reader passes = call(Requests.streamed("Hi"), settings).read(Long.MAX_VALUE);
        Reader fails = call(Requests.streamed("Hi"), settings).read(Long.MAX_VALUE);
        assertThat(passes.text()).isEqualTo("one two");
        timer.advanceMillis(5_000);
        assertThat(passes.complete).isTrue();
        assertThat(passes.text()).isEqualTo(TEXT);
        timer.advanceMillis(15_000);
        assertThat(fails.text()).isEqualTo("one two");
        assertThat(fails.fault()).isEqualTo(ProviderException.Fault.IDLE_TIMEOUT);
    }

    @Test
    void anErrorInsideAStreamIsTheProvidersOwn() {
        client.next(Fault.overloadedInStream(1));
        Reader reader = call(Requests.streamed("Hi"), speaking(TEXT, 0, 0)).read(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo("one");
        assertThat(reader.fault()).isEqualTo(ProviderException.Fault.STATUS);
    }

    @Test
    void refusesInputThatDoesNotFitTheContext() {
        ChatError error = call(ChatRequest.ofText("word ".repeat(101)), settings(0, 0, Map.of()))
                .failure()
                .error();
        assertThat(error.kind()).isEqualTo(ChatError.Kind.CONTEXT_LENGTH);
        assertThat(error.status()).isEqualTo(400);
        assertThat(bill.accounts()).isEmpty();
    }

    @Test
    void streamAndWholeAnswerSayAndBillTheSame() {
        SimulatorSettings settings = settings(0, 0, Map.of());
        String prompt = "Write a product description for a waterproof lantern";
        ChatReply whole = call(ChatRequest.ofText(prompt), settings).whole();
        SimulatorBill.Account once = bill.of("mini");
        Reader reader = call(Requests.streamed(prompt), settings).read(Long.MAX_VALUE);
        assertThat(reader.text()).isEqualTo(whole.text());
        assertThat(reader.events).contains(new StreamEvent.UsageUpdate(usage(whole)));
        assertThat(bill.of("mini")).isEqualTo(once.plus(once));
        assertThat(bill.usd())
                .isEqualByComparingTo(
                        SimulatorBill.usd(PRICE, usage(whole)).add(SimulatorBill.usd(PRICE, usage(whole))));
    }

    private static Usage usage(ChatReply reply) {
        return Objects.requireNonNull(reply.usage());
    }
}
