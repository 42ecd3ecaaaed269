package dev.llmrouter.route;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.VerifyState;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a request has come. Immutable; each stage holds the one before. */
public sealed interface Stage permits Received, Described, Classified, Decided, Dispatched {
    /** The request as it arrived. */
    Received received();

    /** Null before it was described. */
    default @Nullable Described described() {
        return null;
    }

    /** Null before it was classified. */
    default @Nullable Classification classification() {
        return null;
    }

    /** The calls to embedder and classifying model, in order. */
    default List<Attempt> classifierCalls() {
        return List.of();
    }

    /** The calls that were made to check outputs, in the order in which they ended. */
    default List<Attempt> checkCalls() {
        return List.of();
    }

    /** Null before it was decided. */
    default @Nullable Decision decision() {
        return null;
    }

    /** Null before a provider was asked. */
    default @Nullable Dispatch dispatch() {
        return null;
    }

    /** What was paid so far for classification, answer and checks, in USD; null if the cost of a call is not known. */
    default @Nullable BigDecimal costUsd() {
        Dispatch asked = dispatch();
        BigDecimal around = Cost.sum(Cost.sum(classifierCalls()), Cost.sum(checkCalls()));
        return asked == null ? around : Cost.sum(around, Cost.sum(asked.attempts()));
    }

    /** How the output's check ended; null where there was none, or not yet. */
    default @Nullable VerifyState verification() {
        return null;
    }

    /** Whether the caller gets a stream. */
    default boolean isStreamed() {
        return false;
    }

    /** For logs, which print all properties of an exchange: id, task and tier, and nothing that a caller, model or policy wrote. */
    default String inShort() {
        Classification known = classification();
        Decision decided = decision();
        return getClass().getSimpleName() + "[id=" + received().id()
                + (known == null ? "" : ", task=" + known.task())
                + (decided == null ? "" : ", tier=" + decided.tier()) + "]";
    }
}
