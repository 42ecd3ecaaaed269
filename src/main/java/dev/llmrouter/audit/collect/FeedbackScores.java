package dev.llmrouter.audit.collect;

import dev.llmrouter.policy.Collect;
import dev.llmrouter.record.ledger.Judged;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.PairEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scores pairs by the feedback of people, which comes later and is about the answer that was served. A pair of this scorer keeps
 * whether both models said the same. Where they did, the feedback is about both. Where they did not, what is not known counts
 * against the candidate: its answer in shadow is taken to be useless, and the baseline's answer in shadow to be right. So a
 * difference that is shown is at least as bad for the candidate as the true one.
 *
 * <p>People complain sooner than they praise, or the other way round: of pairs whose time is not over what is known depends on what it is. So
 * a pair is scored when {@link Collect#feedbackWithin} is over since its comparison began, by what came until then.
 */
final class FeedbackScores {
    private FeedbackScores() {}

    /** Whether pairs of a question wait for feedback. */
    static boolean isFor(PairQuestion question) {
        return Collect.FEEDBACK.equals(question.scorer());
    }

    /**
     * Whether feedback on a pair is waited for still. One that has no scores has nothing to wait for.
     *
     * @param within how long it is waited for since the comparison began
     * @param nowMillis in ms since 1970-01-01T00:00Z
     */
    static boolean waits(PairQuestion question, PairEntry pair, Duration within, long nowMillis) {
        return isFor(question) && pair.candidateScore() != null && nowMillis - pair.timeMillis() < within.toMillis();
    }

    /**
     * The pairs of a question that can be counted, in the order that they have.
     *
     * @param pairs of the question, none of which {@link #waits}
     * @param within how long feedback is waited for
     * @param afterMillis that they were read after
     * @throws SQLException if the ledger cannot be read
     */
    static List<PairEntry> known(
            LedgerPairs ledger, PairQuestion question, List<PairEntry> pairs, Duration within, long afterMillis)
            throws SQLException {
        return isFor(question)
                ? scored(pairs, ledger.feedback(question.task(), question.candidate(), afterMillis), within)
                : pairs;
    }

    /**
     * Pairs with the scores that the first feedback on each gives, if it came in time; one from before the comparison did. Others are left out.
     *
     * @param feedback the first on each request
     * @param within how long it is waited for
     */
    static List<PairEntry> scored(List<PairEntry> pairs, Map<String, Judged> feedback, Duration within) {
        List<PairEntry> known = new ArrayList<>();
        for (PairEntry pair : pairs) {
            Judged judged = feedback.get(pair.requestId());
            Double agreement = pair.candidateScore();
            if (judged != null && agreement != null && judged.timeMillis() - pair.timeMillis() < within.toMillis()) {
                known.add(scored(pair, judged.score(), agreement == 1));
            }
        }
        return known;
    }

    private static PairEntry scored(PairEntry pair, double feedback, boolean saySame) {
        double other = saySame ? feedback : pair.served() ? 1 : 0;
        return pair.scored(pair.served() ? feedback : other, pair.served() ? other : feedback);
    }
}
