package dev.llmrouter.record.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The statements of one connection, each prepared once: for a small batch the database would work longer on reading them
 * than on the rows. They are closed with their connection. Only for texts that are constant, of which there are few. Not
 * safe for use by many threads.
 */
final class LedgerStatements {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    LedgerStatements(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Ready for parameters, with nothing left of an earlier use; the caller leaves it open. */
    PreparedStatement of(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        statement.clearBatch();
        return statement;
    }
}
