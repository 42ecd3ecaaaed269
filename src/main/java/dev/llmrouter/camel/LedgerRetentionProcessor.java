package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what the ledger has kept for longer than {@value #KEEP_DAYS} says. */
public final class LedgerRetentionProcessor implements Processor {
    /** Names the days, from 1. */
    public static final String KEEP_DAYS = "llm-router.ledger.keep-days";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerRetentionProcessor.class);

    private final Clock clock = Clock.systemUTC();

    /** @throws IllegalArgumentException if the property is no whole number from 1 */
    @Override
    public void process(Exchange exchange) {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger == null) {
            return;
        }
        long before = clock.millis() - keep(exchange.getContext()).toMillis();
        long deleted = ledger.forget(before);
        if (deleted > 0) {
            LOG.info("The ledger has forgotten {} entries that were older than {} says", deleted, KEEP_DAYS);
        }
    }

    private static Duration keep(CamelContext camel) {
        String days = camel.getPropertiesComponent().resolveProperty(KEEP_DAYS).orElse("");
        if (!days.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(KEEP_DAYS + " is '" + days + "'; allowed is a number of days from 1.");
        }
        return Duration.ofDays(Long.parseLong(days));
    }
}
