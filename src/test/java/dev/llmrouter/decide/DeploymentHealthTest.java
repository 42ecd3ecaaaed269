package dev.llmrouter.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentHealthTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T00:00:00Z"), ZoneOffset.UTC);
    private static final Exception OUTAGE = new Exception("down");

    private final long[] now = {-7};
    private final DeploymentHealth health = new DeploymentHealth(() -> now[0]);
    private final List<Candidate> candidates = candidates("key-1", "10s");
    private final Candidate small = candidates.get(0);
    private final Candidate large = candidates.get(1);
    private final Candidate own = candidates.get(2);

    /** Two models that share the breaker of their provider, and one with a breaker of its own. */
    private static List<Candidate> candidates(String key, String openFor) {
        String text = """
                version: 1
                owner: test
                baseline: t
                evidence: off
                providers:
                  p: { protocol: openai, baseUrl: "https://example.org/v1", apiKey: "%s", breaker: { window: 4, minimumCalls: 2, openFor: %s, probes: 2 } }
                models:
                  small: { provider: p, price: unknown }
                  large: { provider: p, price: unknown }
                  own:   { provider: p, price: unknown, breaker: { window: 2, minimumCalls: 1, openFor: 3s } }
                tiers:
                  t: { models: [small, large, own] }
                tasks: {}
                """.formatted(key, openFor);
        var policy = PolicyLoader.builder(CLOCK).build().load(text, "test");
        return policy.models().values().stream()
                .map(model -> new Candidate(model, policy.providerOf(model), Candidate.Role.MEMBER))
                .toList();
    }

    private void pass(Duration time) {
        now[0] += time.toNanos();
    }

    private Permit permit(Candidate candidate) {
        return acquire(candidate).orElseThrow();
    }

    private Optional<Permit> acquire(Candidate candidate) {
        return health.tryAcquire(candidate, now[0] + Duration.ofSeconds(60).toNanos());
    }

    private void fail(Candidate candidate, int times) {
        for (int i = 0; i < times; i++) {
            permit(candidate).failed(1, OUTAGE);
        }
    }

    @Test
    void failuresOpenTheBreakerOfAllModelsThatShareIt() {
        fail(small, 2);

        assertThat(acquire(large)).isEmpty();
        assertThat(health.unavailable(large)).hasValueSatisfying(why -> {
            assertThat(why.reason()).isEqualTo("circuit breaker of provider 'p' is open");
            assertThat(why.remaining()).isEqualTo(Duration.ofSeconds(10));
        });
        assertThat(acquire(own)).isPresent();
        assertThat(health.breakerStates()).containsEntry("p", "open").containsEntry("own@p", "closed");
    }

    @Test
    void aModelWithABreakerOfItsOwnLeavesItsProviderAlone() {
        fail(own, 1);

        assertThat(health.unavailable(own))
                .hasValueSatisfying(why -> assertThat(why.remaining()).isEqualTo(Duration.ofSeconds(3)));
        assertThat(acquire(small)).isPresent();
    }

    @Test
    void probesCloseTheBreakerAfterItsTime() {
        fail(small, 2);
        pass(Duration.ofMillis(10_001));

        assertThat(health.unavailable(small)).isEmpty();
        Permit first = permit(small);
        Permit second = permit(large);
        assertThat(acquire(small)).isEmpty();
        first.succeeded(1);
        second.firstContent(1);

        assertThat(health.breakerStates()).containsEntry("p", "closed");
    }

    @Test
    void probesThatDoNotComeBackAreFollowedByOthers() {
        fail(small, 2);
        pass(Duration.ofMillis(10_001));
        Permit lost = permit(small);
        permit(small);
        assertThat(acquire(small)).isEmpty();

        pass(Duration.ofMillis(10_001));
        permit(small).succeeded(1);
        lost.succeeded(1);

        assertThat(health.breakerStates()).containsEntry("p", "closed");
    }

    @Test
    void aCallFromBeforeTheOutageSaysNothingAboutTheProbes() {
        List<Permit> before = List.of(permit(small), permit(small), permit(small));
        fail(small, 2);
        pass(Duration.ofMillis(10_001));
        permit(small);

        before.get(0).failed(1, OUTAGE);
        before.get(1).succeeded(1);
        before.get(2).released();

        assertThat(health.breakerStates()).containsEntry("p", "half_open");
        assertThat(acquire(small)).isPresent();
        assertThat(acquire(small)).isEmpty();
    }

    @Test
    void aPermitIsGivenBackOnce() {
        Permit permit = permit(small);
        permit.released();
        permit.failed(1, OUTAGE);
        permit.failed(1, OUTAGE);
        permit.succeeded(1);

        assertThat(health.inFlight(small)).isZero();
        assertThat(health.breakerStates()).containsEntry("p", "closed");
    }

    @Test
    void aStreamIsASuccessAtItsFirstContentAndUnderWayUntilItsEnd() {
        Permit stream = permit(small);
        stream.firstContent(1);
        stream.failed(1, OUTAGE);
        Permit other = permit(small);
        other.firstContent(1);

        assertThat(health.inFlight(small)).isEqualTo(1);
        fail(small, 1);
        assertThat(health.breakerStates()).containsEntry("p", "closed");
        other.succeeded(1);
        assertThat(health.inFlight(small)).isZero();
    }

    @Test
    void aPermitThatNobodyGivesBackIsTakenBackAfterItsDeadline() {
        Permit forgotten = permit(small);
        assertThat(health.inFlight(small)).isEqualTo(1);

        pass(Duration.ofSeconds(60).plus(DeploymentHealth.OVERDUE));

        assertThat(health.inFlight(small)).isZero();
        forgotten.failed(1, OUTAGE);
        assertThat(health.inFlight(small)).isZero();
    }

    @Test
    void rowsEndWithAnAnswer() {
        assertThat(health.rateLimited(small)).isEqualTo(1);
        assertThat(health.refused(small)).isEqualTo(1);
        assertThat(health.truncated(small)).isEqualTo(1);
        Permit stream = permit(small);
        stream.firstContent(1);

        assertThat(health.rateLimited(small)).isEqualTo(1);
        assertThat(health.refused(small)).isEqualTo(1);
        assertThat(health.truncated(small)).isEqualTo(2);
        stream.succeeded(1);
        assertThat(health.truncated(small)).isEqualTo(1);
    }

    @Test
    void aRestIsOnlyEverMadeLonger() {
        health.coolDown(small, Duration.ofSeconds(30), "long");
        health.coolDown(small, Duration.ofSeconds(3), "short");
        pass(Duration.ofSeconds(29));

        assertThat(health.resting()).containsOnlyKeys("small@p");
        assertThat(health.unavailable(small)).hasValueSatisfying(why -> {
            assertThat(why.reason()).isEqualTo("long");
            assertThat(why.remaining()).isEqualTo(Duration.ofSeconds(1));
        });
        pass(Duration.ofSeconds(1));
        assertThat(health.unavailable(small)).isEmpty();
    }

    @Test
    void anUnchangedProviderKeepsItsHealthOverAReload() {
        health.coolDown(small, Duration.ofSeconds(30), "rate limit");
        fail(large, 2);

        List<Candidate> reloaded = candidates("key-1", "10s");
        health.retain(reloaded);

        assertThat(health.unavailable(reloaded.get(0)))
                .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo("rate limit"));
        assertThat(acquire(reloaded.get(1))).isEmpty();
    }

    @Test
    void anotherKeyOrAnotherSettingStartsAnew() {
        health.coolDown(small, Duration.ofSeconds(30), "key refused");
        fail(large, 2);

        List<Candidate> reloaded = candidates("key-2", "10s");
        health.retain(reloaded);

        assertThat(health.resting()).isEmpty();
        assertThat(acquire(reloaded.get(0))).isPresent();
        assertThat(health.breakerStates()).containsEntry("p", "closed");
    }

    @Test
    void aRequestOfTheOldPolicyNeitherBringsItsBreakerBackNorDisturbsTheNewOne() {
        Permit underWay = permit(small);
        List<Candidate> reloaded = candidates("key-1", "20s");
        health.retain(reloaded);
        permit(reloaded.get(0)).succeeded(1);

        underWay.failed(1, OUTAGE);
        fail(small, 3);
        health.coolDown(small, Duration.ofSeconds(30), "old");

        assertThat(health.breakerStates()).containsExactly(java.util.Map.entry("p", "closed"));
        assertThat(health.resting()).isEmpty();
        fail(reloaded.get(0), 1);
        assertThat(health.unavailable(reloaded.get(0)))
                .hasValueSatisfying(why -> assertThat(why.remaining()).isEqualTo(Duration.ofSeconds(20)));
    }

    @Test
    void twoPoliciesDoNotSeeEachOther() {
        DeploymentHealth other = new DeploymentHealth(() -> now[0]);
        health.coolDown(small, Duration.ofSeconds(30), "rate limit");
        fail(large, 2);

        assertThat(other.unavailable(small)).isEmpty();
        assertThat(other.tryAcquire(large, 0)).isPresent();
    }
}
