package dev.llmrouter.policy.load;

import java.util.Locale;

/** How much a problem matters. Most serious first. */
public enum Severity {
    /** The policy cannot be loaded; a policy that is running keeps running. */
    UNUSABLE,
    /** {@code lint} fails; a gateway serves all the same and warns at start. */
    ERROR,
    /** Worth a look; nothing fails. */
    WARNING;

    /** The name as it is printed: {@code unusable}, {@code error}, {@code warning}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
