package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.camel.ComparisonTurns.Candidacy;
import dev.llmrouter.evaluate.InputHash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is compared, and when: few at a time, and by lot. */
class ComparisonTurnsTest {
    private static final PairQuestion TICKETS = question("tickets");
    private static final PairQuestion MAILS = question("mails");

    private final List<Integer> begun = new ArrayList<>();
    private final List<Integer> givenUp = new ArrayList<>();
    private final Set<Integer> notNow = new HashSet<>();

    private static PairQuestion question(String task) {
        return new PairQuestion(task, "d", "small", "p/small", "large", "p/large", "exact");
    }

    private static ComparisonTurns turns(int atOnce) {
        return new ComparisonTurns(atOnce, new SplittableRandom(7));
    }

    private void enter(ComparisonTurns turns, PairQuestion question, int number) {
        enter(turns, question, number, 100);
    }

    private void enter(ComparisonTurns turns, PairQuestion question, int number, long chars) {
        boolean isIn = turns.enter(new Candidacy(question, null, chars, isNext -> {
            if (isNext && notNow.contains(number)) {
                return false;
            }
            (isNext ? begun : givenUp).add(number);
            return true;
        }));
        if (!isIn) {
            givenUp.add(number);
        }
    }

    private static void gather(ComparisonTurns turns) {
        for (int i = 0; i < ComparisonTurns.GATHERING; i++) {
            turns.looked();
        }
    }

    private static void leave(ComparisonTurns turns) {
        turns.leave(TICKETS, false);
    }

