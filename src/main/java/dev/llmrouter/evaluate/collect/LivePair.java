package dev.llmrouter.evaluate.collect;

/**
 * The scores of both models on one live request.
 *
 * @param isServed whether the candidate served it and the baseline was asked in shadow; else the other way round
 * @param candidateScore 0 to 1
 * @param baselineScore 0 to 1
 */
public record LivePair(boolean isServed, double candidateScore, double baselineScore) {
    /** @throws IllegalArgumentException if a score is outside of its range */
    public LivePair {
        if (!(candidateScore >= 0 && candidateScore <= 1 && baselineScore >= 0 && baselineScore <= 1)) {
            throw new IllegalArgumentException(
                    "scores are " + candidateScore + " and " + baselineScore + "; allowed 0 to 1");
        }
    }

    double difference() {
        return candidateScore - baselineScore;
    }
}
