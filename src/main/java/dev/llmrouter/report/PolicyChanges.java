package dev.llmrouter.report;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two policies, in sentences. Every component of every record of a policy is compared, so that one that
 * is added later cannot be forgotten: one without words of its own is named as the record names it.
 */
final class PolicyChanges {
    /** The maps and lists of a policy whose entries have names. */
    private static final Map<String, String> ENTRIES = Map.of(
            "providers", "Provider",
            "models", "Model",
            "tiers", "Tier",
            "tasks", "Task",
            "rules", "Rule",
            "keys", "Key");

    private final List<String> changes = new ArrayList<>();

    private PolicyChanges() {}

    /**
     * One sentence each; empty if nothing is different that decides where a request goes, what is sent, what it costs or what is
     * proven. No secret, and of an address the host alone.
     */
    static List<String> between(RoutingPolicy before, RoutingPolicy after) {
        PolicyChanges all = new PolicyChanges();
        for (RecordComponent part : RoutingPolicy.class.getRecordComponents()) {
            String entry = ENTRIES.get(part.getName());
            Object old = valueOf(part, before);
            Object now = valueOf(part, after);
            if (entry == null || old == null || now == null) {
                all.component("", "", part, old, now);
            } else {
                all.entries(entry, named(old), named(now));
            }
        }
        all.order(before.rules(), after.rules());
        return List.copyOf(all.changes);
    }

    private static Map<String, Record> named(Object entries) {
        Map<String, Record> all = new LinkedHashMap<>();
        if (entries instanceof Map<?, ?> map) {
            map.forEach((name, value) -> all.put(String.valueOf(name), (Record) value));
        } else {
            for (Object each : (Collection<?>) entries) {
                String name = each instanceof Rule rule ? rule.id() : ((AccessKey) each).name();
                all.put(name, (Record) each);
            }
        }
        return all;
    }

    private void entries(String what, Map<String, Record> before, Map<String, Record> after) {
        for (String name : union(before, after)) {
            Record old = before.get(name);
            Record now = after.get(name);
            if (old == null) {
                changes.add(what + " " + name + " is new.");
            } else if (now == null) {
                changes.add(what + " " + name + " is gone.");
            } else {
                parts(what + " " + name + ": ", "", old, now);
            }
        }
    }

    private static Set<String> union(Map<String, ?> before, Map<String, ?> after) {
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        return names;
    }

    /** @param of the sentence's beginning @param path of the record inside what the sentence is of, with a dot behind it */
    private void parts(String of, String path, Record old, Record now) {
        for (RecordComponent part : now.getClass().getRecordComponents()) {
            component(of, path, part, valueOf(part, old), valueOf(part, now));
        }
    }

    private void component(String of, String path, RecordComponent part, @Nullable Object old, @Nullable Object now) {
        if (PolicyWords.isWithoutEffect(part) || isSame(old, now)) {
            return;
        }
        String words = PolicyWords.of(part);
        String what = of + (words == null ? path + part.getName() : words);
        if (PolicyWords.isSecretByName(part)) {
            secrets(what, (Map<?, ?>) Objects.requireNonNull(old), (Map<?, ?>) Objects.requireNonNull(now));
        } else if (words == null && old instanceof Record was && now instanceof Record is) {
            parts(of, path + part.getName() + ".", was, is);
        } else {
            value(what, PolicyWords.said(part, old), PolicyWords.said(part, now));
        }
    }

    /** Names are told, values never. */
    private void secrets(String what, Map<?, ?> old, Map<?, ?> now) {
        Map<String, Object> before = texts(old);
        Map<String, Object> after = texts(now);
        for (String name : union(before, after)) {
            if (!Objects.equals(before.get(name), after.get(name))) {
                changes.add(what + " " + name
                        + (!before.containsKey(name)
                                ? " is new."
                                : after.containsKey(name) ? " has another value." : " is gone."));
            }
        }
    }

    private static Map<String, Object> texts(Map<?, ?> map) {
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((name, value) -> all.put(String.valueOf(name), value));
        return all;
    }

    /** Two that are said alike differ in what is not said. */
    private void value(String what, String old, String now) {
        changes.add(
                old.equals(now)
                        ? what + " is another one (not shown in full)."
                        : what + " was " + old + ", and is " + now + ".");
    }

    private void order(List<Rule> before, List<Rule> after) {
        if (!shared(before, after).equals(shared(after, before))) {
            changes.add("The rules are in another order; the first that holds wins.");
        }
    }

    /** Ids of the first, of those that the second has too. */
    private static List<String> shared(List<Rule> rules, List<Rule> others) {
        List<String> kept = others.stream().map(Rule::id).toList();
        return rules.stream().map(Rule::id).filter(kept::contains).toList();
    }

    private static boolean isSame(@Nullable Object old, @Nullable Object now) {
        return old instanceof BigDecimal was && now instanceof BigDecimal is
                ? was.compareTo(is) == 0
                : Objects.equals(old, now);
    }

    static @Nullable Object valueOf(RecordComponent part, Record of) {
        try {
            return part.getAccessor().invoke(of);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a policy's record is public, and its components only return: " + part, e);
        }
    }
}
