package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.policy.Tier;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries one decision out: says what to do next, is told how it went, keeps every attempt.
 *
 * <p>The one place for retries: within one deadline and one number of attempts. Others are always asked before the same
 * deployment is asked again. Methods are called one after another ({@code next}, then {@code replied} or {@code failed});
 * the end of a stream may be told by another thread.
 */
public final class Dispatch {
    /** Longest pause before the same deployment is asked again, where nobody else is left. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** How long a deployment whose key or quota fails is left out before it is tried again. */
    static final Duration OUT_OF_SERVICE = Duration.ofMinutes(10);

    /** Broken streams in a row after which a deployment rests, and for how long. Source: issue freellmapi#1221. */
    private static final int TRUNCATIONS = 3;

    private static final Duration TRUNCATION_REST = Duration.ofMinutes(5);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration FIRST_COOLDOWN = Duration.ofSeconds(1);
    private static final Duration LONGEST_COOLDOWN = Duration.ofSeconds(60);

    private final ChatRequest request;
    private final DeploymentHealth health;
    private final Cancellation cancellation;
    private final LongSupplier nanoTime;
    private final AlarmListener alarms;
    private final long startNanos;
    private final long deadlineNanos;
    private final List<Attempt> attempts = new ArrayList<>(2);
    private final Set<String> excluded = new HashSet<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private List<Candidate> candidates;
    private int attemptsLeft;
    private @Nullable Candidate current;
    private long currentStart;
    private @Nullable ProviderException lastFailure;
    private boolean stopped;
    private @Nullable Candidate answeredBy;

    /** What to do next. */
    public sealed interface Step {
        /** Make this call. */
        record Call(ProviderCall call) implements Step {}

        /** Wait, then ask again. */
        record Wait(Duration time) implements Step {}

        /** It is over: nobody answered. */
        record GiveUp(AllFailedException failure) implements Step {}
    }

    /** Is told of faults that somebody must look at. */
    @FunctionalInterface
    public interface AlarmListener {
        /** @param what for people, without secrets */
        void alarm(Candidate candidate, String what);
    }

    /**
     * @param request what is sent to providers
     * @param startNanos when the request came in, by {@code nanoTime}
     */
    public Dispatch(
            Decision decision,
            ChatRequest request,
            DeploymentHealth health,
            Cancellation cancellation,
            AlarmListener alarms,
            LongSupplier nanoTime,
            long startNanos) {
        this.request = request;
        this.health = health;
        this.cancellation = cancellation;
        this.alarms = alarms;
        this.nanoTime = nanoTime;
        this.startNanos = startNanos;
        Tier tier = decision.policy().tier(decision.tier()).orElseThrow();
        this.deadlineNanos = startNanos + tier.timeout().toNanos();
        this.candidates = decision.candidates();
        this.attemptsLeft = tier.maxAttempts();
    }

    /** Goes on with another decision, after an output that was not usable. The deadline stays. */
    public void escalate(Decision escalation) {
        candidates = escalation.candidates();
        attemptsLeft = escalation.policy().tier(escalation.tier()).orElseThrow().maxAttempts();
        excluded.clear();
        stopped = false;
    }

    /** What to do next. */
    public Step next() {
        if (cancellation.isCancelled()) {
            return giveUp(ChatError.of(ChatError.Kind.TIMEOUT, 499, "The caller went away."));
        }
        long now = nanoTime.getAsLong();
        if (stopped) {
            return giveUp(answer());
        }
        if (now - deadlineNanos >= 0) {
            return giveUp(ChatError.of(ChatError.Kind.TIMEOUT, 504, "The time for this request is over. " + summary()));
        }
        if (attemptsLeft <= 0) {
            return giveUp(answer());
        }
        Duration shortest = null;
        for (Candidate candidate : candidates) {
            String name = candidate.model().name();
            if (excluded.contains(name)) {
                continue;
            }
            Duration wait = waitFor(candidate, now);
            if (wait.isZero()) {
                if (health.tryAcquire(candidate)) {
                    return call(candidate, now);
                }
                wait = candidate.provider().breaker().openFor();
            }
            shortest = shortest == null || wait.compareTo(shortest) < 0 ? wait : shortest;
        }
        if (shortest == null || shortest.compareTo(LONGEST_WAIT) > 0 || now + shortest.toNanos() - deadlineNanos >= 0) {
            return giveUp(answer());
        }
        return new Step.Wait(shortest);
    }

    private Duration waitFor(Candidate candidate, long now) {
        Optional<DeploymentHealth.Unavailable> unavailable = health.unavailable(candidate);
        Duration wait = unavailable.map(DeploymentHealth.Unavailable::remaining).orElse(Duration.ZERO);
        Long pause = notBefore.get(candidate.model().name());
        if (pause != null && pause - now > wait.toNanos()) {
            wait = Duration.ofNanos(pause - now);
        }
        return wait;
    }

    private Step call(Candidate candidate, long now) {
        attemptsLeft--;
        current = candidate;
        currentStart = now;
        return new Step.Call(new ProviderCall(candidate, request, deadlineNanos, cancellation));
    }

