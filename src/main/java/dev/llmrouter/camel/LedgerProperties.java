package dev.llmrouter.camel;

import dev.llmrouter.record.ledger.LedgerSettings;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** Where the ledger lives, by the properties of a context. */
final class LedgerProperties {
    /** The data folder. */
    static final String DATA = "llm-router.data";

    /** JDBC URL of a PostgreSQL database. */
    static final String URL = "llm-router.ledger.url";

    /** When a row is written: {@code batched} or {@code sync}. */
    static final String DURABILITY = "llm-router.ledger.durability";

    private static final String FLUSH_MILLIS = "llm-router.ledger.flush-ms";
    private static final String BATCH_ROWS = "llm-router.ledger.batch-rows";
    private static final String USER = "llm-router.ledger.user";
    private static final String PASSWORD = "llm-router.ledger.password";
    private static final String DEFAULT_FOLDER = "data";

    private LedgerProperties() {}

    /** @throws IllegalArgumentException if it is set to anything but a whole number from 1: rows would wait for ever */
    private static void requireCount(CamelContext camel, String name) {
        String value = property(camel, name);
        if (value != null && !value.matches("0*[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(name + " is '" + value + "'; allowed is a whole number from 1.");
        }
    }

    /** Null where neither {@value #DATA} nor {@value #URL} is set: nothing is kept. */
    static @Nullable LedgerSettings of(CamelContext camel) {
        String folder = property(camel, DATA);
        String url = property(camel, URL);
        if (folder == null && url == null) {
            return null;
        }
        requireCount(camel, FLUSH_MILLIS);
        requireCount(camel, BATCH_ROWS);
        return new LedgerSettings(
                Path.of(folder == null ? DEFAULT_FOLDER : folder),
                url,
                property(camel, USER),
                property(camel, PASSWORD));
    }

    /**
     * Whether a reply waits for its row.
     *
     * @throws IllegalArgumentException if {@value #DURABILITY} is neither {@code batched} nor {@code sync}
     */
    static boolean isSynchronous(CamelContext camel) {
        String durability = property(camel, DURABILITY);
        if (durability == null || durability.equals("batched")) {
            return false;
        }
        if (durability.equals("sync")) {
            return true;
        }
        throw new IllegalArgumentException(
                DURABILITY + " is '" + durability + "'; allowed are batched (the default) and sync.");
    }

    private static @Nullable String property(CamelContext camel, String name) {
        return camel.getPropertiesComponent()
                .resolveProperty(name)
                .filter(value -> !value.isBlank())
                .orElse(null);
    }
}
