package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * What both answers of the pairs that the baseline served and the candidate answered cost, where both costs are known.
 *
 * @param n pairs
 * @param candidateUsd sum of the candidate's calls
 * @param baselineUsd sum of the requests, without their classification
 * @param otherwise pairs that were made at other prices than the policy's: what they cost is in no sum
 * @param unknown pairs, of those made at the policy's prices, that are in no sum because one of the two costs is unknown; those whose
 *     candidate is known to have cost nothing are left out, as it cannot have been dearer
 */
public record PairCosts(long n, BigDecimal candidateUsd, BigDecimal baselineUsd, long otherwise, long unknown) {
    static final PairCosts NONE = new PairCosts(0, BigDecimal.ZERO, BigDecimal.ZERO, 0, 0);

    PairCosts with(long more, BigDecimal ofCandidate, BigDecimal ofBaseline) {
        return new PairCosts(n + more, candidateUsd.add(ofCandidate), baselineUsd.add(ofBaseline), otherwise, unknown);
    }

    PairCosts withOthers(long more) {
        return new PairCosts(n, candidateUsd, baselineUsd, otherwise + more, unknown);
    }

    PairCosts withUnknown(long more) {
        return new PairCosts(n, candidateUsd, baselineUsd, otherwise, unknown + more);
    }
}
