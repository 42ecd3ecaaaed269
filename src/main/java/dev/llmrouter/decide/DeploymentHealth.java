package dev.llmrouter.decide;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Provider;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known, under one policy, of the health of deployments (a model at its provider) and of providers.
 *
 * <p>A deployment <em>cools down</em> for as long as its provider asks (429), and is <em>out of service</em> when its
 * credentials or quota fail. A provider has a <em>circuit breaker</em> that opens on outages; a model with breaker settings
 * of its own has one for itself. Safe for use by many threads.
 *
 * <p>Everything is kept by the provider <em>with all its settings</em>. So health outlives a reload of the policy where
 * the provider stays the same, and starts anew where its address, key or limits change. Each policy has a health of its
 * own: two policies in one process do not see each other's cooldowns.
 */
public final class DeploymentHealth {
    /** How long after its call's deadline a permit that nobody gave back is taken back. */
    static final Duration OVERDUE = Duration.ofSeconds(5);

    private final Map<Place, Deployment> deployments = new ConcurrentHashMap<>();
    private final Map<Guard, Breaker> breakers = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private volatile @Nullable Set<Place> known;

    /** @param nanoTime a clock that only goes forward, in ns ({@code System::nanoTime}) */
    public DeploymentHealth(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Why a candidate cannot be called now, and for how long.
     *
     * @param heals whether waiting helps; false where somebody must act first: renew a key, raise a quota
     */
    public record Unavailable(String reason, Duration remaining, boolean heals) {}

    /** A deployment with everything that its health depends on. */
    private record Place(
            String model,
            String remoteName,
            Provider provider,
            @Nullable BreakerSettings own) {
        static Place of(Candidate candidate) {
            return new Place(
                    candidate.model().name(),
                    candidate.model().remoteName(),
                    candidate.provider(),
                    candidate.model().breaker());
        }

        String label() {
            return model + '@' + provider.name();
        }

        Guard guard() {
            return own == null ? new Guard(null, provider, provider.breaker()) : new Guard(model, provider, own);
        }
    }

    /** What a circuit breaker guards. @param model null for all models of the provider that have none of their own */
    private record Guard(@Nullable String model, Provider provider, BreakerSettings settings) {
        String label() {
            return model == null ? provider.name() : model + '@' + provider.name();
        }

        String words() {
            return model == null
                    ? "circuit breaker of provider '" + provider.name() + "'"
                    : "circuit breaker of model '" + model + "'";
        }
    }

    private Deployment deployment(Candidate candidate) {
        Place place = Place.of(candidate);
        Deployment deployment = deployments.get(place);
        if (deployment != null) {
            return deployment;
        }
        return isKnown(place) ? deployments.computeIfAbsent(place, key -> new Deployment()) : new Deployment();
    }

    private Breaker breaker(Place place) {
        Guard guard = place.guard();
        Breaker breaker = breakers.get(guard);
        if (breaker != null) {
            return breaker;
        }
        return isKnown(place) ? breakers.computeIfAbsent(guard, this::create) : create(guard);
    }

    /** What a request under an earlier policy still asks for leaves no trace once that policy is gone. */
    private boolean isKnown(Place place) {
        Set<Place> places = known;
        return places == null || places.contains(place);
    }

    private Breaker create(Guard guard) {
        return new Breaker(guard.label(), guard.settings(), nanoTime);
    }

    /**
     * Keeps what is known of these candidates and forgets all others: to be called with all of a policy that comes into
     * force. Calls that are under way are not disturbed.
     */
    public void retain(Collection<Candidate> candidates) {
        Set<Place> places = new HashSet<>();
        Set<Guard> guards = new HashSet<>();
        for (Candidate candidate : candidates) {
            Place place = Place.of(candidate);
            places.add(place);
            guards.add(place.guard());
        }
        known = places;
        deployments.keySet().retainAll(places);
        breakers.keySet().retainAll(guards);
    }

    /** Why this candidate cannot be called now; empty if it can. Changes nothing. */
    public Optional<Unavailable> unavailable(Candidate candidate) {
        Place place = Place.of(candidate);
        Deployment deployment = deployments.get(place);
        Unavailable resting = deployment == null ? null : deployment.resting(nanoTime.getAsLong());
        if (resting != null) {
            return Optional.of(resting);
        }
        Guard guard = place.guard();
        Breaker breaker = breakers.get(guard);
        Duration open = breaker == null ? null : breaker.openFor();
        return open == null ? Optional.empty() : Optional.of(new Unavailable(guard.words() + " is open", open, true));
    }

    /**
     * Asks for leave to call.
     *
     * @param deadlineNanos when the call is over at the latest, by this health's clock
     * @return to be given back once the call is over; empty if the circuit breaker lets no call through
     */
    public Optional<Permit> tryAcquire(Candidate candidate, long deadlineNanos) {
        Deployment deployment = deployment(candidate);
        deployment.sweep(nanoTime.getAsLong());
        Breaker breaker = breaker(Place.of(candidate));
        int leave = breaker.tryAcquire();
        if (leave == Breaker.DENIED) {
            return Optional.empty();
        }
        Permit permit = new Permit(deployment, breaker, leave, deadlineNanos + OVERDUE.toNanos());
        deployment.begin(permit);
        return Optional.of(permit);
    }

    /** Time to the first token of a call, in ns: for the order by latency. */
    public void firstToken(Candidate candidate, long nanos) {
        deployment(candidate).firstToken(nanos);
    }

    /** Moving average of the time to the first token, in ns; NaN while nothing was observed. */
    public double firstTokenNanos(Candidate candidate) {
        return deployment(candidate).firstTokenNanos();
    }

    /** Calls that are under way. */
    public int inFlight(Candidate candidate) {
        Deployment deployment = deployment(candidate);
        deployment.sweep(nanoTime.getAsLong());
        return deployment.underWay();
    }

    /** Rests a deployment, for longer if it is resting for longer already. */
    public void coolDown(Candidate candidate, Duration time, String reason) {
        deployment(candidate).rest(nanoTime.getAsLong() + time.toNanos(), reason, true);
    }

    /** The same for what does not pass by waiting, as a key or a quota that fails. */
    public void outOfService(Candidate candidate, Duration time, String reason) {
        deployment(candidate).rest(nanoTime.getAsLong() + time.toNanos(), reason, false);
    }

    /** Counts a 429 in a row. @return how many there were without an answer in between, this one included */
    public int rateLimited(Candidate candidate) {
        return deployment(candidate).rateLimited();
    }

    /** Counts a stream that broke off, in a row. @return how many there were without a whole one in between */
    public int truncated(Candidate candidate) {
        return deployment(candidate).truncated();
    }

    /**
     * Counts a request that was refused (403, 404), in a row; to be called once for each request.
     *
     * @return how many there were without an answer in between, this one included
     */
    public int refused(Candidate candidate) {
        return deployment(candidate).refused();
    }

    /**
     * The circuit breakers, for health and meters: {@code closed}, {@code open}, {@code half_open}, by provider, or by
     * {@code model@provider} for a model with a breaker of its own.
     */
    public Map<String, String> breakerStates() {
        Map<String, String> states = new TreeMap<>();
        breakers.forEach((guard, breaker) -> states.put(guard.label(), breaker.state()));
        return states;
    }

    /** Deployments that rest now, with the reason and the time that is left, by {@code model@provider}. */
    public Map<String, Unavailable> resting() {
        Map<String, Unavailable> resting = new TreeMap<>();
        long now = nanoTime.getAsLong();
        deployments.forEach((place, deployment) -> {
            Unavailable unavailable = deployment.resting(now);
            if (unavailable != null) {
                resting.put(place.label(), unavailable);
            }
        });
        return resting;
    }
}
