package dev.llmrouter.policy.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Conditions of Portkey's gateway as the metadata that requests must have. */
final class PortkeyConditions {
    /** A policy with more rules for one condition is not one that a person can read. */
    private static final int MAX_CASES = 1_000;

    private static final String METADATA = "metadata.";

    private final PolicyDraft draft;

    PortkeyConditions(PolicyDraft draft) {
        this.draft = draft;
    }

    /** Whether a query asks for metadata, anywhere in it. */
    static boolean isOnMetadata(ForeignNode query) {
        return query.all().entrySet().stream()
                .anyMatch(part -> part.getKey().startsWith(METADATA)
                        || part.getValue().list().stream().anyMatch(PortkeyConditions::isOnMetadata));
    }

    /** The metadata of which any suffices; none where the query cannot be said so, which is then remarked. */
    List<Map<String, String>> cases(ForeignNode query) {
        List<List<Map<String, String>>> parts = new ArrayList<>();
        for (Map.Entry<String, ForeignNode> part : query.all().entrySet()) {
            parts.add(
                    switch (part.getKey()) {
                        case "$or" -> any(part.getValue());
                        case "$and" -> every(part.getValue());
                        default -> one(part.getKey(), part.getValue());
                    });
        }
        return all(query, parts);
    }

    private List<Map<String, String>> any(ForeignNode queries) {
        if (queries.list().isEmpty()) {
            return leftOut(queries, "tests nothing: left out");
        }
        List<Map<String, String>> any = new ArrayList<>();
        queries.list().forEach(query -> any.addAll(cases(query)));
        return any.size() > MAX_CASES ? tooMany(queries) : any;
    }

    private List<Map<String, String>> every(ForeignNode queries) {
        return all(queries, queries.list().stream().map(this::cases).toList());
    }

    /** The cases that fit every part. @param at where the parts stand */
    private List<Map<String, String>> all(ForeignNode at, List<List<Map<String, String>>> parts) {
        if (parts.isEmpty()) {
            return leftOut(at, "tests nothing: left out");
        }
        if (parts.stream().anyMatch(List::isEmpty)) {
            return List.of();
        }
        List<Map<String, String>> cases = List.of(Map.of());
        for (List<Map<String, String>> part : parts) {
            List<Map<String, String>> both = product(cases, part);
            if (both.isEmpty()) {
                return leftOut(at, "asks for two values of one key at once, which never holds: left out");
            }
            if (both.size() > MAX_CASES) {
                return tooMany(at);
            }
            cases = both;
        }
        return cases;
    }

    /** At most one more than the largest number of cases. */
    private static List<Map<String, String>> product(List<Map<String, String>> these, List<Map<String, String>> those) {
        List<Map<String, String>> all = new ArrayList<>();
        for (Map<String, String> one : these) {
            for (Map<String, String> other : those) {
                Map<String, String> both = new LinkedHashMap<>(one);
                boolean agree = other.entrySet().stream()
                        .allMatch(
                                entry -> entry.getValue().equals(both.getOrDefault(entry.getKey(), entry.getValue())));
                if (agree) {
                    both.putAll(other);
                    all.add(both);
                    if (all.size() > MAX_CASES) {
                        return all;
                    }
                }
            }
        }
        return all;
    }

    private List<Map<String, String>> one(String field, ForeignNode test) {
        if (field.equals("params.model")) {
            return leftOut(test, "a model that callers name is no condition: let them say model: tier:NAME, or auto");
        }
        Set<String> values = values(test);
        if (!field.startsWith(METADATA)
                || values == null
                || field.contains("{{")
                || values.stream().anyMatch(value -> value.endsWith("*") || value.contains("{{"))) {
            return leftOut(
                    test, "this condition has no counterpart: a rule by jsonpath or simple, by hand, may say it");
        }
        if (values.isEmpty()) {
            return leftOut(test, "allows no value, so it never holds: left out");
        }
        if (values.size() > MAX_CASES) {
            return tooMany(test);
        }
        String key = field.substring(METADATA.length());
        List<Map<String, String>> cases = new ArrayList<>();
        values.forEach(value -> cases.add(Map.of(key, value)));
        return cases;
    }

    /** The values that every operator of a test allows; null where one of the operators cannot be said by values. */
    private @Nullable Set<String> values(ForeignNode test) {
        String plain = test.text();
        if (plain != null) {
            tellKind(test);
            return Set.of(plain);
        }
        Set<String> allowed = null;
        for (Map.Entry<String, ForeignNode> operator : test.all().entrySet()) {
            Set<String> these = values(operator.getKey().toLowerCase(Locale.ROOT), operator.getValue());
            if (these == null) {
                return null;
            }
            if (allowed == null) {
                allowed = these;
            } else {
                allowed.retainAll(these);
            }
        }
        return allowed;
    }

    /** Metadata of a request is text, and a rule looks at nothing else. */
    private void tellKind(ForeignNode value) {
        if (value.isNumberOrTruth()) {
            draft.remark(
                    value,
                    "is no text, and rules look at metadata that is text alone: callers must write \"" + value.text()
                            + "\" with quotes");
        }
    }

    private @Nullable Set<String> values(String operator, ForeignNode operand) {
        boolean isOne = operator.equals("$eq") && operand.isSingle();
        if (!isOne && !operator.equals("$in")) {
            return null;
        }
        Set<String> values = new LinkedHashSet<>();
        for (ForeignNode item : operand.list()) {
            String value = item.text();
            if (value == null) {
                return null;
            }
            tellKind(item);
            values.add(value);
        }
        return values;
    }

    private List<Map<String, String>> tooMany(ForeignNode at) {
        return leftOut(
                at,
                "has more than " + MAX_CASES
                        + " combinations of values: left out; a rule by jsonpath or simple, by hand," + " may say it");
    }

    private List<Map<String, String>> leftOut(ForeignNode at, String why) {
        draft.remark(at, why);
        return List.of();
    }
}
