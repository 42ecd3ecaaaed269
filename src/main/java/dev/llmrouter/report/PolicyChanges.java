package dev.llmrouter.report;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is different between two policies, in sentences. */
final class PolicyChanges {
    private final List<String> changes = new ArrayList<>();

    private PolicyChanges() {}

    /** One sentence each; empty if nothing that decides where a request goes, or what it costs, is different. */
    static List<String> between(RoutingPolicy before, RoutingPolicy after) {
        PolicyChanges all = new PolicyChanges();
        all.value("The owner", before.owner(), after.owner());
        all.value("The baseline tier", before.baseline(), after.baseline());
        all.value(
                "The evidence mode", RoutingDocument.lower(before.evidence()), RoutingDocument.lower(after.evidence()));
        all.value(
                "The classifier's chain",
                before.classifier().chain().toString(),
                after.classifier().chain().toString());
        all.value(
                "The least confidence that is acted on",
                before.classifier().minConfidence(),
                after.classifier().minConfidence());
        all.value(
                "The least confidence of single steps",
                new TreeMap<>(before.classifier().thresholds()).toString(),
                new TreeMap<>(after.classifier().thresholds()).toString());
        all.entries("Task", before.tasks(), after.tasks(), all::task);
        all.entries("Tier", before.tiers(), after.tiers(), all::tier);
        all.entries("Model", before.models(), after.models(), all::model);
        all.rules(before.rules(), after.rules());
        return List.copyOf(all.changes);
    }

    private <T> void entries(String what, Map<String, T> before, Map<String, T> after, BiConsumer<T, T> compare) {
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            T old = before.get(name);
            T now = after.get(name);
            if (old == null) {
                changes.add(what + " " + name + " is new.");
            } else if (now == null) {
                changes.add(what + " " + name + " is gone.");
            } else {
                compare.accept(old, now);
            }
        }
    }

    private void task(Task old, Task now) {
        String of = "Task " + now.name() + ": ";
        value(of + "the tier", old.tier(), now.tier());
        value(of + "the acceptable loss", old.margin(), now.margin());
        value(of + "the cost of an error, USD,", old.errorCost(), now.errorCost());
        value(of + "the rationale", old.rationale(), now.rationale());
        different(of + "the description is another one.", old.description(), now.description());
        value(
                of + "what sends it to the baseline",
                old.premiumWhen().stream().map(ConditionWords::of).collect(Collectors.joining("; or ")),
                now.premiumWhen().stream().map(ConditionWords::of).collect(Collectors.joining("; or ")));
        different(of + "the check of outputs is another one.", old.verify(), now.verify());
        different(of + "the thresholds of the review are others.", old.review(), now.review());
        value(of + "the examples", old.examples(), now.examples());
        value(of + "the waiver", waiver(old.waiver()), waiver(now.waiver()));
    }

    private static @Nullable String waiver(Task.@Nullable Waiver waiver) {
        return waiver == null ? null : "by " + waiver.by() + " until " + waiver.until();
    }

    private void tier(Tier old, Tier now) {
        String of = "Tier " + now.name() + ": ";
        value(of + "the models", models(old), models(now));
        value(of + "the order", RoutingDocument.lower(old.strategy()), RoutingDocument.lower(now.strategy()));
        value(
                of + "the time a request may take, s,",
                old.timeout().toSeconds(),
                now.timeout().toSeconds());
        value(of + "the calls that a request may cost", old.maxAttempts(), now.maxAttempts());
        value(of + "the canary", share(old.canary()), share(now.canary()));
        value(of + "the shadow", share(old.shadow()), share(now.shadow()));
        value(of + "the batch of files of work", batch(old.batch()), batch(now.batch()));
    }

    private static String models(Tier tier) {
        return tier.models().stream()
                .map(member -> member.weight() == 1 ? member.model() : member.model() + " x " + member.weight())
                .collect(Collectors.joining(", "));
    }

    private static @Nullable String share(Tier.@Nullable Share share) {
        return share == null ? null : share.model() + " " + share.percent() + " %";
    }

    private static @Nullable String batch(Tier.@Nullable Batch batch) {
        return batch == null
                ? null
                : "within " + batch.within() + ", unanswered: " + RoutingDocument.lower(batch.unanswered());
    }

    private void model(Model old, Model now) {
        String of = "Model " + now.name() + ": ";
        value(of + "the provider", old.provider(), now.provider());
        value(of + "the provider's name for it", old.remoteName(), now.remoteName());
        value(of + "the price, USD per million tokens,", price(old.price()), price(now.price()));
        value(of + "the context", old.context(), now.context());
        different(of + "the capabilities are others.", old.capabilities(), now.capabilities());
    }

    private static @Nullable String price(@Nullable Price price) {
        return price == null
                ? null
                : price.input().toPlainString() + " in, " + price.output().toPlainString() + " out"
                        + (price.cachedInput() == null
                                ? ""
                                : ", " + price.cachedInput().toPlainString() + " cached")
                        + (price.batch() == null
                                ? ""
                                : ", times " + price.batch().toPlainString() + " in a batch");
    }

    private void rules(List<Rule> before, List<Rule> after) {
        Map<String, Rule> old = byId(before);
        Map<String, Rule> now = byId(after);
        entries("Rule", old, now, (was, is) -> {
            value("Rule " + is.id() + ": the task", was.task(), is.task());
            value("Rule " + is.id() + ": it", ConditionWords.of(was.when()), ConditionWords.of(is.when()));
        });
        List<String> kept = old.keySet().stream().filter(now::containsKey).toList();
        if (!kept.equals(now.keySet().stream().filter(old::containsKey).toList())) {
            changes.add("The rules are in another order; the first that holds wins.");
        }
    }

    private static Map<String, Rule> byId(List<Rule> rules) {
        return rules.stream()
                .collect(Collectors.toMap(Rule::id, rule -> rule, (a, b) -> a, java.util.LinkedHashMap::new));
    }

    private void value(String what, @Nullable Object old, @Nullable Object now) {
        if (!Objects.equals(old, now)) {
            changes.add(what + " was " + said(old) + ", and is " + said(now) + ".");
        }
    }

    private static String said(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "not stated" : "\"" + value + "\"";
    }

    private void different(String sentence, @Nullable Object old, @Nullable Object now) {
        if (!Objects.equals(old, now)) {
            changes.add(sentence);
        }
    }
}
