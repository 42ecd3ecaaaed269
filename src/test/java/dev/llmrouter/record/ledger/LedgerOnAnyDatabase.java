package dev.llmrouter.record.ledger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the ledger does on every database that it knows. */
@Tag("once")
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
abstract class LedgerOnAnyDatabase extends LedgerGround {
    /** JUnit sets it before anything else. */
    @Parameter
    TestDatabase database = TestDatabase.SQLITE;

    @BeforeEach
    void clear() throws Exception {
        database.clear();
    }

    @Override
    LedgerSettings settings() throws Exception {
        return database.settings(folder);
    }
}
