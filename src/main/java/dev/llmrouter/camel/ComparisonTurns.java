package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a few comparisons of each question be under way, and has the others wait. Each draws a lot when it comes, and the lowest is next: whoever came
 * first (the beginning of a sorted file) or was answered first is no sample of the rest, and what is compared first may settle a route. Where more
 * would wait than are kept in memory, the highest lot is given up. So each request of a burst is as likely to be compared as the others. Safe for
 * use by many threads.
 */
final class ComparisonTurns {
    /** Requests that wait, of all questions: each is in memory with its answer. Assumption. */
    static final int MOST_WAITING = 1_000;

    private static final long TOLD_NANOS = 60_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(ComparisonTurns.class);

    private final int atOnce;
    private final RandomGenerator random;
    private final Map<PairQuestion, Line> lines = new HashMap<>();
    private final ThreadLocal<Boolean> isGiving = new ThreadLocal<>();
    private long came;
    private int waiting;
    private int givenUp;
    private @Nullable Long toldNanos;

    /** What becomes of a request that comes. */
    enum Entry {
        /** It is its turn. */
        BEGINS,
        /** It waits: its {@link Turn} is told later, perhaps before this is returned. */
        WAITS,
        /** It is not compared. */
        GIVEN_UP
    }

    /** Told once of a request that waits. It may not throw. */
    @FunctionalInterface
    interface Turn {
        /** @param isNext whether it is its turn; else it is not compared */
        void come(boolean isNext);
    }

    /** @param number where two lots are the same, that they are two */
    private record Waiting(PairQuestion question, @Nullable String input, Turn turn, long lot, long number) {}

    private static final Comparator<Waiting> BY_LOT =
            Comparator.comparingLong(Waiting::lot).thenComparingLong(Waiting::number);

    /** Of one question. */
    private static final class Line {
        private final TreeSet<Waiting> waiting = new TreeSet<>(BY_LOT);
        private final Set<String> inputs = new HashSet<>(); // of those that wait
        private int underWay;

        void add(Waiting one) {
            waiting.add(one);
            if (one.input() != null) {
                inputs.add(one.input());
            }
        }

        void remove(Waiting one) {
            waiting.remove(one);
            if (one.input() != null) {
                inputs.remove(one.input());
            }
        }
    }

    /** @param atOnce comparisons of one question that may be under way, from 1 on */
    ComparisonTurns(int atOnce, RandomGenerator random) {
        this.atOnce = atOnce;
        this.random = random;
    }

    /**
     * A request is to be compared. Given up is also one that asks the same as one that waits.
     *
     * @param input hash of what is asked, where a repeat would not count; null where it does
     */
    Entry enter(PairQuestion question, @Nullable String input, Turn turn) {
        Waiting newcomer;
        Waiting out;
        synchronized (this) {
            Line line = lines.computeIfAbsent(question, any -> new Line());
            if (input != null && line.inputs.contains(input)) {
                return Entry.GIVEN_UP;
            }
            if (line.underWay < atOnce && line.waiting.isEmpty()) {
                line.underWay++;
                return Entry.BEGINS;
            }
            newcomer = new Waiting(question, input, turn, random.nextLong(), came++);
            line.add(newcomer);
            waiting++;
            out = waiting > MOST_WAITING ? takeHighest() : null;
        }
        if (out == null) {
            return Entry.WAITS;
        }
        tell(out.question());
        if (out == newcomer) {
            return Entry.GIVEN_UP;
        }
        out.turn().come(false);
        return Entry.WAITS;
    }

    private @Nullable Waiting takeHighest() {
        Waiting highest = lines.values().stream()
                .filter(line -> !line.waiting.isEmpty())
                .map(line -> line.waiting.last())
                .max(BY_LOT)
                .orElse(null);
        Line line = highest == null ? null : lines.get(highest.question());
        if (highest != null && line != null) {
            line.remove(highest);
            waiting--;
        }
        return highest;
    }

    /** A comparison that had its turn is over, or was none. Others have theirs now, on this thread. */
    void leave(PairQuestion question) {
        synchronized (this) {
            Line line = lines.get(question);
            if (line != null) {
                line.underWay--;
                forgetIfEmpty(question, line);
            }
        }
        if (Boolean.TRUE.equals(isGiving.get())) {
            return; // who gives turns further down on this stack goes on: no recursion, however many are over at once
        }
        isGiving.set(true);
        try {
            for (Turn next = next(); next != null; next = next()) {
                next.come(true);
            }
        } finally {
            isGiving.remove();
        }
    }

    private synchronized @Nullable Turn next() {
        for (Line line : lines.values()) {
            if (line.underWay < atOnce && !line.waiting.isEmpty()) {
                line.underWay++;
                waiting--;
                Waiting lowest = line.waiting.first();
                line.remove(lowest);
                return lowest.turn();
            }
        }
        return null;
    }

    /** None of those that wait is compared. */
    void giveUpAll() {
        List<Waiting> all = new ArrayList<>();
        synchronized (this) {
            for (Line line : lines.values()) {
                all.addAll(line.waiting);
                line.waiting.clear();
                line.inputs.clear();
            }
            waiting = 0;
            lines.values().removeIf(line -> line.underWay == 0);
        }
        all.forEach(one -> one.turn().come(false));
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting;
    }

    private void forgetIfEmpty(PairQuestion question, Line line) {
        if (line.underWay == 0 && line.waiting.isEmpty()) {
            lines.remove(question);
        }
    }

    private void tell(PairQuestion question) {
        int many;
        synchronized (this) {
            givenUp++;
            long now = System.nanoTime();
            if (toldNanos != null && now - toldNanos < TOLD_NANOS) {
                return;
            }
            toldNanos = now;
            many = givenUp;
            givenUp = 0;
        }
        LOG.info(
                "More than {} sampled requests wait to be compared, {} at a time: {} given up, by lot, one of task '{}'. A smaller"
                        + " share samples fewer.",
                MOST_WAITING,
                atOnce,
                many,
                question.task());
    }
}
