package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small made-up requests for tests: four kinds of work, and small talk that is none of them. */
public final class Texts {
    private static final List<String> THINGS = List.of(
            "invoice",
            "contract",
            "ticket",
            "report",
            "letter",
            "order",
            "review",
            "manual",
            "meeting note",
            "complaint");
    private static final List<String> QUALITIES =
            List.of("new", "long", "short", "angry", "old", "attached", "French", "confusing", "late", "first");
    private static final Map<String, List<String>> PATTERNS = Map.of(
            "classification",
            List.of("Is this %1$s %2$s positive or negative?", "Which category fits the %1$s %2$s: sales or support?"),
            "extraction",
            List.of(
                    "Extract the date and the amount from the %1$s %2$s",
                    "List all names found in this %1$s %2$s as JSON"),
            "summary",
            List.of("Summarise the %1$s %2$s in two sentences", "Give me the gist of the %1$s %2$s, tl;dr"),
            "generation",
            List.of("Write a friendly %2$s about a %1$s product", "Compose a %1$s %2$s for our customers"));
    private static final List<String> CHAT = List.of(
            "how are you on this %1$s day",
            "nice weather for a %2$s walk", "tell me a joke about a %1$s horse %2$s", "hi");

    private Texts() {}

    /** {@code perTask} examples of each kind, and {@code none} of none. */
    public static List<LabelledExample> examples(int perTask, int none, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LabelledExample> all = new ArrayList<>();
        for (String task : PATTERNS.keySet().stream().sorted().toList()) {
            for (int i = 0; i < perTask; i++) {
                all.add(example(all.size(), task, fill(PATTERNS.getOrDefault(task, CHAT), random)));
            }
        }
        for (int i = 0; i < none; i++) {
            all.add(example(all.size(), "oos", fill(CHAT, random) + " " + random.nextInt(1000)));
        }
        return all;
    }

    private static LabelledExample example(int id, String task, String text) {
        return new LabelledExample("e" + id, task, text, null, Map.of());
    }

    private static String fill(List<String> patterns, SplittableRandom random) {
        String pattern = patterns.get(random.nextInt(patterns.size()));
        return String.format(
                pattern,
                QUALITIES.get(random.nextInt(QUALITIES.size())),
                THINGS.get(random.nextInt(THINGS.size()))
                        + (random.nextInt(3) == 0 ? " no " + random.nextInt(500) : ""));
    }
}
