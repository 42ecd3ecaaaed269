package dev.llmrouter.dispatch;

import java.util.Locale;

/** What came of the check of an output. */
public enum VerifyState {
    /** The first output was usable. */
    PASSED,
    /** The first output was not usable, the baseline tier's was. */
    ESCALATED,
    /** The last output was not usable and nobody was left to ask: the caller got it, or an error, as the policy says. */
    FAILED,
    /** The output was not usable; the policy says to record that and no more. */
    RECORDED;

    /** As it stands in logs and records. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
