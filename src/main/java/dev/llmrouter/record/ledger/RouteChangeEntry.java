package dev.llmrouter.record.ledger;

/**
 * A route that collected evidence has opened or closed.
 *
 * @param id the same for the same change, whichever instance found it
 * @param timeMillis of the request that settled it, in ms since 1970-01-01T00:00Z
 * @param opened whether it was opened; else closed
 * @param by who answers for it
 */
public record RouteChangeEntry(String id, long timeMillis, String task, String candidate, boolean opened, String by)
        implements LedgerEntry {}
