package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void whatARoundThrowsDoesNotEndTheRounds() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try {
            Rounds rounds = Rounds.start(scheduler, Duration.ZERO, Duration.ofMillis(5), "Looking", () -> {
                switch (done.incrementAndGet()) {
                    case 1 -> throw new OutOfMemoryError("of this test");
                    case 2 -> throw new StackOverflowError();
                    case 3 -> throw new IllegalStateException("of this test");
                    default -> {}
                }
            });
            await().until(() -> done.get() > 4);
            await().untilAsserted(() -> assertThat(rounds.problem()).isNull());
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void aFailureIsAProblemUntilARoundGoesWell() {
        Rounds rounds = new Rounds(
                "Looking",
                SECOND,
                () -> {
                    if (done.incrementAndGet() < 3) {
                        throw new OutOfMemoryError("of this test");
                    }
                },
                nanos::get);
        assertThat(rounds.problem()).isNull();
        rounds.next();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        rounds.next();
        assertThat(rounds.problem())
                .isEqualTo("Looking failed (java.lang.OutOfMemoryError: of this test), and has not gone well for 2 s");
        rounds.next();
        assertThat(rounds.problem()).isNull();
    }

    /** One that hangs throws nothing. */
    @Test
    void aRoundThatDoesNotEndIsAProblemAfterAWhile() {
        Rounds quick = new Rounds("Looking", SECOND, () -> {}, nanos::get);
        Rounds slow = new Rounds("Looking", Duration.ofSeconds(10), () -> {}, nanos::get);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(quick.problem()).isNull();
        nanos.addAndGet(SECOND.toNanos());
        assertThat(quick.problem()).isEqualTo("Looking has not ended for 31 s");
        assertThat(slow.problem()).isNull();
        nanos.addAndGet(Duration.ofSeconds(70).toNanos());
        assertThat(slow.problem()).isEqualTo("Looking has not ended for 101 s");
    }
}
