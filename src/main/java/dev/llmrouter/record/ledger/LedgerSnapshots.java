package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A reader's connection, over which each read sees one state of the ledger, however many statements it takes and whatever
 * is written meanwhile. Between reads no state is held: what is held cannot be cleared away by the database, and its files
 * would grow for as long as a dashboard runs. Not safe for use by many threads.
 */
final class LedgerSnapshots implements AutoCloseable {
    private final Connection connection;

    /** @param connection of {@link LedgerConnections#connectToRead}, that commits by itself */
    LedgerSnapshots(Connection connection) {
        this.connection = connection;
    }

    /** One or more statements. */
    interface Read<T> {
        T from(Connection connection) throws SQLException;
    }

    /** One state; its transaction has written nothing. */
    private record Snapshot(Connection connection) implements AutoCloseable {
        static Snapshot of(Connection connection) throws SQLException {
            connection.setAutoCommit(false);
            return new Snapshot(connection);
        }

        @Override
        public void close() throws SQLException {
            try {
                connection.rollback();
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** Reads one state; a read within a read sees that of the outer one. */
    <T> T read(Read<T> read) throws SQLException {
        if (!connection.getAutoCommit()) {
            return read.from(connection);
        }
        try (Snapshot snapshot = Snapshot.of(connection)) {
            return read.from(snapshot.connection());
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
