package dev.llmrouter.cli;

import dev.llmrouter.record.ledger.LedgerSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the ledger is that a command reads. */
final class LedgerOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder with the ledger. Default: LLM_ROUTER_DATA, else ./data.")
    @Nullable
    Path data;

    @Option(
            names = "--ledger-url",
            paramLabel = "URL",
            description = "JDBC URL of a ledger in PostgreSQL. Default: LLM_ROUTER_LEDGER_URL. User and password:"
                    + " LLM_ROUTER_LEDGER_USER, LLM_ROUTER_LEDGER_PASSWORD.")
    @Nullable
    String url;

    /** Whether the command line names a ledger. */
    boolean areGiven() {
        return data != null || url != null;
    }

    /** @throws IllegalArgumentException if the ledger's URL is none that can be used */
    LedgerSettings settings(Map<String, String> environment) {
        String folder = data != null ? data.toString() : variable(environment, "LLM_ROUTER_DATA");
        return new LedgerSettings(
                Path.of(folder == null ? "data" : folder),
                url != null ? url : variable(environment, "LLM_ROUTER_LEDGER_URL"),
                variable(environment, "LLM_ROUTER_LEDGER_USER"),
                variable(environment, "LLM_ROUTER_LEDGER_PASSWORD"));
    }

    private static @Nullable String variable(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "");
        return value.isBlank() ? null : value;
    }
}
