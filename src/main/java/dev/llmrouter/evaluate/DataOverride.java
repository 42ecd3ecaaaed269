package dev.llmrouter.evaluate;

/**
 * A named person's word that a data set is good enough in spite of the faults that were found in it.
 *
 * @param reason why; not blank
 * @param by who says so; not blank
 */
public record DataOverride(String reason, String by) {
    /** @throws IllegalArgumentException if one of the two is blank */
    public DataOverride {
        if (reason.isBlank() || by.isBlank()) {
            throw new IllegalArgumentException(
                    "an override of faults in the data needs a reason and a name; give --override-data REASON --by NAME");
        }
    }
}
