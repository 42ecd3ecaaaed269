package dev.llmrouter.classify.learned;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** Examples made ready: class numbers, features, and folds in which texts that are the same stay together. */
final class TrainingSet {
    /** Features of a data set smaller than this count from one text on; else from two. */
    private static final int SMALL = 150;

    /** Longer texts, in characters, have no noisy copies: they take memory, and a word more or less hardly counts. */
    private static final int LONG = 600;

    final List<String> tasks;
    /** Whether the class after the last task is "none of these". */
    final boolean none;

    final int[] classes;
    final Bag[] bags;
    /** Noisy copies of each example; none of a long one. */
    final Bag[][] noisy;

    final Spelling spelling;
    /** Characters that are read of a text, see {@link TextEnds}. */
    final int room;

    final int[][] features;
    final int[] folds;
    final int foldCount;
    /** As {@link Folds#repeats} says. */
    final Map<String, Integer> repeats;

    final String id;

    private TrainingSet(
            List<String> tasks,
            boolean none,
            int[] classes,
            Bag[] bags,
            Bag[][] noisy,
            Spelling spelling,
            int room,
            Folds folds,
            int foldCount,
            String id) {
        this.tasks = tasks;
        this.none = none;
        this.classes = classes;
        this.bags = bags;
        this.noisy = noisy;
        this.spelling = spelling;
        this.room = room;
        this.folds = folds.ofExamples();
        this.repeats = folds.repeats();
        this.foldCount = foldCount;
        this.id = id;
        features = new int[bags.length][];
        for (int i = 0; i < bags.length; i++) {
            features[i] = bags[i].features();
        }
    }

    /** @throws ExamplesException if these examples cannot teach: under two tasks, a task with one example, no task named */
    static TrainingSet of(List<LabelledExample> examples, TrainingSettings settings, int foldCount)
            throws ExamplesException {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (LabelledExample example : examples) {
            String task = example.task();
            if (task == null) {
                throw new ExamplesException("example '" + example.id() + "' has no 'task'; every example to learn from "
                        + "needs one. Name its task, or '" + new TreeSet<>(settings.noneNames()).first()
                        + "' if it is none of them.");
            }
            counts.merge(task, 1, Integer::sum);
        }
        List<String> tasks = new ArrayList<>(counts.keySet());
        tasks.removeAll(settings.noneNames());
        if (tasks.size() < 2) {
            throw new ExamplesException("the examples are of " + tasks.size()
                    + " task(s); at least 2 are needed to tell them apart. Add examples of another task.");
        }
        for (String task : tasks) {
            if (counts.getOrDefault(task, 0) < 2) {
                throw new ExamplesException("task '" + task
                        + "' has 1 example; at least 2 are needed, 20 to 200 are good. Add examples or remove it.");
            }
        }
        boolean none = tasks.size() < counts.size();
        int[] classes = new int[examples.size()];
        Bag[] bags = new Bag[classes.length];
        Bag[][] noisy = new Bag[classes.length][];
        List<String> texts = examples.stream().map(LabelledExample::text).toList();
        Spelling spelling = Spelling.of(texts, texts.size() < SMALL ? 1 : 2);
        Scratch scratch = new Scratch(spelling);
        SplittableRandom random = new SplittableRandom(settings.seed());
        for (int i = 0; i < classes.length; i++) {
            int at = tasks.indexOf(examples.get(i).task());
            classes[i] = at < 0 ? tasks.size() : at;
            bags[i] = Bag.of(texts.get(i), scratch);
            noisy[i] = noisy(texts.get(i), random, scratch);
        }
        Folds folds = Folds.of(examples, settings.seed(), foldCount);
        return new TrainingSet(
                tasks,
                none,
                classes,
                bags,
                noisy,
                spelling,
                TextEnds.room(texts),
                folds,
                foldCount,
                hash(examples, settings));
    }

    private static Bag[] noisy(String text, SplittableRandom random, Scratch scratch) {
        if (text.length() > LONG) {
            return new Bag[0];
        }
        Noise around = List.of(Noise.BEFORE, Noise.AFTER, Noise.AROUND).get(random.nextInt(3));
        Noise other = List.of(Noise.TYPING_TWICE, Noise.SPACING, Noise.ENDING, Noise.TYPING)
                .get(random.nextInt(4));
        return new Bag[] {
            Bag.of(around.copy(text, random), scratch),
            Bag.of(Noise.TYPING.copy(text, random), scratch),
            Bag.of(around.copy(other.copy(text, random), random), scratch)
        };
    }

    static String hash(List<LabelledExample> examples, TrainingSettings settings) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(
                    digest,
                    "v" + ModelFile.VERSION + "." + LearnedTrainer.METHOD + " " + settings.seed() + " "
                            + settings.keep() + " " + new TreeSet<>(settings.noneNames()));
            for (LabelledExample example : examples) {
                add(digest, String.valueOf(example.task()));
                add(digest, example.text());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    int size() {
        return classes.length;
    }

    /** Classes that are learned: the tasks, and "none of these" if it has examples. */
    int classCount() {
        return tasks.size() + (none ? 1 : 0);
    }

    boolean isNone(int i) {
        return classes[i] == tasks.size();
    }

    int[] inFold(int fold) {
        return select(i -> folds[i] == fold);
    }

    int[] outsideFold(int fold) {
        return select(i -> folds[i] != fold);
    }

    int[] everything() {
        return select(i -> true);
    }

    private int[] select(java.util.function.IntPredicate wanted) {
        int[] all = new int[size()];
        int n = 0;
        for (int i = 0; i < all.length; i++) {
            if (wanted.test(i)) {
                all[n++] = i;
            }
        }
        return Arrays.copyOf(all, n);
    }

    Vocabulary vocabulary(int[] which) {
        return Vocabulary.of(features, which, which.length < SMALL ? 1 : 2);
    }
}
