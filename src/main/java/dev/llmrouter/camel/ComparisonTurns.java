package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.InputHash;
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
 * Has requests wait to be compared, so that of each question few comparisons are under way. They gather for a while, each draws a lot when it comes,
 * and the lowest is next: whoever came first (the beginning of a sorted file) or was answered first is no sample of the rest, and what is
 * compared first may settle a route. Where more would wait than are kept in memory, the highest lot is given up. So each request of a burst
 * is as likely to be compared as the others. Safe for use by many threads.
 */
final class ComparisonTurns {
    /** Requests that wait, of all questions. Assumption. */
    static final int MOST_WAITING = 1_000;

    /** Characters of what waits, of all questions: each is in memory a few times, as it came and as it was read. Assumption. */
    static final long MOST_CHARS = 16_000_000;

    /** Looks at the ledger until the first of a line has its turn: the first may come at once, so that one whole interval is among them. */
    static final int GATHERING = 2;

    private static final long TOLD_NANOS = 60_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(ComparisonTurns.class);

    private final int atOnce;
    private final RandomGenerator random;
    private final Map<PairQuestion, Line> lines = new HashMap<>();
    private final ThreadLocal<Boolean> isGiving = new ThreadLocal<>();
    private long came;
    private int waiting;
    private long chars;
    private int givenUp;
    private @Nullable Long toldNanos;

    /** Told of a request that waits: until it has begun, or is given up. It may not throw. */
    @FunctionalInterface
    interface Turn {
        /**
         * @param isNext whether it is its turn; else it is not compared
         * @return false where it is its turn and it cannot begin now: it is told again
         */
        boolean come(boolean isNext);
    }

    /**
     * Who wants to be compared.
     *
     * @param input what is asked, where a repeat would not count; null where it does
     * @param chars how long what is kept of it is
     */
    record Candidacy(PairQuestion question, @Nullable InputHash input, long chars, Turn turn) {
        Candidacy {
            chars = Math.min(chars, MOST_CHARS / 4); // one that is very long does not throw out all others
        }
    }

    /** @param number where two lots are the same, that they are two */
    private record Waiting(Candidacy of, long lot, long number) {}

    private static final Comparator<Waiting> BY_LOT =
            Comparator.comparingLong(Waiting::lot).thenComparingLong(Waiting::number);

    /** Of one question. */
    private final class Line {
        private final TreeSet<Waiting> all = new TreeSet<>(BY_LOT);
        private final Set<String> inputs = new HashSet<>(); // of those that wait
        private int underWay;
        private int most = atOnce; // under way: 1 while nobody answers
        private int gathering; // looks
        private boolean isHeld; // until a comparison is over, or a look

        void add(Waiting one) {
            all.add(one);
            if (one.of().input() != null) {
                inputs.addAll(InputHash.both(one.of().input().kept()));
            }
            waiting++;
            chars += one.of().chars();
        }

        Waiting remove(Waiting one) {
            all.remove(one);
            if (one.of().input() != null) {
                InputHash.both(one.of().input().kept()).forEach(inputs::remove);
            }
            waiting--;
            chars -= one.of().chars();
            return one;
        }

        boolean hasTurn() {
            return underWay < most && gathering == 0 && !isHeld && !all.isEmpty();
        }

        boolean isOver() {
            return underWay == 0 && all.isEmpty();
        }
    }

    /** @param atOnce comparisons of one question that may be under way, from 1 on */
    ComparisonTurns(int atOnce, RandomGenerator random) {
        this.atOnce = atOnce;
        this.random = random;
    }

    /** Has a request wait, if no other that waits asks the same, or is an earlier turn of its conversation. @return false if it is not compared; then its turn never comes */
    boolean enter(Candidacy candidacy) {
        List<Waiting> out = new ArrayList<>();
        synchronized (this) {
            Line line = lines.computeIfAbsent(candidacy.question(), any -> new Line());
            if (candidacy.input() != null && candidacy.input().isAmong(line.inputs)) {
                return false;
            }
            if (line.all.isEmpty()) {
                line.gathering = GATHERING;
            }
            line.add(new Waiting(candidacy, random.nextLong(), came++));
            for (Line full = highest(); waiting > MOST_WAITING || isTooLong(full.all.last()); full = highest()) {
                out.add(full.remove(full.all.last()));
                givenUp++;
            }
            lines.values().removeIf(Line::isOver);
        }
        boolean isIn = true;
        for (Waiting one : out) {
            if (one.of() == candidacy) {
                isIn = false;
            } else {
                one.of().turn().come(false);
            }
        }
        return isIn;
    }

