package dev.llmrouter.classify;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.llmrouter.policy.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition of the policy, ready to be tested. Immutable and safe for use by many threads.
 *
 * <p>Parts are tested cheapest first; tokens, language and expressions last. An expression that fails on an input does
 * not match it, but lifts it to the baseline: unsure means that. Reasons hold words of the policy and figures, never text or header values of a request.
 */
public final class CompiledCondition {
    /** What a lifting regex searches, some 50 ns a char. */
    static final int MAX_REGEX_CHARS = 256 * 1024;

    private final List<Part> parts;
    private final KeywordIndex index;
    private final boolean isLifting;

    private CompiledCondition(List<Part> parts, KeywordIndex index, boolean isLifting) {
        this.parts = List.copyOf(parts);
        this.index = index;
        this.isLifting = isLifting;
    }

    /** @throws IllegalArgumentException if a regex or an expression does not parse */
    public static CompiledCondition of(Condition condition, Expressions expressions) {
        return of(condition, expressions, new KeywordIndex(condition.keywords()));
    }

    /**
     * A condition that lifts a request to the baseline tier: what it looks for may stand anywhere in a text, however long, an expression of it
     * that fails holds, and so does a regex on a text of more than {@value #MAX_REGEX_CHARS} chars in whose two ends it does not match.
     *
     * @throws IllegalArgumentException if a regex or an expression does not parse
     */
    public static CompiledCondition lifting(Condition condition, Expressions expressions) {
        return of(condition, expressions, new KeywordIndex(condition.keywords()), true);
    }

    static CompiledCondition of(Condition condition, Expressions expressions, KeywordIndex index) {
        return of(condition, expressions, index, false);
    }

    private static CompiledCondition of(
            Condition condition, Expressions expressions, KeywordIndex index, boolean isLifting) {
        List<Part> parts = new ArrayList<>();
        callerParts(condition, parts);
        shapeParts(condition, index, parts);
        costlyParts(condition, expressions, isLifting, parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the condition has no part; give at least one, such as keywords");
        }
        return new CompiledCondition(parts, index, isLifting);
    }

    /** Whether every part holds. */
    public boolean test(Input input) {
        return test(new ConditionInput(input, index, isLifting));
    }

    /** Why it holds, as {@code "tokensOver 2000: 2,310 estimated"}; null if it does not hold. */
    public @Nullable String why(Input input) {
        ConditionInput look = new ConditionInput(input, index, isLifting);
        return test(look) ? why(look) : null;
    }

    boolean test(ConditionInput look) {
        for (Part part : parts) {
            if (!part.holds(look)) {
                return false;
            }
        }
        return true;
    }

    String why(ConditionInput look) {
        List<String> said = new ArrayList<>();
        for (Part part : parts) {
            said.add(part.says.apply(look));
        }
        return String.join("; ", said);
    }

    /** What the one part that fails found; null if none or more than one fails, or if there is only one part. */
    @Nullable
    String nearMiss(ConditionInput look) {
        Part failed = null;
        for (Part part : parts) {
            if (!part.holds(look)) {
                if (failed != null) {
                    return null;
                }
                failed = part;
            }
        }
        return failed == null || parts.size() == 1 ? null : failed.says.apply(look);
    }

    private record Part(Predicate<ConditionInput> test, Function<ConditionInput, String> says) {
        boolean holds(ConditionInput look) {
            return test.test(look);
        }
    }

    private static void callerParts(Condition when, List<Part> parts) {
        if (!when.tags().isEmpty()) {
            parts.add(new Part(
                    look -> when.tags().stream().anyMatch(look.input().tags()::contains), look -> {
                        List<String> shared = when.tags().stream()
                                .filter(look.input().tags()::contains)
                                .sorted()
                                .toList();
                        return "tags " + when.tags().stream().sorted().toList() + ": "
                                + (shared.isEmpty() ? "none" : shared);
                    }));
        }
        when.headers().forEach((name, wanted) -> {
            String key = name.toLowerCase(Locale.ROOT);
            parts.add(value(
                    "header " + key, wanted, look -> look.input().headers().get(key)));
        });
        when.metadata()
                .forEach((name, wanted) -> parts.add(value(
                        "metadata " + name,
                        wanted,
                        look -> look.input().request().metadata().get(name))));
    }

