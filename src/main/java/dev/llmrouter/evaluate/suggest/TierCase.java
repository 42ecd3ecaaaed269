package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.Saving;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about serving a task by a tier.
 *
 * @param results of the tier's models, in its order; the model that quality is measured against has none
 * @param untested models of the tier that the data say nothing about
 * @param saved per request, on answers alone, against the baseline; null where costs are not known
 * @param net {@code saved} minus what errors cost; null where the one or the other is not known
 */
public record TierCase(
        String tier,
        List<TaskResult> results,
        List<String> untested,
        @Nullable Amount saved,
        @Nullable Amount net) {
    public TierCase {
        results = List.copyOf(results);
        untested = List.copyOf(untested);
    }

    static TierCase of(Tier tier, String baseline, List<TaskResult> known) {
        List<TaskResult> results = new ArrayList<>();
        List<String> untested = new ArrayList<>();
        for (Tier.Member member : tier.models()) {
            if (member.model().equals(baseline)) {
                continue;
            }
            known.stream()
                    .filter(result -> result.candidate().equals(member.model()))
                    .findFirst()
                    .ifPresentOrElse(results::add, () -> untested.add(member.model()));
        }
        return new TierCase(
                tier.name(),
                results,
                untested,
                amount(tier, baseline, results, false),
                amount(tier, baseline, results, true));
    }

    /** Whether every model of the tier passed. */
    public boolean isAccepted() {
        return untested.isEmpty()
                && !results.isEmpty()
                && results.stream().allMatch(r -> r.acceptance() == Acceptance.ACCEPTED);
    }

    /** Whether one of its models is shown to lose too much, or to cost more than it saves. */
    public boolean isRefuted() {
        return results.stream()
                .anyMatch(r -> r.acceptance() == Acceptance.FAILED || r.acceptance() == Acceptance.NET_LOSS);
    }

    /**
     * What a request saves on average: of the first model under failover, by weight where the tier has weights, else of the
     * one that saves least.
     */
    private static @Nullable Amount amount(Tier tier, String baseline, List<TaskResult> results, boolean afterErrors) {
        Amount mix = Amount.NONE;
        Amount least = null;
        double weights = 0;
        for (Tier.Member member : tier.models()) {
            Amount amount = member.model().equals(baseline)
                    ? Amount.NONE
                    : results.stream()
                            .filter(r -> r.candidate().equals(member.model()))
                            .findFirst()
                            .map(r -> amount(r, afterErrors))
                            .orElse(null);
            if (tier.strategy() == Strategy.FAILOVER || amount == null) {
                return amount;
            }
            mix = mix.plus(amount.times(member.weight()));
            weights += member.weight();
            least = least == null || amount.mean() < least.mean() ? amount : least;
        }
        return tier.strategy() == Strategy.WEIGHTED && weights > 0 ? mix.times(1 / weights) : least;
    }

    private static @Nullable Amount amount(TaskResult result, boolean afterErrors) {
        Saving saving = result.saving();
        Double errorCost = result.money().errorCost();
        if (saving == null || (afterErrors && errorCost == null)) {
            return null;
        }
        Amount answers = new Amount(saving.mean(), saving.low(), saving.high());
        if (!afterErrors || errorCost == null) {
            return answers;
        }
        GateResult gate = result.gate();
        return answers.plus(new Amount(gate.difference(), gate.low(), gate.high()).times(errorCost));
    }

    /** USD for a million tokens in and a million out of the model that is asked first; null where no price is known. */
    static @Nullable Double listPrice(RoutingPolicy policy, Tier tier) {
        return tier.models().stream()
                .findFirst()
                .flatMap(member -> policy.model(member.model()))
                .map(model -> model.price())
                .map(price -> price.input().add(price.output()).doubleValue())
                .orElse(null);
    }
}
