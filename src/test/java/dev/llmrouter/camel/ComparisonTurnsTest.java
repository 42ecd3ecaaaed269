package dev.llmrouter.camel;

import static dev.llmrouter.camel.ComparisonTurns.Entry.BEGINS;
import static dev.llmrouter.camel.ComparisonTurns.Entry.GIVEN_UP;
import static dev.llmrouter.camel.ComparisonTurns.Entry.WAITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.collect.PairQuestion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is compared, and when: few at a time, and by lot. */
class ComparisonTurnsTest {
    private static final PairQuestion TICKETS = question("tickets");

    private final List<Integer> begun = new ArrayList<>();
    private final List<Integer> givenUp = new ArrayList<>();

    private static PairQuestion question(String task) {
        return new PairQuestion(task, "d", "small", "p/small", "large", "p/large", "exact");
    }

    private static ComparisonTurns turns(int atOnce) {
        return new ComparisonTurns(atOnce, new SplittableRandom(7));
    }

    private void enter(ComparisonTurns turns, PairQuestion question, int number) {
        var entry = turns.enter(question, null, isNext -> (isNext ? begun : givenUp).add(number));
        if (entry == BEGINS) {
            begun.add(number);
        } else if (entry == GIVEN_UP) {
            givenUp.add(number);
        }
    }

    @Test
    void fewAreUnderWayAndAllHaveTheirTurn() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 500; i++) {
            enter(turns, TICKETS, i);
        }
        assertThat(begun).hasSize(8);
        for (int over = 1; over <= 492; over++) {
            turns.leave(TICKETS);
            assertThat(begun).hasSize(8 + over);
        }
        assertThat(begun).doesNotHaveDuplicates().hasSize(500);
        for (int i = 0; i < 8; i++) {
            turns.leave(TICKETS);
        }
        enter(turns, TICKETS, 500);
        assertThat(begun).as("there is room again").contains(500);
    }

    /** Of a sorted file the beginning was compared first, and settled its route. */
    @Test
    void whoIsNextIsNoMatterOfWhenItCame() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 1_000; i++) {
            enter(turns, TICKETS, i);
        }
        for (int i = 0; i < 200; i++) {
            turns.leave(TICKETS);
        }
        List<Integer> drawn = begun.subList(8, 208);
        // of 200 by lot 100 are from the second half, give or take 4 standard deviations of 6.3 (without replacement)
        assertThat(drawn.stream().filter(i -> i >= 500).count()).isBetween(75L, 125L);
        assertThat(drawn.stream().mapToInt(i -> i).average().orElseThrow()).isBetween(427.0, 577.0);
    }

    /** Answers that come quickly gave their slot to the next, and are compared no sooner than slow ones. */
    @Test
    void howLongAnAnswerTakesHasNoSayInWhoIsCompared() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 1_000; i++) {
            enter(turns, TICKETS, i); // the odd ones are slow
        }
        PriorityQueue<Integer> ends = new PriorityQueue<>();
        int time = 0;
        int seen = 0;
        while (begun.size() < 400) {
            for (; seen < begun.size(); seen++) {
                ends.add(time + (begun.get(seen) % 2 == 1 ? 50 : 1));
            }
            time = ends.remove();
            turns.leave(TICKETS);
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
        assertThat(givenUp).hasSize(5_000 - 8 - ComparisonTurns.MOST_WAITING).doesNotHaveDuplicates();
        BitSet kept = new BitSet();
        kept.set(8, 5_000);
        givenUp.forEach(kept::clear);
        assertThat(kept.cardinality()).isEqualTo(ComparisonTurns.MOST_WAITING);
        for (int fifth = 0; fifth < 5; fifth++) {
            assertThat(kept.get(fifth * 1_000, fifth * 1_000 + 1_000).cardinality())
                    .as("of the thousand from %d on", fifth * 1_000)
                    .isBetween(200 - 52, 200 + 52); // 4 standard deviations
        }
    }

    @Test
    void aTaskDoesNotWaitForAnother() {
        ComparisonTurns turns = turns(2);
        for (int i = 0; i < 100; i++) {
            enter(turns, TICKETS, i);
        }
        enter(turns, question("mails"), 100);
        assertThat(begun).containsExactly(0, 1, 100);
        turns.leave(question("mails"));
        assertThat(begun).as("no slot of theirs").hasSize(3);
    }

    @Test
    void aRepeatOfOneThatWaitsIsGivenUp() {
        ComparisonTurns turns = turns(1);
        assertThat(turns.enter(TICKETS, "a", isNext -> {})).isEqualTo(BEGINS);
        assertThat(turns.enter(TICKETS, "b", isNext -> begun.add(1))).isEqualTo(WAITS);
        assertThat(turns.enter(TICKETS, "b", isNext -> begun.add(2))).isEqualTo(GIVEN_UP);
        assertThat(turns.enter(question("mails"), "b", isNext -> {})).isEqualTo(BEGINS);
        turns.leave(TICKETS);
        assertThat(begun).containsExactly(1);
        assertThat(turns.enter(TICKETS, "b", isNext -> begun.add(3)))
                .as("it waits no longer: whoever begins it looks whether it is under way")
                .isEqualTo(WAITS);
    }

    @Test
    void whoWaitsWhenTheRouteStopsIsGivenUp() {
        ComparisonTurns turns = turns(8);
        for (int i = 0; i < 100; i++) {
            enter(turns, TICKETS, i);
        }
        turns.giveUpAll();
        assertThat(givenUp).hasSize(92);
        for (int i = 0; i < 8; i++) {
            turns.leave(TICKETS);
        }
        assertThat(begun).hasSize(8);
        enter(turns, TICKETS, 100); // a route that was suspended goes on
        assertThat(begun).contains(100);
    }

    /** Each of them ends at once, on the thread that gave it its turn: a stack as deep as the line was long. */
    @Test
    void anyNumberMayBeOverAtOnce() {
        ComparisonTurns turns = turns(1);
        AtomicInteger over = new AtomicInteger();
        assertThat(turns.enter(TICKETS, null, isNext -> {})).isEqualTo(BEGINS);
        int deepest = Thread.currentThread().getStackTrace().length + 20;
        for (int i = 0; i < 900; i++) {
            turns.enter(TICKETS, null, isNext -> {
                assertThat(Thread.currentThread().getStackTrace().length).isLessThan(deepest);
                over.incrementAndGet();
                turns.leave(TICKETS);
            });
        }
        turns.leave(TICKETS);
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
        Runnable comparison = () -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Thread.yield();
            underWay.decrementAndGet();
            ends.incrementAndGet();
            turns.leave(TICKETS);
        };
        try {
            for (int i = 0; i < 900; i++) {
                callers.execute(() -> {
                    if (turns.enter(TICKETS, null, isNext -> work.execute(comparison)) == BEGINS) {
                        work.execute(comparison);
                    }
                });
            }
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            while (ends.get() < 900) {
                Thread.onSpinWait();
            }
        } finally {
            callers.shutdownNow();
            work.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, 8);
        assertThat(turns.waiting()).isZero();
    }
}
