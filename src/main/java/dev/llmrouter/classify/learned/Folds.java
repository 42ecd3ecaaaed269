package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Parts the examples so that what is measured on a fold holds for texts that training has not seen the like of: texts of
 * one source stay together, and so do {@link NearDuplicates}. The same examples and seed give the same folds.
 *
 * <p>A source counts by the beginning of its name, up to the first sign that is no letter or digit: data sets name the
 * variants of a source so ({@code sciq_Direct_Question}). A task all of whose texts come from one source is parted by text,
 * as else nothing could be learned of it. Likewise near duplicates that are more than {@value #MOST_PERCENT} % of a task are
 * parted, where their texts are not the same but for case and signs: on the few that are left nothing could be learned. What is
 * measured then is of repeats of one text, and {@link #repeats} says so.
 */
final class Folds {
    /** Share of a task, in percent, that near duplicates may be and still stay together. */
    static final int MOST_PERCENT = 95;

    private final List<LabelledExample> examples;
    private final TreeMap<String, Integer> repeats = new TreeMap<>();
    private final int[] folds;
    private final int count;

    private Folds(List<LabelledExample> examples, int count) {
        this.examples = examples;
        this.count = count;
        folds = new int[examples.size()];
    }

    /** Parts the examples into {@code count} folds. */
    static Folds of(List<LabelledExample> examples, long seed, int count) {
        Folds made = new Folds(examples, count);
        Set<String> parted = made.bySource();
        made.byText(seed, parted);
        return made;
    }

    /** Fold of each example, 0 to {@code count - 1}. */
    int[] ofExamples() {
        return folds.clone();
    }

    /** By task whose near duplicates were parted: how many of its examples these are. */
    Map<String, Integer> repeats() {
        return Collections.unmodifiableMap(repeats);
    }

    static @Nullable String family(LabelledExample example) {
        String source = example.source();
        return source == null ? null : source.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]", 2)[0];
    }

    /** Spreads the sources; returns the tasks that were parted by it. */
    private Set<String> bySource() {
        Map<String, Set<String>> sources = new TreeMap<>();
        Set<String> unknown = new TreeSet<>();
        for (LabelledExample example : examples) {
            String task = String.valueOf(example.task());
            String family = family(example);
            if (family == null) {
                unknown.add(task);
            } else {
                sources.computeIfAbsent(task, t -> new TreeSet<>()).add(family);
            }
        }
        Set<String> parted = new TreeSet<>(sources.keySet());
        parted.removeIf(task ->
                unknown.contains(task) || sources.getOrDefault(task, Set.of()).size() < 2);
        TreeMap<String, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < folds.length; i++) {
            String family = family(examples.get(i));
            if (family != null && parted.contains(String.valueOf(examples.get(i).task()))) {
                members.computeIfAbsent(family, f -> new ArrayList<>()).add(i);
            }
        }
        List<List<Integer>> largestFirst = new ArrayList<>(members.values());
        largestFirst.sort(Comparator.comparingInt((List<Integer> all) -> -all.size()));
        Map<String, int[]> taken = new HashMap<>();
        for (List<Integer> family : largestFirst) {
            int fold = leastTaken(family, taken);
            for (int i : family) {
                folds[i] = fold;
                taken.computeIfAbsent(String.valueOf(examples.get(i).task()), t -> new int[count])[fold]++;
            }
        }
        return parted;
    }

    /** The fold that has least of the tasks of these examples. */
    private int leastTaken(List<Integer> family, Map<String, int[]> taken) {
        long[] cost = new long[count];
        for (int i : family) {
            int[] byFold = taken.getOrDefault(String.valueOf(examples.get(i).task()), new int[count]);
            for (int fold = 0; fold < count; fold++) {
                cost[fold] += byFold[fold];
            }
        }
        int least = 0;
        for (int fold = 1; fold < count; fold++) {
            least = cost[fold] < cost[least] ? fold : least;
        }
        return least;
    }

    /** Parts the near duplicates that are nearly the whole of a task; texts that are the same stay together. */
    private void part(String task, int size, TreeMap<Long, List<Integer>> same, long seed) {
        List<Integer> largest =
                Collections.max(same.values(), Comparator.comparingInt((List<Integer> each) -> each.size()));
        if (largest.size() * 100L <= (long) MOST_PERCENT * size) {
            return;
        }
        TreeMap<Long, List<Integer>> parts = new TreeMap<>();
        for (int i : largest) {
            long key = NearDuplicates.key(examples.get(i).text(), seed);
            parts.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
        }
        if (parts.size() > 1) {
            same.values().remove(largest);
            same.putAll(parts);
            repeats.put(task, largest.size());
        }
    }

    /** The tasks that were not parted by source: even within each task. */
    private void byText(long seed, Set<String> parted) {
        TreeMap<String, List<Integer>> ofTask = new TreeMap<>();
        for (int i = 0; i < folds.length; i++) {
            String task = String.valueOf(examples.get(i).task());
            if (!parted.contains(task)) {
                ofTask.computeIfAbsent(task, t -> new ArrayList<>()).add(i);
            }
        }
        TreeMap<String, TreeMap<Long, List<Integer>>> byTask = new TreeMap<>();
        ofTask.forEach((task, members) -> {
            List<String> texts =
                    members.stream().map(i -> examples.get(i).text()).toList();
            long[] keys = NearDuplicates.keys(texts, seed, false);
            TreeMap<Long, List<Integer>> same = byTask.computeIfAbsent(task, t -> new TreeMap<>());
            for (int m = 0; m < keys.length; m++) {
                same.computeIfAbsent(keys[m], k -> new ArrayList<>()).add(members.get(m));
            }
            part(task, members.size(), same, seed);
        });
        int offset = 0;
        for (TreeMap<Long, List<Integer>> texts : byTask.values()) {
            int at = offset++;
            for (List<Integer> same : texts.values()) {
                for (int i : same) {
                    folds[i] = at % count;
                }
                at++;
            }
        }
    }
}