    /** Whether what waits before it is enough. How long it is itself has no say: long requests would be compared more seldom. */
    private boolean isTooLong(Waiting one) {
        return chars - one.of().chars() >= MOST_CHARS;
    }

    private Line highest() {
        Line highest = null;
        for (Line line : lines.values()) {
            if (!line.all.isEmpty() && (highest == null || BY_LOT.compare(line.all.last(), highest.all.last()) > 0)) {
                highest = line;
            }
        }
        if (highest == null) {
            throw new IllegalStateException("nobody waits");
        }
        return highest;
    }

    /** Who had its turn is not compared. The next has its turn now, on this thread. */
    void pass(PairQuestion question) {
        synchronized (this) {
            end(question);
        }
        give();
    }

    private @Nullable Line end(PairQuestion question) {
        Line line = lines.get(question);
        if (line != null) {
            line.underWay--;
            if (line.isOver()) {
                lines.remove(question);
            }
        }
        return line;
    }

    /**
     * A comparison that had its turn is over. Others have theirs now, on this thread.
     *
     * @param holds whether the next had better wait for a look, and then go alone, as nobody answers
     */
    void leave(PairQuestion question, boolean holds) {
        synchronized (this) {
            Line line = end(question);
            if (line != null) {
                line.isHeld = holds;
                line.most = holds ? 1 : atOnce;
            }
        }
        give();
    }

    /** The ledger was looked at: who gathered has one look less to wait, and who was held may try again. */
    void looked() {
        synchronized (this) {
            for (Line line : lines.values()) {
                line.gathering = Math.max(0, line.gathering - 1);
                line.isHeld = false;
            }
        }
        tell();
        give();
    }

    private void give() {
        if (Boolean.TRUE.equals(isGiving.get())) {
            return; // who gives turns further down on this stack goes on: no recursion, however many are over at once
        }
        isGiving.set(true);
        try {
            for (Waiting next = next(); next != null; next = next()) {
                if (!next.of().turn().come(true)) {
                    putBack(next);
                }
            }
        } finally {
            isGiving.remove();
        }
    }

    private synchronized @Nullable Waiting next() {
        for (Line line : lines.values()) {
            if (line.hasTurn()) {
                line.underWay++;
                return line.remove(line.all.first());
            }
        }
        return null;
    }

    /** It stays the next one: if a cheaper one went first, long requests would be compared more seldom than short ones. */
    private synchronized void putBack(Waiting one) {
        Line line = lines.computeIfAbsent(one.of().question(), any -> new Line());
        line.underWay--;
        line.isHeld = true;
        line.add(one);
    }

    /** None of those that wait is compared. */
    void giveUpAll() {
        List<Waiting> all = new ArrayList<>();
        synchronized (this) {
            for (Line line : lines.values()) {
                all.addAll(line.all);
                line.all.clear();
                line.inputs.clear();
            }
            waiting = 0;
            chars = 0;
            lines.values().removeIf(Line::isOver);
        }
        if (!all.isEmpty()) {
            LOG.info("{} sampled requests that waited to be compared are not: the route stops", all.size());
        }
        all.forEach(one -> one.of().turn().come(false));
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting;
    }

    private void tell() {
        int many;
        synchronized (this) {
            long now = System.nanoTime();
            if (givenUp == 0 || toldNanos != null && now - toldNanos < TOLD_NANOS) {
                return;
            }
            toldNanos = now;
            many = givenUp;
            givenUp = 0;
        }
        LOG.info(
                "{} sampled requests were given up, by lot, as more waited to be compared than are kept ({} of all tasks, or {} characters). A"
                        + " smaller share samples fewer.",
                many,
                MOST_WAITING,
                MOST_CHARS);
    }
}
