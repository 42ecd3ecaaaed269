package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.policy.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition for {@code premiumWhen} that looks at an input's text.
 *
 * @param yaml on one line, as a policy writes it
 */
record TextCondition(String yaml, Condition condition) {
    /** All that are tried: long inputs, structure, several questions. */
    static final List<TextCondition> ALL = all();

    private static List<TextCondition> all() {
        List<TextCondition> all = new ArrayList<>();
        for (int tokens : new int[] {25, 50, 100, 200, 400, 800, 1600, 3200}) {
            all.add(new TextCondition("{ tokensOver: " + tokens + " }", condition(tokens, Set.of(), null)));
        }
        for (String structure : List.of("code", "json", "markup", "table")) {
            all.add(new TextCondition("{ contains: [" + structure + "] }", condition(null, Set.of(structure), null)));
        }
        for (int questions : new int[] {0, 1, 2, 4}) {
            all.add(new TextCondition("{ questionsOver: " + questions + " }", condition(null, Set.of(), questions)));
        }
        return List.copyOf(all);
    }

    private static Condition condition(
            @Nullable Integer tokensOver, Set<String> contains, @Nullable Integer questionsOver) {
        return new Condition(
                null,
                null,
                Map.of(),
                Map.of(),
                Set.of(),
                List.of(),
                null,
                tokensOver,
                null,
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                null,
                contains,
                null,
                questionsOver,
                null);
    }
}
