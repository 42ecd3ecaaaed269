package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of a list to the ledger, in one transaction; without a list, what waits in its spool. Never fails for
 * a fault of the database. Does nothing where no ledger is configured.
 */
public final class LedgerProcessor extends ServiceSupport implements Processor, ShutdownAware {
    private @Nullable LedgerGroups groups;

    /** Whose groups this step writes: a suspension and a stop wait for those that are submitted. Default: they do not */
    public void setGroups(LedgerGroups groups) {
        this.groups = groups;
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask running) {
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        LedgerGroups of = groups;
        return of == null ? 0 : of.inProgress();
    }

    @Override
    public void prepareShutdown(boolean isSuspendOnly, boolean isForced) {
        // what is submitted is written by itself
    }

    @Override
    public void process(Exchange exchange) {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger == null) {
            return;
        }
        List<LedgerEntry> entries = new ArrayList<>();
        Object body = exchange.getMessage().getBody();
        if (body instanceof Iterable<?> rows) {
            for (Object row : rows) {
                add(entries, row);
            }
        } else if (body != null) {
            add(entries, body);
        }
        ledger.write(entries);
    }

    private static void add(List<LedgerEntry> entries, Object row) {
        if (!(row instanceof LedgerEntry entry)) {
            throw new IllegalArgumentException("The ledger takes entries (RequestEntry, FeedbackEntry), not a "
                    + row.getClass().getName() + ".");
        }
        entries.add(entry);
    }
}
