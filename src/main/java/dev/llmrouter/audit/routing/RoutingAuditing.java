package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.LedgerEarlier;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerRouting;
import dev.llmrouter.record.ledger.PicoUsd;
import dev.llmrouter.record.ledger.RoutedSums;
import dev.llmrouter.record.ledger.RoutingExtras;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RoutingAudit}. */
final class RoutingAuditing {
    private static final double WEEK = Duration.ofDays(7).toMillis();
    private static final int CENTS = 6; // decimals of an estimate in USD

    private final LedgerReader ledger;
    private final Audit audit;
    private final DriftReport drift;
    private final RoutingPolicy policy;
    private final EvidenceCheck evidence;
    private final LocalDate today;
    private final LedgerFilter filter;
    private final LedgerFilter rowFilter;
    private final QualityGaps gaps;

    RoutingAuditing(
            LedgerReader ledger,
            Audit audit,
            DriftReport drift,
            RoutingPolicy policy,
            EvidenceCheck evidence,
            LocalDate today)
            throws SQLException {
        this.ledger = ledger;
        this.audit = audit;
        this.drift = drift;
        this.policy = policy;
        this.evidence = evidence;
        this.today = today;
        this.filter =
                LedgerFilter.between(audit.from().toEpochMilli(), audit.to().toEpochMilli());
        this.rowFilter = rows(ledger, filter);
        this.gaps = new QualityGaps(ledger.pairs(), policy, evidence, filter);
    }

