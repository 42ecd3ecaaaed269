package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import dev.llmrouter.chat.StreamCollector;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.StreamItem;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ProviderClient} owes its caller, whatever it calls: one outcome, the right fault, in time. Issue 14, 5. */
abstract class ProviderClientContract {
    private static final Timeouts PATIENT = Timeouts.ofDefaults();

    private final Cancellation cancellation = new Cancellation();

    abstract ProviderClient client() throws Exception;

    /** The provider that is called, with these limits. */
    abstract Provider provider(Timeouts timeouts);

    /** From now on the provider answers with this text, as a stream where one is asked for. */
    abstract void answers(String text);

    /** From now on it answers with this status. @param retryAfter in seconds; null to say nothing of it */
    abstract void refuses(int status, @Nullable Integer retryAfter);

    /** From now on it takes requests and says nothing. */
    abstract void isSilent();

    /** Whether a stream is handed on while it comes; else it is read to its end first. */
    boolean isLive() {
        return true;
    }

    /** What the callback was told, and how often. */
    private static final class Told implements ProviderClient.Callback {
        private final List<Object> outcomes = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Object> first = new CompletableFuture<>();

        @Override
        public void replied(ProviderReply reply) {
            add(reply);
        }

        @Override
        public void failed(ProviderException failure) {
            add(failure);
        }

        private void add(Object outcome) {
            outcomes.add(outcome);
            first.complete(outcome);
        }

        ProviderReply reply() throws Exception {
            Object outcome = first.get(10, TimeUnit.SECONDS);
            assertThat(outcome).isInstanceOf(ProviderReply.class);
            return (ProviderReply) outcome;
        }

        ProviderException failure() throws Exception {
            Object outcome = first.get(10, TimeUnit.SECONDS);
            assertThat(outcome).isInstanceOf(ProviderException.class);
            return (ProviderException) outcome;
        }

        /** Nothing more comes, also not from what was still under way. */
        void stays() throws InterruptedException {
            Thread.sleep(150);
            assertThat(outcomes).hasSize(1);
        }
    }

    private Told call(boolean stream, Timeouts timeouts, Duration deadline) throws Exception {
        Model model = new Model("mini", "ours", "gpt-4o-mini", 100_000, null, Set.of(), null);
        ChatRequest request = new ChatRequest(
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
        Told told = new Told();
        client().call(
                        new ProviderCall(
                                new Candidate(model, provider(timeouts), Candidate.Role.MEMBER),
                                request,
                                System.nanoTime() + deadline.toNanos(),
                                cancellation),
                        told);
        return told;
    }

    private Told call(boolean stream) throws Exception {
        return call(stream, PATIENT, Duration.ofSeconds(30));
    }

    private static Timeouts headersWithin(Duration time) {
        return new Timeouts(time, time, time, time);
    }

    @Test
    void aWholeAnswerIsToldOnceWithItsTextAndUsage() throws Exception {
        answers("hello");
        Told told = call(false);
        assertThat(told.reply()).isInstanceOfSatisfying(ProviderReply.Whole.class, whole -> {
            assertThat(whole.reply().text()).isEqualTo("hello");
            assertThat(whole.reply().usage()).isNotNull();
        });
        cancellation.cancel();
        told.stays();
    }

    @Test
    void aStreamIsToldOnceAndEndsOnce() throws Exception {
        answers("hello");
        Told told = call(true);
        ProviderReply reply = told.reply();
        if (isLive()) {
            assertThat(reply).isInstanceOf(ProviderReply.Streaming.class);
            Reader reader = new Reader();
            ((ProviderReply.Streaming) reply).items().subscribe(reader);
            assertThat(reader.ended.get(10, TimeUnit.SECONDS)).isEqualTo("complete");
            assertThat(reader.collected.reply().text()).isEqualTo("hello");
            cancellation.cancel();
            told.stays();
            assertThat(reader.ends).containsExactly("complete");
        } else {
            assertThat(((ProviderReply.Whole) reply).reply().text()).isEqualTo("hello");
            told.stays();
        }
    }

    @ParameterizedTest
    @CsvSource({"400, INVALID_REQUEST", "401, AUTHENTICATION", "429, RATE_LIMIT", "500, SERVER", "529, OVERLOADED"})
    void anErrorOfTheProviderIsToldAsWhatItIs(int status, ChatError.Kind kind) throws Exception {
        refuses(status, null);
        for (boolean stream : new boolean[] {false, true}) {
            Told told = call(stream);
            assertThat(told.failure().fault()).isEqualTo(Fault.STATUS);
            assertThat(told.failure().error().status()).isEqualTo(status);
            assertThat(told.failure().error().kind()).isEqualTo(kind);
            assertThat(told.failure()).hasMessageContaining("ours").hasMessageContaining("mini");
            told.stays();
        }
    }

    @Test
    void howLongToWaitIsHandedOn() throws Exception {
        refuses(429, 7);
        assertThat(call(false).failure().error().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallerWhoGoesEndsTheCallAtOnce(boolean stream) throws Exception {
        isSilent();
        Told told = call(stream);
        Thread.sleep(200);
        assertThat(told.outcomes).isEmpty();
        long from = System.nanoTime();
        cancellation.cancel();
        assertThat(told.failure().fault()).isEqualTo(Fault.CANCELLED);
        assertThat(System.nanoTime() - from).isLessThan(TimeUnit.SECONDS.toNanos(3));
        told.stays();
    }

    @Test
    void aCallerWhoHasGoneBeforeIsNotCalledFor() throws Exception {
        answers("hello");
        cancellation.cancel();
        Told told = call(false);
        assertThat(told.failure().fault()).isEqualTo(Fault.CANCELLED);
        told.stays();
    }

    @Test
    void theRequestsDeadlineEndsTheCallAndIsNotTheProvidersFault() throws Exception {
        isSilent();
        Told told = call(false, PATIENT, Duration.ofMillis(300));
        assertThat(told.failure().fault()).isEqualTo(Fault.DEADLINE);
        told.stays();
    }

    @Test
    void aProviderThatSaysNothingIsLate() throws Exception {
        isSilent();
        Told told = call(false, headersWithin(Duration.ofMillis(300)), Duration.ofSeconds(30));
        assertThat(told.failure().fault()).isEqualTo(Fault.HEADERS_TIMEOUT);
        assertThat(told.failure().error().status()).isEqualTo(504);
        told.stays();
    }

    @Test
    void manyCallsAtATimeHaveOneOutcomeEach() throws Exception {
        answers("hello");
        List<Told> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(call(false));
        }
        for (Told told : all) {
            assertThat(((ProviderReply.Whole) told.reply()).reply().text()).isEqualTo("hello");
        }
        Thread.sleep(150);
        assertThat(all).allSatisfy(told -> assertThat(told.outcomes).hasSize(1));
    }

    /** Reads all of a stream. */
    private static final class Reader implements Flow.Subscriber<StreamItem> {
        private final StreamCollector collected = new StreamCollector();
        private final List<String> ends = new CopyOnWriteArrayList<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamItem item) {
            item.meaning().forEach(collected::add);
        }

        @Override
        public void onError(Throwable failure) {
            end(failure.toString());
        }

        @Override
        public void onComplete() {
            end("complete");
        }

        private void end(String how) {
            ends.add(how);
            ended.complete(how);
        }
    }
}
