package dev.llmrouter.audit.routing;

import java.math.BigDecimal;

/**
 * What the requests of the ledger would have cost under other rules.
 *
 * @param name of the policy or reference
 * @param requests all chat requests
 * @param priced of these, those that a price could be found for
 * @param usd what the priced ones would have cost, one call each
 * @param billedUsd what the same ones did cost, retries and classification included
 * @param premium of the priced, those that the baseline tier of that policy would have served
 */
public record ReplayLine(String name, long requests, long priced, BigDecimal usd, BigDecimal billedUsd, long premium) {
    /** USD less than was billed; negative for more. */
    public BigDecimal savedUsd() {
        return billedUsd.subtract(usd);
    }
}
