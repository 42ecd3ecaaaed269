package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.RoutedSums;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says what to change, from quality, cost, drift, evidence and volume: whoever gives advice from a ledger gets it here. */
final class Recommendations {
    private static final long FEW = 30; // requests below which a sum says nothing
    private static final double NOTABLE = 1.05; // retries cost something anywhere
    private static final double PER_WEEK = 100; // requests a week from which a cheaper tier is worth a look
    private static final double UNRECOGNISED = 0.05;

    private final RoutingPolicy policy;
    private final List<RoutedDestination> destinations;
    private final Audit audit;
    private final List<RoutedSums> sums;
    private final List<Integer> sizes;
    private final double weeks;
    private final List<Recommendation> all = new ArrayList<>();

    private Recommendations(
            RoutingPolicy policy,
            List<RoutedDestination> destinations,
            Audit audit,
            List<RoutedSums> sums,
            List<Integer> sizes,
            double weeks) {
        this.policy = policy;
        this.destinations = destinations;
        this.audit = audit;
        this.sums = sums;
        this.sizes = sizes;
        this.weeks = weeks;
    }

    /** @param weeks of the time that was looked at, above 0 */
    static List<Recommendation> of(
            RoutingPolicy policy,
            List<RoutedDestination> destinations,
            Audit audit,
            List<RoutedSums> sums,
            List<Integer> sizes,
            double weeks) {
        Recommendations found = new Recommendations(policy, destinations, audit, sums, sizes, weeks);
        for (Task task : policy.tasks().values()) {
            if (task.tier().equals(policy.baseline())) {
                found.suggest(task);
            } else if (!found.backToBaseline(task)) {
                found.renew(task);
            }
        }
        found.recognise();
        return List.copyOf(found.all);
    }

    private List<RoutedDestination> of(Task task) {
        return destinations.stream()
                .filter(each -> each.task().equals(task.name()) && each.tier().equals(task.tier()))
                .toList();
    }

    private boolean backToBaseline(Task task) {
        List<String> reasons = new ArrayList<>();
        Savings money = Savings.NONE;
        for (RoutedDestination each : of(task)) {
            QualityGap gap = each.gap();
            if (gap != null && each.isBelowMargin() && !gap.isWorstCase()) {
                reasons.add(text(
                        gap.isPreference()
                                ? "model '%s' is preferred less often than the baseline, by %.1f points of wins less losses (%.1f"
                                        + " to %.1f, %d pairs), where %.1f are accepted"
                                : "model '%s' is %.1f points below the baseline (%.1f to %.1f, %d pairs) where a loss of %.1f"
                                        + " is accepted",
                        each.model(),
                        -100 * gap.difference(),
                        -100 * gap.high(),
                        -100 * gap.low(),
                        gap.n(),
                        100 * Objects.requireNonNull(each.margin()).doubleValue()));
            }
            each.drift().stream()
                    .filter(event -> event.isOn() && event.subject().kind() == Kind.QUALITY)
                    .map(event -> "since " + event.since() + " quality has fallen")
                    .filter(reason -> !reasons.contains(reason))
                    .forEach(reasons::add);
            money = money.plus(each.savings());
        }
        String useful = lessUseful(task);
        if (useful != null) {
            reasons.add(useful);
        }
        BigDecimal paid = money.servedUsd().add(money.comparingUsd());
        if (money.comparable() >= FEW
                && paid.doubleValue() > NOTABLE * money.premiumUsd().doubleValue()) {
            reasons.add(text(
                    "it cost %s USD where the baseline would have cost %s",
                    paid.toPlainString(), money.premiumUsd().toPlainString()));
        }
        if (reasons.isEmpty()) {
            return false;
        }
        all.add(new Recommendation(
                Recommendation.Kind.BASELINE,
                task.name(),
                policy.baseline(),
                "Serve task '" + task.name() + "' at tier '" + policy.baseline() + "' in place of '" + task.tier()
                        + "' until it is validated again: " + String.join("; ", reasons) + "."));
        return true;
    }

