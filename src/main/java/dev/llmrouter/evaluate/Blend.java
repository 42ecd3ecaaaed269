package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Score;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several scorers of one output as one score from 0 to 1: their mean by weight, or the least of them. Two of them may be asked
 * for elsewhere: a judge and an embedding. Immutable and safe for use by many threads.
 */
public final class Blend {
    /**
     * One that is asked.
     *
     * @param form {@link ScorerSpec#RUBRIC} or {@link ScorerSpec#PAIRWISE} of a judge; {@code embedding} else
     * @param model as the policy calls it; empty if the scorer does not name it
     */
    public record Asked(String form, String model) {}

    /** @param local null for one that is asked */
    private record Part(
            double weight, @Nullable Scorer local, @Nullable Asked asked) {}

    private final List<Part> parts;
    private final boolean isLeast;
    private final @Nullable Asked judge;
    private final @Nullable Asked embedding;

    private Blend(List<Part> parts, boolean isLeast) {
        this.parts = List.copyOf(parts);
        this.isLeast = isLeast;
        this.judge = only(parts, false);
        this.embedding = only(parts, true);
    }

    private static @Nullable Asked only(List<Part> parts, boolean isEmbedding) {
        Asked found = null;
        for (Part part : parts) {
            if (part.asked != null && part.asked.form.equals(Score.EMBEDDING) == isEmbedding) {
                if (found != null) {
                    throw new IllegalArgumentException("scorers '" + found.form + "' and '" + part.asked.form
                            + "': at most one judge and one embedding score together; leave one out");
                }
                found = part.asked;
            }
        }
        return found;
    }

    /** @throws IllegalArgumentException if a name, weight or argument is wrong; the message lists what is allowed */
    public static Blend of(List<String> specs) {
        List<Part> parts = new ArrayList<>();
        boolean isLeast = false;
        boolean isWeighted = false;
        for (String spec : specs) {
            if (Score.name(spec).equals(Score.COMBINE)) {
                isLeast = isLeast(spec);
                continue;
            }
            Asked asked = asked(spec);
            double weight = ScorerSpec.weight(spec);
            isWeighted |= weight != 1;
            parts.add(new Part(weight, asked == null ? ScorerSpec.local(spec) : null, asked));
        }
        if (parts.isEmpty()) {
            parts.add(new Part(1, ScorerSpec.byExpected(), null));
        }
        if (isLeast && isWeighted) {
            throw new IllegalArgumentException(
                    "scorer 'combine:min' takes the least score, where weights mean nothing; leave the weights out");
        }
        return new Blend(parts, isLeast);
    }

    private static boolean isLeast(String spec) {
        return switch (Score.argument(spec)) {
            case "min" -> true;
            case "mean" -> false;
            default ->
                throw new IllegalArgumentException(
                        "scorer '" + spec + "' is not known; allowed are combine:mean and combine:min");
        };
    }

    private static @Nullable Asked asked(String spec) {
        String name = Score.name(spec);
        String argument = Score.argument(spec);
        if (name.equals(Score.EMBEDDING)) {
            if (argument.isEmpty()) {
                throw new IllegalArgumentException("scorer 'embedding' has no model; write embedding:MODEL");
            }
            return new Asked(Score.EMBEDDING, argument);
        }
        if (!name.equals(Score.JUDGE)) {
            return null;
        }
        int colon = argument.indexOf(':');
        String form = colon < 0 ? argument : argument.substring(0, colon);
        String model = colon < 0 ? "" : argument.substring(colon + 1);
        return switch (form) {
            case "", "rubric" -> new Asked(ScorerSpec.RUBRIC, model);
            case "pairwise" -> new Asked(ScorerSpec.PAIRWISE, model);
            default ->
                throw new IllegalArgumentException("scorer '" + spec + "' is not known; allowed are "
                        + ScorerSpec.RUBRIC + " and " + ScorerSpec.PAIRWISE);
        };
    }

    /** The judge that is asked; null for none. */
    public @Nullable Asked judge() {
        return judge;
    }

    /** The embedding model that is asked; null for none. */
    public @Nullable Asked embedding() {
        return embedding;
    }

    /** Whether a model has to be asked. */
    public boolean asksModels() {
        return judge != null || embedding != null;
    }

    /** Whether nothing can be said without an expected answer. */
    public boolean needsExpected() {
        return embedding != null || parts.stream().anyMatch(part -> part.local != null && part.local.needsExpected());
    }

    /**
     * The score of an output.
     *
     * @param judged score of the judge; of no effect without one
     * @param similarity of the output and the expected one, 0 to 1; of no effect without an embedding
     */
    public double score(@Nullable JsonNode expected, String answer, double judged, double similarity) {
        double total = 0;
        double sum = 0;
        double least = 1;
        for (Part part : parts) {
            double score = score(part, expected, answer, judged, similarity);
            total += part.weight * score;
            sum += part.weight;
            least = Math.min(least, score);
        }
        return isLeast ? least : Math.min(1, total / sum);
    }

    private static double score(
            Part part, @Nullable JsonNode expected, String answer, double judged, double similarity) {
        if (part.local != null) {
            double score = part.local.score(expected, answer);
            return Double.isNaN(score) ? 0 : Math.max(0, Math.min(1, score));
        }
        return part.asked != null && part.asked.form.equals(Score.EMBEDDING) ? similarity : judged;
    }

    /** The same as one scorer, of outputs that nobody is asked about. */
    Scorer scorer() {
        return new Scorer() {
            @Override
            public double score(@Nullable JsonNode expected, String answer) {
                if (asksModels()) {
                    throw new IllegalArgumentException(
                            "the scorers ask a model (judge or embedding), and nobody is to be called: name a policy and"
                                    + " leave --recorded out, or record a 'score' beside each text");
                }
                return Blend.this.score(expected, answer, 0, 0);
            }

            @Override
            public boolean needsExpected() {
                return Blend.this.needsExpected();
            }
        };
    }
}
