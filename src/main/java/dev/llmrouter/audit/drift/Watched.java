package dev.llmrouter.audit.drift;

import java.util.Locale;

/**
 * What was found out about one series.
 *
 * @param text in words, with numbers or with what was missing
 */
public record Watched(Subject subject, State state, String text) {
    /** How a series is. */
    public enum State {
        /** It has changed. */
        ALARM,
        /** Something moves, not yet or no longer beyond doubt: an alarm that was raised has not ended. */
        UNCERTAIN,
        /** Nothing shows. */
        STEADY,
        /** There is too little to say anything. */
        NOT_JUDGED;

        /** The name as JSON writes it: {@code not-judged}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
