package dev.llmrouter.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
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

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:\\d[\\d,]*\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?");
    private static final Pattern FENCE = Pattern.compile("(?s)^```[a-zA-Z]*\\s*\\n(.*?)\\n?```$");

    private Scorers() {}

    /** 1 if the trimmed texts are the same, letter by letter. */
    public static Scorer exact() {
        return (expected, answer) -> match(plain(expected).strip().equals(answer.strip()));
    }

    /** 1 if the texts are the same after Unicode NFKC, without regard to case, outer punctuation and runs of white space. */
    public static Scorer normalised() {
        return (expected, answer) -> match(normalise(plain(expected)).equals(normalise(answer)));
    }

    /** 1 if the normalised answer is one of the expected texts (a list, or texts parted by {@code |}). */
    public static Scorer oneOf() {
        return (expected, answer) ->
                match(items(expected).stream().map(Scorers::normalise).anyMatch(normalise(answer)::equals));
    }

    /** 1 if every expected text (a list, or one text) stands in the answer, without regard to case; else their share. */
    public static Scorer containsAll() {
        return (expected, answer) -> {
            List<String> wanted = items(expected);
            String text = normalise(answer);
            long found =
                    wanted.stream().filter(w -> text.contains(normalise(w))).count();
            return wanted.isEmpty() ? 0 : (double) found / wanted.size();
        };
    }

    /**
     * 1 if the last number of the answer is the expected one.
     *
     * @param tolerance allowed distance as a share of the expected number's size (absolute where that is 0); 0 or more
     */
    public static Scorer numeric(double tolerance) {
        requireTolerance(tolerance);
        return (expected, answer) -> {
            Double wanted = lastNumber(plain(expected));
            Double found = lastNumber(answer);
            return match(wanted != null && found != null && close(wanted, found, tolerance));
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
        return withoutExpected((expected, answer) -> match(json(answer) != null));
    }

    /**
     * Share of the expected JSON's leaf fields that the answer has with the same value; fields that the answer has
     * besides do not count.
     *
     * @param tolerance for numbers, as in {@link #numeric}
     */
    public static Scorer jsonFields(double tolerance) {
        requireTolerance(tolerance);
        return (expected, answer) -> {
            JsonNode wanted = expected != null && expected.isTextual() ? json(expected.asText()) : expected;
            JsonNode found = json(answer);
            if (wanted == null || found == null) {
                return 0;
            }
            int[] counts = new int[2];
            compare(wanted, found, tolerance, counts);
            return counts[0] == 0 ? match(wanted.equals(found)) : (double) counts[1] / counts[0];
        };
    }

    /** Which figure of a comparison of two lists is the score. */
    public enum ListFigure {
        PRECISION,
        RECALL,
        F1
    }

    /** Compares lists (JSON, or parted by commas or lines), normalised, without regard to order, repeats counted. */
    public static Scorer list(ListFigure figure) {
        return (expected, answer) -> {
            List<String> wanted = normalised(items(expected));
            JsonNode parsed = json(answer);
            List<String> found = normalised(
                    parsed != null && parsed.isArray() ? items(parsed) : List.of(answer.split("[,\\n]", -1)));
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

    static String normalise(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int start = 0;
        int end = folded.length();
        while (start < end && isEdge(folded.charAt(start))) {
            start++;
        }
        while (end > start && isEdge(folded.charAt(end - 1))) {
            end--;
        }
        return folded.substring(start, end).replaceAll("\\s+", " ");
    }

    private static boolean isEdge(char c) {
        return Character.isWhitespace(c) || ".,;:!?\"'`*".indexOf(c) >= 0;
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

    private static @Nullable Double lastNumber(String text) {
        var matcher = NUMBER.matcher(text);
        Double last = null;
        while (matcher.find()) {
            last = Double.valueOf(matcher.group().replace(",", ""));
        }
        return last;
    }

    private static boolean close(double wanted, double found, double tolerance) {
        double size = wanted == 0 ? 1 : Math.abs(wanted);
        return Math.abs(wanted - found) <= tolerance * size * (1 + 1e-12);
    }

    private static @Nullable JsonNode json(String answer) {
        String text = answer.strip();
        var fenced = FENCE.matcher(text);
        try {
            JsonNode node = JSON.readTree(fenced.find() ? fenced.group(1) : text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static void compare(JsonNode wanted, @Nullable JsonNode found, double tolerance, int[] counts) {
        if (wanted.isObject()) {
            wanted.properties()
                    .forEach(e ->
                            compare(e.getValue(), found == null ? null : found.get(e.getKey()), tolerance, counts));
        } else if (wanted.isArray()) {
            for (int i = 0; i < wanted.size(); i++) {
                compare(wanted.get(i), found == null ? null : found.get(i), tolerance, counts);
            }
        } else {
            counts[0]++;
            if (found != null && found.isValueNode() && sameLeaf(wanted, found, tolerance)) {
                counts[1]++;
            }
        }
    }

    private static boolean sameLeaf(JsonNode wanted, JsonNode found, double tolerance) {
        if (wanted.isNumber() && found.isNumber()) {
            return close(wanted.asDouble(), found.asDouble(), tolerance);
        }
        return wanted.isNull() == found.isNull() && normalise(wanted.asText()).equals(normalise(found.asText()));
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
