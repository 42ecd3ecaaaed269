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
 * {@value #KEEP_ROLLUP_DAYS} says, by whole days (UTC). Without such a property they are kept for ever. Sums stay at least as long as
 * their requests: every figure is read from them.
 */
public final class LedgerRetentionProcessor extends ServiceSupport implements Processor, CamelContextAware {
    /** Names the days for requests with their feedback, from 1. */
    public static final String KEEP_DAYS = "llm-router.ledger.keep-days";

    /** Names the days for sums by hour and day, not below those for requests. */
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

    /** How long both are kept; null for ever. */
    private record Kept(
            @Nullable Duration requests, @Nullable Duration rollups) {
        /** @throws IllegalArgumentException if a property is no whole number from 1, or sums would go before their requests */
        static Kept of(CamelContext camel) {
            Kept kept = new Kept(keep(camel, KEEP_DAYS), keep(camel, KEEP_ROLLUP_DAYS));
            Duration requests = kept.requests;
            Duration rollups = kept.rollups;
            if (rollups != null && (requests == null || rollups.compareTo(requests) < 0)) {
                throw new IllegalArgumentException(KEEP_ROLLUP_DAYS + " is '" + rollups.toDays() + "', and " + KEEP_DAYS
                        + (requests == null ? " is not set" : " is '" + requests.toDays() + "'")
                        + ": requests that are kept longer than their sums would be in no figure of audits and dashboard."
                        + (requests == null
                                ? " Set " + KEEP_DAYS + " to at most " + rollups.toDays()
                                : " Set " + KEEP_ROLLUP_DAYS + " to at least " + requests.toDays())
                        + ", or leave " + KEEP_ROLLUP_DAYS
                        + " out: sums are small, and those that are gone are made anew from their requests.");
            }
            return kept;
        }
    }

    /** @throws IllegalArgumentException if a property is wrong: before the start, not an hour after it */
    @Override
    protected void doInit() {
        if (camel != null) {
            Kept.of(camel);
        }
    }

    /** @throws IllegalArgumentException if a property is wrong */
    @Override
    public void process(Exchange exchange) {
        Ledger ledger = LlmRouterContext.of(exchange.getContext()).ledger();
        if (ledger == null) {
            return;
        }
        Kept kept = Kept.of(exchange.getContext());
        Duration requests = kept.requests();
        Duration rollups = kept.rollups();
        long now = clock.millis(); // one for both: with a later one sums could go before their requests
        if (requests != null) {
            say(ledger.forget(now - requests.toMillis()), "entries", KEEP_DAYS);
        }
        if (rollups != null) {
            say(ledger.forgetRollups(now - rollups.toMillis()), "sums", KEEP_ROLLUP_DAYS);
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
