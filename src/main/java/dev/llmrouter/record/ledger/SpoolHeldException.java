package dev.llmrouter.record.ledger;

import java.io.IOException;

/** Somebody else has the spool, in this process or in another one on the same folder. */
final class SpoolHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param waitedMillis how long it was waited for */
    SpoolHeldException(long waitedMillis) {
        super("somebody else had it for " + waitedMillis + " ms");
    }
}
