package dev.llmrouter.record.ledger;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many answers took how long, in {@link #SIZE} classes whose bounds grow by a factor of 1.9: sums of it are exact, and
 * a percentile read from it lies in the same class as the true one.
 *
 * @param counts answers of each class, the shortest first
 */
public record LatencyBins(List<Long> counts) {
    /** Number of classes. */
    public static final int SIZE = 16;

    /** Share of the answers that the usual time is told of: half are faster. */
    public static final double MEDIAN = 0.5;

    /** Share of the answers that the slow time is told of: one in twenty takes longer. */
    public static final double SLOW = 0.95;

    /**
     * Answers below which people are told of no time: of 20, one in twenty is a single one. Our choice.
     */
    public static final int LEAST = 20;

    /** Of a class without an end. */
    private static final long OPEN = Long.MAX_VALUE;

    /**
     * A class of durations, in ms.
     *
     * @param fromMillis inclusive, 0 and more
     * @param toMillis exclusive, above {@code fromMillis}; where the class is open, no duration reaches it
     */
    public record Span(long fromMillis, long toMillis) {
        /** Whether it has no end, so that all that is known is a lower bound. */
        public boolean isOpen() {
            return toMillis == OPEN;
        }
    }

    /** From 20 ms, each 1.9 times the one before: where classes end, exclusive; the last class has no end. In ms. */
    private static final List<Integer> ENDS =
            List.of(20, 38, 72, 137, 261, 495, 941, 1788, 3397, 6454, 12262, 23298, 44266, 84105, 159800);

    /** The columns that hold the counts. */
    static final List<String> COLUMNS =
            IntStream.range(0, SIZE).mapToObj("ms_%02d"::formatted).toList();

    /** @throws IllegalArgumentException if there are not {@link #SIZE} counts */
    public LatencyBins {
        counts = List.copyOf(counts);
        if (counts.size() != SIZE) {
            throw new IllegalArgumentException(counts.size() + " classes of latency; there are " + SIZE + ".");
        }
    }

    /** The class of a duration, from 0. */
    static int indexOf(long millis) {
        int at = 0;
        while (at < SIZE - 1 && millis >= ENDS.get(at)) {
            at++;
        }
        return at;
    }

    /** What one request adds, as SQL: a column for each class. @param isTimed condition under which it adds anything @param millis its duration */
    static String sql(String isTimed, String millis) {
        return IntStream.range(0, SIZE)
                .mapToObj(i -> "CASE WHEN " + isTimed
                        + (i == 0 ? "" : " AND " + millis + " >= " + ENDS.get(i - 1))
                        + (i == SIZE - 1 ? "" : " AND " + millis + " < " + ENDS.get(i))
                        + " THEN 1 ELSE 0 END AS " + COLUMNS.get(i))
                .collect(Collectors.joining(", "));
    }

    /** Number of answers. */
    public long n() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The class in which the time lies within which a share of the answers was there. Where in it is not known.
     *
     * @param share above 0, up to 1
     * @return empty for no answers
     */
    public Optional<Span> span(double share) {
        long n = n();
        if (n == 0) {
            return Optional.empty();
        }
        long before = 0;
        for (int i = 0; i < SIZE - 1; i++) {
            before += counts.get(i);
            if (before >= share * n) {
                return Optional.of(new Span(i == 0 ? 0 : ENDS.get(i - 1), ENDS.get(i)));
            }
        }
        return Optional.of(new Span(longest(), OPEN));
    }

    /**
     * An estimate of the time within which a share of the answers was there, in ms: taken to be spread evenly over the
     * logarithms of a class, so that it may be off by 90 % where the answers of a class are alike, and is off by some percent
     * where many fill their classes evenly. What people read is {@link #span}. Of the last class its start, a lower bound.
     *
     * @param share above 0, up to 1
     * @return empty for no answers
     */
    public OptionalLong millis(double share) {
        long n = n();
        if (n == 0) {
            return OptionalLong.empty();
        }
        double wanted = share * n;
        long before = 0;
        for (int i = 0; i < SIZE - 1; i++) {
            long here = counts.get(i);
            if (here > 0 && before + here >= wanted) {
                double part = (wanted - before) / here;
                double end = ENDS.get(i);
                double start = i == 0 ? 0 : ENDS.get(i - 1);
                return OptionalLong.of(
                        Math.round(i == 0 ? end * part : start * Math.pow(end / start, part))); // no logarithm of 0
            }
            before += here;
        }
        return OptionalLong.of(longest());
    }

    /** Start of the last class, in ms: a percentile of this or more is a lower bound. */
    public static long longest() {
        return ENDS.get(SIZE - 2);
    }
}
