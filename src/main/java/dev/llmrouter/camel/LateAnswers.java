package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a model that is too slow for some requests from a provider that hangs. The first few requests in a row without an answer in time
 * are lost; more of them say that nobody is there, as a refused connection does, and nothing of the model's quality: an hour of it would
 * reject any candidate for good. A model that is too slow now and then has answers between. Safe for use by many threads.
 */
final class LateAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(LateAnswers.class);

    /** Requests in a row that are lost. Assumption: a model that keeps only half of its times has a longer run once in sixteen. */
    private static final int LOST = 3;

    private final Map<PairQuestion, AtomicInteger> inARow = new ConcurrentHashMap<>();

    /** Notes how a request to the candidate went. @return whether it was not answered in time, and is no fault of the model */
    boolean isOutage(PairQuestion question, boolean isLate) {
        AtomicInteger run = inARow.computeIfAbsent(question, any -> new AtomicInteger());
        if (!isLate) {
            run.set(0);
            return false;
        }
        int now = run.incrementAndGet();
        if (now == LOST + 1) {
            LOG.warn(
                    "Model '{}' has answered none of the last {} requests of task '{}' in time: further ones are no evidence against it"
                            + " until it answers again",
                    question.candidate(),
                    now,
                    question.task());
        }
        return now > LOST;
    }
}
