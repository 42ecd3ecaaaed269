package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Inputs that were lost a short while ago. Whoever gets no answer asks again, and whoever gets one does not: without this a loss would weigh
 * as often as clients and redeliveries try. Safe for use by many threads.
 */
final class RecentLosses {
    private static final int MOST = 10_000;
    private static final long WHILE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private record Loss(PairQuestion question, String input) {}

    private final Map<Loss, Long> since = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Loss, Long> eldest) {
            return size() > MOST;
        }
    };

    /** Notes a loss. @param input hash of what was asked @return whether the same was not lost in the ten minutes before */
    synchronized boolean isFirst(PairQuestion question, String input, long nowNanos) {
        Loss loss = new Loss(question, input);
        Long before = since.get(loss);
        if (before != null && nowNanos - before < WHILE_NANOS) {
            return false;
        }
        since.remove(loss);
        since.put(loss, nowNanos);
        return true;
    }
}
