package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.DaySums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many of the answers have feedback, in both windows of a destination. Where that changed much, other people may speak: what they say is no
 * proof that the model changed.
 *
 * @param before share of the requests
 * @param after the same in the latest window
 */
record FeedbackShare(double before, double after) {
    /** Factor from which the share has changed much. Assumption. */
    private static final double MUCH = 1.5;

    /** Change of the share below which nobody is told. Assumption. */
    private static final double NOTABLE = 0.02;

    /** @param rows of one destination, of any age */
    static FeedbackShare of(List<DaySums> rows, int latest, int days) {
        long[] requests = new long[2];
        long[] answered = new long[2];
        for (DaySums row : rows) {
            if (row.daysAgo() < days) {
                int window = row.daysAgo() < latest ? 1 : 0;
                requests[window] += row.requests();
                answered[window] += row.answered();
            }
        }
        return new FeedbackShare(
                (double) answered[0] / Math.max(1, requests[0]), (double) answered[1] / Math.max(1, requests[1]));
    }

    boolean changedMuch() {
        return Math.abs(after - before) >= NOTABLE && Math.max(before, after) >= MUCH * Math.min(before, after);
    }

    boolean rose() {
        return after > before;
    }

    /** Whether outputs that now count by people, or no longer do, could make the difference by themselves. */
    boolean movedBy(double least) {
        return Math.abs(after - before) >= least;
    }

    String sentence() {
        return DriftWords.format(
                "The share of the answers with feedback went from %.1f to %.1f %%", 100 * before, 100 * after);
    }

    /** What else changed; null for nothing to tell. */
    @Nullable
    String cause() {
        return changedMuch()
                ? sentence()
                        + (rose()
                                ? ": other people may answer than before."
                                : ": some may not have come yet, or other people answer than before.")
                : null;
    }
}
