package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scorers that need no model. All are stateless and safe for use by many threads. */
public final class Scorers {
    /** Tokens that ROUGE-L looks at, at most, on each side: its table grows with the product. */
    static final int ROUGE_TOKENS = 2_000;

    private Scorers() {}

    /** 1 if the trimmed texts are the same, letter by letter. */
    public static Scorer exact() {
        return (expected, answer) -> match(plain(expected).strip().equals(answer.strip()));
    }

    /**
     * 1 if the texts are the same after Unicode NFKC, without regard to case, outer punctuation and runs of white space. Where a
     * JSON number is expected, an answer that is nothing but the same number is right however it is written ({@code 5.0}).
     */
    public static Scorer normalised() {
        return (expected, answer) -> match(normalise(plain(expected)).equals(normalise(answer))
                || expected != null && expected.isNumber() && JsonLeaves.isNumber(expected, normalise(answer)));
    }

    /** 1 if the normalised answer is one of the expected texts (a list, or texts parted by {@code |}). */
    public static Scorer oneOf() {
        return (expected, answer) ->
                match(items(expected).stream().map(Scorers::normalise).anyMatch(normalise(answer)::equals));
    }

    /** 1 if every expected text (a list, or one text) stands in the answer, without regard to case; else their share. */
    public static Scorer containsAll() {
        return (expected, answer) -> {
            List<String> wanted = normalised(items(expected));
            String text = folded(answer); // with its outer punctuation, which may be what is wanted
            long found = wanted.stream().filter(text::contains).count();
            return wanted.isEmpty() ? 0 : (double) found / wanted.size();
        };
    }

    /**
     * 1 if the last number of the answer is the expected one, as {@link NumberText} reads numbers.
     *
     * @param tolerance allowed distance as a share of the expected number's size (absolute where that is 0); 0 or more
     */
    public static Scorer numeric(double tolerance) {
        requireTolerance(tolerance);
        return (expected, answer) -> {
            BigDecimal wanted = NumberText.last(plain(expected));
            BigDecimal found = NumberText.last(answer);
            return match(wanted != null && found != null && NumberText.isClose(wanted, found, tolerance));
        };
    }

