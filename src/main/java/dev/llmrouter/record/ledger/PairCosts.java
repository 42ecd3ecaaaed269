package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * What both answers of the pairs that the baseline served and the candidate answered cost, where both costs are known and the request's row
 * is still there.
 *
 * @param n pairs
 * @param candidateUsd sum of the candidate's calls
 * @param baselineUsd sum of the requests, without their classification
 * @param otherwise pairs that were made at other prices than the policy's: what they cost is in no sum
 */
public record PairCosts(long n, BigDecimal candidateUsd, BigDecimal baselineUsd, long otherwise) {
    PairCosts with(long more, BigDecimal ofCandidate, BigDecimal ofBaseline) {
        return new PairCosts(n + more, candidateUsd.add(ofCandidate), baselineUsd.add(ofBaseline), otherwise);
    }

    PairCosts withOthers(long more) {
        return new PairCosts(n, candidateUsd, baselineUsd, otherwise + more);
    }
}