    private Candidate current() {
        if (current == null) {
            throw new IllegalStateException("no call is under way");
        }
        return current;
    }

    /** The call under way gave a whole answer. @param usage as the provider counted, or our estimate */
    public void answered(@Nullable Usage usage) {
        Candidate candidate = current();
        long nanos = nanoTime.getAsLong() - currentStart;
        health.succeeded(candidate, nanos);
        health.firstToken(candidate, nanos);
        answeredBy = candidate;
        add(
                candidate,
                Attempt.OK,
                null,
                nanos,
                null,
                usage,
                Cost.of(candidate.model().price(), usage),
                null);
    }

    /** The call under way gave a live stream. @return to be told how it ends */
    public StreamOutcome streaming(long firstTokenNanos) {
        Candidate candidate = current();
        health.firstToken(candidate, firstTokenNanos);
        answeredBy = candidate;
        return new StreamOutcome(candidate, currentStart, firstTokenNanos);
    }

    /** Takes the end of a stream; only the first call counts. */
    public final class StreamOutcome {
        private final Candidate candidate;
        private final long start;
        private final long firstTokenNanos;
        private boolean over;

        private StreamOutcome(Candidate candidate, long start, long firstTokenNanos) {
            this.candidate = candidate;
            this.start = start;
            this.firstTokenNanos = firstTokenNanos;
        }

        /** @param failure null if the stream is complete; a stream that the caller left is CANCELLED */
        public void ended(@Nullable Usage usage, @Nullable ProviderException failure) {
            synchronized (Dispatch.this) {
                if (over) {
                    return;
                }
                over = true;
                long nanos = nanoTime.getAsLong() - start;
                BigDecimal cost = Cost.of(candidate.model().price(), usage);
                long firstToken = Duration.ofNanos(firstTokenNanos).toMillis();
                if (failure == null) {
                    health.succeeded(candidate, nanos);
                    add(candidate, Attempt.OK, null, nanos, firstToken, usage, cost, null);
                    return;
                }
                if (failure.fault() == ProviderException.Fault.CANCELLED) {
                    health.released(candidate);
                } else {
                    health.failed(candidate, nanos, failure);
                    countTruncation(candidate);
                }
                lastFailure = failure;
                add(candidate, outcome(failure), null, nanos, firstToken, usage, cost, failure.getMessage());
            }
        }
    }

    private void countTruncation(Candidate candidate) {
        if (health.truncated(candidate) >= TRUNCATIONS) {
            health.coolDown(candidate, TRUNCATION_REST, "its streams broke off " + TRUNCATIONS + " times in a row");
            alarms.alarm(candidate, "streams broke off " + TRUNCATIONS + " times in a row: resting for 5 minutes");
        }
    }

    /** The call under way failed before anything reached the caller. */
    public void failed(ProviderException failure) {
        Candidate candidate = current();
        long now = nanoTime.getAsLong();
        long nanos = now - currentStart;
        lastFailure = failure;
        if (Disposition.speaksAgainstProvider(failure)) {
            health.failed(candidate, nanos, failure);
        } else {
            health.released(candidate);
        }
        boolean status = failure.fault() == ProviderException.Fault.STATUS;
        add(
                candidate,
                outcome(failure),
                status ? failure.error().status() : null,
                nanos,
                null,
                null,
                costOfFailure(failure),
                failure.getMessage());
        dispose(candidate, failure, now);
    }

    /** A refusal costs nothing; after a request that was sent and broke off nobody knows. */
    private static @Nullable BigDecimal costOfFailure(ProviderException failure) {
        return switch (failure.fault()) {
            case STATUS, CONNECT, CONNECT_TIMEOUT, REDIRECT, BREAKER_OPEN -> BigDecimal.ZERO;
            case HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT, DEADLINE, RESET, TRUNCATED, MALFORMED, CANCELLED ->
                null;
        };
    }

    private void dispose(Candidate candidate, ProviderException failure, long now) {
        String name = candidate.model().name();
        Duration asked = failure.error().retryAfter();
        switch (Disposition.of(failure)) {
            case STOP -> stopped = true;
            case LARGER_CONTEXT -> excludeSmallerThan(candidate);
            case COOL_DOWN -> {
                Duration wait = asked != null ? asked : backoff(FIRST_COOLDOWN, health.rateLimited(candidate));
                health.coolDown(
                        candidate,
                        wait,
                        "rate limit of provider '" + candidate.provider().name() + "'");
            }
            case OUT_OF_SERVICE -> {
                excluded.add(name);
                health.coolDown(candidate, OUT_OF_SERVICE, "key or quota refused (" + outcome(failure) + ")");
                alarms.alarm(candidate, String.valueOf(failure.getMessage()));
            }
            case RETRY -> {
                if (asked != null) {
                    health.coolDown(
                            candidate,
                            asked,
                            "provider '" + candidate.provider().name() + "' asks to wait");
                }
                long tries = attempts.stream()
                        .filter(attempt -> attempt.candidate().model().equals(candidate.model()))
                        .count();
                notBefore.put(name, now + backoff(FIRST_BACKOFF, (int) tries).toNanos());
            }
            case NEXT -> {
                excluded.add(name);
                if (failure.fault() == ProviderException.Fault.TRUNCATED) {
                    countTruncation(candidate);
                }
            }
        }
    }

