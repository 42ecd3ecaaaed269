package dev.llmrouter.record.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A route that collected evidence has opened or closed.
 *
 * @param id the same for the same change, whichever instance found it
 * @param timeMillis of the request that settled it, in ms since 1970-01-01T00:00Z
 * @param opened whether it was opened; else closed
 * @param by who answers for it
 * @param definition hash of the task's definition; null in changes of earlier versions, as both versions then
 * @param candidateVersion provider and the provider's name for the model
 * @param baselineVersion as {@code candidateVersion}
 */
public record RouteChangeEntry(
        String id,
        long timeMillis,
        String task,
        String candidate,
        boolean opened,
        String by,
        @Nullable String definition,
        @Nullable String candidateVersion,
        @Nullable String baselineVersion)
        implements LedgerEntry {}
