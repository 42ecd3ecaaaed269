package dev.llmrouter.audit;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.DestinationSums;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.PicoUsd;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was routed where in a time, what it cost and how good it was.
 *
 * @param requests shadow requests not counted
 * @param costUsd sum of the destinations'
 * @param baselineCostUsd sum of the destinations'
 * @param alarms what makes the figures incomplete, in sentences
 * @param recommendations what the figures justify to change, in sentences
 * @param belowPolicy whether a destination's quality is shown to be below what the policy accepts
 */
public record Audit(
        Instant from,
        Instant to,
        long requests,
        BigDecimal costUsd,
        BigDecimal baselineCostUsd,
        List<Destination> destinations,
        List<String> alarms,
        List<String> recommendations,
        boolean belowPolicy) {
    static final String UNCLASSIFIED = LedgerFilter.UNCLASSIFIED;
    static final String NONE = LedgerFilter.NONE;

    /** Requests below which a sum says nothing about a destination. */
    private static final long FEW = 30;

    /** Share by which a cost has to exceed the baseline's before it is worth a word: retries cost something anywhere. */
    private static final BigDecimal NOTABLE = new BigDecimal("1.05");

    public Audit {
        destinations = List.copyOf(destinations);
        alarms = List.copyOf(alarms);
        recommendations = List.copyOf(recommendations);
    }

    /**
     * Reads the ledger.
     *
     * @param from null for the oldest request
     * @param policy says which tier is the baseline and which loss is acceptable; null if not known
     */
    public static Audit of(LedgerReader ledger, @Nullable Instant from, Instant to, @Nullable RoutingPolicy policy)
            throws SQLException, IOException {
        Instant since =
                from != null ? from : Instant.ofEpochMilli(ledger.oldestMillis().orElse(to.toEpochMilli()));
        return of(ledger, LedgerFilter.between(since.toEpochMilli(), to.toEpochMilli()), policy);
    }

    /**
     * Reads a part of the ledger.
     *
     * @param policy says which tier is the baseline and which loss is acceptable; null if not known
     */
    public static Audit of(LedgerReader ledger, LedgerFilter filter, @Nullable RoutingPolicy policy)
            throws SQLException, IOException {
        Instant since = Instant.ofEpochMilli(filter.fromMillis());
        Instant to = Instant.ofEpochMilli(filter.toMillis());
        List<DestinationSums> sums = new ArrayList<>(ledger.destinations(filter));
        sums.sort(Comparator.comparing(Audit::task).thenComparing(Audit::tier));
        List<Destination> destinations = sums.stream().map(Audit::destination).toList();
        List<String> quality = quality(destinations, policy);
        List<String> recommendations = new ArrayList<>(quality);
        recommendations.addAll(costs(sums, policy));
        return new Audit(
                since,
                to,
                destinations.stream().mapToLong(Destination::requests).sum(),
                sum(destinations.stream().map(Destination::costUsd).toList()),
                sum(destinations.stream().map(Destination::baselineCostUsd).toList()),
                destinations,
                alarms(ledger, sums, since, to),
                recommendations,
                policy != null && !quality.isEmpty());
    }

    /** The same with other recommendations: where a routing audit was made, its own are the ones that hold. */
    public Audit recommending(List<String> sentences) {
        return new Audit(from, to, requests, costUsd, baselineCostUsd, destinations, alarms, sentences, belowPolicy);
    }

    private static String task(DestinationSums sums) {
        return sums.task() == null ? UNCLASSIFIED : sums.task();
    }

    private static String tier(DestinationSums sums) {
        return sums.tier() == null ? NONE : sums.tier();
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Destination destination(DestinationSums sums) {
        return new Destination(
                task(sums),
                tier(sums),
                sums.requests(),
                sums.costUsd(),
                sums.baselineCostUsd(),
                sums.useful(),
                sums.judged(),
                costPerUseful(sums),
                sums.judged() == 0 ? null : Share.of(sums.useful(), sums.judged()),
                sums.latency());
    }

    /** All costs in, only outputs that are known to be useful out. */
    private static @Nullable BigDecimal costPerUseful(DestinationSums sums) {
        if (sums.useful() == 0) {
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
                alarms.add(each.unknownCosts() + " calls of task '" + task(each) + "' at tier '" + tier(each)
                        + "' have an unknown cost (no price, or broken off); cost_usd is without them.");
            }
        }
        long unknown = ledger.feedbackForUnknownRequests(from.toEpochMilli(), to.toEpochMilli());
        if (unknown > 0) {
            alarms.add(unknown + " feedback entries are for requests that the ledger does not know.");
        }
        long spooled = ledger.spooled();
        if (spooled > 0) {
            alarms.add(spooled + " entries wait in the spool for their database and are not in these figures.");
        }
        return alarms;
    }

    private static List<String> costs(List<DestinationSums> sums, @Nullable RoutingPolicy policy) {
        List<String> advice = new ArrayList<>();
        for (DestinationSums each : sums) {
            boolean isBaseline = policy != null && policy.baselineTier().name().equals(each.tier());
            if (!isBaseline
                    && each.comparable() >= FEW
                    && each.comparableCostUsd()
                                    .compareTo(each.comparableBaselineUsd().multiply(NOTABLE))
                            > 0) {
                advice.add("Task '" + task(each) + "' at tier '" + tier(each) + "' cost "
                        + each.comparableCostUsd().toPlainString() + " USD for " + each.comparable()
                        + " requests, retries and escalations included; the same tokens at the baseline would have cost "
                        + each.comparableBaselineUsd().toPlainString()
                        + " USD. Serve it at the baseline tier, or find what makes it dear.");
            }
        }
        return advice;
    }

    /** With a policy a tier is compared with the baseline tier, less the margin; without one, tiers with each other. */
    private static List<String> quality(List<Destination> destinations, @Nullable RoutingPolicy policy) {
        List<String> advice = new ArrayList<>();
        for (Destination worse : destinations) {
            for (Destination better : destinations) {
                boolean comparable = worse.task().equals(better.task())
                        && (policy == null
                                || better.tier().equals(policy.baselineTier().name()));
                Share low = worse.quality();
                Share high = better.quality();
                if (!comparable || low == null || high == null) {
                    continue;
                }
                double margin = margin(policy, worse.task());
                if (low.high() < high.low() - margin) {
                    advice.add("Task '" + worse.task() + "': outputs of tier '" + worse.tier() + "' were useful in "
                            + text(low) + ", those of tier '" + better.tier() + "' in " + text(high)
                            + (margin > 0 ? "; the policy accepts a loss of " + percent(margin) : "")
                            + ". Validate the task again, or serve it at tier '" + better.tier() + "'.");
                }
            }
        }
        return advice;
    }

    private static double margin(@Nullable RoutingPolicy policy, String task) {
        BigDecimal margin =
                policy == null ? null : policy.task(task).map(Task::margin).orElse(null);
        return margin == null ? 0 : margin.doubleValue();
    }

    private static String text(Share share) {
        return percent(share.mean()) + " (" + percent(share.low()) + " to " + percent(share.high()) + ", n=" + share.n()
                + ")";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
