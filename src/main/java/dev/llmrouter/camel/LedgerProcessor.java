package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Writes the entries of a list to the ledger, in one transaction; without a list, what waits in its spool. Never fails for
 * a fault of the database. Does nothing where no ledger is configured.
 */
public final class LedgerProcessor implements Processor {
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
