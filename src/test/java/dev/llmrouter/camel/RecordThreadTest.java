package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordThreadTest {
    private final RecordThread threads = new RecordThread();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void writesEverythingThatManyBringOnOneThreadInTheOrderOfEach() throws Exception {
        List<List<Integer>> seen = new ArrayList<>();
        Set<String> names = ConcurrentHashMap.newKeySet();
        List<Thread> callers = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int caller = 0; caller < 4; caller++) {
            List<Integer> order = new ArrayList<>();
            seen.add(order);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    int number = i;
                    threads.execute(() -> {
                        names.add(Thread.currentThread().getName());
                        order.add(number);
                        done.incrementAndGet();
                    });
                }
            });
            callers.add(thread);
            thread.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        Awaitility.await().untilAtomic(done, org.hamcrest.Matchers.is(8_000));
        assertThat(names).containsExactly("llm-record");
        assertThat(seen).allSatisfy(order -> assertThat(order).hasSize(2_000).isSorted());
    }

    @Test
    void whoeverFindsItFullWritesHimself() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        threads.execute(() -> {
            begun.countDown();
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        AtomicInteger own = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();
        Thread caller = Thread.currentThread();
        for (int i = 0; i < 10_005; i++) {
            threads.execute(() -> {
                all.incrementAndGet();
                if (Thread.currentThread() == caller) {
                    own.incrementAndGet();
                }
            });
        }
        assertThat(own).hasValue(5);
        busy.countDown();
        Awaitility.await().untilAtomic(all, org.hamcrest.Matchers.is(10_005));
    }

    @Test
    void isThereAgainAfterARest() throws Exception {
        for (int round = 0; round < 3; round++) {
            CountDownLatch done = new CountDownLatch(1);
            threads.execute(done::countDown);
            assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(30L * round);
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }
}
