package dev.llmrouter.evaluate;

import java.util.Locale;

/** The gate's three answers. */
public enum Verdict {
    /** The candidate is not worse than the margin allows, at the stated error level. */
    PASS,
    /** The candidate is worse than the margin allows, at the stated error level. */
    FAIL,
    /** The examples settle neither. */
    INCONCLUSIVE;

    /** The name as JSON and the commands write it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
