package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.ProviderException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a model refuses whatever it is asked about the tasks of requests: then nothing is recognised by it, requests go to the baseline, and nobody
 * sees more of that than the bill. Said once, until it answers again. Safe for use by many threads.
 */
final class RefusedQuestions {
    /** So many in a row: a text that one of them is about may be the reason of one. As many open the model's circuit breaker. */
    static final int IN_A_ROW = 3;

    private static final Logger LOG = LoggerFactory.getLogger(RefusedQuestions.class);

    private final Map<String, Integer> inARow = new ConcurrentHashMap<>();

    /** A model has answered. */
    void answered(Candidate candidate) {
        if (!inARow.isEmpty()) {
            inARow.remove(candidate.model().name());
        }
    }

    /** A model has failed; what passes by itself says nothing here. */
    void failed(Candidate candidate, ProviderException failure) {
        if (failure.fault() != ProviderException.Fault.STATUS
                || !isLasting(failure.error().kind())) {
            return;
        }
        String model = candidate.model().name();
        int now = inARow.merge(model, 1, (before, one) -> Math.min(IN_A_ROW, before) + one);
        if (now == IN_A_ROW) {
            // not in the provider's words, which may hold the caller's
            LOG.warn(
                    "Model '{}' has refused {} questions in a row about the tasks of requests ({}, status {}), so that none is recognised by it and"
                            + " they are routed as unknown. Look at its provider, id and key in the policy",
                    model,
                    IN_A_ROW,
                    failure.error().kind().name().toLowerCase(Locale.ROOT),
                    failure.error().status());
        }
    }

    private static boolean isLasting(ChatError.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, NOT_FOUND, AUTHENTICATION, PERMISSION, QUOTA -> true;
            default -> false;
        };
    }
}
