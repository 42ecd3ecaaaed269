package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Score;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads scorers from text: {@code [WEIGHT*]NAME[:ARGUMENT]}, several of them combined by a {@link Blend}. */
public final class ScorerSpec {
    /** The names that {@link #parse} knows. */
    public static final String NAMES =
            "exact, normalised, one-of, contains-all, numeric[:TOLERANCE], regex:RE2, json-valid, "
                    + "json-fields[:TOLERANCE], list-precision, list-recall, list-f1, rouge-l, bean:CLASS, "
                    + "embedding:MODEL, judge:rubric[:MODEL], judge:pairwise[:MODEL], combine:min";

    /** A judge grades each answer from 1 to 5. */
    public static final String RUBRIC = "judge:rubric";

    /** A judge says which of two answers is better. */
    public static final String PAIRWISE = "judge:pairwise";

    /** Cosines as evidence has them; older versions took them as they are, which evidence calls {@code embedding}. */
    private static final String ABOVE_CHANCE = "embedding above chance";

    private ScorerSpec() {}

    /** @throws IllegalArgumentException if a name or argument is wrong; the message lists what is allowed */
    public static Scorer parse(List<String> specs) {
        return Blend.of(specs).scorer();
    }

    /** The same scorers, with the model that judges where none is named. @param judge null for none */
    public static List<String> withJudge(List<String> specs, @Nullable String judge) {
        Blend.Asked asked = Blend.of(specs).judge();
        if (asked == null || judge == null || !asked.model().isEmpty()) {
            return specs;
        }
        return specs.stream()
                .map(spec -> Score.name(spec).equals(Score.JUDGE) ? weighted(spec) + asked.form() + ":" + judge : spec)
                .toList();
    }

    /** Whether a judge compares two answers: the scores are shares of wins, which say nothing about how many are wrong. */
    static boolean arePreferences(List<String> specs) {
        Blend.Asked judge = Blend.of(specs).judge();
        return judge != null && judge.form().equals(PAIRWISE);
    }

    /**
     * The scorers for the evidence: who judges or embeds stands there by provider and remote name.
     *
     * @param version of a model of the policy
     */
    public static List<String> words(List<String> specs, Function<String, @Nullable String> version) {
        Blend blend = Blend.of(specs);
        List<String> words = new ArrayList<>();
        for (String spec : specs) {
            Blend.Asked asked = Score.name(spec).equals(Score.JUDGE)
                    ? blend.judge()
                    : Score.name(spec).equals(Score.EMBEDDING) ? blend.embedding() : null;
            words.add(
                    asked == null
                            ? spec
                            : weighted(spec)
                                    + (asked.form().equals(Score.EMBEDDING) ? ABOVE_CHANCE : asked.form())
                                    + (asked.model().isEmpty() ? "" : " by " + version.apply(asked.model())));
        }
        return words;
    }

    /** Whether evidence stands on cosines as they are, which unrelated texts have as well. @param words of {@link #words} */
    static boolean areBareCosines(List<String> words) {
        return words.stream().anyMatch(word -> Score.name(word).startsWith(Score.EMBEDDING + " by "));
    }

    private static String weighted(String spec) {
        double weight = weight(spec);
        return weight == 1 ? "" : weight + "*";
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

    static double weight(String spec) {
        int colon = spec.indexOf(':');
        String head = colon < 0 ? spec : spec.substring(0, colon);
        int star = head.indexOf('*');
        double weight = star < 0 ? 1 : number(spec, head.substring(0, star));
        if (!(weight > 0)) {
            throw new IllegalArgumentException("scorer '" + spec + "': the weight has to be above 0");
        }
        return weight;
    }

    /** A scorer that asks nobody. */
    static Scorer local(String spec) {
        String name = Score.name(spec);
        int colon = spec.indexOf(':');
        String argument = colon < 0 ? null : spec.substring(colon + 1);
        boolean isText = name.equals("regex") || name.equals("bean");
        double tolerance = argument == null || isText ? 0 : number(spec, argument);
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
            case "bean" -> bean(spec, Score.argument(spec));
            default -> throw new IllegalArgumentException("scorer '" + name + "' is not known; allowed are " + NAMES);
        };
    }

    /** A scorer of the user's own: a class of the class path with a constructor without parameters. */
    private static Scorer bean(String spec, String className) {
        String fix = "scorer '" + spec + "': name a public class on the class path that implements "
                + Scorer.class.getName() + " and has a public constructor without parameters";
        try {
            Constructor<?> constructor = constructor(className);
            if (!isScorer(constructor)) {
                throw new IllegalArgumentException(fix + "; it is no scorer");
            }
            return new BeanScorer(spec, (Scorer) constructor.newInstance());
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(fix + " that does not fail (it threw " + thrown + ")", e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(fix + " (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static Constructor<?> constructor(String className) throws ReflectiveOperationException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? ScorerSpec.class.getClassLoader() : context;
        return Class.forName(className, false, loader).getConstructor();
    }

    private static boolean isScorer(Constructor<?> constructor) {
        return Scorer.class.isAssignableFrom(constructor.getDeclaringClass());
    }

    /**
     * Why a scorer {@code bean:CLASS} cannot be made here, as far as that can be told without making it.
     *
     * @param spec any scorer
     * @return words that follow its name; null if nothing is wrong, or it is no bean
     */
    public static @Nullable String beanFault(String spec) {
        if (!Score.name(spec).equals("bean")) {
            return null;
        }
        try {
            return isScorer(constructor(Score.argument(spec)))
                    ? null
                    : "it is no scorer: it does not implement " + Scorer.class.getName();
        } catch (ClassNotFoundException | LinkageError e) {
            return "its class cannot be loaded here (" + e.getClass().getSimpleName() + ")";
        } catch (NoSuchMethodException e) {
            return "its class has no public constructor without parameters";
        } catch (ReflectiveOperationException e) {
            return "its class cannot be used (" + e.getClass().getSimpleName() + ")";
        }
    }

    /** A scorer of the user's own, which says who it is when it fails. */
    private record BeanScorer(String spec, Scorer scorer) implements Scorer {
        @Override
        public double score(@Nullable JsonNode expected, String answer) {
            try {
                return scorer.score(expected, answer);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                throw ScorerFaultException.of(spec, scorer.getClass(), e);
            }
        }

        @Override
        public boolean needsExpected() {
            try {
                return scorer.needsExpected();
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                throw ScorerFaultException.of(spec, scorer.getClass(), e);
            }
        }
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
}