    /** 1 if the RE2 expression is found in the answer. @throws IllegalArgumentException if it does not parse */
    public static Scorer regex(String expression) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "scorer regex: " + e.getDescription() + "; write an RE2 expression (no look-around)", e);
        }
        return withoutExpected(
                (expected, answer) -> match(pattern.matcher(answer).find()));
    }

    /** 1 if the answer is JSON, a fenced code block around it taken off. */
    public static Scorer jsonValid() {
        return withoutExpected((expected, answer) -> match(JsonLeaves.read(answer) != null));
    }

    /**
     * Share of the expected JSON's leaves that the answer has with the same value. Fields that the answer has besides do not
     * count; elements that an array of the answer has besides are wrong leaves. An empty array or object is one leaf, which only
     * an empty one matches.
     *
     * @param tolerance for numbers, as in {@link #numeric}
     */
    public static Scorer jsonFields(double tolerance) {
        requireTolerance(tolerance);
        return (expected, answer) -> {
            JsonNode wanted = expected != null && expected.isTextual() ? JsonLeaves.read(expected.asText()) : expected;
            JsonNode found = JsonLeaves.read(answer);
            return wanted == null || found == null ? 0 : JsonLeaves.share(wanted, found, tolerance);
        };
    }

    /** Which figure of a comparison of two lists is the score. */
    public enum ListFigure {
        PRECISION,
        RECALL,
        F1
    }

    /**
     * Compares lists (JSON, or parted by commas or lines, with or without bullets or numbers before them), normalised, without
     * regard to order, repeats counted.
     */
    public static Scorer list(ListFigure figure) {
        return (expected, answer) -> {
            List<String> wanted = normalised(
                    expected != null && expected.isTextual() ? ListText.items(plain(expected), "|") : items(expected));
            JsonNode parsed = JsonLeaves.read(answer);
            boolean isArray = parsed != null && parsed.isArray();
            List<String> found = normalised(isArray ? items(parsed) : ListText.items(answer, ",")).stream()
                    .filter(item ->
                            isArray || !cut(item).isEmpty() || wanted.contains(item)) // a dash between items is none
                    .toList();
            int common = common(wanted, found);
            double precision = found.isEmpty() ? (wanted.isEmpty() ? 1 : 0) : (double) common / found.size();
            double recall = wanted.isEmpty() ? 1 : (double) common / wanted.size();
            return switch (figure) {
                case PRECISION -> precision;
                case RECALL -> recall;
                case F1 -> precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
            };
        };
    }

    /**
     * ROUGE-L: F1 of the longest common subsequence of words. Only the first 2,000 words of each side are looked at.
     * Source: Lin, ROUGE: A Package for Automatic Evaluation of Summaries (2004), section 3.
     */
    public static Scorer rougeL() {
        return (expected, answer) -> {
            List<String> wanted = words(plain(expected));
            List<String> found = words(answer);
            if (wanted.isEmpty() || found.isEmpty()) {
                return match(wanted.isEmpty() && found.isEmpty());
            }
            return 2.0 * longestCommon(wanted, found) / (wanted.size() + found.size());
        };
    }

    private static Scorer withoutExpected(Scorer scorer) {
        return new Scorer() {
            @Override
            public double score(@Nullable JsonNode expected, String answer) {
                return scorer.score(expected, answer);
            }

            @Override
            public boolean needsExpected() {
                return false;
            }
        };
    }

    private static void requireTolerance(double tolerance) {
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException("scorer tolerance is " + tolerance + "; it has to be 0 or more");
        }
    }

    private static double match(boolean right) {
        return right ? 1 : 0;
    }

    public static String plain(@Nullable JsonNode node) {
        return node == null ? "" : node.isValueNode() ? node.asText() : node.toString();
    }

    /** A text that consists of outer punctuation alone stays as it is, without white space around it. */
    public static String normalise(String text) {
        String folded = folded(text);
        String cut = cut(folded);
        return cut.isEmpty() ? folded : cut;
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .strip()
                .replaceAll("\\s+", " ");
    }

    private static String cut(String folded) {
        int start = 0;
        int end = folded.length();
        while (start < end && isEdge(folded.charAt(start)) && !isPoint(folded, start)) {
            start++;
        }
        while (end > start && isEdge(folded.charAt(end - 1))) {
            end--;
        }
        return folded.substring(start, end);
    }

    private static boolean isEdge(char c) {
        return Character.isWhitespace(c) || ".,;:!?\"'`*".indexOf(c) >= 0;
    }

    /** The point of {@code .5} is part of the number. */
    private static boolean isPoint(String text, int at) {
        return text.charAt(at) == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
    }

    private static List<String> items(@Nullable JsonNode expected) {
        List<String> all = new ArrayList<>();
        if (expected != null && expected.isArray()) {
            expected.forEach(e -> all.add(plain(e)));
        } else if (expected != null) {
            all.addAll(List.of(plain(expected).split("[|\\n]", -1)));
        }
        return all;
    }

    private static List<String> normalised(List<String> items) {
        return items.stream()
                .map(Scorers::normalise)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static int common(List<String> wanted, List<String> found) {
        Map<String, Integer> left = new HashMap<>();
        wanted.forEach(w -> left.merge(w, 1, Integer::sum));
        int common = 0;
        for (String item : found) {
            int rest = left.getOrDefault(item, 0);
            if (rest > 0) {
                common++;
                left.put(item, rest - 1);
            }
        }
        return common;
    }

    private static List<String> words(String text) {
        List<String> all = new ArrayList<>();
        for (String word : Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .split("[^\\p{L}\\p{N}]+")) {
            if (!word.isEmpty() && all.size() < ROUGE_TOKENS) {
                all.add(word);
            }
        }
        return all;
    }

    private static int longestCommon(List<String> a, List<String> b) {
        int[] row = new int[b.size() + 1];
        for (String word : a) {
            int diagonal = 0;
            for (int j = 1; j <= b.size(); j++) {
                int above = row[j];
                row[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.size()];
    }
}
