package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RequestNeeds;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds rules that never decide, rules that compete, and rules whose requests no model of the tier, or one only, can serve. */
final class RuleChecks {
    private static final int MAX_WORDS = 12;

    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;
    private final List<Rule> rules;
    private final List<Set<String>> keywords;

    RuleChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
        this.rules = policy.rules();
        this.keywords = rules.stream().map(rule -> normal(rule.when())).toList();
    }

    void run() {
        checkUnreachable();
        checkOverlaps();
        checkCapabilities();
        checkTasksWithoutRule();
    }

    private void checkUnreachable() {
        // A rule can only be shadowed by one without keywords or by one with a keyword that stands in its own: so not
        // every pair is looked at, which would take minutes for thousands of rules.
        List<Integer> withoutKeywords = new ArrayList<>();
        Map<String, List<Integer>> byKeyword = new HashMap<>();
        for (int later = 0; later < rules.size() && !problems.isFull(); later++) {
            int rule = later;
            Stream.concat(withoutKeywords.stream(), fewestCandidates(keywords.get(rule), byKeyword))
                    .filter(earlier -> implies(rule, earlier))
                    .min(Integer::compare)
                    .ifPresent(earlier -> warnUnreachable(rule, rules.get(earlier)));
            if (keywords.get(later).isEmpty()) {
                withoutKeywords.add(later);
            }
            keywords.get(later)
                    .forEach(keyword -> byKeyword
                            .computeIfAbsent(keyword, k -> new ArrayList<>())
                            .add(rule));
        }
    }

    /** The rules that hold a part of the rarest keyword: whoever shadows the rule is among them. */
    private static Stream<Integer> fewestCandidates(Set<String> keywords, Map<String, List<Integer>> byKeyword) {
        List<List<Integer>> fewest = List.of();
        int fewestCount = Integer.MAX_VALUE;
        for (String keyword : keywords) {
            List<List<Integer>> holders = phrases(keyword).stream()
                    .distinct()
                    .map(byKeyword::get)
                    .filter(Objects::nonNull)
                    .toList();
            int count = holders.stream().mapToInt(List::size).sum();
            if (count < fewestCount) {
                fewest = holders;
                fewestCount = count;
            }
            if (count == 0) {
                break;
            }
        }
        return fewest.stream().flatMap(List::stream);
    }

    private void warnUnreachable(int later, Rule earlier) {
        Rule rule = rules.get(later);
        boolean sameTask = rule.task().equals(earlier.task());
        String what = "is never reached: whatever fits it fits rule " + Quoted.of(earlier.id()) + " in line "
                + earlier.line() + " first";
        String fix = sameTask ? "Remove it." : "Move it before that rule, or make that rule narrower.";
        if (sameTask) {
            problems.warning(at(rule, later), "rules[" + index(later) + "]", what, fix);
        } else {
            problems.error(at(rule, later), "rules[" + index(later) + "]", what, fix);
        }
    }

    /** Whether every request that fits the one rule fits the other; errs on the side of no. */
    private boolean implies(int narrow, int wide) {
        Condition a = rules.get(narrow).when();
        Condition b = rules.get(wide).when();
        return given(b.simple(), a.simple())
                && given(b.jsonpath(), a.jsonpath())
                && given(b.regex(), a.regex())
                && given(b.tools(), a.tools())
                && given(b.responseSchema(), a.responseSchema())
                && a.headers().entrySet().containsAll(b.headers().entrySet())
                && a.metadata().entrySet().containsAll(b.metadata().entrySet())
                && anyOf(a.tags(), b.tags())
                && anyOf(a.languageIn(), b.languageIn())
                && languagesKeptOut(a, b)
                && a.modalities().containsAll(b.modalities())
                && containsImply(a, b)
                && atLeast(a.tokensOver(), b.tokensOver())
                && atMost(a.tokensUnder(), b.tokensUnder())
                && atLeast(a.turnsOver(), b.turnsOver())
                && atLeast(a.questionsOver(), b.questionsOver())
                && atLeast(a.outputTokensOver(), b.outputTokensOver())
                && keywordsImply(keywords.get(narrow), keywords.get(wide));
    }

    private static boolean given(@Nullable Object wide, @Nullable Object narrow) {
        return wide == null || wide.equals(narrow);
    }

    private static boolean atLeast(@Nullable Integer narrow, @Nullable Integer wide) {
        return wide == null || narrow != null && narrow >= wide;
    }

    private static boolean atMost(@Nullable Integer narrow, @Nullable Integer wide) {
        return wide == null || narrow != null && narrow <= wide;
    }

    private static boolean anyOf(Set<String> narrow, Set<String> wide) {
        return wide.isEmpty() || !narrow.isEmpty() && wide.containsAll(narrow);
    }

    private static boolean languagesKeptOut(Condition narrow, Condition wide) {
        return narrow.languageNotIn().containsAll(wide.languageNotIn())
                || !narrow.languageIn().isEmpty()
                        && narrow.languageIn().stream()
                                .noneMatch(language -> wide.languageNotIn().contains(language));
    }

    /** Whether several structures must all stand or any of them is not this package's matter: equal or a single one. */
    private static boolean containsImply(Condition narrow, Condition wide) {
        return wide.contains().isEmpty() || wide.contains().equals(narrow.contains());
    }

    private static boolean keywordsImply(Set<String> narrow, Set<String> wide) {
        return wide.isEmpty()
                || !narrow.isEmpty() && narrow.stream().allMatch(keyword -> covering(keyword, wide) != null);
    }

    /** The keyword of {@code wide} that stands in every text in which {@code keyword} stands; null for none. */
    private static @Nullable String covering(String keyword, Set<String> wide) {
        return phrases(keyword).stream().filter(wide::contains).findFirst().orElse(null);
    }

    /** The keyword and every run of whole words in it. */
    private static List<String> phrases(String keyword) {
        List<String> phrases = new ArrayList<>();
        phrases.add(keyword);
        String[] words = keyword.split(" ", MAX_WORDS + 1);
        if (words.length > 1 && words.length <= MAX_WORDS) {
            for (int from = 0; from < words.length; from++) {
                StringBuilder phrase = new StringBuilder();
                for (int to = from; to < words.length; to++) {
                    phrases.add(phrase.append(to > from ? " " : "")
                            .append(words[to])
                            .toString());
                }
            }
        }
        return phrases;
    }

    private static Set<String> normal(Condition condition) {
        return condition.keywords().stream()
                .map(keyword -> keyword.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "))
                .collect(Collectors.toSet());
    }

    /** Keywords of a rule that an earlier rule of another task has too: which rule decides hangs on their order. */
    private void checkOverlaps() {
        Map<String, List<Integer>> rulesByKeyword = new HashMap<>();
        for (int later = 0; later < rules.size() && !problems.isFull(); later++) {
            Set<Integer> looked = new HashSet<>();
            for (String keyword : keywords.get(later).stream().sorted().toList()) {
                for (String phrase : phrases(keyword)) {
                    for (int earlier : rulesByKeyword.getOrDefault(phrase, List.of())) {
                        if (looked.add(earlier) && competes(earlier, later)) {
                            warnOverlap(earlier, later, keyword, phrase);
                        }
                    }
                }
            }
            for (String keyword : keywords.get(later)) {
                List<Integer> holders = rulesByKeyword.computeIfAbsent(keyword, k -> new ArrayList<>());
                if (holders.size() < 20) {
                    holders.add(later);
                }
            }
        }
    }

    private boolean competes(int earlier, int later) {
        Rule first = rules.get(earlier);
        Rule second = rules.get(later);
        return !first.task().equals(second.task())
                && !disjoint(first.when(), second.when())
                && !implies(later, earlier)
                && !implies(earlier, later);
    }

    private static boolean disjoint(Condition a, Condition b) {
        boolean languages = !a.languageIn().isEmpty()
                && !b.languageIn().isEmpty()
                && a.languageIn().stream().noneMatch(b.languageIn()::contains);
        boolean tools = a.tools() != null && b.tools() != null && !a.tools().equals(b.tools());
        return languages || tools || tokensApart(a, b) || tokensApart(b, a);
    }

    private static boolean tokensApart(Condition low, Condition high) {
        Integer under = low.tokensUnder();
        Integer over = high.tokensOver();
        return under != null && over != null && under <= over + 1;
    }

    private void warnOverlap(int earlier, int later, String keyword, String phrase) {
        Rule first = rules.get(earlier);
        Rule second = rules.get(later);
        String also = keyword.equals(phrase) ? "" : " (as " + Quoted.of(phrase) + ")";
        problems.warning(
                at(second, later),
                "rules[" + index(later) + "].when.keywords",
                "has " + Quoted.of(keyword) + ", which rule " + Quoted.of(first.id()) + " in line " + first.line()
                        + " has as well" + also + " for the task " + Quoted.of(first.task())
                        + "; the earlier rule decides",
                "Keep the keyword in one of them, or make the earlier rule narrower.");
    }

    private void checkCapabilities() {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            Task task = policy.tasks().get(rule.task());
            Tier tier = task == null ? null : policy.tiers().get(task.tier());
            if (task == null || tier == null || !task.premiumWhen().isEmpty()) {
                continue;
            }
            for (Capability needed : needs(rule.when())) {
                checkCapability(rule, i, tier, needed);
            }
        }
    }

    private void checkCapability(Rule rule, int i, Tier tier, Capability needed) {
        String requests = "sends requests that need '" + needed.key() + "' to tier " + Quoted.of(tier.name());
        if (!anyCan(policy, tier, needed)) {
            problems.error(
                    at(rule, i),
                    "rules[" + index(i) + "]",
                    requests + ", where no model can do that",
                    "Choose another task, or add a model with this capability to the tier.");
            return;
        }
        List<String> able = tier.models().stream()
                .map(Tier.Member::model)
                .filter(name -> {
                    Model model = policy.models().get(name);
                    return model == null || model.can(needed);
                })
                .toList();
        if (able.size() == 1 && tier.models().size() > 1) {
            problems.warning(
                    at(rule, i),
                    "rules[" + index(i) + "]",
                    requests + ", where only " + Quoted.of(able.get(0))
                            + " can do that: if it fails, nobody else is asked",
                    "Add the capability to another model of the tier that has it, or a model that can to the tier.");
        }
    }

    /** What a model needs to serve the requests that the condition fits. */
    static Set<Capability> needs(Condition condition) {
        return RequestNeeds.of(condition).capabilities();
    }

    static boolean anyCan(RoutingPolicy policy, Tier tier, Capability capability) {
        return tier.models().stream()
                .map(member -> policy.models().get(member.model()))
                .anyMatch(model -> model == null || model.can(capability));
    }

    private void checkTasksWithoutRule() {
        Set<String> withRule = rules.stream().map(Rule::task).collect(Collectors.toSet());
        Set<ClassifierSettings.Step> chain = Set.copyOf(policy.classifier().chain());
        boolean othersCanFind = chain.contains(ClassifierSettings.Step.LEARNED)
                || chain.contains(ClassifierSettings.Step.EMBEDDING)
                || chain.contains(ClassifierSettings.Step.LLM)
                || chain.contains(ClassifierSettings.Step.EXPLICIT);
        for (String task : policy.tasks().keySet()) {
            if (!othersCanFind && !withRule.contains(task)) {
                problems.warning(
                        places.of("tasks", task),
                        "tasks." + Quoted.bare(task),
                        "is never chosen: no rule names it and the classifier has no other step",
                        "Add a rule, or a step to classifier.chain.");
            }
        }
    }

    private YamlNode.Position at(Rule rule, int index) {
        return places.of("rules", index(index)).line() == rule.line()
                ? places.of("rules", index(index))
                : new YamlNode.Position(rule.line(), 1);
    }

    /** The rule's index in the file, where rules that could not be read have an index as well. */
    private int index(int index) {
        return IntStream.range(index, places.size("rules"))
                .filter(i -> places.of("rules", i).line() == rules.get(index).line())
                .findFirst()
                .orElse(index);
    }
}
