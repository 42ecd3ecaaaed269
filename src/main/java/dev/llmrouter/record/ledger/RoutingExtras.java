package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * What one destination paid besides the answers that counted, in USD.
 *
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 * @param model {@value LedgerFilter#NONE} where nobody answered
 * @param retriesUsd calls before the last, of requests that were not escalated
 * @param escalationsUsd calls before the last, of requests whose output failed its check so that the baseline tier was asked
 * @param checksUsd calls that checked outputs: samples, second models, judges of a task's check
 * @param comparingUsd shadows and judges of pairs, as far as it is known
 * @param unknownComparing pairs of which it is not known whole
 */
public record RoutingExtras(
        String task,
        String tier,
        String model,
        BigDecimal retriesUsd,
        BigDecimal escalationsUsd,
        BigDecimal checksUsd,
        BigDecimal comparingUsd,
        long unknownComparing) {
    /** Both together. @param other of the same destination */
    public RoutingExtras plus(RoutingExtras other) {
        return new RoutingExtras(
                task,
                tier,
                model,
                retriesUsd.add(other.retriesUsd),
                escalationsUsd.add(other.escalationsUsd),
                checksUsd.add(other.checksUsd),
                comparingUsd.add(other.comparingUsd),
                unknownComparing + other.unknownComparing);
    }
}
