package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.StratifiedDifference;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.CanarySums;
import dev.llmrouter.record.ledger.LedgerCanaries;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.PicoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds how the canaries of a policy fare. */
final class CanaryTrials {
    private final LedgerCanaries ledger;
    private final RoutingPolicy policy;

    CanaryTrials(LedgerCanaries ledger, RoutingPolicy policy) {
        this.ledger = ledger;
        this.policy = policy;
    }

    /** Of every tier whose canary was drawn in a time. */
    List<CanaryTrial> of(LedgerFilter filter) throws SQLException {
        List<CanaryTrial> all = new ArrayList<>();
        for (Tier tier : policy.tiers().values()) {
            if (tier.canary() != null) {
                List<CanarySums> sums =
                        ledger.of(filter, tier.name(), tier.canary().model(), tasks(tier));
                if (!sums.isEmpty()) {
                    all.add(trial(tier.name(), tier.canary().model(), sums));
                }
            }
        }
        return all;
    }

    /** Those of which an output that fails is escalated from this tier. */
    private List<String> tasks(Tier tier) {
        return tier.name().equals(policy.baseline())
                ? List.of()
                : policy.tasks().values().stream()
                        .filter(task -> task.tier().equals(tier.name()))
                        .map(Task::name)
                        .toList();
    }

    /** What was drawn for the canary under one policy, and what was not. */
    private record Half(CanarySums canary, @Nullable CanarySums others) {
        StratifiedDifference.Stratum quality(double margin) {
            return stratum(CanarySums::useful, CanarySums::judged, margin);
        }

        /** Of all requests: how many have something, such as an answer. */
        StratifiedDifference.Stratum share(ToLongFunction<CanarySums> hits) {
            return stratum(hits, CanarySums::requests, 0);
        }

        private StratifiedDifference.Stratum stratum(
                ToLongFunction<CanarySums> hits, ToLongFunction<CanarySums> of, double margin) {
            return others == null
                    ? new StratifiedDifference.Stratum(0, 0, 0, 0, margin)
                    : new StratifiedDifference.Stratum(
                            hits.applyAsLong(canary),
                            of.applyAsLong(canary),
                            hits.applyAsLong(others),
                            of.applyAsLong(others),
                            margin);
        }
    }

    /** @param alpha error level of each bound */
    private static @Nullable CanaryDifference difference(
            List<Half> halves, List<StratifiedDifference.Stratum> quality, double alpha) {
        StratifiedDifference useful = StratifiedDifference.of(quality, alpha);
        StratifiedDifference answered = of(halves, CanarySums::answered, alpha);
        StratifiedDifference served = of(halves, CanarySums::served, alpha);
        return useful == null || answered == null || served == null
                ? null
                : new CanaryDifference(useful, answered, served);
    }

    private static @Nullable StratifiedDifference of(List<Half> halves, ToLongFunction<CanarySums> hits, double alpha) {
        return StratifiedDifference.of(
                halves.stream().map(half -> half.share(hits)).toList(), alpha);
    }

    /** Whether as many costs are known of both, as far as is shown: those that are not known are hardly the cheap ones. */
    private static boolean isPricedAlike(List<Half> halves, double alpha) {
        StratifiedDifference priced = of(halves, CanarySums::priced, alpha);
        return priced != null && priced.low() <= 0 && priced.high() >= 0;
    }

    private CanaryTrial trial(String tier, String model, List<CanarySums> sums) {
        Map<String, Map<String, CanarySums>> rest = new LinkedHashMap<>();
        sums.stream()
                .filter(each -> !each.drawn())
                .forEach(each -> rest.computeIfAbsent(each.task(), k -> new LinkedHashMap<>())
                        .put(each.policy(), each));
        Map<String, List<Half>> byTask = new TreeMap<>();
        sums.stream()
                .filter(CanarySums::drawn)
                .forEach(each -> byTask.computeIfAbsent(each.task(), k -> new ArrayList<>())
                        .add(new Half(
                                each, rest.getOrDefault(each.task(), Map.of()).get(each.policy()))));
        List<Half> all = byTask.values().stream().flatMap(List::stream).toList();
        boolean isPriced = isPricedAlike(all, CanaryTrial.ALPHA);
        double alpha = CanaryTrial.ALPHA / byTask.size();
        List<CanaryTrial.OfTask> tasks = new ArrayList<>();
        List<StratifiedDifference.Stratum> strata = new ArrayList<>();
        byTask.forEach((task, halves) -> {
            double margin = margin(task);
            List<StratifiedDifference.Stratum> own =
                    halves.stream().map(half -> half.quality(margin)).toList();
            strata.addAll(own);
            tasks.add(ofTask(task, halves, difference(halves, own, alpha), isPriced && isPricedAlike(halves, alpha)));
        });
        return new CanaryTrial(tier, model, tasks, difference(all, strata, CanaryTrial.ALPHA));
    }

    private double margin(String name) {
        BigDecimal margin = policy.task(name).map(Task::margin).orElse(null);
        return margin == null ? 0 : margin.doubleValue();
    }

    private static CanaryTrial.OfTask ofTask(
            String task, List<Half> halves, @Nullable CanaryDifference difference, boolean isPriced) {
        List<CanarySums> canary = halves.stream().map(Half::canary).toList();
        List<CanarySums> others = halves.stream()
                .flatMap(half -> Stream.ofNullable(half.others()))
                .toList();
        long priced = 0;
        BigDecimal own = BigDecimal.ZERO;
        BigDecimal instead = BigDecimal.ZERO;
        for (Half half : halves) {
            CanarySums rest = half.others();
            if (isPriced && half.canary().priced() > 0 && rest != null && rest.priced() > 0) {
                BigDecimal weight = BigDecimal.valueOf(half.canary().priced());
                priced += half.canary().priced();
                own = own.add(half.canary().costUsd());
                instead = instead.add(rest.costUsd()
                        .multiply(weight)
                        .divide(BigDecimal.valueOf(rest.priced()), PicoUsd.DECIMALS, RoundingMode.HALF_EVEN));
            }
        }
        return new CanaryTrial.OfTask(
                task,
                canary.stream().mapToLong(CanarySums::requests).sum(),
                canary.stream().mapToLong(CanarySums::answered).sum(),
                others.stream().mapToLong(CanarySums::requests).sum(),
                others.stream().mapToLong(CanarySums::answered).sum(),
                share(canary),
                share(others),
                difference,
                priced,
                own,
                instead);
    }

    private static @Nullable Share share(List<CanarySums> sums) {
        long judged = sums.stream().mapToLong(CanarySums::judged).sum();
        return judged == 0
                ? null
                : Share.of(sums.stream().mapToLong(CanarySums::useful).sum(), judged);
    }
}
