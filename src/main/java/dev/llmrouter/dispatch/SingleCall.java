package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Permit;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that is not tried again, for a question of our own beside the request. Its end is told once, by one of
 * {@link #answered}, {@link #failed} and {@link #tooLate}. Not safe for use by many threads at once.
 *
 * <p>Its time limit is the question's own: who does not answer in time has failed, and the breaker counts that.
 */
public final class SingleCall {
    private final Running running;
    private final DeploymentHealth health;
    private final LongSupplier nanoTime;
    private final AttemptLog log;
    private final ProviderCall call;

    private SingleCall(
            Running running, DeploymentHealth health, LongSupplier nanoTime, long requestNanos, ProviderCall call) {
        this.running = running;
        this.health = health;
        this.nanoTime = nanoTime;
        this.log = new AttemptLog(requestNanos);
        this.call = call;
    }

    /**
     * Begins a call.
     *
     * @param health the question's own, not that of the deployments that serve requests
     * @param nanoTime a clock that only goes forward, in ns; the same as that of the health
     * @param requestNanos when the request came in, by that clock
     * @return null if the candidate rests or its breaker is open
     */
    public static @Nullable SingleCall begin(
            Candidate candidate,
            ChatRequest request,
            DeploymentHealth health,
            LongSupplier nanoTime,
            Duration timeout,
            Cancellation cancellation,
            long requestNanos) {
        if (health.unavailable(candidate).isPresent()) {
            return null;
        }
        long now = nanoTime.getAsLong();
        long deadline = now + timeout.toNanos();
        Permit permit = health.tryAcquire(candidate, deadline).orElse(null);
        if (permit == null) {
            return null;
        }
        return new SingleCall(
                new Running(candidate, permit, now),
                health,
                nanoTime,
                requestNanos,
                new ProviderCall(candidate, request, deadline, cancellation));
    }

    /** What a provider client is to be given. */
    public ProviderCall call() {
        return call;
    }

    /** A whole answer has come. What its provider did not count is estimated. */
    public Attempt answered(ChatReply reply) {
        String asked = call.request().messages().stream().map(ChatMessage::text).reduce("", String::concat);
        return answered(reply.usageOr(() -> TokenEstimator.estimate(asked), TokenEstimator::estimate));
    }

    /** A whole answer has come, with what it used. */
    public Attempt answered(Usage usage) {
        long now = nanoTime.getAsLong();
        running.permit().succeeded(now - running.startNanos());
        log.answered(running, now, null, usage, null);
        return last();
    }

    /** @param callerGone whether it failed because the caller has gone: that, and a request that cannot be written, speak against nobody */
    public Attempt failed(ProviderException failure, boolean callerGone) {
        long now = nanoTime.getAsLong();
        ChatError error = failure.error();
        if (callerGone || failure.fault() == ProviderException.Fault.UNWRITABLE) {
            running.permit().released();
        } else {
            running.permit().failed(now - running.startNanos(), failure);
            if (error.kind() == ChatError.Kind.RATE_LIMIT && error.retryAfter() != null) {
                health.coolDown(running.candidate(), error.retryAfter(), "is rate limited");
            }
        }
        log.failed(running, now, failure);
        return last();
    }

    /** No answer has come in time: what the call costs is not known. */
    public Attempt tooLate() {
        ChatError error = ChatError.of(ChatError.Kind.TIMEOUT, 504, "No answer in time.");
        return failed(
                new ProviderException(
                        ProviderException.Fault.DEADLINE,
                        error,
                        "model '" + running.candidate().model().name() + "' has not answered in time"),
                false);
    }

    private Attempt last() {
        return log.attempts().get(log.attempts().size() - 1);
    }
}
