package dev.llmrouter.classify.learned;

import java.util.Arrays;

/**
 * The distinct features of one text with their counts.
 *
 * @param features in ascending order
 * @param counts of each, at least 1
 */
public record Bag(int[] features, int[] counts) {
    /** A feature that stands for a label, to learn from beside the text's own. */
    public static int label(String name) {
        return (int) Hashes.of(name, 0x1ABE1) & ~3 | TextFeatures.SHAPE;
    }

    /** The same with more features, each counted once. */
    public Bag with(int... more) {
        int[] all = Arrays.copyOf(features, features.length + more.length);
        System.arraycopy(more, 0, all, features.length, more.length);
        all = Arrays.stream(all).sorted().distinct().toArray();
        int[] allCounts = new int[all.length];
        Arrays.fill(allCounts, 1);
        for (int i = 0; i < features.length; i++) {
            allCounts[Arrays.binarySearch(all, features[i])] = counts[i];
        }
        return new Bag(all, allCounts);
    }

    /** Features of a text. */
    public static Bag of(CharSequence text, Scratch scratch) {
        Collector collector = new Collector();
        TextFeatures.extract(text, scratch, collector);
        int[] all = Arrays.copyOf(collector.all, collector.size);
        Arrays.sort(all);
        int[] counts = new int[all.length];
        int n = 0;
        for (int feature : all) {
            if (n > 0 && all[n - 1] == feature) {
                counts[n - 1]++;
            } else {
                all[n] = feature;
                counts[n++] = 1;
            }
        }
        return new Bag(Arrays.copyOf(all, n), Arrays.copyOf(counts, n));
    }

    private static final class Collector implements TextFeatures.Sink {
        private int[] all = new int[1024];
        private int size;

        @Override
        public void add(int feature) {
            if (size == all.length) {
                all = Arrays.copyOf(all, 2 * size);
            }
            all[size++] = feature;
        }
    }
}
