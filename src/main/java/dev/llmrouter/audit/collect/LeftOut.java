package dev.llmrouter.audit.collect;

import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.evaluate.Undecided;
import dev.llmrouter.record.ledger.PairEntry;
import java.util.HashSet;
import java.util.Set;

/**
 * Pairs of a route that do not count, by why.
 *
 * @param unscored answers that could not be scored, or that got no feedback in time where feedback scores
 * @param outdated pairs of another definition, model or scorer
 * @param repeated pairs that the baseline served whose input another pair had before
 * @param held pairs that wait for a comparison that began before them and is not over
 * @param waiting pairs on which feedback is waited for, where feedback scores
 * @param unanswered what nobody knows of the candidate, among the unscored
 * @param before what the judge decided of the pairs that the baseline served, and what it did not
 * @param since the same of the pairs that the candidate served
 */
public record LeftOut(
        int unscored,
        int outdated,
        int repeated,
        int held,
        int waiting,
        Unanswered unanswered,
        Undecided before,
        Undecided since) {

    /** Counts what the judge was asked about. Not safe for use by many threads. */
    static final class Count {
        private final Set<String> undecidedInputs = new HashSet<>();
        private final int[] undecided = new int[2];
        private final int[] decided = new int[2];

        /** A pair that counts. */
        void counted(PairEntry pair) {
            if (wasJudged(pair)) {
                decided[at(pair)]++;
            }
        }

        /** A pair without scores. Of repeats of one input only the first one is counted. */
        void unscored(PairEntry pair) {
            String kept = pair.inputHash();
            if (wasJudged(pair) && (pair.served() || kept == null || undecidedInputs.add(InputHash.request(kept)))) {
                undecided[at(pair)]++;
            }
        }

        /** Pairs of earlier versions do not say it; who was asked had a price. */
        private static boolean wasJudged(PairEntry pair) {
            Boolean judged = pair.judged();
            Long usd = pair.judgeCostPicoUsd();
            return judged != null ? judged : usd == null || usd > 0;
        }

        private static int at(PairEntry pair) {
            return pair.served() ? 1 : 0;
        }

        Undecided before() {
            return new Undecided(undecided[0], decided[0]);
        }

        Undecided since() {
            return new Undecided(undecided[1], decided[1]);
        }
    }
}
