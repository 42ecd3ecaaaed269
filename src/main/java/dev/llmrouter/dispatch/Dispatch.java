package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Permit;
import dev.llmrouter.policy.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries one decision out: says what to do next, is told how it went, keeps every attempt.
 *
 * <p>The one place for retries: within one deadline and one number of attempts. Others are always asked before the same
 * deployment is asked again. Methods are called one after another: {@code next}, and after each call that it asks for one
 * of {@code answered}, {@code streaming}, {@code failed} and {@code abandoned}. The end of a stream may be told by another
 * thread.
 */
public final class Dispatch {
    /** Longest pause before the same deployment is asked again, where nobody else is left. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final ChatRequest request;
    private final Surroundings surroundings;
    private final Cancellation cancellation;
    private final Remaining remaining;
    private final Backoff backoff;
    private final Consequences consequences;
    private final RefusedTranslation refusedTranslation;
    private final AttemptLog log;
    private long deadlineNanos;
    private int attemptsLeft;
    private int calls;
    private @Nullable Running running;
    private @Nullable ProviderException lastFailure;
    private boolean stopped;
    private @Nullable Candidate answeredBy;
    private Decision decision;

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
     * What all requests share.
     *
     * @param health of the decision's policy
     * @param nanoTime a clock that only goes forward, in ns; the same as that of the health
     * @param random spreads waits; safe for use by the threads that use it
     */
    public record Surroundings(
            DeploymentHealth health, AlarmListener alarms, LongSupplier nanoTime, RandomGenerator random) {}

    /**
     * As many attempts as the decision's tier allows.
     *
     * @param request what is sent to providers
     * @param startNanos when the request came in, by the surroundings' clock
     */
    public Dispatch(
            Decision decision,
            ChatRequest request,
            Surroundings surroundings,
            Cancellation cancellation,
            long startNanos) {
        this(
                decision,
                request,
                surroundings,
                cancellation,
                startNanos,
                tier(decision).maxAttempts());
    }

    /** The same with at most so many attempts. @param maxAttempts from 1 */
    public Dispatch(
            Decision decision,
            ChatRequest request,
            Surroundings surroundings,
            Cancellation cancellation,
            long startNanos,
            int maxAttempts) {
        this.decision = decision;
        this.request = request;
        this.surroundings = surroundings;
        this.cancellation = cancellation;
        this.remaining = new Remaining(surroundings.health(), decision.candidates());
        this.backoff = new Backoff(surroundings.random());
        Predicate<Candidate> untranslated =
                candidate -> Dialects.speaks(candidate.provider().protocol(), request);
        this.consequences =
                new Consequences(surroundings.health(), surroundings.alarms(), backoff, remaining, untranslated);
        this.refusedTranslation = new RefusedTranslation(surroundings.health(), untranslated);
        this.log = new AttemptLog(startNanos);
        this.deadlineNanos = startNanos + tier(decision).timeout().toNanos();
        this.attemptsLeft = maxAttempts;
    }

    private static Tier tier(Decision decision) {
        return decision.policy().tier(decision.tier()).orElseThrow();
    }

    private long now() {
        return surroundings.nanoTime().getAsLong();
    }

    /** Goes on with another decision, after an output that was not usable, within a deadline of its own. */
    public synchronized void escalate(Decision escalation) {
        Tier tier = tier(escalation);
        decision = escalation;
        remaining.restart(escalation.candidates());
        refusedTranslation.restart();
        deadlineNanos = now() + tier.timeout().toNanos();
        attemptsLeft = tier.maxAttempts();
        stopped = false;
        answeredBy = null;
        lastFailure = null;
    }

