package dev.llmrouter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The failover of one request, on a clock that the test turns. */
class DispatchTest {
    private static final Usage USAGE = new Usage(10, 0, 0, 5, 0, false);

    private final long[] now = {0};
    private final DeploymentHealth health = new DeploymentHealth(() -> now[0]);
    private final List<String> alarms = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final SplittableRandom random = new SplittableRandom(1);
    private final RoutingPolicy policy = PolicyLoader.builder(
                    Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC))
            .build()
            .load("""
                    version: 1
                    owner: test
                    baseline: premium
                    evidence: off
                    providers:
                      p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                      q: { protocol: openai, baseUrl: "http://127.0.0.1:2/v1" }
                      r: { protocol: anthropic, baseUrl: "http://127.0.0.1:3" }
                    models:
                      one: { provider: p, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                      other: { provider: r, context: 9000, maxOutput: 100, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                      two: { provider: q, context: 9000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                    tiers:
                      economy: { models: [one, two, other], timeout: 30s, maxAttempts: 4 }
                      premium: { models: [two], timeout: 20s }
                    tasks: {}
                    """, "test");

    private Decision decision(String tier, String... models) {
        ChatRequest request = ChatRequest.ofText("Hello");
        List<Candidate> candidates = new ArrayList<>();
        for (String name : models) {
            var model = policy.model(name).orElseThrow();
            candidates.add(new Candidate(model, policy.providerOf(model), Candidate.Role.MEMBER));
        }
        return new Decision(
                "id",
                new Classification(null, 0, Classification.Source.RULE, null, List.of()),
                new Describer().describe(request),
                tier,
                EvidenceFinding.NOT_NEEDED,
                candidates,
                List.of(),
                null,
                null,
                List.of(),
                policy);
    }

    private static ChatRequest ofOpenAi() {
        ChatRequest text = ChatRequest.ofText("Hello");
        return new ChatRequest(
                Dialect.Name.OPENAI,
                null,
                "m",
                false,
                false,
                text.messages(),
                List.of(),
                null,
                null,
                null,
                text.sampling(),
                null,
                text.metadata());
    }

    private Dispatch dispatch(String... models) {
        return dispatch(ChatRequest.ofText("Hello"), models);
    }

    private Dispatch dispatch(ChatRequest request, String... models) {
        return new Dispatch(
                decision("economy", models),
                request,
                new Dispatch.Surroundings(
                        health,
                        (candidate, what) -> alarms.add(candidate.model().name() + ": " + what),
                        () -> now[0],
                        random),
                cancellation,
                now[0]);
    }

    private static ProviderException fault(Fault fault) {
        return new ProviderException(fault, ChatError.of(ChatError.Kind.SERVER, 502, "m"), "m");
    }

    private static ProviderException status(
            ChatError.Kind kind, int status, @Nullable Duration wait, @Nullable Boolean retry) {
        return new ProviderException(
                Fault.STATUS, ChatError.of(kind, status, "m").advised(wait, retry), "m");
    }

    private static ProviderException status(ChatError.Kind kind, int status) {
        return status(kind, status, null, null);
    }

    private static String called(Dispatch.Step step) {
        assertThat(step).isInstanceOf(Dispatch.Step.Call.class);
        return ((Dispatch.Step.Call) step).call().candidate().model().name();
    }

    private static Duration waited(Dispatch.Step step) {
        assertThat(step).isInstanceOf(Dispatch.Step.Wait.class);
        return ((Dispatch.Step.Wait) step).time();
    }

    private static ChatError gaveUp(Dispatch.Step step) {
        assertThat(step).isInstanceOf(Dispatch.Step.GiveUp.class);
        return ((Dispatch.Step.GiveUp) step).failure().error();
    }

    private void pass(Duration time) {
        now[0] += time.toNanos();
    }

    private Candidate candidate(String model) {
        return decision("economy", model).candidates().get(0);
    }

    private String breaker(String provider) {
        return health.breakerStates().getOrDefault(provider, "none");
    }

    @Test
    void othersAreAskedBeforeTheSameOneAgain() {
        Dispatch dispatch = dispatch("one", "two");

        assertThat(called(dispatch.next())).isEqualTo("one");
        dispatch.failed(status(ChatError.Kind.SERVER, 500));
        assertThat(called(dispatch.next())).isEqualTo("two");
        dispatch.failed(status(ChatError.Kind.SERVER, 500));
        Duration wait = waited(dispatch.next());
        assertThat(wait).isBetween(Duration.ofMillis(375), Duration.ofMillis(625));
        pass(wait);
        assertThat(called(dispatch.next())).isEqualTo("one");
        dispatch.answered(USAGE, "m-1");

        assertThat(dispatch.attempts())
                .extracting(attempt -> attempt.outcome().key())
                .containsExactly("server", "server", "ok");
        assertThat(dispatch.calls()).isEqualTo(3);
    }

    /** Whoever of the caller's own format failed before, or fails after, another one's refusal: it is told, as long as waiting helps. */
    @ParameterizedTest
    @CsvSource({
        "one, true, RATE_LIMIT, 429, 503, 40",
        "one, false, RATE_LIMIT, 429, 503, 40",
        "one, true, TIMEOUT, 0, 504,",
        "one, false, TIMEOUT, 0, 504,",
        "one, true, AUTHENTICATION, 401, 400,",
        "one, false, AUTHENTICATION, 401, 400,",
        "one, false, INVALID_REQUEST, 422, 422,"
    })
    void theCallersOwnFormatIsToldBesideARefusedTranslation(
            String own, boolean first, ChatError.Kind kind, int status, int told, @Nullable Integer wait) {
        Duration rest = wait == null ? null : Duration.ofSeconds(wait);
        ProviderException failure = status == 0 ? fault(Fault.FIRST_TOKEN_TIMEOUT) : status(kind, status, rest, null);
        Dispatch dispatch = first ? dispatch(ofOpenAi(), own, "other") : dispatch(ofOpenAi(), "other", own);

        assertThat(called(dispatch.next())).isEqualTo(first ? own : "other");
        dispatch.failed(first ? failure : status(ChatError.Kind.INVALID_REQUEST, 400));
        assertThat(called(dispatch.next())).isEqualTo(first ? "other" : own);
        dispatch.failed(first ? status(ChatError.Kind.INVALID_REQUEST, 400) : failure);

        ChatError error = gaveUp(dispatch.next());
        assertThat(error.status()).isEqualTo(told);
        if (rest == null) {
            assertThat(error.retryAfter()).isNull();
        } else {
            assertThat(error.retryAfter()).isBetween(rest, rest.multipliedBy(5).dividedBy(4));
        }
        assertThat(dispatch.attempts()).hasSize(2);
        assertThat(breaker("r")).isIn("none", "closed");
    }

    @Test
    void aRefusedTranslationIsToldWhereNobodyElseWasAskedForWantOfAttempts() {
        Dispatch dispatch = new Dispatch(
                decision("economy", "other", "one"),
                ofOpenAi(),
                new Dispatch.Surroundings(health, (candidate, what) -> {}, () -> now[0], random),
                cancellation,
                now[0],
                1);

        assertThat(called(dispatch.next())).isEqualTo("other");
        dispatch.failed(status(ChatError.Kind.INVALID_REQUEST, 400));

        assertThat(gaveUp(dispatch.next()).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEADLINE", "CANCELLED"})
    void ourOwnDeadlineAndACallerThatLeftAreNotHeldAgainstTheProvider(Fault fault) {
        for (int i = 0; i < 20; i++) {
            Dispatch dispatch = dispatch("one");
            assertThat(called(dispatch.next())).isEqualTo("one");
            if (i % 2 == 0) {
                dispatch.failed(fault(fault));
                assertThat(dispatch.next()).isInstanceOf(Dispatch.Step.GiveUp.class);
            } else {
                dispatch.streaming(1).ended(USAGE, "m-1", fault(fault));
            }
        }

        assertThat(breaker("p")).isEqualTo("closed");
        assertThat(health.resting()).isEmpty();
        assertThat(health.inFlight(candidate("one"))).isZero();
        assertThat(alarms).isEmpty();
    }

    /** A caller's file opened the breaker of its provider for everybody. */
    @Test
    void aRequestThatCannotBeWrittenIsNoAttempt() {
        ProviderException unwritable = ProviderException.unwritable("model 'one'", new IllegalArgumentException("x"));
        for (int i = 0; i < 20; i++) {
            Dispatch dispatch = dispatch("one", "two");
            assertThat(called(dispatch.next())).isEqualTo("one");
            dispatch.failed(unwritable);
            assertThat(called(dispatch.next())).isEqualTo("two");
            if (i % 2 == 0) {
                dispatch.failed(unwritable);
                assertThat(gaveUp(dispatch.next())).isSameAs(unwritable.error());
            } else {
                dispatch.failed(status(ChatError.Kind.CONTEXT_LENGTH, 400));
                assertThat(gaveUp(dispatch.next()).kind()).isEqualTo(ChatError.Kind.CONTEXT_LENGTH);
            }
            assertThat(dispatch.attempts()).hasSize(i % 2);
            assertThat(dispatch.calls()).isEqualTo(i % 2);
        }

        assertThat(unwritable.error().status()).isEqualTo(500);
        assertThat(unwritable.error().shouldRetry()).isFalse();
        assertThat(breaker("p")).isEqualTo("closed");
        assertThat(health.resting()).isEmpty();
        assertThat(health.inFlight(candidate("one"))).isZero();
        assertThat(alarms).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTHENTICATION", "QUOTA"})
    void whereOnlyAKeyFailsNobodyIsToldToWait(ChatError.Kind kind) {
        Dispatch first = dispatch("one");
        first.next();
        first.failed(status(kind, 401));

        for (ChatError told :
                List.of(gaveUp(first.next()), gaveUp(dispatch("one").next()))) {
            assertThat(told.status()).isEqualTo(503);
            assertThat(told.retryAfter()).isNull();
            assertThat(told.shouldRetry()).isFalse();
        }

        health.coolDown(candidate("two"), Duration.ofSeconds(20), "rate limit");
        ChatError other = gaveUp(dispatch("one", "two").next());
        assertThat(other.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(other.shouldRetry()).isNull();
    }

    @Test
    void threeStreamsInARowThatBreakOffRestTheDeployment() {
        for (int i = 0; i < 5; i++) {
            Dispatch dispatch = dispatch("one");
            dispatch.next();
            dispatch.streaming(1).ended(USAGE, "m-1", i == 1 ? null : fault(Fault.TRUNCATED));
        }

        assertThat(health.resting()).containsOnlyKeys("one@p");
        assertThat(alarms).hasSize(1);
        assertThat(breaker("p")).isEqualTo("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PERMISSION", "NOT_FOUND"})
    void aRefusalExcludesForTheRequestAndTakesOutAfterSeveralInARow(String name) {
        ChatError.Kind kind = ChatError.Kind.valueOf(name);
        for (int i = 0; i < 3; i++) {
            assertThat(health.resting()).isEmpty();
            Dispatch dispatch = dispatch("one", "two");
            assertThat(called(dispatch.next())).isEqualTo("one");
            dispatch.failed(status(kind, 403));
            assertThat(called(dispatch.next())).isEqualTo("two");
            dispatch.answered(USAGE, "m-1");
        }

        assertThat(health.resting()).containsOnlyKeys("one@p");
        assertThat(alarms).hasSize(kind == ChatError.Kind.NOT_FOUND ? 2 : 1);
        assertThat(breaker("p")).isEqualTo("closed");
    }

    private static ProviderException refusal(int status, String code, String param, String message) {
        ChatError.Kind kind = status == 404 ? ChatError.Kind.NOT_FOUND : ChatError.Kind.PERMISSION;
        return new ProviderException(
                Fault.STATUS,
                new ChatError(
                        kind, status, message, code.isEmpty() ? null : code, param.isEmpty() ? null : param, null),
                "m");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    404 | '' | file_id | No such File object
                    404 | '' | input[0].file | the model
                    404 | invalid_request_error | previous_response_id | gone
                    404 | file_not_found | '' | model
                    404 | vector_store_not_found | '' | model
                    404 | not_found_error | '' | File not found: model
                    403 | moderation | '' | flagged
                    403 | content_flagged | '' | m
                    403 | '' | messages | m
                    """)
    void whatOneRequestNamesTakesNoModelOutForOthers(int status, String code, String param, String message) {
        for (int i = 0; i < 4; i++) {
            Dispatch dispatch = dispatch("one", "two");
            assertThat(called(dispatch.next())).isEqualTo("one");
            dispatch.failed(refusal(status, code, param, message));
            assertThat(called(dispatch.next())).isEqualTo("two");
            dispatch.failed(refusal(status, code, param, message));
            assertThat(gaveUp(dispatch.next()).status()).isEqualTo(status);
        }

        assertThat(health.resting()).isEmpty();
        assertThat(alarms).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    404 | '' | '' | m
                    404 | '' | model | No such thing
                    404 | model_not_found | '' | m
                    404 | DeploymentNotFound | '' | m
                    404 | NOT_FOUND | '' | models/gone is not found
                    404 | invalid_request_error | '' | m
                    404 | not_found_error | '' | model: claude-gone
                    404 | not_found_error | '' | Not Found
                    404 | not_found_error | '' | File Not Found
                    404 | resource_not_found_error | '' | Not found the model kimi-x or Permission denied
                    404 | inference-profile-not-found | '' | m
                    404 | '' | None | m
                    403 | '' | None | m
                    403 | '' | '' | m
                    403 | permission_error | '' | m
                    """)
    void aModelThatIsGoneOrNotAllowedIsTakenOut(int status, String code, String param, String message) {
        for (int i = 0; i < 3; i++) {
            Dispatch dispatch = dispatch("one");
            dispatch.next();
            dispatch.failed(refusal(status, code, param, message));
            assertThat(gaveUp(dispatch.next()).status()).isEqualTo(503);
        }

        assertThat(health.resting()).containsOnlyKeys("one@p");
    }

    @Test
    void oneRequestCountsAsOneRefusalAlsoIfItComesAgainByEscalation() throws Exception {
        for (int i = 0; i < 2; i++) {
            Dispatch dispatch = dispatch("two");
            dispatch.next();
            dispatch.failed(status(ChatError.Kind.PERMISSION, 403));
            dispatch.escalate(decision("premium", "two"));
            dispatch.next();
            dispatch.failed(status(ChatError.Kind.PERMISSION, 403));
        }

        assertThat(health.resting()).isEmpty();
    }

    @Test
    void anAnswerInBetweenEndsTheRowOfRefusals() {
        for (int i = 0; i < 9; i++) {
            Dispatch dispatch = dispatch("one");
            dispatch.next();
            if (i % 3 == 2) {
                dispatch.answered(USAGE, "m-1");
            } else {
                dispatch.failed(status(ChatError.Kind.PERMISSION, 403));
                assertThat(gaveUp(dispatch.next()).status()).isEqualTo(503);
            }
        }

        assertThat(health.resting()).isEmpty();
    }

    @Test
    void aRateLimitRestsForAsLongAsTheProviderAsks() {
        Dispatch dispatch = dispatch("one");
        dispatch.next();
        dispatch.failed(status(ChatError.Kind.RATE_LIMIT, 429, Duration.ofSeconds(52), null));

        ChatError error = gaveUp(dispatch.next());
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(52));
        assertThat(alarms).isEmpty();
    }

    @Test
    void aWaitThatOthersHaveAsWellIsNeverShorterAndDiffers() {
        List<Duration> waits = new ArrayList<>();
        health.coolDown(candidate("one"), Duration.ofSeconds(2), "rate limit");
        for (int i = 0; i < 20; i++) {
            waits.add(waited(dispatch("one").next()));
        }

        assertThat(waits)
                .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2500)));
        assertThat(waits).doesNotHaveDuplicates();
    }

    @Test
    void aConflictIsTriedAgainAndGivenToTheCallerIfItStays() {
        Dispatch dispatch = dispatch("one");
        for (int i = 0; i < 4; i++) {
            Dispatch.Step step = dispatch.next();
            if (step instanceof Dispatch.Step.Wait wait) {
                pass(wait.time());
                step = dispatch.next();
            }
            assertThat(called(step)).isEqualTo("one");
            dispatch.failed(status(ChatError.Kind.INVALID_REQUEST, 409));
        }

        assertThat(gaveUp(dispatch.next()).status()).isEqualTo(409);
    }

    @Test
    void theProvidersWordOnRetryingGoesBeforeItsStatus() {
        Dispatch never = dispatch("one");
        never.next();
        never.failed(status(ChatError.Kind.SERVER, 500, null, false));
        assertThat(gaveUp(never.next()).status()).isEqualTo(503);

        Dispatch again = dispatch("one");
        again.next();
        again.failed(status(ChatError.Kind.INVALID_REQUEST, 400, null, true));
        assertThat(waited(again.next())).isPositive();
    }

    @Test
    void anEscalationHasADeadlineOfItsOwn() {
        Dispatch dispatch = dispatch("one");
        dispatch.next();
        pass(Duration.ofSeconds(29));
        dispatch.answered(USAGE, "m-1");
        dispatch.escalate(decision("premium", "two"));

        pass(Duration.ofSeconds(5));
        Dispatch.Step step = dispatch.next();
        assertThat(called(step)).isEqualTo("two");
        assertThat(((Dispatch.Step.Call) step).call().deadlineNanos())
                .isEqualTo(Duration.ofSeconds(49).toNanos());
    }

    @Test
    void afterTheDeadlineNobodyIsAsked() {
        Dispatch dispatch = dispatch("one", "two");
        dispatch.next();
        pass(Duration.ofSeconds(30));
        dispatch.failed(fault(Fault.HEADERS_TIMEOUT));

        assertThat(gaveUp(dispatch.next()).status()).isEqualTo(504);
    }

    @Test
    void aCallThatSomethingUnexpectedEndedGivesItsPermitBack() {
        for (int i = 0; i < 20; i++) {
            Dispatch dispatch = dispatch("one");
            dispatch.next();
            dispatch.abandoned("IllegalStateException");
            dispatch.abandoned("IllegalStateException");
            assertThat(dispatch.attempts())
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.INTERNAL));
        }

        assertThat(health.inFlight(candidate("one"))).isZero();
        assertThat(breaker("p")).isEqualTo("closed");
    }

    @Test
    void anAbandonedProbeIsFollowedByAnother() {
        for (int i = 0; i < 5; i++) {
            Dispatch dispatch = dispatch("one");
            dispatch.next();
            dispatch.failed(status(ChatError.Kind.SERVER, 500));
        }
        assertThat(breaker("p")).isEqualTo("open");
        pass(Duration.ofMillis(15_001));

        for (int i = 0; i < 5; i++) {
            Dispatch dispatch = dispatch("one");
            assertThat(called(dispatch.next())).isEqualTo("one");
            dispatch.abandoned("IllegalStateException");
        }
        assertThat(breaker("p")).isEqualTo("half_open");
    }

    @Test
    void aStreamThatNobodyReadsDoesNotStayUnderWay() {
        Dispatch dispatch = dispatch("one");
        dispatch.next();
        dispatch.streaming(1);
        assertThat(health.inFlight(candidate("one"))).isEqualTo(1);

        pass(Duration.ofSeconds(36));

        assertThat(health.inFlight(candidate("one"))).isZero();
    }

    @Test
    void aCallThatIsToldTwiceIsAMistakeOfOurs() {
        Dispatch dispatch = dispatch("one");
        dispatch.next();
        assertThatThrownBy(dispatch::next).isInstanceOf(IllegalStateException.class);
        dispatch.answered(USAGE, "m-1");

        assertThatThrownBy(() -> dispatch.answered(USAGE, "m-1")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aContextThatIsTooSmallGoesToLargerModelsOnly() {
        Dispatch dispatch = dispatch("two", "one");
        assertThat(called(dispatch.next())).isEqualTo("two");
        dispatch.failed(status(ChatError.Kind.CONTEXT_LENGTH, 400));

        assertThat(gaveUp(dispatch.next()).kind()).isEqualTo(ChatError.Kind.CONTEXT_LENGTH);
    }

    @Test
    void aCallerThatLeftIsNotServed() {
        Dispatch dispatch = dispatch("one");
        cancellation.cancel();

        assertThat(gaveUp(dispatch.next()).status()).isEqualTo(499);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultHasAnOutcomeOfItsOwnSpelling(Fault fault) {
        if (fault != Fault.STATUS) {
            assertThat(AttemptOutcome.of(fault(fault)).key()).isEqualTo(fault.key());
        }
    }

    @ParameterizedTest
    @EnumSource(ChatError.Kind.class)
    void everyKindHasAnOutcomeOfItsOwnSpelling(ChatError.Kind kind) {
        assertThat(AttemptOutcome.of(status(kind, 400)).key())
                .isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unsupported_parameter", "unsupported_value"})
    void whatOneModelDoesNotTakeAnotherMayAndTheCallerIsToldIfNobodyDoes(String code) {
        ChatError error = new ChatError(ChatError.Kind.INVALID_REQUEST, 400, "m", code, "max_tokens", null);
        for (int i = 0; i < 6; i++) {
            Dispatch dispatch = dispatch("one", "two");
            assertThat(called(dispatch.next())).isEqualTo("one");
            dispatch.failed(new ProviderException(Fault.STATUS, error, "m"));
            assertThat(called(dispatch.next())).isEqualTo("two");
            dispatch.failed(new ProviderException(Fault.STATUS, error, "m"));
            assertThat(gaveUp(dispatch.next())).isEqualTo(error);
        }

        assertThat(breaker("p")).isEqualTo("closed");
        assertThat(health.resting()).isEmpty();
    }

    @Test
    void whatOneCannotBeToldIsNotFinalWhileOthersRest() {
        Candidate other = candidate("two");
        while (health.tryAcquire(other, Long.MAX_VALUE)
                .map(permit -> {
                    permit.failed(1, fault(Fault.CONNECT));
                    return true;
                })
                .orElse(false)) {
            pass(Duration.ofMillis(1));
        }
        Dispatch dispatch = dispatch("one", "two");

        assertThat(called(dispatch.next())).isEqualTo("one");
        dispatch.failed(new ProviderException(
                Fault.UNWRITABLE, ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The document is no PDF."), "m"));
        ChatError error = gaveUp(dispatch.next());

        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).isPositive();
        assertThat(error.message()).contains("The document is no PDF.");
    }

    @Test
    void whatNobodyCanBeToldIsTheCallersFault() {
        Dispatch dispatch = dispatch("one");

        assertThat(called(dispatch.next())).isEqualTo("one");
        dispatch.failed(new ProviderException(
                Fault.UNWRITABLE, ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The document is no PDF."), "m"));

        assertThat(gaveUp(dispatch.next()).status()).isEqualTo(400);
    }
}
