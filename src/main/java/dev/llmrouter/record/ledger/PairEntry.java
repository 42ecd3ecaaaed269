package dev.llmrouter.record.ledger;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scores of two models on one request, one of which served it while the other was asked in shadow.
 *
 * @param requestId of the request that was served
 * @param timeMillis when their comparison began (in pairs of earlier versions: when the request came in), in ms since 1970-01-01T00:00Z
 * @param definition hash of the task's definition
 * @param candidateVersion provider and the provider's name for the model
 * @param baselineVersion as {@code candidateVersion}
 * @param scorer what scored them, as the policy writes it, with the version of a judge
 * @param served whether the candidate served the request
 * @param candidateScore 0 to 1; null if the answers could not be scored, as {@code baselineScore} then
 * @param costPicoUsd of the shadow and the judge in pico-USD; null if unknown
 * @param judgeCostPicoUsd of the judge alone in pico-USD, 0 without one; null if unknown
 * @param probability with which the request was drawn, above 0 to 1; null if it was not recorded
 * @param judged whether a judge was asked about the two answers; null in pairs of earlier versions
 * @param inputHash of what was asked, the same for requests that ask the same, and after a point of that with the answer that its caller got; null where the candidate served it, and if it was not recorded
 * @param prices of both models when it was made, in words; {@link #UNANSWERED}, {@link #HANGING} or {@link #LOST} where the candidate gave no answer; null in pairs of earlier
 *     versions
 */
public record PairEntry(
        String requestId,
        long timeMillis,
        String task,
        String definition,
        String candidate,
        String candidateVersion,
        String baseline,
        String baselineVersion,
        String scorer,
        boolean served,
        @Nullable Double candidateScore,
        @Nullable Double baselineScore,
        @Nullable Long costPicoUsd,
        @Nullable Long judgeCostPicoUsd,
        @Nullable Double probability,
        @Nullable String inputHash,
        @Nullable Boolean judged,
        @Nullable String prices)
        implements LedgerEntry {
    /** In place of prices where the candidate that was asked in shadow gave no answer: what it cost is no answer's cost. */
    public static final String UNANSWERED = "";

    /** The same where the candidate had answered none of the requests before in time either: its provider seems to hang. */
    public static final String HANGING = "hanging";

    /** The same where the comparison was never over, as its process was stopped or killed: nobody knows what was answered. */
    public static final String LOST = "lost";

    static final Set<String> WITHOUT_ANSWER = Set.of(UNANSWERED, HANGING, LOST);

    @Override
    public String id() {
        return requestId;
    }

    /** The same pair with other scores. */
    public PairEntry scored(double otherCandidateScore, double otherBaselineScore) {
        return with(otherCandidateScore, otherBaselineScore, inputHash, judged, prices);
    }

    /** The same pair. @param hash of what was asked; null for none */
    public PairEntry ofInput(@Nullable String hash) {
        return with(candidateScore, baselineScore, hash, judged, prices);
    }

    /** The same pair. @param isJudged whether a judge was asked about the two answers */
    public PairEntry judged(boolean isJudged) {
        return with(candidateScore, baselineScore, inputHash, isJudged, prices);
    }

    /** The same pair. @param words of both models' prices; null for none */
    public PairEntry atPrices(@Nullable String words) {
        return with(candidateScore, baselineScore, inputHash, judged, words);
    }

    private PairEntry with(
            @Nullable Double otherCandidateScore,
            @Nullable Double otherBaselineScore,
            @Nullable String otherHash,
            @Nullable Boolean isJudged,
            @Nullable String otherPrices) {
        return new PairEntry(
                requestId,
                timeMillis,
                task,
                definition,
                candidate,
                candidateVersion,
                baseline,
                baselineVersion,
                scorer,
                served,
                otherCandidateScore,
                otherBaselineScore,
                costPicoUsd,
                judgeCostPicoUsd,
                probability,
                otherHash,
                isJudged,
                otherPrices);
    }

    /** Candidate's score less the baseline's, -1 to 1; null if the answers could not be scored. */
    public @Nullable Double difference() {
        return candidateScore == null || baselineScore == null ? null : candidateScore - baselineScore;
    }

    /** Whether both asked the same question of the same models. */
    public boolean isOfSameQuestion(PairEntry other) {
        return task.equals(other.task)
                && definition.equals(other.definition)
                && candidate.equals(other.candidate)
                && candidateVersion.equals(other.candidateVersion)
                && baseline.equals(other.baseline)
                && baselineVersion.equals(other.baselineVersion)
                && scorer.equals(other.scorer);
    }
}
