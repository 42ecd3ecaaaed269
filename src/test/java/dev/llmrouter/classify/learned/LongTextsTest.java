package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Texts of thousands of words, where the examples have some ten. */
class LongTextsTest {
    private static final int TASKS = 10;
    private static final int TEXTS = 100;
    private static final String[] SYLLABLES = {
        "ba", "ko", "ri", "tu", "me", "sol", "van", "dik", "pra", "glo", "nes", "fum"
    };

    private static LearnedModel model;

    private static String word(int number) {
        return SYLLABLES[number % 12] + SYLLABLES[number / 12 % 12] + SYLLABLES[(number * 7 + 5) % 11];
    }

    /** An instruction: words that all tasks use, and words that one of them prefers. */
    private static String instruction(int task, SplittableRandom random) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            words.add(word(i % 3 == 0 ? 100 + 4 * task + random.nextInt(4) : random.nextInt(100)));
        }
        return String.join(" ", words);
    }

    /** A document of no task: nearly all its words are the common ones, and now and then one of any task. */
    private static String document(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            int number = random.nextInt(20) == 0 ? 100 + random.nextInt(4 * TASKS) : random.nextInt(100);
            text.append(random.nextBoolean() ? word(number) : "unknown" + (char) ('a' + random.nextInt(26)))
                    .append(' ');
        }
        return text.toString();
    }

    @BeforeAll
    static void train() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 40 * TASKS; i++) {
            examples.add(
                    new LabelledExample("e" + i, "task" + i % TASKS, instruction(i % TASKS, random), null, Map.of()));
        }
        model = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(examples)
                .model();
    }

    /** Coverage grew with the text: a licence was a question about a bank's card at .97. */
    @Test
    void ofNoTaskAreNotAccepted() {
        SplittableRandom random = new SplittableRandom(2);
        int accepted = 0;
        for (int i = 0; i < TEXTS; i++) {
            Prediction prediction = model.predict(document(random));
            accepted += prediction.task() != null && prediction.confidence() >= 0.8 ? 1 : 0;
        }
        assertThat(accepted).isLessThan(TEXTS / 10);
    }

    @Test
    void behindAnInstructionAreOfItsTask() {
        SplittableRandom random = new SplittableRandom(3);
        int right = 0;
        for (int i = 0; i < TEXTS; i++) {
            String task = "task" + i % TASKS;
            Prediction prediction = model.predict(instruction(i % TASKS, random) + "\n\n" + document(random));
            right += prediction.top().get(0).task().equals(task) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(TEXTS * 6 / 10);
    }

    @Test
    void areReadAtBothEndsBetweenWords() {
        String text = "first words of it " + "and so on ".repeat(500) + "the very last words";
        String read = TextEnds.of(text, 60).toString();
        assertThat(read).startsWith("first words of it and").contains("\n").endsWith(" the very last words");
        assertThat(read.length()).isLessThanOrEqualTo(61);
        assertThat(TextEnds.of("short", 60).toString()).isEqualTo("short");
        assertThat(TextEnds.of("x".repeat(500), 60)).hasSize(61);
    }

    @Test
    void roomIsThatOfNearlyAllExamples() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            texts.add("x".repeat(i < 199 ? 1_000 : 90_000));
        }
        assertThat(TextEnds.room(texts)).isEqualTo(1_000);
        assertThat(TextEnds.room(List.of("short"))).isEqualTo(TextEnds.LEAST);
    }
}
