package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what the ledger has kept for longer than {@value #KEEP_DAYS} says, and roll-ups that it has kept for longer than
 * {@value #KEEP_ROLLUP_DAYS} says. Without such a property they are kept for ever.
 */
public final class LedgerRetentionProcessor extends ServiceSupport implements Processor, CamelContextAware {
    /** Names the days for requests with their feedback, from 1. */
    public static final String KEEP_DAYS = "llm-router.ledger.keep-days";

    /** Names the days for sums by hour and day, from 1. */
    public static final String KEEP_ROLLUP_DAYS = "llm-router.ledger.keep-rollup-days";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerRetentionProcessor.class);

    private final Clock clock = Clock.systemUTC();
    private @Nullable CamelContext camel;

    @Override
    public void setCamelContext(CamelContext context) {
        camel = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camel;
    }

    /** @throws IllegalArgumentException if a property is no whole number from 1: before the start, not an hour after it */
    @Override
    protected void doInit() {
        if (camel != null) {
            keep(camel, KEEP_DAYS);
            keep(camel, KEEP_ROLLUP_DAYS);
        }
    }

    /** @throws IllegalArgumentException if a property is no whole number from 1 */
    @Override
    public void process(Exchange exchange) {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger == null) {
            return;
        }
        Duration requests = keep(exchange.getContext(), KEEP_DAYS);
        Duration rollups = keep(exchange.getContext(), KEEP_ROLLUP_DAYS);
        if (requests != null) {
            say(ledger.forget(clock.millis() - requests.toMillis()), "entries", KEEP_DAYS);
        }
        if (rollups != null) {
            say(ledger.forgetRollups(clock.millis() - rollups.toMillis()), "sums", KEEP_ROLLUP_DAYS);
        }
    }

    private static void say(long deleted, String what, String property) {
        if (deleted > 0) {
            LOG.info("The ledger has forgotten {} {} that were older than {} says", deleted, what, property);
        }
    }

    private static @Nullable Duration keep(CamelContext camel, String property) {
        String days = camel.getPropertiesComponent().resolveProperty(property).orElse("");
        if (days.isBlank()) {
            return null;
        }
        if (!days.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(property + " is '" + days + "'; allowed is a number of days from 1.");
        }
        return Duration.ofDays(Long.parseLong(days));
    }
}
