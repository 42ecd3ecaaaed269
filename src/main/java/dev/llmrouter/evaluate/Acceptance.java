package dev.llmrouter.evaluate;

import java.util.Locale;

/** Whether a task may be served by the candidate, all things considered. Only {@link #ACCEPTED} becomes evidence. */
public enum Acceptance {
    /** Proven within the margin, on usable data, without a net loss. */
    ACCEPTED,
    /** Proven within the margin, but errors cost more than is saved, or the candidate costs more than the baseline. */
    NET_LOSS,
    /**
     * Proven by answers that prove nothing any more: evidence from exactly these was revoked or has expired, or one of the
     * models was another one then.
     */
    SPENT,
    /** The data have faults that nobody has overridden: they prove nothing, neither way. */
    NOT_USABLE,
    /** The examples settle nothing. */
    NOT_PROVEN,
    /** Proven to be worse than the margin allows. */
    FAILED;

    /** The name as JSON and the commands write it: {@code net-loss}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
