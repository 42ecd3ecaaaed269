package dev.llmrouter.decide;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Provider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the health of deployments (a model at its provider) and of providers.
 *
 * <p>A deployment <em>cools down</em> for as long as its provider asks (429), and is <em>out of service</em> when its
 * credentials or quota fail. A provider has a <em>circuit breaker</em> that opens on outages. Safe for use by many
 * threads. State outlives a reload of the policy; a provider whose breaker settings change gets a new breaker.
 */
public final class DeploymentHealth {
    /** Weight of the newest observation in the moving average of the time to the first token. */
    private static final double EWMA_WEIGHT = 0.2;

    private final Map<String, Deployment> deployments = new ConcurrentHashMap<>();
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** @param nanoTime a clock that only goes forward, in ns ({@code System::nanoTime}) */
    public DeploymentHealth(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Why a candidate cannot be called now, and for how long. */
    public record Unavailable(String reason, Duration remaining) {}

    private record Breaker(BreakerSettings settings, CircuitBreaker breaker, long[] openedAt) {}

    private static final class Deployment {
        private volatile long unavailableUntil;
        private volatile @Nullable String reason;
        private volatile double firstTokenNanos = Double.NaN;
        private volatile int consecutiveRateLimits;
        private volatile int consecutiveTruncations;
        private final AtomicInteger inFlight = new AtomicInteger();
    }

    private static String key(Candidate candidate) {
        return candidate.model().name() + '@' + candidate.provider().name();
    }

    private Deployment deployment(Candidate candidate) {
        String key = key(candidate);
        Deployment known = deployments.get(key);
        return known != null ? known : deployments.computeIfAbsent(key, k -> new Deployment());
    }

    private Breaker breaker(Provider provider) {
        Breaker known = breakers.get(provider.name());
        if (known != null && known.settings().equals(provider.breaker())) {
            return known;
        }
        return breakers.compute(
                provider.name(),
                (name, old) -> old != null && old.settings().equals(provider.breaker()) ? old : create(provider));
    }

    private Breaker create(Provider provider) {
        BreakerSettings settings = provider.breaker();
        CircuitBreaker breaker = CircuitBreaker.of(
                provider.name(),
                CircuitBreakerConfig.custom()
                        .failureRateThreshold((float) (settings.failureRate() * 100))
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(settings.window())
                        .minimumNumberOfCalls(settings.minimumCalls())
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .build());
        long[] openedAt = {0};
        breaker.getEventPublisher().onStateTransition(event -> openedAt[0] = nanoTime.getAsLong());
        return new Breaker(settings, breaker, openedAt);
    }

    /** Why this candidate cannot be called now; empty if it can. Changes nothing. */
    public Optional<Unavailable> unavailable(Candidate candidate) {
        Deployment deployment = deployments.get(key(candidate));
        if (deployment != null) {
            String reason = deployment.reason;
            long remaining = deployment.unavailableUntil - nanoTime.getAsLong();
            if (reason != null && remaining > 0) {
                return Optional.of(new Unavailable(reason, Duration.ofNanos(remaining)));
            }
        }
        Breaker breaker = breakers.get(candidate.provider().name());
        if (breaker != null && breaker.breaker().getState() == CircuitBreaker.State.OPEN) {
            long waited = nanoTime.getAsLong() - breaker.openedAt()[0];
            Duration remaining = breaker.settings().openFor().minusNanos(waited);
            if (!remaining.isNegative() && !remaining.isZero()) {
                return Optional.of(new Unavailable(
                        "circuit breaker of provider '" + candidate.provider().name() + "' is open", remaining));
            }
        }
        return Optional.empty();
    }

    /**
     * Asks for leave to call; every leave is followed by one of {@link #succeeded}, {@link #failed} or {@link #released}.
     *
     * @return whether the provider's breaker lets the call through
     */
    public boolean tryAcquire(Candidate candidate) {
        if (!breaker(candidate.provider()).breaker().tryAcquirePermission()) {
            return false;
        }
        deployment(candidate).inFlight.incrementAndGet();
        return true;
    }

    /** The call went well. @param nanos how long it took, in ns */
    public void succeeded(Candidate candidate, long nanos) {
        Deployment deployment = deployment(candidate);
        deployment.inFlight.decrementAndGet();
        deployment.consecutiveRateLimits = 0;
        deployment.consecutiveTruncations = 0;
        breaker(candidate.provider()).breaker().onSuccess(nanos, TimeUnit.NANOSECONDS);
    }

    /** The call failed in a way that speaks against the provider. @param nanos how long it took, in ns */
    public void failed(Candidate candidate, long nanos, Throwable cause) {
        deployment(candidate).inFlight.decrementAndGet();
        breaker(candidate.provider()).breaker().onError(nanos, TimeUnit.NANOSECONDS, cause);
    }

    /** The call ended in a way that says nothing about the provider (a bad request, a caller that went away, a 429). */
    public void released(Candidate candidate) {
        deployment(candidate).inFlight.decrementAndGet();
        breaker(candidate.provider()).breaker().releasePermission();
    }

    /** Time to the first token of a call, in ns: for the order by latency. */
    public void firstToken(Candidate candidate, long nanos) {
        Deployment deployment = deployment(candidate);
        double before = deployment.firstTokenNanos;
        deployment.firstTokenNanos = Double.isNaN(before) ? nanos : before + EWMA_WEIGHT * (nanos - before);
    }

    /** Moving average of the time to the first token, in ns; NaN while nothing was observed. */
    public double firstTokenNanos(Candidate candidate) {
        return deployment(candidate).firstTokenNanos;
    }

    /** Calls that are under way. */
    public int inFlight(Candidate candidate) {
        return deployment(candidate).inFlight.get();
    }

    /** Rests a deployment, for longer if it is resting for longer already. */
    public void coolDown(Candidate candidate, Duration time, String reason) {
        Deployment deployment = deployment(candidate);
        long until = nanoTime.getAsLong() + time.toNanos();
        synchronized (deployment) {
            if (deployment.reason == null || until - deployment.unavailableUntil > 0) {
                deployment.unavailableUntil = until;
                deployment.reason = reason;
            }
        }
    }

    /** Counts a 429 in a row. @return how many there were, this one included */
    public int rateLimited(Candidate candidate) {
        Deployment deployment = deployment(candidate);
        synchronized (deployment) {
            return ++deployment.consecutiveRateLimits;
        }
    }

    /** Counts a stream that broke off, in a row. @return how many there were, this one included */
    public int truncated(Candidate candidate) {
        Deployment deployment = deployment(candidate);
        synchronized (deployment) {
            return ++deployment.consecutiveTruncations;
        }
    }

    /** The providers' breakers by name, for health and meters: {@code closed}, {@code open}, {@code half_open}. */
    public Map<String, String> breakerStates() {
        Map<String, String> states = new TreeMap<>();
        breakers.forEach((name, breaker) ->
                states.put(name, breaker.breaker().getState().name().toLowerCase(Locale.ROOT)));
        return states;
    }

    /** Deployments that rest now, with the reason and the time that is left, by {@code model@provider}. */
    public Map<String, Unavailable> resting() {
        Map<String, Unavailable> resting = new TreeMap<>();
        long now = nanoTime.getAsLong();
        deployments.forEach((key, deployment) -> {
            String reason = deployment.reason;
            long remaining = deployment.unavailableUntil - now;
            if (reason != null && remaining > 0) {
                resting.put(key, new Unavailable(reason, Duration.ofNanos(remaining)));
            }
        });
        return resting;
    }

    /** Forgets cooldowns and faults: a new policy may hold new keys. Breakers stay. */
    public void returnToService() {
        deployments.values().forEach(deployment -> deployment.reason = null);
    }
}
