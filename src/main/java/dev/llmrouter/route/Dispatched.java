package dev.llmrouter.route;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.VerifyState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that providers were asked to answer.
 *
 * @param dispatch keeps the attempts, also those of an escalation
 * @param isStreamed whether the caller gets a stream
 * @param streamEnd completes when the provider's stream ends: with null, or with what broke it off
 * @param crossFault why those who were asked do not confirm the output; null if they do, or nobody was asked
 * @param checkCalls the calls that were made to check outputs
 * @param verification how the output's check ended; null where there is none, or not yet
 */
public record Dispatched(
        Decided decided,
        Dispatch dispatch,
        boolean isStreamed,
        CompletableFuture<@Nullable ProviderException> streamEnd,
        @Nullable String crossFault,
        List<Attempt> checkCalls,
        @Nullable VerifyState verification)
        implements Stage {
    public Dispatched {
        checkCalls = List.copyOf(checkCalls);
    }

    /** Begun, and nothing known yet. */
    static Dispatched begun(Decided decided, Dispatch dispatch) {
        return new Dispatched(decided, dispatch, false, new CompletableFuture<>(), null, List.of(), null);
    }

    @Override
    public Received received() {
        return decided.received();
    }

    @Override
    public Described described() {
        return decided.described();
    }

    @Override
    public Classification classification() {
        return decided.classification();
    }

    @Override
    public List<Attempt> classifierCalls() {
        return decided.classifierCalls();
    }

    @Override
    public Decision decision() {
        return decided.decision();
    }

    @Override
    public String toString() {
        return inShort();
    }

    /** The same, with an answer that goes out as a stream. */
    public Dispatched streaming() {
        return new Dispatched(decided, dispatch, true, streamEnd, crossFault, checkCalls, verification);
    }

    /** The same, with the result of the check. */
    public Dispatched verified(VerifyState result) {
        return new Dispatched(decided, dispatch, isStreamed, streamEnd, crossFault, checkCalls, result);
    }

    /** The same, sent on to the baseline tier. The calls that were made for checks stay. */
    Dispatched escalated(Decided escalation) {
        return new Dispatched(escalation, dispatch, false, streamEnd, null, checkCalls, null);
    }

    /**
     * The same, with what those said who were asked to confirm the output.
     *
     * @param fault why they do not; null if they do
     * @param calls that were made
     */
    public Dispatched crossChecked(@Nullable String fault, List<Attempt> calls) {
        List<Attempt> all = new ArrayList<>(checkCalls);
        all.addAll(calls);
        return new Dispatched(decided, dispatch, isStreamed, streamEnd, fault, all, verification);
    }

    /** Whether an answer calls one of the tools that the caller offers: the output, which {@code verify} is about, comes later. */
    public boolean isToolTurn(ChatReply reply) {
        return reply.callsTools() && !described().input().request().tools().isEmpty();
    }

    /** Whether the answer is of another tier than the baseline. */
    public boolean isCheaper() {
        return !decision().tier().equals(received().policy().policy().baseline());
    }

    /** The candidate that answered; null if none did. */
    public @Nullable Candidate answeredBy() {
        return dispatch.answeredBy();
    }

    /** Whether a provider's stream is under way whose end is to be waited for. */
    public boolean isStreamOpen() {
        return isStreamed && dispatch.attempts().stream().noneMatch(Attempt::isOk);
    }
}