    private static Part value(String name, String wanted, Function<ConditionInput, @Nullable String> found) {
        return new Part(look -> fits(wanted, found.apply(look)), look -> {
            String value = found.apply(look);
            return name + " '" + wanted + "': "
                    + (value == null ? "not given" : fits(wanted, value) ? "the same" : "another value");
        });
    }

    static boolean fits(String wanted, @Nullable String value) {
        if (value == null) {
            return false;
        }
        return wanted.endsWith("*") ? value.startsWith(wanted.substring(0, wanted.length() - 1)) : value.equals(wanted);
    }

    private static void shapeParts(Condition when, KeywordIndex index, List<Part> parts) {
        if (!when.keywords().isEmpty()) {
            int[] ids = when.keywords().stream().mapToInt(index::idOf).toArray();
            parts.add(new Part(look -> firstFound(ids, look) >= 0, look -> {
                int first = firstFound(ids, look);
                return first < 0
                        ? "keywords: none of " + ids.length + " found"
                        : "keyword '" + when.keywords().get(first) + "'";
            }));
        }
        flag("tools", when.tools(), look -> look.input().characteristics().hasTools(), parts);
        flag(
                "responseSchema",
                when.responseSchema(),
                look -> look.input().characteristics().hasResponseSchema(),
                parts);
        if (!when.modalities().isEmpty()) {
            parts.add(new Part(
                    look -> look.input().characteristics().modalities().containsAll(when.modalities()),
                    look -> "modalities " + sorted(when.modalities()) + ": "
                            + sorted(look.input().characteristics().modalities())));
        }
        over(
                "turnsOver",
                when.turnsOver(),
                look -> look.input().characteristics().turns(),
                parts);
        over(
                "outputTokensOver",
                when.outputTokensOver(),
                look -> Objects.requireNonNullElse(
                        look.input().characteristics().requestedOutputTokens(), 0),
                parts);
        over(
                "questionsOver",
                when.questionsOver(),
                look -> look.input().characteristics().questions(),
                parts);
        if (!when.contains().isEmpty()) {
            parts.add(new Part(
                    look -> structures(look.input().characteristics()).containsAll(when.contains()),
                    look -> "contains " + sorted(when.contains()) + ": "
                            + sorted(structures(look.input().characteristics()))));
        }
    }

