package dev.llmrouter.classify;

import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names the task by the first rule that fits, in the order of the policy. Immutable and safe for use by many threads.
 *
 * <p>Rules are found by their keywords, else tags, else headers, else metadata, so that only those are tested for which
 * such a part may hold; rules with none of these are tested for each request. Of system prompts and of the latest user
 * message beyond 65,536 chars each, keywords are searched in the first and last 32,768.
 */
public final class RuleClassifier implements Classifier {
    /** How many rules that nearly fit are told. */
    static final int NEAR_MISSES = 5;

    private final List<Rule> rules;
    private final CompiledCondition[] conditions;
    private final KeywordIndex index;
    private final int[][] byKeyword;
    private final Map<String, BitSet> byTag = new HashMap<>();
    private final Map<String, Values> byHeader = new HashMap<>();
    private final Map<String, Values> byMetadata = new HashMap<>();
    private final BitSet always = new BitSet();

    /** @throws IllegalArgumentException names the rule and the line whose regex or expression does not parse */
    public RuleClassifier(List<Rule> rules, Expressions expressions) {
        this.rules = List.copyOf(rules);
        List<String> keywords = new ArrayList<>();
        rules.forEach(rule -> keywords.addAll(rule.when().keywords()));
        index = new KeywordIndex(keywords);
        conditions = new CompiledCondition[rules.size()];
        List<List<Integer>> ofKeyword = new ArrayList<>();
        for (int i = 0; i < index.size(); i++) {
            ofKeyword.add(new ArrayList<>());
        }
        for (int i = 0; i < conditions.length; i++) {
            conditions[i] = compile(rules.get(i), expressions);
            place(i, rules.get(i).when(), ofKeyword);
        }
        byKeyword = ofKeyword.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    private CompiledCondition compile(Rule rule, Expressions expressions) {
        try {
            return CompiledCondition.of(rule.when(), expressions, index);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "line " + rule.line() + ": rule '" + rule.id() + "': " + e.getMessage(), e);
        }
    }

    private void place(int rule, Condition when, List<List<Integer>> ofKeyword) {
        if (!when.keywords().isEmpty()) {
            when.keywords().stream()
                    .mapToInt(index::idOf)
                    .filter(id -> id >= 0)
                    .forEach(id -> ofKeyword.get(id).add(rule));
        } else if (!when.tags().isEmpty()) {
            when.tags()
                    .forEach(tag ->
                            byTag.computeIfAbsent(tag, unseen -> new BitSet()).set(rule));
        } else if (!when.headers().isEmpty()) {
            Map.Entry<String, String> first =
                    when.headers().entrySet().iterator().next();
            place(byHeader, first.getKey().toLowerCase(Locale.ROOT), first.getValue(), rule);
        } else if (!when.metadata().isEmpty()) {
            Map.Entry<String, String> first =
                    when.metadata().entrySet().iterator().next();
            place(byMetadata, first.getKey(), first.getValue(), rule);
        } else {
            always.set(rule);
        }
    }

    private static void place(Map<String, Values> by, String name, String value, int rule) {
        Values values = by.computeIfAbsent(name, unseen -> new Values(new HashMap<>(), new BitSet()));
        if (value.endsWith("*")) {
            values.prefixes.set(rule);
        } else {
            values.exact.computeIfAbsent(value, unseen -> new BitSet()).set(rule);
        }
    }

    private record Values(Map<String, BitSet> exact, BitSet prefixes) {}

    @Override
    public Optional<Classification> classify(Input input, Trace trace) {
        ConditionInput look = new ConditionInput(input, index, false);
        BitSet candidates = candidates(look);
        for (int i = candidates.nextSetBit(0); i >= 0; i = candidates.nextSetBit(i + 1)) {
            if (conditions[i].test(look)) {
                return Optional.of(matched(i, look, trace));
            }
        }
        if (trace.isWanted()) {
            trace.say("rules: none of " + rules.size() + " fits");
            sayNearMisses(rules.size(), look, trace);
        }
        return Optional.empty();
    }

    private Classification matched(int at, ConditionInput look, Trace trace) {
        Rule rule = rules.get(at);
        if (trace.isWanted()) {
            trace.say("rules: '" + rule.id() + "' (line " + rule.line() + ") fits: " + conditions[at].why(look));
            sayNearMisses(at, look, trace);
        }
        return new Classification(rule.task(), 1, Classification.Source.RULE, rule.id(), List.of());
    }

    /** Tells of rules before the one that matched in which all parts but one held. */
    private void sayNearMisses(int before, ConditionInput look, Trace trace) {
        int told = 0;
        for (int i = 0; i < before && told < NEAR_MISSES; i++) {
            String failed = conditions[i].nearMiss(look);
            if (failed != null) {
                trace.say("rules: '" + rules.get(i).id() + "' (line "
                        + rules.get(i).line() + ") nearly fits, but " + failed);
                told++;
            }
        }
    }

    private BitSet candidates(ConditionInput look) {
        BitSet candidates = (BitSet) always.clone();
        if (!index.isEmpty()) {
            BitSet found = look.keywords();
            for (int id = found.nextSetBit(0); id >= 0; id = found.nextSetBit(id + 1)) {
                for (int rule : byKeyword[id]) {
                    candidates.set(rule);
                }
            }
        }
        if (!byTag.isEmpty()) {
            look.input().tags().forEach(tag -> add(byTag.get(tag), candidates));
        }
        add(byHeader, look.input().headers(), candidates);
        add(byMetadata, look.input().request().metadata(), candidates);
        return candidates;
    }

    private static void add(Map<String, Values> by, Map<String, String> given, BitSet to) {
        if (!by.isEmpty()) {
            given.forEach((name, value) -> {
                Values values = by.get(name);
                if (values != null) {
                    add(values.exact.get(value), to);
                    to.or(values.prefixes);
                }
            });
        }
    }

    private static void add(@Nullable BitSet rules, BitSet to) {
        if (rules != null) {
            to.or(rules);
        }
    }
}