    /** Task, tier and model. */
    private record Way(String task, String tier, String model) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            return Comparator.comparing(Way::task)
                    .thenComparing(Way::tier)
                    .thenComparing(Way::model)
                    .compare(this, other);
        }
    }

    RoutingAudit audit(Map<String, RoutingPolicy> against) throws SQLException {
        List<RoutingPolicy> policies = new ArrayList<>(against.values());
        policies.add(policy);
        List<Integer> sizes = Replay.sizes(policies);
        LedgerRouting routing = ledger.routing();
        List<RoutedSums> rows = routing.sums(rowFilter, sizes);
        Map<Way, RoutingExtras> extras = new HashMap<>();
        List<RoutingExtras> rowExtras = routing.extras(rowFilter);
        rowExtras.forEach(each -> add(extras, each));
        List<RoutedSums> sums = new ArrayList<>(rows);
        if (rowFilter.fromMillis() > filter.fromMillis()) {
            for (LedgerEarlier.Way each : ledger.earlier().ways(before())) {
                sums.add(each.sums());
                add(extras, each.extras());
            }
        }
        List<DriftEvent> events =
                DriftEvent.of(ledger, audit.from(), audit.to(), policy, evidence.answeredDrifts(), drift);
        Map<Way, List<RoutedSums>> ways = new TreeMap<>();
        sums.forEach(
                each -> ways.computeIfAbsent(new Way(each.task(), each.tier(), each.model()), k -> new ArrayList<>())
                        .add(each));
        List<RoutedDestination> destinations = new ArrayList<>();
        for (Map.Entry<Way, List<RoutedSums>> way : ways.entrySet()) {
            destinations.add(destination(way.getKey(), way.getValue(), extras.get(way.getKey()), events));
        }
        Savings total = destinations.stream()
                .map(RoutedDestination::savings)
                .reduce(Savings.NONE, Savings::plus)
                .with(routing.otherShadowsUsd(rowFilter));
        List<CanaryTrial> canaries = new CanaryTrials(ledger.canaries(), policy).of(rowFilter);
        return new RoutingAudit(
                audit.from(),
                audit.to(),
                rowsSince(),
                policy.hash(),
                policy.owner(),
                destinations,
                tiers(destinations),
                total,
                mix(sums, destinations),
                replay(sums, sizes, against),
                canaries,
                events,
                Recommendations.of(policy, destinations, canaries, sums, rows, rowExtras, sizes, weeks()),
                warnings(destinations, routing.simulated(rowFilter)));
    }

    private static void add(Map<Way, RoutingExtras> extras, RoutingExtras more) {
        extras.merge(new Way(more.task(), more.tier(), more.model()), more, RoutingExtras::plus);
    }

    /** Of the requests that have a row each. */
    private static LedgerFilter rows(LedgerReader ledger, LedgerFilter of) throws SQLException {
        long since = ledger.rowsSinceMillis().orElse(of.fromMillis());
        return LedgerFilter.between(Math.max(of.fromMillis(), since), of.toMillis());
    }

    /** Of the requests of which only sums are left. */
    private LedgerFilter before() {
        return LedgerFilter.between(filter.fromMillis(), Math.min(filter.toMillis(), rowFilter.fromMillis() - 1));
    }

    private @Nullable Instant rowsSince() {
        return rowFilter.fromMillis() == filter.fromMillis()
                ? null
                : Instant.ofEpochMilli(Math.min(filter.toMillis(), rowFilter.fromMillis()));
    }

    /** Weeks that there were rows to count, from 1: a gateway that began yesterday is no busier than its requests. */
    private double weeks() throws SQLException {
        long from = Math.max(rowFilter.fromMillis(), ledger.oldestMillis().orElse(rowFilter.fromMillis()));
        return Math.max(1, (filter.toMillis() - from) / WEEK);
    }

    /** Of chat requests only, as everything here. */
    private List<Destination> tiers(List<RoutedDestination> destinations) {
        return audit.destinations().stream()
                .filter(tier -> destinations.stream()
                        .anyMatch(each ->
                                each.task().equals(tier.task()) && each.tier().equals(tier.tier())))
                .toList();
    }

    private RoutedDestination destination(
            Way way, List<RoutedSums> rows, @Nullable RoutingExtras extra, List<DriftEvent> events)
            throws SQLException {
        long requests = rows.stream().mapToLong(RoutedSums::requests).sum();
        long judged = rows.stream().mapToLong(RoutedSums::judged).sum();
        long useful = rows.stream().mapToLong(RoutedSums::useful).sum();
        long unknown = rows.stream().mapToLong(RoutedSums::unknownCosts).sum();
        BigDecimal comparing = extra == null ? BigDecimal.ZERO : extra.comparingUsd();
        BigDecimal cost = unknown < requests || comparing.signum() > 0
                ? sum(rows.stream().map(RoutedSums::costUsd).toList()).add(comparing)
                : null;
        Task task = policy.tasks().get(way.task());
        QualityGap gap = task == null || isBaseline(way.tier()) ? null : gaps.of(task, way.model());
        QualityGap ofAnswers =
                task == null || gap == null || task.errorCost() == null ? null : gaps.ofAnswers(task, way.model());
        return new RoutedDestination(
                way.task(),
                way.tier(),
                way.model(),
                requests,
                rows.stream().mapToLong(RoutedSums::failed).sum(),
                cost,
                unknown + (extra == null ? 0 : extra.unknownComparing()),
                cost == null || useful == 0
                        ? null
                        : cost.divide(BigDecimal.valueOf(useful), PicoUsd.DECIMALS, RoundingMode.HALF_EVEN),
                judged == 0 ? null : Share.of(useful, judged),
                gap,
                task == null ? null : task.margin(),
                age(task, way),
                savings(rows, extra, task, ofAnswers),
                events.stream()
                        .filter(event -> way.task().equals(event.subject().task())
                                && way.tier().equals(event.subject().tier()))
                        .toList());
    }

    private Savings savings(
            List<RoutedSums> rows, @Nullable RoutingExtras extra, @Nullable Task task, @Nullable QualityGap gap) {
        long comparable = rows.stream().mapToLong(RoutedSums::comparable).sum();
        BigDecimal each = task == null ? null : task.errorCost();
        return new Savings(
                comparable,
                sum(rows.stream().map(RoutedSums::premiumUsd).toList()),
                sum(rows.stream().map(RoutedSums::servedUsd).toList()),
                sum(rows.stream().map(RoutedSums::classifierUsd).toList()),
                extra == null ? BigDecimal.ZERO : extra.retriesUsd(),
                extra == null ? BigDecimal.ZERO : extra.escalationsUsd(),
                extra == null ? BigDecimal.ZERO : extra.checksUsd(),
                extra == null ? BigDecimal.ZERO : extra.comparingUsd(),
                each == null || gap == null || gap.isPreference() // which says how often, not how many are wrong
                        ? null
                        : new Savings.Errors(
                                errors(each, comparable, -gap.difference()),
                                errors(each, comparable, -gap.high()),
                                errors(each, comparable, -gap.low()),
                                gap.isWorstCase()));
    }

    private static BigDecimal errors(BigDecimal each, long requests, double more) {
        return each.multiply(BigDecimal.valueOf(requests * more)).setScale(CENTS, RoundingMode.HALF_EVEN);
    }

    private boolean isBaseline(String tier) {
        return policy.baseline().equals(tier);
    }

    /** Of the model that served; of the task's own tier where the baseline served in its place. */
    private EvidenceAge age(@Nullable Task task, Way way) {
        if (task == null || task.tier().equals(policy.baseline())) {
            return EvidenceAge.of("not-needed", null, null, today);
        }
        List<String> models = isBaseline(way.tier())
                ? policy.tier(task.tier()).orElseThrow().models().stream()
                        .map(Tier.Member::model)
                        .toList()
                : List.of(way.model());
        EvidenceCheck.Finding finding = evidence.finding(policy, task, models, today);
        LocalDate accepted = models.stream()
                .map(model -> evidence.proof(task.name(), model).orElse(null))
                .filter(proof -> proof != null && proof.accepted() != null)
                .map(RoutingAuditing::day)
                .filter(day -> day != null)
                .min(LocalDate::compareTo)
                .orElse(null);
        Task.Waiver waiver = task.waiver();
        if (finding.state() != EvidenceCheck.State.VALID && waiver != null && !today.isAfter(waiver.until())) {
            return EvidenceAge.of("waived", accepted, waiver.until(), today);
        }
        return EvidenceAge.of(finding.state().key(), accepted, finding.until(), today);
    }

    private static @Nullable LocalDate day(Proof proof) {
        try {
            return LocalDate.parse(proof.accepted());
        } catch (java.time.DateTimeException e) {
            return null;
        }
    }

    private @Nullable StaticMix mix(List<RoutedSums> sums, List<RoutedDestination> destinations) {
        List<StaticMix.Part> parts = new ArrayList<>();
        for (Task task : policy.tasks().values()) {
            RoutedDestination most = destinations.stream()
                    .filter(each -> each.task().equals(task.name()) && each.gap() != null)
                    .max((a, b) -> Long.compare(a.requests(), b.requests()))
                    .orElse(null);
            QualityGap gap = most == null ? null : most.gap();
            if (gap == null || !gap.isLoss()) {
                continue;
            }
            List<RoutedSums> all = sums.stream()
                    .filter(each -> each.task().equals(task.name()))
                    .toList();
            List<RoutedSums> cheap =
                    all.stream().filter(each -> !isBaseline(each.tier())).toList();
            long requests = all.stream().mapToLong(RoutedSums::comparable).sum();
            long below = cheap.stream().mapToLong(RoutedSums::comparable).sum();
            parts.add(new StaticMix.Part(
                    below,
                    requests - below,
                    sum(all.stream().map(RoutedSums::premiumUsd).toList()),
                    sum(all.stream().map(RoutedSums::servedUsd).toList()),
                    gap.difference(),
                    StaticMix.cheapUsd(cheap, requests)));
        }
        return StaticMix.of(parts);
    }

    private List<ReplayLine> replay(List<RoutedSums> sums, List<Integer> sizes, Map<String, RoutingPolicy> against) {
        List<ReplayLine> lines = new ArrayList<>();
        lines.add(Replay.of("this policy", policy, sums, sizes));
        against.forEach((name, other) -> lines.add(Replay.of(name, other, sums, sizes)));
        lines.add(Replay.premium(policy, sums, sizes));
        lines.add(Replay.cheapest(policy, sums, sizes));
        return lines;
    }

    private List<String> warnings(List<RoutedDestination> destinations, long simulated) {
        List<String> all = new ArrayList<>();
        Instant rows = rowsSince();
        if (rows != null) {
            String since = rows.equals(audit.to())
                    ? "No request has a row any more"
                    : "Only requests since " + rows + " have a row each";
            all.add(since + ": those before were deleted (llm-router.ledger.keep-days), and sums are left of them."
                    + " Requests, costs, useful outputs, savings and drift are of the whole time, but retries and escalations of"
                    + " before are within 'saved by cheaper answers'. Replay, rates per week and most of what should be"
                    + " changed look at rows alone.");
        }
        if (simulated > 0) {
            all.add(Audit.simulated(simulated));
        }
        for (RoutedDestination each : destinations) {
            EvidenceAge age = each.evidence();
            if (age.isEndingSoon()) {
                all.add("The " + (age.state().equals("waived") ? "waiver" : "evidence") + " for task '" + each.task()
                        + "' at model '" + each.model() + "' ends on " + age.until() + ", in " + age.daysLeft()
                        + " days.");
            } else if (age.state().equals("expired")) {
                all.add("The evidence for task '" + each.task() + "' at model '" + each.model() + "' has expired.");
            }
        }
        return all.stream().distinct().toList();
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
