package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.asked;
import static dev.llmrouter.record.ledger.LedgerEntries.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is particular to a ledger in PostgreSQL. */
@Tag("once")
class PostgresLedgerTest extends LedgerGround {
    @BeforeEach
    void clear() throws Exception {
        TestDatabase.POSTGRESQL.clear();
    }

    @Override
    LedgerSettings settings() {
        return TestDatabase.POSTGRESQL.settings(folder);
    }

    @Test
    void aServerThatIsAbsentIsCaughtUpWith() throws Exception {
        LedgerSettings absent =
                new LedgerSettings(folder, "jdbc:postgresql://127.0.0.1:1/postgres", "postgres", "secret");
        try (Ledger ledger = Ledger.open(absent, nanos::get)) {
            ledger.write(List.of(request("a", 1L)));
            assertThat(ledger.isWriting()).isFalse();
        }
        open().close();

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(1);
        assertThat(absent.toString()).doesNotContain("secret");
    }

    @Test
    void aConnectionThatTheServerCutsIsMadeAnew() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
            try (Connection other = TestDatabase.connect()) {
                other.createStatement()
                        .execute(
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
            }
            ledger.write(List.of(request("b", 2L)));
            nanos.addAndGet(Ledger.RETRY_AFTER.toNanos() + 1);
            ledger.write(List.of(request("c", 3L)));
            assertThat(ledger.isWriting()).isTrue();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(6);
    }

    /**
     * The server does not notice that a client is gone while it waits for a lock: each try of each gateway kept a connection, until the server had none
     * for anybody.
     */
    @Test
    void whileAnotherHangsWithTheLockNoConnectionsPileUp() throws Exception {
        try (Ledger ledger = open();
                Connection other = TestDatabase.connect()) {
            ledger.write(List.of(request("a", 1L)));
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT pg_advisory_xact_lock('public.llm_hour'::regclass::oid::bigint)");
            for (int i = 0; i < 2; i++) {
                ledger.write(List.of(request("b" + i, 2L)));
                assertThat(ledger.isWriting()).isFalse();
                assertThat(count("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
                        .isZero();
                nanos.addAndGet(Ledger.RETRY_AFTER.toNanos() + 1);
            }
            other.commit();
            ledger.write(List.of(request("c", 3L)));
            assertThat(ledger.isWriting()).isTrue();
        }
        assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(4);
    }

    /** A process that was stopped in the midst of a transaction, or a machine that is gone, kept all others from writing for hours. */
    @Test
    void whoHangsInATransactionIsPutOut() throws Exception {
        open().close();
        try (Connection hanging = LedgerConnections.connectToWrite(settings());
                Connection other = TestDatabase.connect()) {
            hanging.setAutoCommit(false);
            String lock = "SELECT pg_advisory_xact_lock('public.llm_hour'::regclass::oid::bigint)";
            hanging.createStatement().execute(lock);
            other.createStatement().execute("SET lock_timeout = 20000");
            other.createStatement().execute(lock);
        }
    }

    /** Another gateway may write feedback on a request at the moment it is deleted: its sums would be taken away and not added. */
    @Test
    void deletionWaitsForOthersWhoChangeSums() throws Exception {
        try (Ledger ledger = open();
                Connection other = TestDatabase.connect()) {
            ledger.write(List.of(request("a", 1L)));
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT pg_advisory_xact_lock('public.llm_hour'::regclass::oid::bigint)");
            for (ToLongFunction<Ledger> deletion : List.<ToLongFunction<Ledger>>of(
                    each -> each.forget(2_000), each -> each.forgetRollups(9_999_999_999L))) {
                CompletableFuture<Long> gone = CompletableFuture.supplyAsync(() -> deletion.applyAsLong(ledger));
                await().atMost(20, TimeUnit.SECONDS)
                        .until(() -> gone.isDone()
                                || count("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                        == 1);
                assertThat(gone).isNotDone();
                other.commit();
                assertThat(gone.get(20, TimeUnit.SECONDS)).isPositive();
                other.createStatement()
                        .execute("SELECT pg_advisory_xact_lock('public.llm_hour'::regclass::oid::bigint)");
            }
        }
    }

    /** A ledger of another application in the same database, which a newer gateway writes. */
    @Test
    void anotherSchemaHasColumnsOfItsOwn() throws Exception {
        open().close();
        try (Connection other = TestDatabase.connect()) {
            other.createStatement().execute("CREATE SCHEMA newer");
            other.createStatement().execute("CREATE TABLE newer.llm_pair (LIKE public.llm_pair)");
            other.createStatement().execute("ALTER TABLE public.llm_pair DROP COLUMN prices");
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.pairs()
                            .costs(asked("", null, null, null), BigDecimal.ONE, "1 against 2"::equals, 0)
                            .n())
                    .isZero();
        } finally {
            try (Connection other = TestDatabase.connect()) {
                other.createStatement().execute("DROP SCHEMA newer CASCADE");
            }
        }
    }
}
