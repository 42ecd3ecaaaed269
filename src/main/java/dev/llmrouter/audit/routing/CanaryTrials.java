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
        StratifiedDifference.Stratum stratum(double margin) {
            return others == null
                    ? new StratifiedDifference.Stratum(0, 0, 0, 0, margin)
                    : new StratifiedDifference.Stratum(
                            canary.useful(), canary.judged(), others.useful(), others.judged(), margin);
        }
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
        List<CanaryTrial.OfTask> tasks = new ArrayList<>();
        List<StratifiedDifference.Stratum> strata = new ArrayList<>();
        byTask.forEach((task, halves) -> {
            double margin = margin(task);
            List<StratifiedDifference.Stratum> own =
                    halves.stream().map(half -> half.stratum(margin)).toList();
            strata.addAll(own);
            tasks.add(ofTask(task, halves, StratifiedDifference.of(own, CanaryTrial.ALPHA / byTask.size())));
        });
        return new CanaryTrial(tier, model, tasks, StratifiedDifference.of(strata, CanaryTrial.ALPHA));
    }

    private double margin(String name) {
        BigDecimal margin = policy.task(name).map(Task::margin).orElse(null);
        return margin == null ? 0 : margin.doubleValue();
    }

    private static CanaryTrial.OfTask ofTask(
            String task, List<Half> halves, @Nullable StratifiedDifference difference) {
        List<CanarySums> canary = halves.stream().map(Half::canary).toList();
        List<CanarySums> others = halves.stream()
                .flatMap(half -> Stream.ofNullable(half.others()))
                .toList();
        long priced = 0;
        BigDecimal own = BigDecimal.ZERO;
        BigDecimal instead = BigDecimal.ZERO;
        for (Half half : halves) {
            CanarySums rest = half.others();
            if (half.canary().priced() > 0 && rest != null && rest.priced() > 0) {
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
