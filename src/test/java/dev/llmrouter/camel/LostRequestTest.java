package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose fault it is that a request has no answer, and how often it counts. */
class LostRequestTest {
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final PairQuestion QUESTION =
            new PairQuestion("tickets", "d", "small", "p/small", "large", "p/large", "exact");

    private static Attempt attempt(int number, AttemptOutcome outcome, long millis) {
        Provider provider = new Provider(
                "p",
                Protocol.OPENAI,
                null,
                "direct:p",
                null,
                Map.of(),
                Map.of(),
                Timeouts.ofDefaults(),
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
        Model model = new Model("small", "p", "small", 100_000, null, Set.of(), null);
        return new Attempt(
                number,
                new Candidate(model, provider, Candidate.Role.MEMBER),
                outcome,
                null,
                0,
                millis,
                null,
                null,
                null,
                null,
                null);
    }

    private static @Nullable AttemptOutcome lostBy(AttemptOutcome... outcomes) {
        List<Attempt> attempts = new ArrayList<>();
        for (AttemptOutcome outcome : outcomes) {
            attempts.add(attempt(attempts.size() + 1, outcome, 4_000));
        }
        Attempt lost = LostRequest.by(attempts, LIMIT);
        return lost == null ? null : lost.outcome();
    }

    @Test
    void refusalsAndTimesAreTheModels() {
        assertThat(lostBy(AttemptOutcome.CONTENT_FILTER)).isEqualTo(AttemptOutcome.CONTENT_FILTER);
        assertThat(lostBy(AttemptOutcome.DEADLINE)).isEqualTo(AttemptOutcome.DEADLINE);
        assertThat(lostBy(AttemptOutcome.HEADERS_TIMEOUT, AttemptOutcome.SERVER))
                .isEqualTo(AttemptOutcome.HEADERS_TIMEOUT);
        assertThat(lostBy(AttemptOutcome.SERVER, AttemptOutcome.INVALID_REQUEST))
                .isEqualTo(AttemptOutcome.INVALID_REQUEST);
        assertThat(lostBy(AttemptOutcome.CONTEXT_LENGTH, AttemptOutcome.OK)).isEqualTo(AttemptOutcome.CONTEXT_LENGTH);
    }

    /** It took three of the four seconds before it failed. */
    @Test
    void whatAProvidersFailureLeftOfTheTimeIsNot() {
        assertThat(lostBy(AttemptOutcome.SERVER, AttemptOutcome.DEADLINE)).isNull();
        assertThat(lostBy(AttemptOutcome.BREAKER_OPEN)).isNull();
        assertThat(lostBy(AttemptOutcome.RATE_LIMIT, AttemptOutcome.SERVER)).isNull();
        assertThat(lostBy()).isNull();
    }

    @Test
    void whatAClassifierOrAWaitLeftOfTheTimeIsNot() {
        List<Attempt> attempts = List.of(attempt(1, AttemptOutcome.DEADLINE, 300));
        assertThat(LostRequest.by(attempts, LIMIT)).isNull();
        assertThat(LostRequest.by(attempts, Duration.ZERO)).isNotNull();
        assertThat(LostRequest.by(List.of(attempt(1, AttemptOutcome.HEADERS_TIMEOUT, 300)), LIMIT))
                .isNotNull();
    }

    @Test
    void oneInputIsLostOnceInTenMinutes() {
        RecentLosses losses = new RecentLosses();
        assertThat(losses.isFirst(QUESTION, "a", 0)).isTrue();
        assertThat(losses.isFirst(QUESTION, "a", TimeUnit.MINUTES.toNanos(9))).isFalse();
        assertThat(losses.isFirst(QUESTION, "b", TimeUnit.MINUTES.toNanos(9))).isTrue();
        assertThat(losses.isFirst(QUESTION, "a", TimeUnit.MINUTES.toNanos(11))).isTrue();
    }

    @Test
    void moreThanThreeInARowAreAnOutage() {
        LateAnswers late = new LateAnswers();
        for (int i = 0; i < 3; i++) {
            assertThat(late.isOutage(QUESTION, true)).isFalse();
        }
        assertThat(late.isOutage(QUESTION, true)).isTrue();
        assertThat(late.isOutage(QUESTION, false)).isFalse();
        assertThat(late.isOutage(QUESTION, true)).isFalse();
    }
}
