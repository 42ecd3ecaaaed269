package dev.llmrouter.record.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** The migrations by name, so that Flyway need not look through every entry of the application's jar for them at each start. */
final class LedgerMigrations implements ResourceProvider {
    /** Where they are on the class path. */
    static final String FOLDER = "llm-router/ledger/";

    /** All of them in their order; a new one is added here. */
    static final List<String> NAMES = List.of(
            "V1__ledger.sql",
            "V2__classifier.sql",
            "V3__pair.sql",
            "V4__operation.sql",
            "V5__rollup.sql",
            "V6__sampling.sql",
            "V7__response_model.sql",
            "V8__latency_and_tasks.sql",
            "V9__task_minutes.sql",
            "V10__pair_input.sql",
            "V11__pair_judged.sql",
            "V12__pair_prices.sql",
            "V13__pair_baseline_cost.sql",
            "V14__pair_begun.sql");

    /** The version of the last one, as Flyway's history has it. */
    static String newest() {
        String name = NAMES.get(NAMES.size() - 1);
        return name.substring(1, name.indexOf("__"));
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return NAMES.contains(name) ? new Migration(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return NAMES.stream()
                .filter(name ->
                        name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                .<LoadableResource>map(Migration::new)
                .toList();
    }

    private static final class Migration extends LoadableResource {
        private final String name;

        Migration(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            try (InputStream file = LedgerMigrations.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
                if (file == null) {
                    throw new IllegalStateException(FOLDER + name + " is not on the class path");
                }
                return new StringReader(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }

        @Override
        public String getAbsolutePath() {
            return FOLDER + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return FOLDER + name;
        }
    }
}
