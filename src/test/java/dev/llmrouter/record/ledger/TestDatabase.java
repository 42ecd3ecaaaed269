package dev.llmrouter.record.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** The databases that a ledger can be in. */
enum TestDatabase {
    SQLITE {
        @Override
        LedgerSettings settings(Path folder) {
            return LedgerSettings.embedded(folder);
        }

        /** Each test has a folder of its own. */
        @Override
        void clear() {}

        /** The file of what was written lately can be emptied only where nobody reads in it. */
        @Override
        String heldStates() {
            return "PRAGMA wal_checkpoint(TRUNCATE)";
        }
    },

    /** A real server, started once and until the JVM ends. */
    POSTGRESQL {
        @Override
        LedgerSettings settings(Path folder) {
            return new LedgerSettings(
                    folder, Server.RUNNING.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
        }

        /** A schema that is not empty: somebody's database. */
        @Override
        void clear() throws SQLException {
            try (Connection connection = connect()) {
                connection.createStatement().execute("DROP SCHEMA public CASCADE");
                connection.createStatement().execute("CREATE SCHEMA public");
                connection.createStatement().execute("CREATE TABLE somebody_elses (id INT)");
            }
        }

        @Override
        String heldStates() {
            return "SELECT COUNT(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
        }
    };

    /** @param folder where the ledger keeps what it keeps in files */
    abstract LedgerSettings settings(Path folder);

    /** Makes it as it was before any ledger. */
    abstract void clear() throws SQLException;

    /** A query whose number is 0 where no reader that does nothing holds a state of the database. */
    abstract String heldStates();

    /** To the server of {@link #POSTGRESQL}, for who does there what a ledger does not. */
    static Connection connect() throws SQLException {
        return Server.RUNNING.getPostgresDatabase().getConnection();
    }

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private Server() {}

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
