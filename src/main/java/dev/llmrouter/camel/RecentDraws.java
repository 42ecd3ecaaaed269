package dev.llmrouter.camel;

import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.InputHash;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was drawn for one question and does not show in the ledger yet. Of a burst of requests that ask the same, as the answers of a batch within
 * seconds are, only the first is compared. Nothing here looks at how many came before: whoever ends first is no random sample. Safe for use by
 * many threads.
 */
final class RecentDraws {
    /** Repeats in a day (UTC) that may tell what answers cost, where that is all that is missing. */
    static final int MOST_REPEATS = Gate.MIN_EXAMPLES;

    private final Set<String> underWay = new HashSet<>();
    private Set<String> inputs = new HashSet<>(); // of pairs that are over, and not read yet
    private Set<String> before =
            new HashSet<>(); // of the look before: such a pair may be on its way to the ledger still
    private LocalDate day = LocalDate.MIN;
    private int repeats;

    /**
     * Takes a request in whose pair would count.
     *
     * @param input what was asked, where a repeat would not count; null where it does
     * @return false for a repeat, and for a later turn of the same conversation
     */
    synchronized boolean take(@Nullable InputHash input) {
        if (input == null) {
            return true;
        }
        if (input.isAmong(before) || input.isAmong(inputs) || input.isAmong(underWay)) {
            return false;
        }
        return underWay.addAll(InputHash.both(input.kept()));
    }

    /** What was taken in is over. @param input as it was taken in */
    synchronized void ended(@Nullable InputHash input) {
        if (input != null && underWay.remove(input.hash())) {
            List<String> both = InputHash.both(input.kept());
            both.forEach(underWay::remove);
            inputs.addAll(both);
        }
    }

    /** Whether another repeat may be compared today for what it costs. */
    synchronized boolean hasRepeats(LocalDate today) {
        return !today.equals(day) || repeats < MOST_REPEATS;
    }

    /** Takes a repeat in for what it costs, if one more may be compared today. */
    synchronized boolean takeRepeat(LocalDate today) {
        if (!hasRepeats(today)) {
            return false;
        }
        repeats = today.equals(day) ? repeats + 1 : 1;
        day = today;
        return true;
    }

    /** The ledger was read. */
    synchronized void looked() {
        before = inputs;
        inputs = new HashSet<>();
    }
}
