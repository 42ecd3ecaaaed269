package dev.llmrouter.record.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What the requests of one task that one tier served within one day add up to; without shadow requests.
 *
 * @param daysAgo whole spans of 24 hours between the requests and the end of the filter's time, from 0
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 * @param failed of these, as {@link DestinationSums#failed}
 * @param costUsd known costs, for pictures and ratios: no longer exact
 * @param logCost natural logarithms of the known costs above 0, in 1e-12 USD
 * @param judged requests with feedback or a checked output
 * @param useful of these, as {@link DestinationSums#useful}
 * @param answered requests that somebody gave feedback on
 * @param corrected of these, those that somebody gave a corrected text for
 * @param logMillis natural logarithms of the durations of the requests that were answered, in ms
 * @param learned confidences of the learned classifier, 0 to 1
 * @param counted requests whose tokens are known
 * @param inputTokens of these
 * @param outputTokens of these
 * @param escalated requests whose output failed its check and was asked for again at the baseline
 * @param apart what people said and what checks said of those with feedback; null where that was not read. Sums have both together
 */
public record DaySums(
        int daysAgo,
        String task,
        String tier,
        long requests,
        long failed,
        double costUsd,
        Moments logCost,
        long judged,
        long useful,
        long answered,
        long corrected,
        Moments logMillis,
        Moments learned,
        long counted,
        double inputTokens,
        double outputTokens,
        long escalated,
        @Nullable SaidSums apart) {
    /** As sums have it. */
    public DaySums(
            int daysAgo,
            String task,
            String tier,
            long requests,
            long failed,
            double costUsd,
            Moments logCost,
            long judged,
            long useful,
            long answered,
            long corrected,
            Moments logMillis,
            Moments learned,
            long counted,
            double inputTokens,
            double outputTokens,
            long escalated) {
        this(
                daysAgo,
                task,
                tier,
                requests,
                failed,
                costUsd,
                logCost,
                judged,
                useful,
                answered,
                corrected,
                logMillis,
                learned,
                counted,
                inputTokens,
                outputTokens,
                escalated,
                null);
    }

    /** Whether it is known what people said and what checks said, each for itself. */
    public boolean isApart() {
        return answered == 0 || apart != null;
    }

    /** Requests that people spoke of. */
    public long said() {
        return apart == null ? answered : apart.said();
    }

    /** Of {@link #said}, those found useful; only where {@link #isApart}. */
    public long saidUseful() {
        return apart == null ? 0 : apart.useful();
    }

    /** Requests whose output was checked, whatever people said of it; only where {@link #isApart}. */
    public long checked() {
        return Math.max(0, judged - answered) + (apart == null ? 0 : apart.checked());
    }

    /** Of {@link #checked}, those that passed. */
    public long passed() {
        SaidSums both = apart == null ? SaidSums.NONE : apart;
        return Math.min(checked(), Math.max(0, useful - both.useful()) + both.passed());
    }

    /** The same with what was read of its requests with feedback. */
    public DaySums apart(SaidSums sums) {
        return new DaySums(
                daysAgo,
                task,
                tier,
                requests,
                failed,
                costUsd,
                logCost,
                judged,
                useful,
                answered,
                corrected,
                logMillis,
                learned,
                counted,
                inputTokens,
                outputTokens,
                escalated,
                sums);
    }

    /** The same as if nobody had judged its outputs. */
    public DaySums unjudged() {
        return new DaySums(
                daysAgo,
                task,
                tier,
                requests,
                failed,
                costUsd,
                logCost,
                0,
                0,
                0,
                0,
                logMillis,
                learned,
                counted,
                inputTokens,
                outputTokens,
                escalated,
                null);
    }

    /**
     * The same without some of its requests, as far as their number and what is known of their outputs goes; costs, times and tokens stay.
     *
     * @param some of the same day, task and tier
     */
    public DaySums without(DaySums some) {
        return new DaySums(
                daysAgo,
                task,
                tier,
                Math.max(0, requests - some.requests),
                Math.max(0, failed - some.failed),
                costUsd,
                logCost,
                Math.max(0, judged - some.judged),
                Math.max(0, useful - some.useful),
                Math.max(0, answered - some.answered),
                Math.max(0, corrected - some.corrected),
                logMillis,
                learned,
                counted,
                inputTokens,
                outputTokens,
                Math.max(0, escalated - some.escalated),
                apart == null || some.apart == null ? apart : apart.without(some.apart));
    }
}