    private static Duration backoff(Duration first, int count) {
        Duration wait = first.multipliedBy(1L << Math.min(count - 1, 10));
        return wait.compareTo(LONGEST_COOLDOWN) > 0 ? LONGEST_COOLDOWN : wait;
    }

    private void excludeSmallerThan(Candidate tooSmall) {
        Integer size = tooSmall.model().context();
        for (Candidate candidate : candidates) {
            Integer context = candidate.model().context();
            if (size == null || context == null || context <= size) {
                excluded.add(candidate.model().name());
            }
        }
        excluded.add(tooSmall.model().name());
    }

    private static String outcome(ProviderException failure) {
        return failure.fault() == ProviderException.Fault.STATUS
                ? failure.error().kind().name().toLowerCase(Locale.ROOT)
                : failure.fault().key();
    }

    private synchronized void add(
            Candidate candidate,
            String outcome,
            @Nullable Integer status,
            long nanos,
            @Nullable Long firstTokenMillis,
            @Nullable Usage usage,
            @Nullable BigDecimal cost,
            @Nullable String message) {
        current = null;
        attempts.add(new Attempt(
                attempts.size() + 1,
                candidate,
                outcome,
                status,
                Duration.ofNanos(currentStart - startNanos).toMillis(),
                Duration.ofNanos(nanos).toMillis(),
                firstTokenMillis,
                usage,
                cost,
                message));
    }

    /** Every attempt that is over, in order. */
    public synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Who gave the answer, or gives the stream; null if nobody has. */
    public synchronized @Nullable Candidate answeredBy() {
        return answeredBy;
    }

    /** How many calls were made, the one under way included. */
    public synchronized int calls() {
        return attempts.size() + (current == null ? 0 : 1);
    }

    private Step giveUp(ChatError error) {
        ProviderException cause = lastFailure != null
                ? lastFailure
                : new ProviderException(ProviderException.Fault.BREAKER_OPEN, error, error.message());
        return new Step.GiveUp(new AllFailedException(error, attempts(), cause));
    }

    private String summary() {
        StringBuilder summary = new StringBuilder();
        for (Attempt attempt : attempts()) {
            summary.append(summary.length() == 0 ? "Attempts: " : ", ")
                    .append(attempt.candidate().model().name())
                    .append('@')
                    .append(attempt.candidate().provider().name())
                    .append(' ')
                    .append(
                            attempt.status() == null
                                    ? attempt.outcome()
                                    : attempt.status().toString());
        }
        return summary.toString();
    }

    /** What the caller is told: its own fault as the provider put it, else that nobody could answer. */
    private ChatError answer() {
        ProviderException failure = lastFailure;
        if (failure == null) {
            return new ChatError(
                    ChatError.Kind.OVERLOADED,
                    503,
                    "No model is available now.",
                    "no_model_available",
                    null,
                    shortestWait());
        }
        ChatError.Kind kind = failure.error().kind();
        boolean callersFault = failure.fault() == ProviderException.Fault.STATUS
                && (Disposition.of(failure) == Disposition.STOP || kind == ChatError.Kind.CONTEXT_LENGTH);
        if (callersFault || failure.fault() == ProviderException.Fault.CANCELLED) {
            return failure.error();
        }
        boolean onlyRateLimits =
                attempts().stream().allMatch(attempt -> attempt.outcome().equals("rate_limit"));
        String message = "No model could answer. " + summary();
        if (onlyRateLimits) {
            return new ChatError(ChatError.Kind.RATE_LIMIT, 429, message, "rate_limit_exceeded", null, shortestWait());
        }
        return switch (failure.fault()) {
            case DEADLINE, CONNECT_TIMEOUT, HEADERS_TIMEOUT, FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT ->
                new ChatError(ChatError.Kind.TIMEOUT, 504, message, "timeout", null, null);
            case STATUS, BREAKER_OPEN ->
                new ChatError(ChatError.Kind.OVERLOADED, 503, message, "no_model_available", null, shortestWait());
            case CONNECT, RESET, TRUNCATED, MALFORMED, REDIRECT, CANCELLED ->
                new ChatError(ChatError.Kind.SERVER, 502, message, "provider_failed", null, null);
        };
    }

    /** The smallest remaining wait of all candidates; null if none rests. */
    private @Nullable Duration shortestWait() {
        Duration shortest = null;
        for (Candidate candidate : candidates) {
            Duration remaining = health.unavailable(candidate)
                    .map(DeploymentHealth.Unavailable::remaining)
                    .orElse(null);
            if (remaining != null && (shortest == null || remaining.compareTo(shortest) < 0)) {
                shortest = remaining;
            }
        }
        return shortest;
    }
}