    /** What to do next. */
    public synchronized Step next() {
        if (running != null) {
            throw new IllegalStateException("a call is under way");
        }
        long now = now();
        if (cancellation.isCancelled()) {
            return giveUp(FinalError.callerGone());
        }
        if (stopped || attemptsLeft <= 0) {
            return nobodyAnswered(remaining.shortestRest(), remaining.isHopeless());
        }
        if (now - deadlineNanos >= 0) {
            return giveUp(FinalError.tooLate(log));
        }
        Duration shortest = null;
        for (Candidate candidate : remaining.candidates()) {
            Duration wait = remaining.waitFor(candidate, now);
            if (wait.isZero()) {
                Optional<Permit> permit = surroundings.health().tryAcquire(candidate, deadlineNanos);
                if (permit.isPresent()) {
                    return call(new Running(candidate, permit.get(), now));
                }
                wait = candidate.breaker().openFor();
            }
            shortest = shortest == null || wait.compareTo(shortest) < 0 ? wait : shortest;
        }
        return waitOrGiveUp(shortest, now);
    }

    private Step waitOrGiveUp(@Nullable Duration shortest, long now) {
        if (shortest == null || shortest.compareTo(LONGEST_WAIT) > 0 || now + shortest.toNanos() - deadlineNanos >= 0) {
            Duration rest = remaining.shortestRest();
            boolean hopeless = remaining.isHopeless();
            Duration wait = rest == null && lastFailure == null && !hopeless ? shortest : rest;
            Remaining.Others others = remaining.others(decision.resting());
            ProviderException last = lastFailure;
            return last != null && last.fault() == ProviderException.Fault.UNWRITABLE && others != null
                    ? giveUp(FinalError.othersRest(last, others))
                    : nobodyAnswered(wait, hopeless);
        }
        return new Step.Wait(backoff.spread(shortest));
    }

    private Step call(Running call) {
        attemptsLeft--;
        calls++;
        running = call;
        return new Step.Call(new ProviderCall(call.candidate(), request, deadlineNanos, cancellation));
    }

    /** @param wait of all that were asked; null if unknown @param hopeless whether none of them comes back by itself */
    private Step nobodyAnswered(@Nullable Duration wait, boolean hopeless) {
        ProviderException last = lastFailure;
        RefusedTranslation.Told told = last == null
                ? null
                : refusedTranslation.told(
                        last,
                        log,
                        Stream.concat(decision.candidates().stream(), decision.resting().stream())
                                .toList());
        return told == null
                ? giveUp(FinalError.of(last, log, wait, hopeless))
                : new Step.GiveUp(new AllFailedException(told.error(), decision, log.attempts(), told.cause()));
    }

    private Step giveUp(ChatError error) {
        ProviderException cause = lastFailure != null
                ? lastFailure
                : new ProviderException(ProviderException.Fault.BREAKER_OPEN, error, error.message());
        return new Step.GiveUp(new AllFailedException(error, decision, log.attempts(), cause));
    }

    private Running over() {
        Running call = running;
        if (call == null) {
            throw new IllegalStateException("no call is under way");
        }
        running = null;
        return call;
    }

    /**
     * The call under way gave a whole answer.
     *
     * @param usage as the provider counted, or our estimate
     * @param responseModel the model as the provider names it; null or empty if it does not
     */
    public synchronized void answered(@Nullable Usage usage, @Nullable String responseModel) {
        Running call = over();
        long now = now();
        call.permit().succeeded(now - call.startNanos());
        surroundings.health().firstToken(call.candidate(), now - call.startNanos());
        answeredBy = call.candidate();
        log.answered(call, now, null, usage, responseModel);
    }

    /** A candidate has answered before, in a batch: it counts as an attempt, and says nothing of anybody's health. */
    public synchronized void answeredInBatch(
            Candidate candidate, @Nullable Usage usage, @Nullable String responseModel) {
        attemptsLeft--;
        calls++;
        answeredBy = candidate;
        log.answered(candidate, now(), usage, responseModel);
    }

    /**
     * A candidate has failed before, in a batch: it is kept as an attempt, and says nothing of anybody's health. Others may be asked.
     *
     * @param failure with what it used
     */
    public synchronized void failedInBatch(Candidate candidate, ProviderException failure) {
        calls++;
        lastFailure = failure;
        log.failed(candidate, now(), failure);
    }

