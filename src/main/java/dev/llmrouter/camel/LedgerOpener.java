package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;

/**
 * Opens a ledger once the context has started and its consumers listen, on a thread of its own: neither the first answer nor a probe
 * waits for it, and one of an older version may take minutes to be brought up to date. Camel calls listeners again whenever a route is
 * started later.
 */
final class LedgerOpener implements StartupListener {
    private final Ledger ledger;
    private final AtomicBoolean isBegun = new AtomicBoolean();

    LedgerOpener(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Where the context had started before the ledger was asked for, this is all that Camel calls. */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        if (alreadyStarted) {
            begin(context);
        }
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        begin(context);
    }

    private void begin(CamelContext context) {
        if (isBegun.compareAndSet(false, true)) {
            context.getExecutorServiceManager()
                    .newThread("llm-ledger-open", ledger::open)
                    .start();
        }
    }
}
