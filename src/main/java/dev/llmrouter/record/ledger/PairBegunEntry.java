package dev.llmrouter.record.ledger;

/**
 * A comparison that has begun. It is in the ledger until its {@link PairEntry} is.
 *
 * @param requestId of the request that was served
 * @param timeMillis when it began, in ms since 1970-01-01T00:00Z, as the pair will say
 */
public record PairBegunEntry(String requestId, long timeMillis, String task, String candidate) implements LedgerEntry {
    @Override
    public String id() {
        return requestId;
    }
}
