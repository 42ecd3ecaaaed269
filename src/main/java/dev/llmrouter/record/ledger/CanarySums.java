package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * What the requests of one task under one policy add up to that a tier's canary was drawn for, or was not, between the first
 * and the last that it was drawn for; without shadow requests and those that name a tier or a model.
 *
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param policy hash of the policy, under which the canary's share did not change
 * @param drawn whether it was drawn
 * @param requests of these
 * @param answered those with an output of who was asked first: of the canary itself where it was drawn
 * @param served those with an output of anybody
 * @param judged those with feedback or a checked output, whoever gave it
 * @param useful of the judged, those that passed; where an output failed its check they did not, whoever was asked after it
 * @param priced requests whose cost is known
 * @param costUsd cost of these, all calls included
 */
public record CanarySums(
        String task,
        String policy,
        boolean drawn,
        long requests,
        long answered,
        long served,
        long judged,
        long useful,
        long priced,
        BigDecimal costUsd) {}