    /** What a request fails with that only a batch was to answer. */
    public synchronized AllFailedException failedInBatch() {
        ProviderException cause = Objects.requireNonNull(lastFailure, "nothing failed in a batch");
        return new AllFailedException(cause.error(), decision, log.attempts(), cause);
    }

    /** The call under way gave the first content of a stream: a success of the provider. @return to be told how it ends */
    public synchronized StreamOutcome streaming(long firstTokenNanos) {
        Running call = over();
        call.permit().firstContent(firstTokenNanos);
        surroundings.health().firstToken(call.candidate(), firstTokenNanos);
        answeredBy = call.candidate();
        return new StreamOutcome(call, firstTokenNanos);
    }

    /** The call under way failed before anything reached the caller. */
    public synchronized void failed(ProviderException failure) {
        Running call = over();
        if (failure.fault() == ProviderException.Fault.UNWRITABLE) {
            notCalled(call, failure);
            return;
        }
        long now = now();
        lastFailure = failure;
        if (Disposition.speaksAgainstProvider(failure)) {
            call.permit().failed(now - call.startNanos(), failure);
        } else {
            call.permit().released();
        }
        log.failed(call, now, failure);
        refusedTranslation.failed(call.candidate(), failure);
        stopped |= !consequences.draw(call.candidate(), failure, log.tries(call.candidate()), now);
    }

    /** Nothing was sent: it is no attempt, says nothing of anybody's health, and hides no failure of those who were called. */
    private void notCalled(Running call, ProviderException failure) {
        call.permit().released();
        attemptsLeft++;
        calls--;
        lastFailure = lastFailure == null ? failure : lastFailure;
        remaining.exclude(call.candidate());
    }

    /**
     * Something in this process failed, and nothing will come of the call under way. Without one nothing happens.
     *
     * @param what for people, without prompt text or secrets
     */
    public synchronized void abandoned(String what) {
        Running call = running;
        if (call != null) {
            running = null;
            call.permit().released();
            log.broke(call, now(), what);
            stopped = true;
        }
    }

    /**
     * Nobody waits for an answer any more: the call under way is broken off, and what it cost is not known.
     *
     * @param what for people, without prompt text or secrets
     */
    public void left(String what) {
        abandoned(what);
        cancellation.cancel(); // outside of the lock: it runs what others hooked on to it
    }

    /** Takes the end of a stream; only the first call counts. */
    public final class StreamOutcome {
        private final Running call;
        private final long firstTokenNanos;
        private boolean over;

        private StreamOutcome(Running call, long firstTokenNanos) {
            this.call = call;
            this.firstTokenNanos = firstTokenNanos;
        }

        /**
         * @param responseModel the model as the provider names it; null or empty if it does not
         * @param failure null if the stream is complete; a stream that the caller left is CANCELLED, one that our own
         *     deadline or a slow reader ended is DEADLINE: neither is held against the provider
         */
        public void ended(@Nullable Usage usage, @Nullable String responseModel, @Nullable ProviderException failure) {
            synchronized (Dispatch.this) {
                if (over) {
                    return;
                }
                over = true;
                long now = now();
                if (failure == null) {
                    call.permit().succeeded(now - call.startNanos());
                    log.answered(call, now, firstTokenNanos, usage, responseModel);
                    return;
                }
                call.permit().released();
                if (Disposition.speaksAgainstProvider(failure)) {
                    consequences.truncated(call.candidate());
                }
                lastFailure = failure;
                log.brokeOff(call, now, firstTokenNanos, usage, responseModel, failure);
            }
        }
    }

    /** Every attempt that is over, in order. */
    public synchronized List<Attempt> attempts() {
        return log.attempts();
    }

    /** Who gave the answer, or gives the stream; null if nobody has. */
    public synchronized @Nullable Candidate answeredBy() {
        return answeredBy;
    }

    /** How many calls were made, the one under way and an open stream included. */
    public synchronized int calls() {
        return calls;
    }
}
