package dev.llmrouter.audit.invoice;

import java.util.List;

/**
 * A day and model on which an invoice and the ledger differ by more than the tolerance.
 *
 * @param fields what differs: requests, input_tokens, cached_input_tokens, output_tokens, cost_usd
 * @param causes what is likely behind it, in words
 */
public record Difference(BilledDay at, Billed ledger, Billed invoice, List<String> fields, List<String> causes) {
    public Difference {
        fields = List.copyOf(fields);
        causes = List.copyOf(causes);
    }
}
