package dev.llmrouter.camel;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.Share;
import dev.llmrouter.record.MeterNames;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the meters of quality up to date: for each destination the outputs of the last 7 days (UTC, today's included) that were judged useful, by
 * feedback or the task's check, and their share. Feedback comes days later, so these are gauges read from the ledger and no
 * counters. Destinations that the policy does not know are left out: tag values come from the policy alone.
 */
public final class QualityMetersProcessor extends PolicyStep {
    private static final Logger LOG = LoggerFactory.getLogger(QualityMetersProcessor.class);
    private static final int DAYS = 7;

    private final Clock clock = Clock.systemUTC();
    private @Nullable MultiGauge useful;
    private @Nullable MultiGauge quality;
    private boolean isUnreadable;

    @Override
    public void process(Exchange exchange) {
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        Ledger ledger = context.ledger();
        if (ledger != null && !ledger.awaitOpened()) {
            return; // it is being brought up to date: the next round comes
        }
        LedgerSettings settings = context.ledgerSettings();
        MeterRegistry meters = exchange.getContext().getRegistry().findSingleByType(MeterRegistry.class);
        if (settings == null || meters == null) {
            return;
        }
        try (LedgerReader reader = LedgerReader.open(settings)) {
            publish(
                    meters,
                    Audit.of(reader, lastDays()).destinations(),
                    loaded(exchange.getContext()).policy().tasks().keySet());
            isUnreadable = false;
        } catch (SQLException | IOException e) {
            if (!isUnreadable) {
                isUnreadable = true;
                LOG.info("The meters of quality stay as they are, the ledger cannot be read: {}", e.getMessage());
            }
        }
    }

    /** Whole ones: the roll-ups know them, and no request has to be read. */
    private LedgerFilter lastDays() {
        LedgerFilter latest = LedgerDays.latest(clock.instant(), DAYS); // its start is exclusive
        return LedgerFilter.between(latest.fromMillis() + 1, latest.toMillis());
    }

    private void publish(MeterRegistry meters, List<Destination> destinations, Set<String> tasks) {
        MultiGauge counts = useful;
        MultiGauge shares = quality;
        if (counts == null || shares == null) {
            counts = MultiGauge.builder(MeterNames.USEFUL.meter()).register(meters);
            shares = MultiGauge.builder(MeterNames.QUALITY.meter()).register(meters);
            useful = counts;
            quality = shares;
        }
        List<MultiGauge.Row<?>> useful = new ArrayList<>();
        List<MultiGauge.Row<?>> quality = new ArrayList<>();
        for (Destination each : destinations) {
            Share share = each.quality();
            if (share != null && tasks.contains(each.task())) {
                Tags where = Tags.of("task", each.task(), "tier", each.tier());
                useful.add(MultiGauge.Row.of(where, each.useful()));
                quality.add(MultiGauge.Row.of(where, share.mean()));
            }
        }
        counts.register(useful, true);
        shares.register(quality, true);
    }
}
