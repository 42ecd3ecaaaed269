package dev.llmrouter.audit.routing;

import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.RoutedSums;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides the requests of a ledger again under another policy, from what the ledger keeps: task, tokens, what the caller
 * asked for, and whether the request was lifted. Texts are not kept, so that not everything can be decided again; see
 * {@link #ASSUMPTIONS}. A price is linear in tokens, so that the sums of a class of requests are priced exactly.
 */
public final class Replay {
    /** What a replay takes for granted, in sentences. */
    public static final List<String> ASSUMPTIONS = List.of(
            "Tasks are those that were recognised then: rules and classifiers that look at texts cannot be run again.",
            "Conditions of premiumWhen that look at input tokens alone are decided again, by the tokens that the provider"
                    + " counted. Where a task has other conditions or a gate, requests that were lifted then are lifted again.",
            "What no task was recognised for goes to the baseline tier. Who asked for a tier or model keeps it, if the policy"
                    + " has it.",
            "The first model of the tier that takes the input answers at once, at the price that the policy gives for it now"
                    + " and with the tokens of the answer that was given: another model may count, cache and answer"
                    + " differently. Failures and repeated calls are not replayed.",
            "Lines that a batch answered are priced at the price of batches where the tier has a batch, else like single calls."
                    + " What was written to a cache for an hour is priced as if it were for minutes.",
            "Every tier may serve, proven or not: evidence is not asked.",
            "What quality the other policy would have had is not known. A lower line is a reason to validate, not to change.");

    private final RoutingPolicy policy;
    private final List<Integer> sizes;

    private Replay(RoutingPolicy policy, List<Integer> sizes) {
        this.policy = policy;
        this.sizes = sizes;
    }

    /** A model that answers, at a tier. */
    private record Place(Tier tier, Model model) {}

    /** The input sizes, in tokens and ascending, at which one of the policies decides differently. */
    public static List<Integer> sizes(List<RoutingPolicy> policies) {
        Set<Integer> all = new TreeSet<>();
        for (RoutingPolicy policy : policies) {
            for (Task task : policy.tasks().values()) {
                task.premiumWhen().forEach(condition -> tokensOver(condition).ifPresent(all::add));
            }
            for (Model model : policy.models().values()) {
                Optional.ofNullable(model.context()).ifPresent(all::add);
                Price price = model.price();
                if (price != null) {
                    Optional.ofNullable(price.upTo()).ifPresent(all::add);
                }
            }
        }
        return List.copyOf(all);
    }

    /** What the requests would have cost under a policy. @param sizes that the sums tell apart */
    public static ReplayLine of(String name, RoutingPolicy policy, List<RoutedSums> sums, List<Integer> sizes) {
        Replay replay = new Replay(policy, sizes);
        return replay.line(name, sums, replay::place);
    }

    /** Everything at the baseline tier. */
    static ReplayLine premium(RoutingPolicy policy, List<RoutedSums> sums, List<Integer> sizes) {
        Replay replay = new Replay(policy, sizes);
        return replay.line("always premium (tier " + policy.baseline() + ")", sums, replay::premium);
    }

    /** Everything at whatever priced model of any tier, canaries included, is cheapest for the tokens, however good it is. */
    static ReplayLine cheapest(RoutingPolicy policy, List<RoutedSums> sums, List<Integer> sizes) {
        Replay replay = new Replay(policy, sizes);
        return replay.line("always the cheapest model", sums, replay::cheapest);
    }

    /** What one class of requests would cost at the cheapest model; null if no model with a price takes it. */
    static @Nullable BigDecimal cheapestUsd(RoutingPolicy policy, RoutedSums sums, List<Integer> sizes) {
        Replay replay = new Replay(policy, sizes);
        Place place = replay.cheapest(sums);
        return place == null ? null : replay.cost(place, sums);
    }

    private ReplayLine line(String name, List<RoutedSums> sums, Function<RoutedSums, @Nullable Place> choice) {
        long requests = 0;
        long priced = 0;
        long premium = 0;
        BigDecimal usd = BigDecimal.ZERO;
        BigDecimal billed = BigDecimal.ZERO;
        Set<String> best = Set.copyOf(members(policy.baselineTier()));
        for (RoutedSums each : sums) {
            requests += each.requests();
            Place place = each.counted() == 0 ? null : choice.apply(each);
            BigDecimal cost = place == null ? null : cost(place, each);
            if (place != null && cost != null) {
                priced += each.counted();
                premium += best.contains(place.model().name()) ? each.counted() : 0;
                usd = usd.add(cost);
                billed = billed.add(each.billedUsd());
            }
        }
        return new ReplayLine(name, requests, priced, usd, billed, premium);
    }

    private static List<String> members(Tier tier) {
        return tier.models().stream().map(Tier.Member::model).toList();
    }

    private @Nullable Place place(RoutedSums sums) {
        if (sums.named()) {
            Model asked = sums.namedModel() ? policy.models().get(sums.model()) : null;
            Tier tier = policy.tiers().get(sums.tier());
            if (asked != null) {
                return new Place(tier != null ? tier : policy.firstTierWith(asked.name()), asked);
            }
            return tier != null ? first(tier, sums) : premium(sums);
        }
        Task task = policy.tasks().get(sums.task());
        Tier tier = task == null || isLifted(task, sums) ? null : policy.tiers().get(task.tier());
        Place first = tier == null ? null : first(tier, sums);
        return first != null ? first : premium(sums);
    }

    private boolean isLifted(Task task, RoutedSums sums) {
        boolean isOpen = task.gate() != null;
        for (Condition condition : task.premiumWhen()) {
            Optional<Integer> tokens = tokensOver(condition);
            if (tokens.isPresent() && exceeds(sums, tokens.get())) {
                return true;
            }
            isOpen |= tokens.isEmpty();
        }
        return isOpen && sums.lifted();
    }

    private boolean exceeds(RoutedSums sums, int tokens) {
        int at = sizes.indexOf(tokens);
        return at >= 0 && sums.size() > at;
    }

    private @Nullable Place premium(RoutedSums sums) {
        Tier baseline = policy.baselineTier();
        Place fits = first(baseline, sums);
        return fits != null
                ? fits
                : policy.model(members(baseline).get(0))
                        .map(model -> new Place(baseline, model))
                        .orElse(null);
    }

    private @Nullable Place first(Tier tier, RoutedSums sums) {
        return members(tier).stream()
                .flatMap(name -> policy.model(name).stream())
                .filter(model -> takes(model, sums))
                .findFirst()
                .map(model -> new Place(tier, model))
                .orElse(null);
    }

    /** What a model would cost for all of them; null if unknown, as it is beyond {@code price.upTo}. Hours in a cache are priced as the shorter writes that the ledger counts. */
    private @Nullable BigDecimal cost(Place place, RoutedSums sums) {
        Price price = price(place, sums);
        if (price == null) {
            return null;
        }
        Integer upTo = price.upTo();
        return upTo != null && exceeds(sums, upTo) ? null : Cost.of(price.ofSums(), sums.tokens());
    }

    private static boolean isOfBatch(RoutedSums sums) {
        return sums.batched() && !sums.escalated(); // what counted then was called
    }

    private @Nullable Price price(Place place, RoutedSums sums) {
        Price inBatch = isOfBatch(sums) ? policy.priceInBatch(place.tier(), place.model()) : null;
        return inBatch == null ? place.model().price() : inBatch;
    }

    private boolean takes(Model model, RoutedSums sums) {
        Integer context = model.context();
        return !model.isEmbedding() && (context == null || !exceeds(sums, context));
    }

    private @Nullable Place cheapest(RoutedSums sums) {
        List<Map.Entry<Place, BigDecimal>> all = new ArrayList<>();
        for (Tier tier : policy.tiers().values()) {
            Stream.concat(
                            members(tier).stream(),
                            Stream.ofNullable(tier.canary()).map(Tier.Share::model))
                    .flatMap(name -> policy.model(name).stream())
                    .filter(model -> takes(model, sums))
                    .map(model -> new Place(tier, model))
                    .forEach(place -> {
                        BigDecimal cost = cost(place, sums);
                        if (cost != null) {
                            all.add(Map.entry(place, cost));
                        }
                    });
        }
        return all.stream()
                .min(Comparator.comparing((Map.Entry<Place, BigDecimal> each) -> each.getValue()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** The tokens of a condition that looks at nothing else; empty for any other condition. */
    private static Optional<Integer> tokensOver(Condition condition) {
        Integer tokens = condition.tokensOver();
        Condition alone = new Condition(
                null, null, Map.of(), Map.of(), Set.of(), List.of(), null, tokens, null, Set.of(), Set.of(), Set.of(),
                null, null, Set.of(), null, null, null);
        return tokens != null && condition.equals(alone) ? Optional.of(tokens) : Optional.empty();
    }
}
