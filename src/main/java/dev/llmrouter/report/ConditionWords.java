package dev.llmrouter.report;

import dev.llmrouter.policy.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A policy's conditions in words. */
final class ConditionWords {
    private static final int MANY = 12;

    private ConditionWords() {}

    /** What must hold, joined by "and". */
    static String of(Condition condition) {
        List<String> parts = new ArrayList<>();
        given(parts, "the Simple predicate ", condition.simple(), " holds");
        given(parts, "the JSONPath predicate ", condition.jsonpath(), " holds");
        pairs(parts, "header", condition.headers());
        pairs(parts, "metadata", condition.metadata());
        any(parts, "it is tagged ", new TreeSet<>(condition.tags()));
        any(
                parts,
                "it says ",
                condition.keywords().stream().map(word -> "\"" + word + "\"").toList());
        given(parts, "the latest user message fits ", condition.regex(), "");
        given(parts, "the input has more than ", condition.tokensOver(), " tokens");
        given(parts, "the input has fewer than ", condition.tokensUnder(), " tokens");
        any(parts, "its language is ", new TreeSet<>(condition.languageIn()));
        // a language that is not known counts as none of those named
        any(parts, "its language is not known to be ", new TreeSet<>(condition.languageNotIn()));
        all(parts, "it holds ", new TreeSet<>(condition.modalities()));
        yesNo(parts, "it offers tools", "it offers no tools", condition.tools());
        yesNo(
                parts,
                "it asks for an answer by a JSON schema",
                "it asks for no answer by a JSON schema",
                condition.responseSchema());
        all(parts, "it contains ", new TreeSet<>(condition.contains()));
        given(parts, "the conversation has more than ", condition.turnsOver(), " user messages");
        given(parts, "it asks more than ", condition.questionsOver(), " questions");
        given(parts, "more than ", condition.outputTokensOver(), " output tokens are asked for");
        return String.join(" and ", parts);
    }

    private static void given(List<String> parts, String before, @Nullable Object value, String after) {
        if (value != null) {
            parts.add(before + value + after);
        }
    }

    private static void pairs(List<String> parts, String what, Map<String, String> values) {
        values.forEach((name, value) -> parts.add(what + " " + name + " is " + value));
    }

    private static void any(List<String> parts, String before, Collection<String> values) {
        if (!values.isEmpty()) {
            List<String> shown = values.stream().limit(MANY).toList();
            String more = values.size() > MANY ? " (or " + (values.size() - MANY) + " more)" : "";
            parts.add(before + String.join(" or ", shown) + more);
        }
    }

    private static void all(List<String> parts, String before, Collection<String> values) {
        if (!values.isEmpty()) {
            parts.add(before + String.join(" and ", values));
        }
    }

    private static void yesNo(List<String> parts, String yes, String no, @Nullable Boolean value) {
        if (value != null) {
            parts.add(value ? yes : no);
        }
    }
}
