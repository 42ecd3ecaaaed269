package dev.llmrouter.record.ledger;

/** What the ledger keeps: a request, what somebody thought of its answer, and evidence that accumulates. */
public sealed interface LedgerEntry permits RequestEntry, FeedbackEntry, PairBegunEntry, PairEntry, RouteChangeEntry {
    /** The id that makes an entry one of a kind: a second one with it is ignored. */
    String id();
}
