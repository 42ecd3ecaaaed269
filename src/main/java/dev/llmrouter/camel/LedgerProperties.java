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

    private static final String USER = "llm-router.ledger.user";
    private static final String PASSWORD = "llm-router.ledger.password";
    private static final String DEFAULT_FOLDER = "data";

    private LedgerProperties() {}

    /** Null where neither {@value #DATA} nor {@value #URL} is set: nothing is kept. */
    static @Nullable LedgerSettings of(CamelContext camel) {
        String folder = property(camel, DATA);
        String url = property(camel, URL);
        if (folder == null && url == null) {
            return null;
        }
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
