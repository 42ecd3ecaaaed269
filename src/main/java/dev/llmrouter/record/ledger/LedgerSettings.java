package dev.llmrouter.record.ledger;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger lives.
 *
 * @param folder the data folder: the embedded database, and the spool of whatever database
 * @param url JDBC URL of a database server; null for the embedded one
 * @param user of the server; null if the URL says it, or none is needed
 * @param password of the server; null if the URL says it, or none is needed
 */
public record LedgerSettings(
        Path folder,
        @Nullable String url,
        @Nullable String user,
        @Nullable String password) {
    /** Name of the embedded database in the data folder. */
    public static final String FILE = "ledger.db";

    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** @throws IllegalArgumentException if the URL is of a database that the ledger does not know */
    public LedgerSettings {
        if (url != null && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException("llm-router.ledger.url is of a database that the ledger does not know."
                    + " Allowed: " + POSTGRESQL + "//HOST/DATABASE, or nothing for the embedded database.");
        }
    }

    /** The embedded database in a folder. */
    public static LedgerSettings embedded(Path folder) {
        return new LedgerSettings(folder, null, null, null);
    }

    /** The file of the embedded database. */
    public Path file() {
        return folder.resolve(FILE);
    }

    /** Whether the database is the one in the folder. */
    public boolean isEmbedded() {
        return url == null;
    }

    /** What people are told; without the URL, which may hold a password. */
    public String place() {
        return isEmbedded() ? file().toString() : "PostgreSQL";
    }

    @Override
    public String toString() {
        return place();
    }
}
