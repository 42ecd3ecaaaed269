package dev.llmrouter.audit.routing;

import org.jspecify.annotations.Nullable;

/**
 * A change that the figures justify, or something that a person should do.
 *
 * @param task null if it is about all of them
 * @param tier the tier that the policy should name for the task, or whose canary should end; null for what is no change of the
 *     policy
 * @param isBelowPolicy whether a reason is that quality is shown to be below what the policy accepts
 * @param text what and why, with numbers
 */
public record Recommendation(
        Kind kind, @Nullable String task, @Nullable String tier, boolean isBelowPolicy, String text) {
    /** What is recommended. */
    public enum Kind {
        /** Serve the task at the baseline tier. */
        BASELINE("back to the baseline"),
        /** Take the canary off a tier. */
        END_CANARY("end the canary"),
        /** Make the canary the model of its tier. */
        PROMOTE("promote the canary"),
        /** Prove it again. */
        RENEW("validate"),
        /** Compare fewer of its answers with the baseline's. */
        COMPARE_LESS("compare less"),
        /** Look whether a cheaper tier would do. */
        SUGGEST("try a cheaper tier"),
        /** Recognise more requests. */
        RECOGNISE("recognise more");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }

        /** As JSON writes it. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