    @Test
    void fewAreUnderWayAndAllHaveTheirTurn() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 500; i++) {
            enter(turns, TICKETS, i);
        }
        gather(turns);
        assertThat(begun).hasSize(8);
        for (int over = 1; over <= 492; over++) {
            leave(turns);
            assertThat(begun).hasSize(8 + over);
        }
        assertThat(begun).doesNotHaveDuplicates().hasSize(500);
        for (int i = 0; i < 8; i++) {
            leave(turns);
        }
        enter(turns, TICKETS, 500);
        gather(turns);
        assertThat(begun).as("there is room again").contains(500);
    }

    /** Of a sorted file the beginning was compared first, and settled its route: also where slots were free as quickly as lines came. */
    @Test
    void whoIsNextIsNoMatterOfWhenItCame() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 1_000; i++) {
            enter(turns, TICKETS, i);
            if (i == 10) {
                turns.looked(); // by chance, just after the first ones came
            }
        }
        assertThat(begun).as("they gather").isEmpty();
        turns.looked();
        for (int i = 0; i < 192; i++) {
            leave(turns);
        }
        // of 200 by lot 100 are from the second half, give or take 4 standard deviations of 6.3 (without replacement)
        assertThat(begun.stream().filter(i -> i >= 500).count()).isBetween(75L, 125L);
        assertThat(begun.stream().mapToInt(i -> i).average().orElseThrow()).isBetween(427.0, 577.0);
    }

    /** Answers that come quickly gave their slot to the next, and are compared no sooner than slow ones. */
    @Test
    void howLongAnAnswerTakesHasNoSayInWhoIsCompared() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 1_000; i++) {
            enter(turns, TICKETS, i); // the odd ones are slow
        }
        gather(turns);
        PriorityQueue<Integer> ends = new PriorityQueue<>();
        int time = 0;
        int seen = 0;
        while (begun.size() < 400) {
            for (; seen < begun.size(); seen++) {
                ends.add(time + (begun.get(seen) % 2 == 1 ? 50 : 1));
            }
            time = ends.remove();
            leave(turns);
        }
        assertThat(begun.stream().filter(i -> i % 2 == 1).count()).isBetween(160L, 240L);
    }

    @Test
    void ofMoreThanCanWaitEachIsAsLikelyToBeGivenUp() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 5_000; i++) {
            enter(turns, TICKETS, i);
        }
        assertThat(turns.waiting()).isEqualTo(ComparisonTurns.MOST_WAITING);
        assertThat(givenUp).hasSize(4_000).doesNotHaveDuplicates();
        BitSet kept = new BitSet();
        kept.set(0, 5_000);
        givenUp.forEach(kept::clear);
        for (int fifth = 0; fifth < 5; fifth++) {
            assertThat(kept.get(fifth * 1_000, fifth * 1_000 + 1_000).cardinality())
                    .as("of the thousand from %d on", fifth * 1_000)
                    .isBetween(200 - 52, 200 + 52); // 4 standard deviations
        }
    }

    /** A thousand long documents were more than the heap. */
    @Test
    void longRequestsWaitInSmallerNumbers() {
        ComparisonTurns turns = turns(1);
        enter(turns, TICKETS, 0, 3 * ComparisonTurns.MOST_CHARS);
        assertThat(turns.waiting()).as("one may be as long as it likes").isEqualTo(1);
        gather(turns);
        for (int i = 1; i < 100; i++) {
            enter(turns, TICKETS, i, ComparisonTurns.MOST_CHARS / 10);
        }
        assertThat(turns.waiting()).isEqualTo(10);
        enter(turns, MAILS, 100, 3 * ComparisonTurns.MOST_CHARS);
        assertThat(turns.waiting()).as("nor does it throw out all others").isBetween(8, 10);
        for (int i = 0; i < 20; i++) {
            gather(turns);
            leave(turns);
        }
        assertThat(begun).hasSizeBetween(9, 11);
    }

    /** A quarter of them long: as many of the long ones are kept as of the others. */
    @Test
    void howLongARequestIsHasNoSayInWhetherItIsKept() {
        int longOnes = 0;
        int all = 0;
        for (int seed = 0; seed < 200; seed++) {
            ComparisonTurns turns = new ComparisonTurns(1, new SplittableRandom(seed));
            List<Integer> drawn = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                turns.enter(new Candidacy(
                        TICKETS,
                        null,
                        number % 4 == 0 ? ComparisonTurns.MOST_CHARS / 8 : 100_000,
                        isNext -> !isNext || drawn.add(number)));
            }
            gather(turns);
            for (int i = 0; i < 100; i++) {
                leave(turns);
            }
            all += drawn.size();
            longOnes += (int) drawn.stream().filter(i -> i % 4 == 0).count();
        }
        // some 30 of 100 are kept each time: 6,000 in all, so that the share has a standard deviation of .006
        assertThat((double) longOnes / all).isBetween(0.225, 0.275);
        assertThat(all).isBetween(3_000, 12_000);
    }

    @Test
    void aTaskDoesNotWaitForAnother() {
        ComparisonTurns turns = turns(2);
        for (int i = 0; i < 100; i++) {
            enter(turns, TICKETS, i);
        }
        enter(turns, MAILS, 100);
        gather(turns);
        assertThat(begun).hasSize(3).contains(100);
        turns.leave(MAILS, false);
        assertThat(begun).as("no slot of theirs").hasSize(3);
    }

    private static InputHash asked(String hash) {
        return new InputHash(hash, null, Set.of());
    }

    @Test
    void aRepeatOfOneThatWaitsIsGivenUp() {
        ComparisonTurns turns = turns(1);
        assertThat(turns.enter(new Candidacy(TICKETS, asked("b"), 1, isNext -> begun.add(1))))
                .isTrue();
        assertThat(turns.enter(new Candidacy(TICKETS, asked("b"), 1, isNext -> begun.add(2))))
                .isFalse();
        assertThat(turns.enter(
                        new Candidacy(TICKETS, new InputHash("c", null, Set.of("a", "b")), 1, isNext -> begun.add(4))))
                .as("a later turn of its conversation")
                .isFalse();
        assertThat(turns.enter(new Candidacy(MAILS, asked("b"), 1, isNext -> true)))
                .isTrue();
        gather(turns);
        assertThat(begun).containsExactly(1);
        assertThat(turns.enter(new Candidacy(TICKETS, asked("b"), 1, isNext -> begun.add(3))))
                .as("it waits no longer: whoever begins it looks whether it is under way")
                .isTrue();
    }

    /** One look at a budget that others have reserved emptied the whole line. */
    @Test
    void whoCannotBeginNowStaysTheNext() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 50; i++) {
            enter(turns, TICKETS, i);
            notNow.add(i);
        }
        gather(turns);
        assertThat(begun).isEmpty();
        assertThat(turns.waiting()).isEqualTo(50);
        notNow.removeIf(i -> i != begunFirst());
        turns.looked();
        assertThat(begun).as("none goes before the next").isEmpty();
        notNow.clear();
        turns.looked();
        assertThat(begun).hasSize(8).startsWith(begunFirst());
        notNow.addAll(List.of(begun.toArray(new Integer[0])));
        leave(turns);
        assertThat(begun).hasSize(9);
    }

    /** The lowest lot of fifty with the seed of these tests. */
    private static int begunFirst() {
        List<Integer> first = new ArrayList<>();
        ComparisonTurns turns = turns(1);
        for (int i = 0; i < 50; i++) {
            int number = i;
            turns.enter(new Candidacy(TICKETS, null, 100, isNext -> first.add(number)));
        }
        gather(turns);
        return first.get(0);
    }

    @Test
    void theNextTriesAgainWhenOneIsOver() {
        ComparisonTurns turns = turns(8);
        AtomicBoolean isSpent = new AtomicBoolean();
        for (int i = 0; i < 50; i++) {
            turns.enter(new Candidacy(TICKETS, null, 1, isNext -> {
                if (isSpent.getAndSet(true)) {
                    return false;
                }
                begun.add(1);
                return true;
            }));
        }
        gather(turns);
        assertThat(begun).hasSize(1);
        isSpent.set(false);
        leave(turns);
        assertThat(begun).hasSize(2);
    }

    /** An outage of seconds made rows without scores of all that waited. */
    @Test
    void afterOneThatNobodyAnsweredTheNextWaitsForALook() {
        ComparisonTurns turns = turns(2);
        for (int i = 0; i < 50; i++) {
            enter(turns, TICKETS, i);
        }
        gather(turns);
        turns.leave(TICKETS, true);
        turns.leave(TICKETS, true);
        assertThat(begun).hasSize(2);
        turns.looked();
        assertThat(begun).as("one tries").hasSize(3);
        turns.leave(TICKETS, true);
        assertThat(begun).hasSize(3);
        turns.looked();
        turns.pass(TICKETS);
        assertThat(begun).as("who is not compared is no answer").hasSize(5);
        leave(turns);
        assertThat(begun).as("somebody answers").hasSize(7);
    }

    @Test
    void whoWaitsWhenTheRouteStopsIsGivenUp() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 100; i++) {
            enter(turns, TICKETS, i);
        }
        gather(turns);
        turns.giveUpAll();
        assertThat(givenUp).hasSize(92);
        for (int i = 0; i < 8; i++) {
            leave(turns);
        }
        assertThat(begun).hasSize(8);
        enter(turns, TICKETS, 100); // a route that was suspended goes on
        gather(turns);
        assertThat(begun).contains(100);
    }

    /** Each of them ends at once, on the thread that gave it its turn: a stack as deep as the line was long. */
    @Test
    void anyNumberMayBeOverAtOnce() {
        ComparisonTurns turns = turns(1);
        AtomicInteger over = new AtomicInteger();
        int deepest = Thread.currentThread().getStackTrace().length + 20;
        for (int i = 0; i < 900; i++) {
            turns.enter(new Candidacy(TICKETS, null, 1, isNext -> {
                assertThat(Thread.currentThread().getStackTrace().length).isLessThan(deepest);
                over.incrementAndGet();
                leave(turns);
                return true;
            }));
        }
        gather(turns);
        assertThat(over).hasValue(900);
    }

    @Test
    void manyThreadsNeverHaveMoreUnderWayThanAllowed() throws Exception {
        ComparisonTurns turns = turns(8);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ends = new AtomicInteger();
        ExecutorService work = Executors.newFixedThreadPool(8);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 900; i++) {
                callers.execute(() -> turns.enter(new Candidacy(TICKETS, null, 1, isNext -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    work.execute(() -> {
                        underWay.decrementAndGet();
                        ends.incrementAndGet();
                        leave(turns);
                    });
                    return true;
                })));
            }
            callers.shutdown();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (ends.get() < 900 && System.nanoTime() < end) {
                turns.looked();
                Thread.sleep(1);
            }
        } finally {
            callers.shutdownNow();
            work.shutdownNow();
        }
        assertThat(ends).hasValue(900);
        assertThat(most.get()).isBetween(1, 8);
        assertThat(turns.waiting()).isZero();
    }
}
