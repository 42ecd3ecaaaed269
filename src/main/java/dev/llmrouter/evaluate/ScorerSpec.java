package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads scorers from text: {@code [WEIGHT*]NAME[:ARGUMENT]}, several of them averaged by weight. */
public final class ScorerSpec {
    /** The names that {@link #parse} knows. */
    public static final String NAMES =
            "exact, normalised, one-of, contains-all, numeric[:TOLERANCE], regex:RE2, json-valid, "
                    + "json-fields[:TOLERANCE], list-precision, list-recall, list-f1, rouge-l, judge:rubric, judge:pairwise";

    /** A judge grades each answer from 1 to 5. */
    public static final String RUBRIC = "judge:rubric";

    /** A judge says which of two answers is better. */
    public static final String PAIRWISE = "judge:pairwise";

    private ScorerSpec() {}

    /**
     * Which form of judge the scorers ask for: {@link #RUBRIC} or {@link #PAIRWISE}; null for none. What follows the form
     * after a blank says who judges, for the evidence.
     *
     * @throws IllegalArgumentException if a judge is asked for together with other scorers, or its form is not known
     */
    public static @Nullable String judge(List<String> specs) {
        if (specs.stream().noneMatch(spec -> spec.strip().startsWith("judge"))) {
            return null;
        }
        String form = specs.get(0).strip().split(" ", 2)[0];
        if (specs.size() > 1) {
            throw new IllegalArgumentException("scorer '" + form + "' stands alone; leave the other scorers out");
        }
        return switch (form) {
            case "judge", RUBRIC -> RUBRIC;
            case PAIRWISE -> PAIRWISE;
            default ->
                throw new IllegalArgumentException(
                        "scorer '" + form + "' is not known; allowed are " + RUBRIC + " and " + PAIRWISE);
        };
    }

    /** @throws IllegalArgumentException if a name or argument is wrong; the message lists what is allowed */
    public static Scorer parse(List<String> specs) {
        if (specs.isEmpty()) {
            return byExpected();
        }
        String judge = judge(specs);
        if (judge != null) {
            return (expected, answer) -> {
                throw new IllegalStateException("an answer reached scorer '" + judge + "' without the judge's score");
            };
        }
        List<Weighted> parts = new ArrayList<>();
        double sum = 0;
        for (String spec : specs) {
            Weighted part = parseOne(spec);
            parts.add(part);
            sum += part.weight;
        }
        return new Combined(List.copyOf(parts), sum);
    }

    /**
     * Text is compared normalised, an object field by field, a list item by item ({@code list-f1}): a list is the answer
     * that is wanted. Where its items are alternatives of which one is wanted, ask for {@code one-of}.
     */
    static Scorer byExpected() {
        Scorer text = Scorers.normalised();
        Scorer list = Scorers.list(Scorers.ListFigure.F1);
        Scorer object = Scorers.jsonFields(0);
        return (expected, answer) -> {
            Scorer fitting = expected != null && expected.isObject()
                    ? object
                    : expected != null && expected.isArray() ? list : text;
            return fitting.score(expected, answer);
        };
    }

    private static Weighted parseOne(String spec) {
        int colon = spec.indexOf(':');
        String head = colon < 0 ? spec : spec.substring(0, colon);
        int star = head.indexOf('*');
        double weight = star < 0 ? 1 : number(spec, head.substring(0, star));
        if (!(weight > 0)) {
            throw new IllegalArgumentException("scorer '" + spec + "': the weight has to be above 0");
        }
        String name = head.substring(star + 1).strip();
        String argument = colon < 0 ? null : spec.substring(colon + 1);
        return new Weighted(weight, named(spec, name, argument));
    }

    private static Scorer named(String spec, String name, @Nullable String argument) {
        double tolerance = argument == null || name.equals("regex") ? 0 : number(spec, argument);
        return switch (name) {
            case "exact" -> Scorers.exact();
            case "normalised", "normalized" -> Scorers.normalised();
            case "one-of" -> Scorers.oneOf();
            case "contains-all" -> Scorers.containsAll();
            case "numeric" -> Scorers.numeric(tolerance);
            case "regex" -> {
                if (argument == null) {
                    throw new IllegalArgumentException("scorer 'regex' has no expression; write regex:EXPRESSION");
                }
                yield Scorers.regex(argument);
            }
            case "json-valid" -> Scorers.jsonValid();
            case "json-fields" -> Scorers.jsonFields(tolerance);
            case "list-precision" -> Scorers.list(Scorers.ListFigure.PRECISION);
            case "list-recall" -> Scorers.list(Scorers.ListFigure.RECALL);
            case "list-f1" -> Scorers.list(Scorers.ListFigure.F1);
            case "rouge-l" -> Scorers.rougeL();
            default -> throw new IllegalArgumentException("scorer '" + name + "' is not known; allowed are " + NAMES);
        };
    }

    private static double number(String spec, String text) {
        try {
            double value = Double.parseDouble(text.strip());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, together with infinite values
        }
        throw new IllegalArgumentException("scorer '" + spec + "': '" + text + "' is not a number");
    }

    private record Weighted(double weight, Scorer scorer) {}

    private record Combined(List<Weighted> parts, double sum) implements Scorer {
        @Override
        public double score(@Nullable JsonNode expected, String answer) {
            double total = 0;
            for (Weighted part : parts) {
                total += part.weight * part.scorer.score(expected, answer);
            }
            return Math.min(1, total / sum);
        }

        @Override
        public boolean needsExpected() {
            return parts.stream().anyMatch(part -> part.scorer.needsExpected());
        }
    }
}
