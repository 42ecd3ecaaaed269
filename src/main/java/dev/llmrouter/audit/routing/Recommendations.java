package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.RoutedSums;
import dev.llmrouter.record.ledger.RoutingExtras;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
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
    private final List<CanaryTrial> canaries;
    private final List<RoutedSums> sums;
    private final List<RoutedSums> rows;
    private final List<RoutingExtras> extras;
    private final List<Integer> sizes;
    private final double weeks;
    private final List<Recommendation> all = new ArrayList<>();

    private Recommendations(
            RoutingPolicy policy,
            List<RoutedDestination> destinations,
            List<CanaryTrial> canaries,
            List<RoutedSums> sums,
            List<RoutedSums> rows,
            List<RoutingExtras> extras,
            List<Integer> sizes,
            double weeks) {
        this.policy = policy;
        this.destinations = destinations;
        this.canaries = canaries;
        this.sums = sums;
        this.rows = rows;
        this.extras = extras;
        this.sizes = sizes;
        this.weeks = weeks;
    }

    /**
     * All that should be changed.
     *
     * @param sums of all requests
     * @param rows those of them whose rows are there: volume and money are judged by these
     * @param extras of the same, shadows and judges of them
     * @param weeks that the rows are of, from 1
     */
    static List<Recommendation> of(
            RoutingPolicy policy,
            List<RoutedDestination> destinations,
            List<CanaryTrial> canaries,
            List<RoutedSums> sums,
            List<RoutedSums> rows,
            List<RoutingExtras> extras,
            List<Integer> sizes,
            double weeks) {
        Recommendations found = new Recommendations(policy, destinations, canaries, sums, rows, extras, sizes, weeks);
        for (Task task : policy.tasks().values()) {
            if (task.tier().equals(policy.baseline())) {
                found.suggest(task);
            } else if (!found.backToBaseline(task)) {
                found.renew(task);
                found.compareLess(task);
            }
        }
        policy.tiers().values().forEach(found::canary);
        found.recognise();
        return List.copyOf(found.all);
    }

    /** Of requests that a tier's canary answered, and no other model of the tier could have: they say nothing of the tier. */
    private boolean isOnTrial(String tier, String model) {
        return policy.tier(tier)
                .filter(each -> each.canary() != null && each.canary().model().equals(model))
                .filter(each -> each.models().stream()
                        .noneMatch(member -> member.model().equals(model)))
                .isPresent();
    }

    /** By the draw: an output of the canary that failed stands under who was asked after it. By the model where only sums are left. */
    private boolean isOnTrial(RoutedSums each) {
        return each.drawn() || isOnTrial(each.tier(), each.model());
    }

    private void canary(Tier tier) {
        if (tier.canary() == null) {
            return;
        }
        String model = tier.canary().model();
        String name = "canary '" + model + "' of tier '" + tier.name() + "'";
        List<String> reasons = new ArrayList<>();
        CanaryTrial trial = canaries.stream()
                .filter(each -> each.tier().equals(tier.name()))
                .findFirst()
                .orElse(null);
        if (trial != null && trial.isWorse()) {
            reasons.addAll(CanaryWords.worse(trial));
        }
        if (isOnTrial(tier.name(), model)) {
            for (RoutedDestination each : destinations) {
                if (each.tier().equals(tier.name()) && each.model().equals(model)) {
                    String below = belowMargin(each);
                    if (below != null) {
                        reasons.add("at task '" + each.task() + "' " + below);
                    }
                }
            }
        }
        if (!reasons.isEmpty()) {
            all.add(new Recommendation(
                    Recommendation.Kind.END_CANARY,
                    null,
                    tier.name(),
                    true,
                    "Remove " + name + ": " + String.join("; ", reasons) + "."));
        } else if (trial != null && trial.isAcceptable() && CanaryWords.isCheaper(trial)) {
            all.add(new Recommendation(
                    Recommendation.Kind.PROMOTE,
                    null,
                    null,
                    false,
                    "The " + name + " could be its model: " + CanaryWords.acceptable(trial) + "."));
        }
    }

    private List<RoutedDestination> of(Task task) {
        return destinations.stream()
                .filter(each -> each.requests() > 0 // not one that shadows alone were asked for
                        && each.task().equals(task.name())
                        && each.tier().equals(task.tier()))
                .toList();
    }

    private boolean backToBaseline(Task task) {
        List<String> below = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (RoutedDestination each : of(task)) {
            String gap = isOnTrial(each.tier(), each.model()) ? null : belowMargin(each);
            if (gap != null) {
                below.add(gap);
            }
            each.drift().stream()
                    .filter(event -> event.isOn() && event.subject().kind().isOfQuality())
                    .filter(event -> !isValidatedSince(each, event))
                    .map(event -> event.subject().kind() == Kind.DECLINE
                            ? "quality is lower than a quarter before"
                            : "since " + event.since() + " quality has fallen")
                    .filter(reason -> !reasons.contains(reason))
                    .forEach(reasons::add);
        }
        String useful = lessUseful(task);
        if (useful != null) {
            below.add(useful);
        }
        String dearer = dearer(task);
        if (dearer != null) {
            reasons.add(dearer);
        }
        reasons.addAll(0, below);
        if (reasons.isEmpty()) {
            return false;
        }
        all.add(new Recommendation(
                Recommendation.Kind.BASELINE,
                task.name(),
                policy.baseline(),
                !below.isEmpty(),
                "Serve task '" + task.name() + "' at tier '" + policy.baseline() + "' in place of '" + task.tier()
                        + "' until it is validated again: " + String.join("; ", reasons) + "."));
        return true;
    }

    /** Then it is known how good it is now, as when the evidence would be revoked. */
    private static boolean isValidatedSince(RoutedDestination destination, DriftEvent event) {
        LocalDate accepted = destination.evidence().accepted();
        return accepted != null && accepted.isAfter(event.since());
    }

    /** Null unless it is shown, and not only at worst. */
    private static @Nullable String belowMargin(RoutedDestination each) {
        QualityGap gap = each.gap();
        if (gap == null || !each.isBelowMargin() || gap.isWorstCase()) {
            return null;
        }
        return text(
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
                100 * Objects.requireNonNull(each.margin()).doubleValue());
    }

    /** Whether the task's own tier was asked first because of the task: with outputs that failed their check there. */
    private static boolean isRouted(Task task, RoutedSums sums) {
        return !sums.named() && (sums.escalated() || sums.tier().equals(task.tier()));
    }

    /**
     * What the task's requests cost that no canary was drawn for, escalated ones included; whoever they were compared with is not in it.
     *
     * @param requests those whose costs are known, of which {@code escalated} went to the baseline after their check
     * @param premium what the baseline alone would have cost
     */
    private record Serving(long requests, long escalated, BigDecimal paid, BigDecimal premium) {
        boolean isDearer(BigDecimal besides) {
            return requests >= FEW && paid.add(besides).doubleValue() > NOTABLE * premium.doubleValue();
        }
    }

    private Serving serving(Task task) {
        Serving sum = new Serving(0, 0, BigDecimal.ZERO, BigDecimal.ZERO);
        for (RoutedSums each : rows) {
            if (each.task().equals(task.name()) && isRouted(task, each) && !isOnTrial(each)) {
                sum = new Serving(
                        sum.requests + each.comparable(),
                        sum.escalated + (each.escalated() ? each.comparable() : 0),
                        sum.paid.add(each.servedUsd()),
                        sum.premium.add(each.premiumUsd()));
            }
        }
        return sum;
    }

    /** What serving the task cost against the baseline alone; null if that is not dearer. */
    private @Nullable String dearer(Task task) {
        Serving serving = serving(task);
        if (!serving.isDearer(BigDecimal.ZERO)) {
            return null;
        }
        String cost = text(
                "it cost %s USD where the baseline would have cost %s",
                serving.paid.toPlainString(), serving.premium.toPlainString());
        return serving.escalated == 0
                ? cost
                : cost
                        + text(
                                ", as %,d of %,d outputs failed their check and the baseline was asked as well",
                                serving.escalated, serving.requests);
    }

    /** Where the route saves, and less than is paid to compare its answers: another tier would not change that. */
    private void compareLess(Task task) {
        BigDecimal comparing = extras.stream()
                .filter(each -> each.task().equals(task.name())
                        && each.tier().equals(task.tier())
                        && !isOnTrial(each.tier(), each.model()))
                .map(RoutingExtras::comparingUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        Serving serving = serving(task);
        boolean saves = serving.paid.compareTo(serving.premium) < 0;
        if (task.collect() == null || !saves || !serving.isDearer(comparing)) {
            return;
        }
        all.add(new Recommendation(
                Recommendation.Kind.COMPARE_LESS,
                task.name(),
                null,
                false,
                text(
                        "Compare fewer answers of task '%s' (collect: { share, perDay }): shadows and judges cost %s USD, and its"
                                + " requests cost %s where the baseline would have cost %s.",
                        task.name(),
                        comparing.toPlainString(),
                        serving.paid.toPlainString(),
                        serving.premium.toPlainString())));
    }

    /**
     * Judged outputs of the task's requests against those that went to the baseline at once; null if they are not worse, and where somebody is asked
     * about outputs of cheaper tiers: the baseline's were judged by their form alone.
     */
    private @Nullable String lessUseful(Task task) {
        if (task.verify() != null && task.verify().crossCheck() != null) {
            return null;
        }
        Share low = share(task, true);
        Share high = share(task, false);
        BigDecimal margin = task.margin();
        double loss = margin == null ? 0 : margin.doubleValue();
        return low == null || high == null || !low.isBelow(high, loss)
                ? null
                : text(
                        "%.1f %% of %d judged outputs were useful, at the baseline tier %.1f %% of %d",
                        100 * low.mean(), low.n(), 100 * high.mean(), high.n());
    }

    private @Nullable Share share(Task task, boolean isRouted) {
        long judged = 0;
        long useful = 0;
        for (RoutedSums each : sums) {
            boolean isOne = isRouted
                    ? each.escalated() || each.tier().equals(task.tier())
                    : !each.escalated() && each.tier().equals(policy.baseline());
            if (isOne && each.task().equals(task.name()) && !isOnTrial(each)) {
                judged += each.judged();
                useful += each.useful();
            }
        }
        return judged == 0 ? null : Share.of(useful, judged);
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
                .filter(each -> !isOnTrial(each.tier(), each.model()))
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
                    false,
                    "Task '" + task.name() + "': " + why
                            + ". Validate it on fresh examples: validate --policy POLICY.yaml"
                            + " --data EXAMPLES.jsonl --accept --by NAME."));
        }
    }

    private void suggest(Task task) {
        long requests = 0;
        BigDecimal billed = BigDecimal.ZERO;
        BigDecimal cheapest = BigDecimal.ZERO;
        for (RoutedSums each : rows) {
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
                    false,
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

    /** Who names a tier or a model needs no task, and a refused request went nowhere. */
    private void recognise() {
        long requests = rows.stream().mapToLong(RoutedSums::requests).sum();
        long unknown = rows.stream()
                .filter(each -> each.task().equals(LedgerFilter.UNCLASSIFIED)
                        && !each.named()
                        && each.tier().equals(policy.baseline()))
                .mapToLong(RoutedSums::requests)
                .sum();
        if (unknown / weeks >= PER_WEEK && unknown > UNRECOGNISED * requests) {
            all.add(new Recommendation(
                    Recommendation.Kind.RECOGNISE,
                    null,
                    null,
                    false,
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
