package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.LedgerEntry;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Keeps the entry in the body, and lets the exchange go on when the ledger has committed it; while its database is away, when it
 * is in the spool. Entries that come while others are committed share the next transaction. Where a reply waits for it, the
 * exchange goes on as {@link CallersThread} says. A stream that is held back ({@link ReplyStream}) is let go then.
 */
public final class LedgerCommitProcessor extends AsyncProcessorSupport {

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (!(exchange.getMessage().getBody() instanceof LedgerEntry entry)) {
            exchange.setException(new IllegalArgumentException("The ledger commits an entry (RequestEntry), not "
                    + (exchange.getMessage().getBody() == null
                            ? "nothing"
                            : exchange.getMessage().getBody().getClass().getName())
                    + "."));
            callback.done(true);
            return true;
        }
        CompletableFuture<Void> kept =
                LlmRouterContext.of(exchange.getContext()).commit(entry);
        Object held = exchange.getProperty(LlmRouterConstants.COMMITTED);
        CallersThread.Step step = CallersThread.until(kept);
        if (held instanceof CompletableFuture<?> stream) {
            kept.whenComplete((nothing, never) -> stream.complete(null));
        }
        // behind the wire tap nobody waits on this thread: many records wait for one transaction
        return exchange.getProperty(LlmRouterConstants.ENDED) == null
                ? CallersThread.process(exchange, callback, step)
                : step.process(callback);
    }
}
