package dev.llmrouter.evaluate;

import java.time.LocalDate;

/**
 * A fall of quality that revoked evidence, and was answered by a proof that passed since.
 *
 * @param since first day of the fall, UTC
 * @param accepted day of the proof, after that
 */
public record AnsweredDrift(String task, LocalDate since, LocalDate accepted) {
    /** Whether a day belongs to it: what was served then is neither what was proven before nor what was proven after. */
    public boolean holds(LocalDate day) {
        return !day.isBefore(since) && day.isBefore(accepted);
    }
}
