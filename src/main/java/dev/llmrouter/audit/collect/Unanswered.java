package dev.llmrouter.audit.collect;

import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.record.ledger.PairEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Comparisons before a route is open of which nobody knows what the candidate answers. Of repeats of one input only the first one is counted.
 *
 * @param hanging that it did not answer in time, nor those before
 * @param lost that began and were never over, as their process was stopped or killed
 * @param asked all comparisons, these included
 */
public record Unanswered(int hanging, int lost, int asked) {
    /**
     * @param pairs of a route, in any order
     * @param abandoned how many comparisons will never be over and have no pair yet
     */
    static Unanswered of(List<PairEntry> pairs, int abandoned) {
        Set<String> hanging = new HashSet<>();
        Set<String> asked = new HashSet<>();
        int lost = abandoned;
        for (PairEntry pair : pairs) {
            if (!pair.served()) {
                String kept = pair.inputHash();
                String input = kept == null ? "request " + pair.requestId() : InputHash.request(kept);
                asked.add(input);
                lost += PairEntry.LOST.equals(pair.prices()) ? 1 : 0;
                if (PairEntry.HANGING.equals(pair.prices())) {
                    hanging.add(input);
                }
            }
        }
        return new Unanswered(hanging.size(), lost, asked.size() + abandoned);
    }

    /** Whether its provider seemed to hang at a larger share. @param share of all comparisons, 0 to 1 */
    boolean isMoreThan(double share) {
        return hanging > share * asked;
    }
}
