package dev.llmrouter.policy;

import java.util.List;

/**
 * How outputs of a task are scored when models are compared on examples.
 *
 * @param scorers {@code [WEIGHT*]NAME[:ARGUMENT]}, at least one, with a name of {@link #NAMES}; at most one judge and one embedding
 * @param combine what their scores come to
 */
public record Score(List<String> scorers, Combine combine) {
    /** Names of scorers that ask nobody. */
    public static final List<String> LOCAL = List.of(
            "exact",
            "normalised",
            "normalized",
            "one-of",
            "contains-all",
            "numeric",
            "regex",
            "json-valid",
            "json-fields",
            "list-precision",
            "list-recall",
            "list-f1",
            "rouge-l",
            "bean");

    /** A model grades answers: {@code judge:rubric:MODEL} or {@code judge:pairwise:MODEL}. */
    public static final String JUDGE = "judge";

    /** An embedding model says how near an answer is to the expected one: {@code embedding:MODEL}. */
    public static final String EMBEDDING = "embedding";

    /** A scorer of this name says how the others are combined: {@code combine:min}. */
    public static final String COMBINE = "combine";

    public Score {
        scorers = List.copyOf(scorers);
    }

    /** What several scores come to. */
    public enum Combine {
        /** Their mean by weight. */
        MEAN,
        /** The least of them: an output is as good as its worst side. */
        MIN
    }

    /** All of it as scorers in words, as the command line takes them. */
    public List<String> specs() {
        if (combine == Combine.MEAN) {
            return scorers;
        }
        List<String> all = new java.util.ArrayList<>(scorers);
        all.add(COMBINE + ":min");
        return List.copyOf(all);
    }

    /** The name of a scorer, without weight and argument. */
    public static String name(String spec) {
        String head = head(spec);
        return head.substring(head.indexOf('*') + 1).strip();
    }

    /** What follows the name of a scorer; empty for nothing. */
    public static String argument(String spec) {
        int colon = spec.indexOf(':');
        return colon < 0 ? "" : spec.substring(colon + 1).strip();
    }

    /** The model that a scorer asks; empty for one that asks none. */
    public static String model(String spec) {
        String argument = argument(spec);
        return switch (name(spec)) {
            case EMBEDDING -> argument;
            case JUDGE -> argument.substring(argument.indexOf(':') + 1);
            default -> "";
        };
    }

    private static String head(String spec) {
        int colon = spec.indexOf(':');
        return colon < 0 ? spec : spec.substring(0, colon);
    }
}
