package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.classify.CompiledCondition;
import dev.llmrouter.classify.Input;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.PremiumInputs;
import dev.llmrouter.policy.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition for {@code premiumWhen} that looks at a request alone.
 *
 * @param yaml on one line, as a policy writes it
 */
record TextCondition(String yaml, CompiledCondition condition) {
    /** All that are tried: long inputs, structure, several questions. */
    static final List<TextCondition> ALL = all();

    /** Which of {@link #ALL} hold for an example: a bit for each, the first one lowest. None for one that the gateway does not take. */
    static int holding(Example example) {
        Input input = example.request().input(example.system());
        int bits = 0;
        for (int i = 0; input != null && i < ALL.size(); i++) {
            bits |= ALL.get(i).condition.test(input) ? 1 << i : 0;
        }
        return bits;
    }

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

    private static CompiledCondition condition(
            @Nullable Integer tokensOver, Set<String> contains, @Nullable Integer questionsOver) {
        return PremiumInputs.compile(new Condition(
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
                null));
    }
}
