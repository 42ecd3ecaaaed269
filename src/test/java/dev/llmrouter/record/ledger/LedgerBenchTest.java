package dev.llmrouter.record.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of {@code bench/ledger} against the classes of today: whether it works, not how fast anything is. */
@Tag("once")
class LedgerBenchTest {
    @TempDir
    private Path folder;

    @Test
    void fillsALedgerAndReadsAllThatTheDashboardReads() throws Exception {
        String output = run();
        assertThat(output).contains("| 1h |", "| 90d, one task |", "| 90d, one caller |", "| drift, 90 days |");
        try (LedgerReader ledger = LedgerReader.open(LedgerSettings.embedded(folder))) {
            assertThat(ledger.destinations(LedgerFilter.between(0, Long.MAX_VALUE)).stream()
                            .mapToLong(DestinationSums::requests)
                            .sum())
                    .isEqualTo(2_000);
        }
        assertThat(run()).contains("it has requests already: nothing is added", "| drift, 90 days |");
    }

    private String run() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "bench/LedgerBench.java",
                        folder.toString(),
                        "-",
                        "-",
                        "2000",
                        "2",
                        "500",
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