    private static int firstFound(int[] ids, ConditionInput look) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= 0 && look.keywords().get(ids[i])) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static Set<String> structures(Characteristics of) {
        Set<String> found = new java.util.HashSet<>();
        if (of.hasCode()) {
            found.add("code");
        }
        if (of.hasJson()) {
            found.add("json");
        }
        if (of.hasMarkup()) {
            found.add("markup");
        }
        if (of.hasTable()) {
            found.add("table");
        }
        return found;
    }

    private static void flag(String name, @Nullable Boolean wanted, Predicate<ConditionInput> found, List<Part> parts) {
        if (wanted != null) {
            parts.add(new Part(
                    look -> found.test(look) == wanted, look -> name + " " + wanted + ": " + found.test(look)));
        }
    }

    private static void over(
            String name, @Nullable Integer bound, Function<ConditionInput, Integer> found, List<Part> parts) {
        if (bound != null) {
            parts.add(
                    new Part(look -> found.apply(look) > bound, look -> name + " " + bound + ": " + found.apply(look)));
        }
    }

    private static void costlyParts(Condition when, Expressions expressions, boolean isLifting, List<Part> parts) {
        Integer over = when.tokensOver();
        if (over != null) {
            parts.add(tokens("tokensOver " + over, of -> of.inputTokensAtMost() > over && of.inputTokens() > over));
        }
        Integer under = when.tokensUnder();
        if (under != null) {
            parts.add(tokens("tokensUnder " + under, of -> of.inputTokensAtMost() < under || of.inputTokens() < under));
        }
        if (when.regex() != null) {
            parts.add(isLifting ? liftingRegex(when.regex()) : regex(when.regex()));
        }
        if (when.jsonpath() != null) {
            parts.add(expression("jsonpath", expressions.jsonpath(when.jsonpath()), isLifting));
        }
        if (when.simple() != null) {
            parts.add(expression("simple", expressions.simple(when.simple()), isLifting));
        }
        if (!when.languageIn().isEmpty()) {
            parts.add(language("languageIn", when.languageIn(), true, isLifting));
        }
        if (!when.languageNotIn().isEmpty()) {
            parts.add(language("languageNotIn", when.languageNotIn(), false, isLifting));
        }
    }

    private static Part tokens(String name, Predicate<Characteristics> test) {
        return new Part(
                look -> test.test(look.input().characteristics()),
                look -> String.format(
                        Locale.ROOT,
                        "%s: %,d estimated",
                        name,
                        look.input().characteristics().inputTokens()));
    }

    /** By the head of the text; what lifts holds as well by what its middle or end is in. */
    private static Part language(String name, Set<String> codes, boolean in, boolean isLifting) {
        return new Part(
                look -> {
                    Characteristics of = look.input().characteristics();
                    String found = of.language();
                    return (found != null && codes.contains(found)) == in
                            || isLifting && of.laterLanguages().stream().anyMatch(later -> codes.contains(later) == in);
                },
                look -> {
                    Characteristics of = look.input().characteristics();
                    Set<String> later = isLifting ? of.laterLanguages() : Set.of();
                    return name + " " + sorted(codes) + ": "
                            + Objects.requireNonNullElse(
                                    of.language(), "not told, the text is too short or of no one language")
                            + (later.isEmpty() ? "" : ", further on " + String.join(", ", sorted(later)));
                });
    }

    private static Part regex(String text) {
        Pattern pattern = compiled(text);
        Predicate<ConditionInput> found = look -> isAtEnds(pattern, look.latestUserText(), ConditionInput.MAX_CHARS);
        return new Part(found, look -> "regex '" + text + "': " + (found.test(look) ? "found" : "not found"));
    }

    /** Unsure means the baseline: what is too long to be searched counts as a match. */
    private static Part liftingRegex(String text) {
        Pattern pattern = compiled(text);
        Predicate<ConditionInput> found = look -> isAtEnds(pattern, look.latestUserText(), MAX_REGEX_CHARS);
        Predicate<ConditionInput> isTooLong = look -> look.latestUserText().length() > MAX_REGEX_CHARS;
        return new Part(
                look -> isTooLong.test(look) || found.test(look),
                look -> "regex '" + text + "': "
                        + (found.test(look)
                                ? "found"
                                : isTooLong.test(look)
                                        ? String.format(
                                                Locale.ROOT,
                                                "the text has more than the %,d characters that are searched, which counts as a match",
                                                MAX_REGEX_CHARS)
                                        : "not found"));
    }

    private static Pattern compiled(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("regex does not parse as RE2: " + e.getMessage(), e);
        }
    }

    /** Whether it matches in a text, or in the first or the last half of so many chars of a longer one. */
    private static boolean isAtEnds(Pattern pattern, String text, int maxChars) {
        return text.length() <= maxChars
                ? pattern.matcher(text).find()
                : pattern.matcher(ConditionInput.head(text, maxChars / 2)).find()
                        || pattern.matcher(ConditionInput.tail(text, maxChars / 2))
                                .find();
    }

    private static Part expression(String name, Predicate<Input> predicate, boolean holdsOnFailure) {
        Predicate<ConditionInput> test = look -> {
            try {
                return predicate.test(look.input());
            } catch (RuntimeException e) {
                return holdsOnFailure; // the reason below names the failure
            }
        };
        return new Part(test, look -> {
            try {
                return name + ": " + (predicate.test(look.input()) ? "holds" : "does not hold");
            } catch (RuntimeException e) {
                return name + ": failed with " + e.getClass().getSimpleName() + ", which counts as "
                        + (holdsOnFailure ? "a match" : "no match");
            }
        });
    }
}
