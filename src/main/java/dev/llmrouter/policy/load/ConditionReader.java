package dev.llmrouter.policy.load;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.llmrouter.policy.Condition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one condition, of a rule ({@code when}) or of a task ({@code premiumWhen}). */
final class ConditionReader {
    private static final int MAX_REGEX = 1_000;
    private static final Bounds TOKENS = Bounds.of(0, 100_000_000);
    private static final Bounds COUNT = Bounds.of(0, 1_000_000);
    private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
    private static final List<String> MODALITIES = List.of("image", "audio", "document");
    private static final List<String> STRUCTURES = List.of("code", "json", "markup", "table");

    private final Reading reading;
    private final Problems problems;
    private final @Nullable ExpressionChecker expressions;

    ConditionReader(Reading reading, @Nullable ExpressionChecker expressions) {
        this.reading = reading;
        this.problems = reading.problems();
        this.expressions = expressions;
    }

    Condition read(YamlNode node, String path) {
        MappingFields fields = MappingFields.of(node, node.at(), path, reading);
        Condition condition = new Condition(
                expression(fields, "simple"),
                expression(fields, "jsonpath"),
                fields.textMap("headers"),
                fields.textMap("metadata"),
                new TreeSet<>(fields.texts("tags")),
                keywords(fields),
                regex(fields, "regex"),
                fields.integer("tokensOver", TOKENS),
                fields.integer("tokensUnder", TOKENS),
                languages(fields, "languageIn"),
                languages(fields, "languageNotIn"),
                among(fields, "modalities", MODALITIES),
                fields.bool("tools"),
                fields.bool("responseSchema"),
                among(fields, "contains", STRUCTURES),
                fields.integer("turnsOver", COUNT),
                fields.integer("questionsOver", COUNT),
                fields.integer("outputTokensOver", TOKENS));
        boolean broken = !(node instanceof YamlNode.Mapping);
        fields.done();
        if (!broken) {
            checkParts(fields, (YamlNode.Mapping) node, condition);
        }
        return condition;
    }

    private void checkParts(MappingFields fields, YamlNode.Mapping node, Condition condition) {
        boolean empty = node.entries().values().stream()
                .allMatch(entry -> entry.value() instanceof YamlNode.Sequence list
                                && list.items().isEmpty()
                        || entry.value() instanceof YamlNode.Mapping map
                                && map.entries().isEmpty()
                        || entry.value() instanceof YamlNode.Scalar scalar && scalar.isNull());
        if (empty) {
            problems.unusable(
                    fields.at(),
                    fields.path(),
                    "has no part, so it would fit every request",
                    "Add keywords, tokensOver, languageIn or another part.");
        }
        Integer over = condition.tokensOver();
        Integer under = condition.tokensUnder();
        if (over != null && under != null && under - over < 2) {
            problems.unusable(
                    fields.at("tokensOver"),
                    fields.path("tokensOver"),
                    "is " + over + " and tokensUnder is " + under + "; no number of tokens is more than the one and"
                            + " fewer than the other",
                    "Swap or correct them.");
        }
        if (!condition.languageIn().isEmpty() && condition.languageNotIn().containsAll(condition.languageIn())) {
            problems.unusable(
                    fields.at("languageNotIn"),
                    fields.path("languageNotIn"),
                    "excludes every language that languageIn allows",
                    "Remove one of the two.");
        }
    }

    private List<String> keywords(MappingFields fields) {
        List<String> keywords = fields.texts("keywords");
        for (String keyword : keywords) {
            if (keyword.chars().noneMatch(Character::isLetterOrDigit) || keyword.length() > 200) {
                problems.unusable(
                        fields.at("keywords"),
                        fields.path("keywords"),
                        "has "
                                + (keyword.length() > 200
                                        ? "a keyword of more than 200 characters"
                                        : "a keyword without" + " letter or digit"),
                        "Write words or short phrases.");
            }
        }
        return keywords;
    }

    private @Nullable String expression(MappingFields fields, String language) {
        String expression = fields.text(language);
        ExpressionChecker checker = expressions;
        if (expression == null || checker == null) {
            return expression;
        }
        String fault = checker.problemWith(language, expression);
        if (fault != null) {
            problems.unusable(
                    fields.at(language),
                    fields.path(language),
                    "does not compile: " + Quoted.bare(fault.lines().findFirst().orElse("")),
                    "Correct the expression.");
        }
        return expression;
    }

    /** A regular expression that compiles; null for none. */
    @Nullable
    String regex(MappingFields fields, String key) {
        String regex = fields.text(key);
        if (regex == null) {
            return null;
        }
        String fault = "";
        if (regex.length() > MAX_REGEX) {
            fault = "has %,d characters; allowed: %,d".formatted(regex.length(), MAX_REGEX);
        } else if (RegexSize.of(regex) > RegexSize.MAX) {
            fault = "repeats so much that it is too large to compile";
        } else {
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                fault = "is no regular expression: " + Quoted.bare(e.getDescription());
            } catch (RuntimeException | StackOverflowError e) {
                // The library's own limits; what they are does not help the writer of a policy.
                fault = "is no regular expression";
            }
        }
        if (!fault.isEmpty()) {
            problems.unusable(
                    fields.at(key),
                    fields.path(key),
                    fault,
                    "Use RE2 syntax: no look-ahead, look-behind or back-references.");
            return null;
        }
        return regex;
    }

    private Set<String> languages(MappingFields fields, String key) {
        return new TreeSet<>(fields.list(key, (node, path) -> {
            String text = reading.text(node, path);
            if (text != null && !LANGUAGES.contains(text)) {
                problems.unusable(
                        node.at(),
                        path,
                        "is " + Reading.shown(node) + ", which is no language code",
                        "Use ISO 639-1: two lower-case letters such as en, de, fr.");
                return null;
            }
            return text;
        }));
    }

    private Set<String> among(MappingFields fields, String key, List<String> allowed) {
        return new TreeSet<>(fields.list(key, (node, path) -> {
            String text = reading.text(node, path);
            if (text != null && !allowed.contains(text)) {
                problems.unusable(node.at(), path, "is " + Reading.shown(node), Suggestion.advice(text, allowed));
                return null;
            }
            return text;
        }));
    }
}