    /** Judged outputs of the tier against those of the baseline tier, with their intervals; null if they do not differ. */
    private @Nullable String lessUseful(Task task) {
        Share low = share(task, task.tier());
        Share high = share(task, policy.baseline());
        BigDecimal margin = task.margin();
        double loss = margin == null ? 0 : margin.doubleValue();
        return low == null || high == null || !low.isBelow(high, loss)
                ? null
                : text(
                        "%.1f %% of %d judged outputs were useful, at the baseline tier %.1f %% of %d",
                        100 * low.mean(), low.n(), 100 * high.mean(), high.n());
    }

    private @Nullable Share share(Task task, String tier) {
        return audit.destinations().stream()
                .filter(each -> each.task().equals(task.name()) && each.tier().equals(tier))
                .map(Destination::quality)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private void renew(Task task) {
        List<RoutedDestination> served = destinations.stream()
                .filter(each -> each.task().equals(task.name()))
                .toList();
        if (served.isEmpty()) {
            return;
        }
        EvidenceAge age = served.stream()
                .filter(each -> each.tier().equals(task.tier()))
                .findFirst()
                .orElse(served.get(0))
                .evidence();
        String why = switch (age.state()) {
            case "expired" -> "its evidence has expired";
            case "invalid" -> "its evidence does not hold any more";
            case "missing" -> "nothing proves that tier '" + task.tier() + "' is good enough";
            default ->
                age.isEndingSoon()
                        ? "its " + (age.state().equals("waived") ? "waiver" : "evidence") + " ends on " + age.until()
                                + ", in " + age.daysLeft() + " days"
                        : "";
        };
        if (!why.isEmpty()) {
            all.add(new Recommendation(
                    Recommendation.Kind.RENEW,
                    task.name(),
                    null,
                    "Task '" + task.name() + "': " + why
                            + ". Validate it on fresh examples: validate --policy POLICY.yaml"
                            + " --data EXAMPLES.jsonl --accept --by NAME."));
        }
    }

    private void suggest(Task task) {
        long requests = 0;
        BigDecimal billed = BigDecimal.ZERO;
        BigDecimal cheapest = BigDecimal.ZERO;
        for (RoutedSums each : sums) {
            BigDecimal usd = each.task().equals(task.name()) && each.counted() > 0
                    ? Replay.cheapestUsd(policy, each, sizes)
                    : null;
            if (usd != null) {
                requests += each.counted();
                billed = billed.add(each.billedUsd());
                cheapest = cheapest.add(usd);
            }
        }
        if (requests / weeks >= PER_WEEK && billed.compareTo(cheapest) > 0) {
            all.add(new Recommendation(
                    Recommendation.Kind.SUGGEST,
                    task.name(),
                    null,
                    text(
                            "Task '%s' stayed at the baseline tier with %,d requests, %.0f a week. The cheapest model would"
                                    + " have saved %s USD at most; whether one is good enough: validate --suggest --policy"
                                    + " POLICY.yaml --data EXAMPLES.jsonl.",
                            task.name(),
                            requests,
                            requests / weeks,
                            billed.subtract(cheapest)
                                    .setScale(4, RoundingMode.HALF_EVEN)
                                    .toPlainString())));
        }
    }

    private void recognise() {
        long requests =
                destinations.stream().mapToLong(RoutedDestination::requests).sum();
        long unknown = destinations.stream()
                .filter(each -> each.task().equals(LedgerFilter.UNCLASSIFIED))
                .mapToLong(RoutedDestination::requests)
                .sum();
        if (unknown / weeks >= PER_WEEK && unknown > UNRECOGNISED * requests) {
            all.add(new Recommendation(
                    Recommendation.Kind.RECOGNISE,
                    null,
                    null,
                    text(
                            "%,d requests (%.1f %%) were of no known task and went to the baseline tier. Add rules or examples"
                                    + " for what they are: train --data EXAMPLES.jsonl --out MODEL.",
                            unknown, 100.0 * unknown / requests)));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
