package dev.llmrouter.audit;

import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.record.ledger.DestinationSums;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.PicoUsd;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was routed where in a time, what it cost and how good it was. What should be done about it says a routing audit.
 *
 * @param requests shadow requests not counted
 * @param costUsd sum of the destinations' known costs; null if there are requests and none is known
 * @param baselineCostUsd the same at the baseline
 * @param saving what of this can be compared, and what was saved there
 * @param alarms what makes the figures incomplete, in sentences
 */
public record Audit(
        Instant from,
        Instant to,
        long requests,
        @Nullable BigDecimal costUsd,
        @Nullable BigDecimal baselineCostUsd,
        NetSaving saving,
        List<Destination> destinations,
        List<String> alarms) {
    static final String UNCLASSIFIED = LedgerFilter.UNCLASSIFIED;
    static final String NONE = LedgerFilter.NONE;

    /** Old rows and sums are deleted once an hour. */
    private static final Duration GRAIN = Duration.ofHours(1);

    public Audit {
        destinations = List.copyOf(destinations);
        alarms = List.copyOf(alarms);
    }

    /**
     * Reads the ledger. An alarm says if it begins more than an hour after {@code from}.
     *
     * @param from null for the oldest request
     */
    public static Audit of(LedgerReader ledger, @Nullable Instant from, Instant to) throws SQLException, IOException {
        Instant oldest = Instant.ofEpochMilli(ledger.oldestMillis().orElse(to.toEpochMilli()));
        Instant since = from != null ? from : oldest;
        Audit audit = of(ledger, LedgerFilter.between(since.toEpochMilli(), to.toEpochMilli()));
        return oldest.isBefore(to) && Duration.between(since, oldest).compareTo(GRAIN) > 0
                ? audit.plus(begins(since, oldest))
                : audit;
    }

    private static String begins(Instant asked, Instant oldest) {
        Duration missing = Duration.between(asked, oldest);
        long amount = missing.toDays() > 1 ? missing.toDays() : missing.toHours();
        String unit = (missing.toDays() > 1 ? "day" : "hour") + (amount == 1 ? "" : "s");
        return "The ledger begins at " + oldest + ", " + amount + " " + unit
                + " after the time that was asked for: what was before was not written down, or was deleted"
                + " (llm-router.ledger.keep-days, keep-rollup-days). The figures are of the time since.";
    }

    /**
     * Reads a part of the ledger; from the start of an hour where only sums are left of the hour in which it begins.
     */
    public static Audit of(LedgerReader ledger, LedgerFilter asked) throws SQLException, IOException {
        LedgerFilter filter = ledger.inWholeHours(asked);
        Instant since = Instant.ofEpochMilli(filter.fromMillis());
        Instant to = Instant.ofEpochMilli(filter.toMillis());
        List<DestinationSums> sums = new ArrayList<>(ledger.destinations(filter));
        sums.sort(Comparator.comparing(Audit::task).thenComparing(Audit::tier));
        List<Destination> destinations = sums.stream().map(Audit::destination).toList();
        return new Audit(
                since,
                to,
                destinations.stream().mapToLong(Destination::requests).sum(),
                sum(destinations, Destination::costUsd),
                sum(destinations, Destination::baselineCostUsd),
                sums.stream().map(Audit::saving).reduce(NetSaving.NOTHING, NetSaving::plus),
                destinations,
                alarms(ledger, sums, since, to));
    }

    /** With one thing more that makes the figures incomplete. */
    public Audit plus(String alarm) {
        List<String> all = new ArrayList<>(alarms);
        all.add(alarm);
        return new Audit(from, to, requests, costUsd, baselineCostUsd, saving, destinations, all);
    }

    /** What it means that the built-in simulator answered. @param requests how many, from 1 */
    public static String simulated(long requests) {
        return "The built-in simulator answered " + Counted.of(requests, "request")
                + ": nobody was paid for them, costs are what such answers would have cost, and quality says nothing.";
    }

    private static String task(DestinationSums sums) {
        return sums.task() == null ? UNCLASSIFIED : sums.task();
    }

    private static String tier(DestinationSums sums) {
        return sums.tier() == null ? NONE : sums.tier();
    }

    private static @Nullable BigDecimal sum(
            List<Destination> destinations, Function<Destination, @Nullable BigDecimal> amount) {
        return destinations.isEmpty()
                ? BigDecimal.ZERO
                : destinations.stream()
                        .map(amount)
                        .filter(Objects::nonNull)
                        .reduce(BigDecimal::add)
                        .orElse(null);
    }

    private static Destination destination(DestinationSums sums) {
        return new Destination(
                task(sums),
                tier(sums),
                sums.requests(),
                sums.failed(),
                sums.isCostKnown() ? sums.costUsd() : null,
                sums.unknownCosts(),
                isBaselineKnown(sums) ? sums.baselineCostUsd() : null,
                sums.useful(),
                sums.judged(),
                costPerUseful(sums),
                sums.judged() == 0 ? null : Share.of(sums.useful(), sums.judged()),
                sums.latency());
    }

    /** Whether what was saved is of all that was paid: what cost nothing, because it was refused, leaves nothing out. */
    public boolean isSavingOfAll() {
        return costUsd != null
                && costUsd.compareTo(saving.costUsd().add(saving.comparingUsd())) == 0
                && destinations.stream().allMatch(each -> each.unknownCosts() == 0);
    }

    private static NetSaving saving(DestinationSums sums) {
        return new NetSaving(
                sums.comparable(), sums.comparableCostUsd(), sums.comparableBaselineUsd(), sums.comparingUsd());
    }

    /** Where nobody was paid, because all was refused or failed, the baseline would have cost nothing either. */
    private static boolean isBaselineKnown(DestinationSums sums) {
        boolean isFree =
                sums.isCostKnown() && sums.unknownCosts() == 0 && sums.costUsd().signum() == 0;
        return sums.comparable() > 0 || sums.baselineCostUsd().signum() > 0 || isFree;
    }

    /** All known costs in, only outputs that are known to be useful out: less than it was where a cost is unknown. */
    private static @Nullable BigDecimal costPerUseful(DestinationSums sums) {
        if (sums.useful() == 0 || !sums.isCostKnown()) {
            return null;
        }
        BigDecimal each =
                sums.costUsd().divide(BigDecimal.valueOf(sums.useful()), PicoUsd.DECIMALS, RoundingMode.HALF_EVEN);
        return each.signum() == 0 ? BigDecimal.ZERO : each.stripTrailingZeros();
    }

    private static List<String> alarms(LedgerReader ledger, List<DestinationSums> sums, Instant from, Instant to)
            throws SQLException, IOException {
        List<String> alarms = new ArrayList<>();
        for (DestinationSums each : sums) {
            if (each.unknownCosts() > 0) {
                alarms.add(
                        Counted.of(each.unknownCosts(), "call") + " of task '" + task(each) + "' at tier '" + tier(each)
                                + "' " + (each.unknownCosts() == 1 ? "has" : "have")
                                + " an unknown cost (no price for what they used, or broken off); the costs here are without them.");
            }
            BigDecimal apart = each.costUsd().subtract(each.comparingUsd()).subtract(each.comparableCostUsd());
            if (apart.signum() > 0) {
                alarms.add(
                        "Requests of task '" + task(each) + "' at tier '" + tier(each) + "' that cost "
                                + apart.stripTrailingZeros().toPlainString()
                                + " USD have no known cost at the baseline tier: its price lacks what they used (cachedInput, cacheWrite,"
                                + " cacheWriteHour, or tokens above upTo), or nobody answered. What was saved is without them.");
            }
        }
        long unknown = ledger.feedbackForUnknownRequests(from.toEpochMilli(), to.toEpochMilli());
        if (unknown > 0) {
            alarms.add(
                    unknown == 1
                            ? "1 feedback entry is for a request that the ledger does not know."
                            : unknown + " feedback entries are for requests that the ledger does not know.");
        }
        if (ledger.lacksSums()) {
            alarms.add(
                    "The oldest sums of the ledger are not those of its requests: an earlier version deleted some of them alone"
                            + " (llm-router.ledger.keep-rollup-days). Figures that reach back to them are wrong, also where this says when the ledger"
                            + " begins. Stop gateways of earlier versions and start one of this version on it: it makes them anew.");
        }
        long spooled = ledger.spooled();
        if (spooled > 0) {
            alarms.add(
                    spooled == 1
                            ? "1 entry waits in the spool for its database and is not in these figures."
                            : spooled + " entries wait in the spool for their database and are not in these figures.");
        }
        return alarms;
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
