package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of tasks that nobody gave examples of, and no examples of "none of these" either. */
class UnknownTasksTest {
    private static final int TASKS = 10;
    private static final String[] SYLLABLES = {
        "ba", "ko", "ri", "tu", "me", "sol", "van", "dik", "pra", "glo", "nes", "fum"
    };

    /** Accepted of 500 where the probability, the score and no coverage decide, with seed 1. */
    private static final int WITHOUT_COVERAGE = 323;

    private static String word(int number) {
        return SYLLABLES[number % 12]
                + SYLLABLES[number / 12 % 12]
                + SYLLABLES[(number * 7 + 5) % 11]
                + SYLLABLES[number / 144 % 12];
    }

    /** Three words that all tasks use, two of its own, and one of any known task (of its own, if it is unknown). */
    private static String text(int tasks, int task, SplittableRandom random) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            words.add(word(random.nextInt(60)));
        }
        for (int i = 0; i < 2; i++) {
            words.add(word(100 + 12 * task + random.nextInt(12)));
        }
        words.add(word(100 + 12 * (task < tasks ? random.nextInt(tasks) : task) + random.nextInt(12)));
        for (int i = words.size() - 1; i > 0; i--) {
            Collections.swap(words, i, random.nextInt(i + 1));
        }
        return String.join(" ", words);
    }

    @Test
    void areRejectedMoreThanByTheProbabilityAlone() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<LabelledExample> examples = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
            for (int i = 0; i < 30; i++) {
                examples.add(new LabelledExample(
                        "e" + examples.size(), "task" + task, text(TASKS, task, random), null, Map.of()));
            }
        }
        LearnedModel model = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(examples)
                .model();
        int unknown = 0;
        int known = 0;
        for (int i = 0; i < 500; i++) {
            unknown += model.predict(text(TASKS, TASKS + i % 20, random)).task() != null ? 1 : 0;
            known += model.predict(text(TASKS, i % TASKS, random)).task() != null ? 1 : 0;
        }
        assertThat(unknown).isLessThan(WITHOUT_COVERAGE * 2 / 3);
        assertThat(known).isGreaterThan(460);
        assertThat(model.calibration().coverWeight()).isPositive();
    }

    /** Of two tasks none can be left out of training to see how unknown texts look; of three and five, few can. */
    @ParameterizedTest
    @CsvSource({"2, 350, 850", "3, 400, 950", "5, 350, 1200"})
    void areRejectedByFewTasksToo(int tasks, int mostUnknown, int leastKnown) throws Exception {
        int unknown = 0;
        int known = 0;
        double sure = 0;
        for (int seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<LabelledExample> examples = new ArrayList<>();
            for (int i = 0; i < 30 * tasks; i++) {
                int task = i / 30;
                examples.add(new LabelledExample("e" + i, "task" + task, text(tasks, task, random), null, Map.of()));
            }
            LearnedModel model = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                    .train(examples)
                    .model();
            for (int i = 0; i < 500; i++) {
                double ofUnknown =
                        model.predict(text(tasks, tasks + i % 20, random)).confidence();
                unknown += ofUnknown >= 0.8 ? 1 : 0;
                sure += ofUnknown;
                known += model.predict(text(tasks, i % tasks, random)).confidence() >= 0.8 ? 1 : 0;
            }
        }
        assertThat(unknown).isLessThan(mostUnknown);
        assertThat(known).isGreaterThan(leastKnown);
        assertThat(sure / 1500).isLessThan(0.75);
    }

    /**
     * No answer of the folds is wrong, so that they alone would say that every text is one of the tasks. With three, what is
     * left out in turn is another template, which is further from the others than what people ask.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void areNotCertainWhereNoAnswerWasWrong(int tasks) throws Exception {
        List<LabelledExample> examples = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(7);
        List<String> templates =
                List.of("Where is my order %d?", "Cancel my subscription %d", "Send the invoice %d to my colleague");
        for (int i = 0; i < 40 * tasks; i++) {
            String text = templates.get(i % tasks).formatted(random.nextInt(1000));
            examples.add(new LabelledExample("e" + i, "task" + i % tasks, text, null, Map.of()));
        }
        LearnedTrainer.Trained trained = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {}).train(examples);

        assertThat(trained.quality().accuracy()).isEqualTo(1);
        for (String other :
                List.of("What is the capital of France?", "write a poem about the sea", "Book me a table")) {
            assertThat(trained.model().predict(other).confidence()).as(other).isLessThan(0.5);
        }
        assertThat(trained.model().predict("Where is my order 5?").task()).isEqualTo("task0");
        assertThat(trained.model().predict("Where is my order 5?").confidence()).isGreaterThan(0.9);
    }

    /** A single example of none, and words alone: what hardly varies must not count for more than all else. */
    @Test
    void noSignOutweighsTheOthersWhereHardlyAnythingVaries() throws Exception {
        List<LabelledExample> words = new ArrayList<>();
        List<String> fruit = List.of("apple", "pear", "plum", "kiwi", "fig", "lime", "date", "grape", "mango", "peach");
        List<String> tools = List.of("hammer", "saw", "drill", "plane", "file", "wrench", "axe", "vice", "rasp", "awl");
        for (int i = 0; i < 10; i++) {
            words.add(new LabelledExample("f" + i, "fruit", fruit.get(i), null, Map.of()));
            words.add(new LabelledExample("t" + i, "tool", tools.get(i), null, Map.of()));
        }
        Calibration ofWords = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(words)
                .model()
                .calibration();
        assertThat(ofWords.coverWeight()).isBetween(0.0, 10.0);

        List<LabelledExample> one = new ArrayList<>(Texts.examples(10, 1, 5));
        Calibration withOne = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(one)
                .model()
                .calibration();
        assertThat(withOne.noneWeight()).isNotNegative();
        assertThat(withOne.scoreWeight()).isPositive();
    }

    @Test
    void readingATextCoversItAsTrainingDid() {
        String[] texts = {"sol van sol dik", "dik ba ba never", "quite other words"};
        Scratch scratch = new Scratch();
        Bag[] bags = Arrays.stream(texts).map(text -> Bag.of(text, scratch)).toArray(Bag[]::new);
        Vocabulary vocabulary =
                Vocabulary.of(new int[][] {bags[0].features(), bags[1].features()}, new int[] {0, 1}, 1);
        Weighted[] xs = {Weighted.of(bags[0], vocabulary), Weighted.of(bags[1], vocabulary)};
        Softmax softmax =
                Softmax.learn(xs, new int[] {0, 1}, vocabulary.size(), 3, new Softmax.Settings(5, 1, 1e-5, 0), 1);
        SparseWeights weights = SparseWeights.of(softmax, vocabulary.size());
        Reader reader = new Reader(
                vocabulary, weights, Weighted.VIEW_LENGTH, ModelCaches.of(vocabulary, weights), Spelling.NONE);
        for (int i = 0; i < texts.length; i++) {
            reader.score(texts[i], new float[3]);
            for (int task = 0; task < 2; task++) {
                double expected = Coverage.of(bags[i], vocabulary, softmax, task);
                assertThat(reader.covered(task)).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-6));
            }
        }
        reader.score(texts[0], new float[3]);
        assertThat(reader.covered(0)).isPositive();
        reader.score(texts[2], new float[3]);
        assertThat(reader.covered(0)).isZero();
    }
}
