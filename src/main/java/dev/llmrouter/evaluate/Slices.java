package dev.llmrouter.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects outcomes by simple characteristics of the input: length, script, structure. */
final class Slices {
    /** Slices with fewer examples are not shown. */
    static final int MIN_EXAMPLES = 10;

    private static final int DRAWS = 2_000; // a hint where to look, not a verdict

    private final Map<String, PairedOutcomes> byName = new LinkedHashMap<>();

    void add(String input, double baseline, double candidate) {
        for (String name : characteristics(input)) {
            byName.computeIfAbsent(name, k -> new PairedOutcomes()).add(baseline, candidate);
        }
    }

    List<Slice> result(int all, double alpha) {
        List<Map.Entry<String, PairedOutcomes>> shown = byName.entrySet().stream()
                .filter(e -> e.getValue().n() >= MIN_EXAMPLES && e.getValue().n() < all)
                .sorted(Map.Entry.comparingByKey())
                .toList();
        double level = alpha / Math.max(1, shown.size());
        return shown.stream()
                .map(e -> {
                    PairedOutcomes slice = e.getValue();
                    Gate.Bounds bounds = slice.isBinary() ? Gate.bounds(slice) : GaffkeBound.of(slice, DRAWS);
                    double difference = e.getValue().difference();
                    double low = Math.max(-1, Math.min(difference, bounds.low(level)));
                    double high = Math.min(1, Math.max(difference, bounds.high(level)));
                    return new Slice(e.getKey(), e.getValue().n(), difference, low, high, high < 0);
                })
                .toList();
    }

    static List<String> characteristics(String input) {
        List<String> names = new ArrayList<>();
        int length = input.length();
        names.add(
                length <= 200
                        ? "up to 200 characters"
                        : length <= 1000 ? "201 to 1,000 characters" : "over 1,000 characters");
        boolean latin = input.codePoints()
                .noneMatch(
                        c -> Character.isLetter(c) && Character.UnicodeScript.of(c) != Character.UnicodeScript.LATIN);
        names.add(latin ? "Latin script only" : "other scripts");
        names.add(input.codePoints().anyMatch(Character::isDigit) ? "with digits" : "without digits");
        if (input.indexOf("```") >= 0 || input.indexOf("};") >= 0 || input.indexOf("();") >= 0) {
            names.add("with code");
        }
        names.add(input.strip().indexOf('\n') >= 0 ? "several lines" : "one line");
        return names;
    }
}
