package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FoldsTest {
    private static LabelledExample example(String task, String text, @Nullable String source) {
        return new LabelledExample("e", task, text, null, source, Map.of());
    }

    /** Issue 13, D5: a source is not on both sides, and each task keeps some of its sources on either. */
    @Test
    void aSourceStaysTogether() {
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            examples.add(example("qa", "question " + (char) ('a' + i % 26) + i, "src" + i % 3 + "_variant" + i % 5));
            examples.add(example("code", "program " + (char) ('a' + i % 26) + i, "src" + i % 2 + "-x"));
            examples.add(example("single", "alone " + "abcdefghij".charAt(i % 10), "only_" + i));
        }
        int[] folds = Folds.of(examples, 1, 4).ofExamples();
        Map<String, Set<Integer>> bySource = new HashMap<>();
        Map<String, Set<Integer>> byTask = new HashMap<>();
        for (int i = 0; i < folds.length; i++) {
            bySource.computeIfAbsent(String.valueOf(Folds.family(examples.get(i))), s -> new HashSet<>())
                    .add(folds[i]);
            byTask.computeIfAbsent(String.valueOf(examples.get(i).task()), t -> new HashSet<>())
                    .add(folds[i]);
        }
        assertThat(bySource.get("src0")).hasSize(1);
        assertThat(bySource.get("src1")).hasSize(1);
        assertThat(bySource.get("src2")).hasSize(1);
        assertThat(byTask.get("qa")).hasSize(3);
        assertThat(byTask.get("code")).hasSize(2);
        assertThat(byTask.get("single")).hasSize(4);
    }

    @Test
    void nearDuplicatesStayTogether() {
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            examples.add(example("a", "Pay  invoice " + i + (i % 2 == 0 ? "!" : ""), null));
            examples.add(example("a", "word".repeat(i + 1), null));
        }
        int[] folds = Folds.of(examples, 1, 4).ofExamples();
        for (int i = 0; i < folds.length; i += 2) {
            assertThat(folds[i]).isEqualTo(folds[0]);
        }
    }

    /** A task of one template was all in one fold, and nothing was known of it where it was measured. */
    @Test
    void nearDuplicatesThatAreNearlyAWholeTaskAreParted() {
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            examples.add(example("order", "Where is my order " + i * 37 + (i % 2 == 0 ? "?" : ""), null));
            examples.add(example("song", "word".repeat(i + 1), null));
        }
        examples.add(example("order", "Has my parcel been sent?", null));
        examples.add(example("order", "where is my order 0", null));
        Folds made = Folds.of(examples, 1, 4);
        int[] folds = made.ofExamples();
        Set<Integer> ofOrder = new HashSet<>();
        for (int i = 0; i < folds.length; i++) {
            if ("order".equals(examples.get(i).task())) {
                ofOrder.add(folds[i]);
            }
        }
        assertThat(ofOrder).hasSize(4);
        assertThat(folds[folds.length - 1]).as("the same text").isEqualTo(folds[0]);
        assertThat(made.repeats()).isEqualTo(Map.of("order", 31));
    }

    @Test
    void oneTextIsNotOnBothSides() {
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            examples.add(example("order", "Where is my order" + "?".repeat(i % 3), null));
            examples.add(example("song", "word".repeat(i + 1), null));
        }
        Folds made = Folds.of(examples, 1, 4);
        for (int i = 0; i < examples.size(); i += 2) {
            assertThat(made.ofExamples()[i]).isEqualTo(made.ofExamples()[0]);
        }
        assertThat(made.repeats()).isEmpty();
    }
}
