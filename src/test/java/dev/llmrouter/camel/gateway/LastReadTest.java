package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.OlderLedger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LastReadTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    private final LastRead<String, Integer> last = new LastRead<>(Duration.ofSeconds(3), value -> value > 0);
    private final AtomicInteger reads = new AtomicInteger();

    @TempDir
    private Path folder;

    private LedgerSettings ledger;

    @BeforeEach
    void open() {
        ledger = LedgerSettings.embedded(folder);
        Ledger.open(ledger, System::nanoTime).close();
    }

    @AfterEach
    void close() {
        last.close();
    }

    private int get(String key, Instant now) throws Exception {
        return last.get(ledger, key, now, reader -> reads.incrementAndGet());
    }

    @Test
    void readsAgainWhenItIsNoLongerFresh() throws Exception {
        assertThat(get("a", NOW)).isEqualTo(1);
        assertThat(get("a", NOW.plusMillis(2_999))).isEqualTo(1);
        assertThat(get("b", NOW)).isEqualTo(2);
        assertThat(get("a", NOW.plusMillis(3_000))).isEqualTo(3);
        assertThat(get("a", NOW.minusSeconds(1))).as("the clock was set back").isEqualTo(4);
    }

    @Test
    void aReaderOfALedgerOfAnOlderVersionIsOpenedAgainForTheNextRead() throws Exception {
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + ledger.file());
                Statement statement = old.createStatement()) {
            OlderLedger.backTo(8, statement);
        }
        assertThat(last.get(ledger, "old", NOW, reader -> reader.isCurrent() ? 2 : 1))
                .isEqualTo(1);
        Ledger.open(ledger, System::nanoTime).close(); // brings it up to date
        assertThat(last.get(ledger, "new", NOW, reader -> reader.isCurrent() ? 2 : 1))
                .isEqualTo(2);
    }

    @Test
    void whileOneThreadReadsTheOthersGetWhatWasReadBefore() throws Exception {
        assertThat(get("a", NOW)).isEqualTo(1);
        assertThat(get("b", NOW)).isEqualTo(2);
        Instant later = NOW.plusSeconds(10);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return last.get(ledger, "a", later, reader -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return reads.incrementAndGet();
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(get("a", later)).isEqualTo(1);
        assertThat(get("b", later)).isEqualTo(2);
        CompletableFuture<Integer> fresh = CompletableFuture.supplyAsync(() -> {
            try {
                return get("never read", later);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        end.countDown();
        assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(fresh.get(20, TimeUnit.SECONDS)).isEqualTo(4);
        assertThat(get("a", later)).isEqualTo(3);
    }

    @Test
    void keepsNothingThatIsNotToBeShownAgain() throws Exception {
        assertThat(last.get(ledger, "a", NOW, reader -> 0)).isZero();
        assertThat(get("a", NOW)).isEqualTo(1);
    }

    @Test
    void opensTheLedgerAnewWhenReadingFailsAndGivesUpWhenItFailsAgain() throws Exception {
        assertThat(last.get(ledger, "a", NOW, reader -> {
                    if (reads.incrementAndGet() == 1) {
                        throw new SQLException("the connection died");
                    }
                    return reads.get();
                }))
                .isEqualTo(2);
        assertThatThrownBy(() -> last.get(ledger, "b", NOW, reader -> {
                    throw new SQLException("still dead");
                }))
                .hasMessage("still dead");
        assertThat(get("b", NOW)).as("the lock is free again").isEqualTo(3);
    }
}
