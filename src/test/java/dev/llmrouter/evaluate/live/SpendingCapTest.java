package dev.llmrouter.evaluate.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SpendingCapTest {
    private static BigDecimal usd(long amount) {
        return BigDecimal.valueOf(amount);
    }

    @Test
    void aCallThatFitsExactlyIsMadeAndOneCentMoreIsNot() throws Exception {
        SpendingCap cap = new SpendingCap(usd(10), usd(4));
        assertThat(cap.reserve(usd(7))).isFalse();
        assertThat(cap.reserve(usd(6))).isTrue();
        cap.settle(usd(6), usd(1));
        assertThat(cap.spent()).isEqualTo(usd(5));
        assertThat(cap.reserve(usd(5))).isTrue();
    }

    @Test
    void withoutACapEverythingFits() throws Exception {
        SpendingCap cap = new SpendingCap(null, usd(4));
        assertThat(cap.reserve(usd(1_000_000))).isTrue();
    }

    @Test
    void neverMoreThanTheCapWith64AtATimeAndAllOfItIsUsed() throws Exception {
        SpendingCap cap = new SpendingCap(usd(1000), usd(0));
        AtomicLong spent = new AtomicLong();
        AtomicLong most = new AtomicLong();
        AtomicLong underWay = new AtomicLong();
        AtomicInteger refused = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 2000; i++) {
            long cost = new Random(i).nextInt(5);
            workers.execute(() -> {
                try {
                    if (!cap.reserve(usd(10))) {
                        refused.incrementAndGet();
                        return;
                    }
                    most.accumulateAndGet(spent.get() + underWay.addAndGet(10), Math::max);
                    Thread.yield();
                    underWay.addAndGet(-10);
                    spent.addAndGet(cost);
                    cap.settle(usd(10), usd(cost));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        workers.shutdown();
        assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(1000);
        assertThat(spent.get()).isBetween(991L, 1000L);
        assertThat(refused.get()).isPositive();
        assertThat(cap.spent()).isEqualTo(usd(spent.get()));
    }
}
