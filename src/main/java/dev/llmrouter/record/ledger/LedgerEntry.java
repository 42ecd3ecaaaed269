package dev.llmrouter.record.ledger;

/** What the ledger keeps: a request, or what somebody thought of its answer. */
public sealed interface LedgerEntry permits RequestEntry, FeedbackEntry {
    /** The id that makes an entry one of a kind: a second one with it is ignored. */
    String id();
}
