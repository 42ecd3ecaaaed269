package dev.llmrouter.dispatch;

import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the failures of one request mean: for who is still asked, and for the health that all requests share. */
final class Consequences {
    /** How long a deployment whose key or quota fails, or that refuses everything, is left out. */
    static final Duration OUT_OF_SERVICE = Duration.ofMinutes(10);

    /** Different requests in a row, without an answer in between, whose refusal takes a deployment out of service. */
    static final int REFUSALS = 3;

    /** Broken streams in a row after which a deployment rests, and for how long. Source: issue freellmapi#1221. */
    static final int TRUNCATIONS = 3;

    static final Duration TRUNCATION_REST = Duration.ofMinutes(5);

    private final DeploymentHealth health;
    private final Dispatch.AlarmListener alarms;
    private final Backoff backoff;
    private final Remaining remaining;
    private final Predicate<Candidate> untranslated;
    private final Set<String> refusedHere = new HashSet<>();

    /** @param untranslated whether a candidate is asked in the caller's own format */
    Consequences(
            DeploymentHealth health,
            Dispatch.AlarmListener alarms,
            Backoff backoff,
            Remaining remaining,
            Predicate<Candidate> untranslated) {
        this.health = health;
        this.alarms = alarms;
        this.backoff = backoff;
        this.remaining = remaining;
        this.untranslated = untranslated;
    }

    /**
     * @param tries how often this request has called the candidate, the failed call included
     * @return whether somebody may still be asked
     */
    boolean draw(Candidate candidate, ProviderException failure, int tries, long now) {
        Disposition disposition = Disposition.of(failure);
        switch (disposition) {
            case STOP -> {
                return Disposition.mayBeTheTranslation(failure)
                        && !untranslated.test(candidate)
                        && remaining.keepOnly(untranslated);
            }
            case OVER -> {
                return false;
            }
            case LARGER_CONTEXT -> remaining.excludeUpTo(candidate);
            case COOL_DOWN -> coolDown(candidate, failure);
            case OUT_OF_SERVICE -> {
                remaining.exclude(candidate);
                String outcome = AttemptOutcome.of(failure).key();
                health.outOfService(candidate, OUT_OF_SERVICE, "key or quota refused (" + outcome + ")");
                alarms.alarm(candidate, String.valueOf(failure.getMessage()));
            }
            case REFUSED -> refused(candidate, failure);
            case RETRY -> {
                Duration asked = asked(failure);
                if (asked != null) {
                    String provider = candidate.provider().name();
                    health.coolDown(candidate, asked, "provider '" + provider + "' asks to wait");
                }
                remaining.pause(candidate, now + backoff.pause(tries).toNanos());
            }
            case NEXT -> {
                remaining.exclude(candidate);
                if (failure.fault() == ProviderException.Fault.TRUNCATED) {
                    truncated(candidate);
                }
            }
        }
        return true;
    }

    /** A wait of 0 says nothing: it would be asked again at once. */
    private static @Nullable Duration asked(ProviderException failure) {
        Duration wait = failure.error().retryAfter();
        return wait == null || wait.isZero() ? null : wait;
    }

    private void coolDown(Candidate candidate, ProviderException failure) {
        int inARow = health.rateLimited(candidate);
        Duration asked = asked(failure);
        health.coolDown(
                candidate,
                asked != null ? asked : backoff.cooldown(inARow),
                "rate limit of provider '" + candidate.provider().name() + "'");
        if (Boolean.FALSE.equals(failure.error().shouldRetry())) {
            remaining.exclude(candidate);
        }
    }

    private void refused(Candidate candidate, ProviderException failure) {
        remaining.exclude(candidate);
        if (!refusedHere.add(candidate.model().name())) {
            return;
        }
        int inARow = health.refused(candidate);
        boolean unknown = AttemptOutcome.of(failure) == AttemptOutcome.NOT_FOUND;
        if (inARow >= REFUSALS) {
            String what = "refused " + inARow + " requests in a row, last with status "
                    + failure.error().status();
            health.coolDown(candidate, OUT_OF_SERVICE, what);
            alarms.alarm(candidate, what + ": out of service for " + OUT_OF_SERVICE.toMinutes() + " minutes");
        } else if (unknown && inARow == 1) {
            alarms.alarm(
                    candidate, failure.getMessage() + ": the provider does not know it any more, or its id is wrong");
        }
    }

    /** A stream broke off. */
    void truncated(Candidate candidate) {
        if (health.truncated(candidate) >= TRUNCATIONS) {
            String what = "its streams broke off " + TRUNCATIONS + " times in a row";
            health.coolDown(candidate, TRUNCATION_REST, what);
            alarms.alarm(candidate, what + ": resting for " + TRUNCATION_REST.toMinutes() + " minutes");
        }
    }
}
