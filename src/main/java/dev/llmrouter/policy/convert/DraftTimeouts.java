package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How long one call of a model may take, each 1 to 3,600,000 ms; null for the default.
 *
 * @param headersMillis until the status line of its answer
 * @param firstTokenMillis until the first content of a stream
 */
record DraftTimeouts(@Nullable Long headersMillis, @Nullable Long firstTokenMillis) {
    /** The longest that a policy may have. */
    static final long MAX_MILLIS = 3_600_000;

    boolean isDefault() {
        return headersMillis == null && firstTokenMillis == null;
    }

    /** The longer of both; 0 where both are the default. */
    long longestMillis() {
        return Math.max(headersMillis == null ? 0 : headersMillis, firstTokenMillis == null ? 0 : firstTokenMillis);
    }

    /**
     * A time of the other configuration, with a remark where it cannot stay as it is.
     *
     * @param places by which its point moves to the right to make milliseconds: 3 for seconds, 0 for milliseconds
     * @return null if it is not there, or no time
     */
    static @Nullable Long millis(PolicyDraft draft, ForeignNode at, String name, int places) {
        BigDecimal number = at.number(name);
        ForeignNode setting = at.get(name);
        if (setting == null) {
            return null;
        }
        if (number == null) {
            draft.remark(setting, "is no number, so no time that is known: not taken over; write it by hand");
            return null;
        }
        if (number.signum() <= 0) {
            draft.remark(setting, "is not above 0, so no time: not taken over");
            return null;
        }
        BigDecimal millis = number.movePointRight(places);
        if (millis.compareTo(BigDecimal.valueOf(MAX_MILLIS)) > 0) {
            draft.remark(setting, "is more than an hour, which is the most that a policy may have: one hour");
            return MAX_MILLIS;
        }
        return Math.max(1, millis.longValue());
    }
}
