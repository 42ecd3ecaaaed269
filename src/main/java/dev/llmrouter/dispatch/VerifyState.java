package dev.llmrouter.dispatch;

import java.util.Locale;

/** What came of the check of an output. */
public enum VerifyState {
    /** The first output was usable. */
    PASSED,
    /** The first output was not usable; the baseline tier was asked as well. */
    ESCALATED,
    /** The output was not usable, and the caller got an error. */
    FAILED,
    /** The output was not usable, and the caller got it all the same. */
    RECORDED;

    /** As it stands in logs and records. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
