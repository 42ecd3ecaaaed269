package dev.llmrouter.route;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the record of a request, once it is over. */
public final class RequestRecords {
    private RequestRecords() {}

    /**
     * @param stage how far it came
     * @param failure what ended it; null if it was answered
     * @param nowNanos when it was over, on the clock of {@link System#nanoTime}
     */
    public static RequestRecord of(Stage stage, @Nullable Throwable failure, long nowNanos) {
        Dispatch dispatch = stage.dispatch();
        return of(
                stage,
                failure,
                nowNanos,
                stage.received().id(),
                attempts(stage),
                dispatch == null ? null : dispatch.answeredBy(),
                stage.verification());
    }

    /**
     * The record of a try that brought the answer of a batch, failed, and comes again with it: of what was called beside that answer. What the batch cost,
     * and what came of the check of its answer, is in the record of the last try alone.
     *
     * @param id of the record: the request's own is that of its last try
     */
    public static RequestRecord ofTry(Stage stage, Throwable failure, long nowNanos, String id) {
        return of(stage, failure, nowNanos, id, besideBatch(stage), null, null);
    }

    /** Whether anybody was called, or the answer of a batch paid for besides. */
    public static boolean hasCalls(Stage stage) {
        return !besideBatch(stage).isEmpty()
                || !stage.classifierCalls().isEmpty()
                || !stage.checkCalls().isEmpty();
    }

    private static List<Attempt> attempts(Stage stage) {
        Dispatch dispatch = stage.dispatch();
        return dispatch == null ? List.of() : dispatch.attempts();
    }

    private static List<Attempt> besideBatch(Stage stage) {
        return attempts(stage).stream().filter(attempt -> !attempt.isOfBatch()).toList();
    }

    private static RequestRecord of(
            Stage stage,
            @Nullable Throwable failure,
            long nowNanos,
            String id,
            List<Attempt> attempts,
            @Nullable Candidate served,
            @Nullable VerifyState verification) {
        Received received = stage.received();
        Decision decision = stage.decision();
        Attempt last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
        ChatError error = failure == null ? null : FailureTranslation.toChatError(failure);
        RequestRecord.Outcome outcome = outcome(failure, verification);
        return new RequestRecord(
                received.time(),
                id,
                received.key() == null ? null : received.key().name(),
                received.dialect().name().toLowerCase(Locale.ROOT),
                stage.classification(),
                decision == null ? null : decision.tier(),
                decision == null ? null : decision.evidence(),
                served == null ? null : served.model().name(),
                served == null ? null : served.provider().name(),
                attempts,
                stage.classifierCalls(),
                stage.checkCalls(),
                received.dialect() == Dialect.Name.EMBEDDINGS
                        ? ownCost(attempts)
                        : baselineCost(
                                received.policy().policy(),
                                attempts,
                                stage,
                                outcome == RequestRecord.Outcome.OK && verification != VerifyState.RECORDED),
                decision == null ? reasonsOf(failure) : reasonsOf(decision, failure),
                received.policy().policy().hash(),
                verification,
                outcome,
                error == null ? null : error.kind().name().toLowerCase(Locale.ROOT),
                stage.isStreamed(),
                served != null && served.provider().protocol() == Protocol.SIMULATOR,
                received.isShadow(),
                decisionMicros(stage),
                last == null ? null : last.firstTokenMillis(),
                Duration.ofNanos(nowNanos - received.startNanos()).toMillis());
    }

    private static List<Reason> reasonsOf(@Nullable Throwable failure) {
        return failure instanceof RefusedException refused ? refused.reasons() : List.of();
    }

    /** Why it was decided so, and what was wrong with an output that nobody gets. */
    private static List<Reason> reasonsOf(Decision decision, @Nullable Throwable failure) {
        if (!(failure instanceof OutputUnusableException unusable)) {
            return decision.reasons();
        }
        List<Reason> reasons = new ArrayList<>(decision.reasons());
        reasons.add(new Reason("unusable", String.valueOf(unusable.getMessage())));
        return List.copyOf(reasons);
    }

    private static long decisionMicros(Stage stage) {
        if (stage instanceof Dispatched dispatched) {
            return dispatched.decided().decisionMicros();
        }
        return stage instanceof Decided decided ? decided.decisionMicros() : 0;
    }

    /** Vectors save nothing: no better model could have made those that the caller's space has. */
    private static @Nullable BigDecimal ownCost(List<Attempt> attempts) {
        BigDecimal sum = attempts.isEmpty() ? null : BigDecimal.ZERO;
        for (Attempt attempt : attempts) {
            sum = sum == null ? null : Cost.sum(sum, attempt.costUsd());
        }
        return sum;
    }

    /**
     * What the baseline would have cost: in a batch too, where the line came in one, whoever answered it in the end, and the baseline tier has
     * them. Unknown where the cost is: savings are the
     * difference of the two, and half of it would be a lie. Only an answer that came whole and was usable saves anything: any other end
     * (unusable, also where the policy only records that, failed, broken off, refused, and left by its caller, who would have left the
     * baseline too, at a place that nobody knows)
     * stands for no more than it cost.
     *
     * @param saves whether it is such an answer
     */
    private static @Nullable BigDecimal baselineCost(
            RoutingPolicy policy, List<Attempt> attempts, Stage stage, boolean saves) {
        BigDecimal asked = Cost.sum(stage.classifierCalls());
        BigDecimal checked = Cost.sum(stage.checkCalls());
        BigDecimal own = ownCost(attempts);
        if (asked == null || checked == null || own == null) {
            return null;
        }
        Tier baseline = policy.baselineTier();
        Attempt last = attempts.get(attempts.size() - 1);
        boolean batched = attempts.get(0).isOfBatch();
        return policy.model(baseline.models().get(0).model())
                .map(model -> Cost.of(price(policy, baseline, model, batched), last.usage()))
                .map(instead -> saves ? instead : instead.min(own.add(asked).add(checked)))
                .orElse(null);
    }

    private static @Nullable Price price(RoutingPolicy policy, Tier tier, Model model, boolean batched) {
        Price inBatch = batched ? policy.priceInBatch(tier, model) : null;
        return inBatch == null ? model.price() : inBatch;
    }

    private static RequestRecord.Outcome outcome(@Nullable Throwable failure, @Nullable VerifyState verification) {
        if (failure == null) {
            return verification == VerifyState.FAILED ? RequestRecord.Outcome.UNUSABLE : RequestRecord.Outcome.OK;
        }
        if (failure instanceof OutputUnusableException) {
            return RequestRecord.Outcome.UNUSABLE;
        }
        if (failure instanceof ProviderException stream) {
            return stream.fault() == ProviderException.Fault.CANCELLED
                    ? RequestRecord.Outcome.CANCELLED
                    : RequestRecord.Outcome.TRUNCATED;
        }
        ChatError error = FailureTranslation.toChatError(failure);
        if (error.status() == FailureTranslation.CALLER_GONE) {
            return RequestRecord.Outcome.CANCELLED;
        }
        return !(failure instanceof ChatFailure) || error.status() >= 500 || error.status() == 429
                ? RequestRecord.Outcome.FAILED
                : RequestRecord.Outcome.REFUSED;
    }
}
