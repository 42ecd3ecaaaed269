package dev.llmrouter.audit.collect;

import dev.llmrouter.policy.Collect;
import dev.llmrouter.record.ledger.Judged;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.PairEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Scores pairs by the feedback of people, which comes later and is about the answer that was served. A pair of this scorer keeps
 * whether both models said the same. Where they did, the feedback is about both. Where they did not, what is not known counts
 * against the candidate: its answer in shadow is taken to be useless, and the baseline's answer in shadow to be right. So a
 * difference that is shown is at least as bad for the candidate as the true one.
 */
final class FeedbackScores {
    private FeedbackScores() {}

    /** Whether pairs of a question wait for feedback. */
    static boolean isFor(PairQuestion question) {
        return Collect.FEEDBACK.equals(question.scorer());
    }

    /**
     * The pairs that can be counted, in the order in which their scores became known: a test that may be looked at any time must
     * not have its past changed by feedback that comes late, nor by a comparison that begins after it. Hence the first feedback on a request counts,
     * and no earlier than its comparison began. Pairs without feedback are left out; those of other scorers stay in the order of time.
     *
     * @param pairs of one task and candidate
     * @param afterMillis that they were read after
     * @param untilMillis what stands there in this order, or later, is left out, in ms since 1970-01-01T00:00Z
     * @throws SQLException if the ledger cannot be read
     */
    static List<PairEntry> known(
            LedgerPairs ledger, PairQuestion question, List<PairEntry> pairs, long afterMillis, long untilMillis)
            throws SQLException {
        if (!isFor(question)) {
            return pairs.stream()
                    .filter(pair -> pair.timeMillis() < untilMillis)
                    .toList();
        }
        Map<String, Judged> feedback = ledger.feedback(question.task(), question.candidate(), afterMillis);
        List<Scored> known = new ArrayList<>();
        for (PairEntry pair : pairs) {
            Judged judged = feedback.get(pair.requestId());
            Double agreement = pair.candidateScore();
            if (judged != null && agreement != null) {
                long millis = Math.max(judged.timeMillis(), pair.timeMillis());
                if (millis < untilMillis) {
                    known.add(new Scored(millis, scored(pair, judged.score(), agreement == 1)));
                }
            }
        }
        known.sort(Comparator.comparingLong(Scored::knownMillis)
                .thenComparing(each -> each.pair().requestId()));
        return known.stream().map(Scored::pair).toList();
    }

    private record Scored(long knownMillis, PairEntry pair) {}

    private static PairEntry scored(PairEntry pair, double feedback, boolean saySame) {
        double other = saySame ? feedback : pair.served() ? 1 : 0;
        return pair.scored(pair.served() ? feedback : other, pair.served() ? other : feedback);
    }
}
