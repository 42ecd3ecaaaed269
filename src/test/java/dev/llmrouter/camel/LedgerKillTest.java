package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed (SIGKILL) loses at most what was answered in the last moment. */
@Tag("once")
class LedgerKillTest {
    /** The flush interval of 200 ms, and what a transaction and a busy machine may take on top. */
    private static final long FLUSHED_AFTER_MILLIS = 1500;

    private static final int REQUESTS = 3000;

    @TempDir
    private Path folder;

    /** What a process had answered when it was killed, with the time of each answer in ms, and what its ledger has. */
    private record Killed(Map<String, Long> answered, long atMillis, Set<String> kept) {}

    private Killed killed(String durability, int askers) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { local: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } } }
                models: { large: { provider: local, context: 8000, price: { input: 1, output: 2, asOf: 2026-07-02 } } }
                tiers: { best: { models: [large] } }
                """);
        Path data = folder.resolve("data");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerApplication.class.getName(),
                        data.toString(),
                        "file:" + policy,
                        durability,
                        Integer.toString(askers))
                .redirectErrorStream(true)
                .start();
        Map<String, Long> answered = new LinkedHashMap<>();
        long killed = 0;
        StringBuilder other = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("answered ")) {
                    if (other.length() < 5000 && !line.contains(" DEBUG ") && !line.contains("{\"time\"")) {
                        other.append(line).append('\n');
                    }
                    continue;
                }
                String[] words = line.split(" ");
                if (words.length == 3 && words[2].length() == 36) {
                    answered.put(words[2], Long.parseLong(words[1]));
                }
                if (answered.size() == REQUESTS) {
                    killed = System.currentTimeMillis();
                    // not the process's own method, which closes the output that is not read yet
                    assertThat(process.toHandle().destroyForcibly()).isTrue();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(answered).as(other.toString()).hasSizeGreaterThanOrEqualTo(REQUESTS);

        return new Killed(answered, killed, kept(data));
    }

    @Test
    void losesAtMostTheFlushInterval() throws Exception {
        Killed process = killed("batched", 1);
        long oldestLost = process.atMillis;
        for (Map.Entry<String, Long> each : process.answered.entrySet()) {
            if (!process.kept.contains(each.getKey())) {
                oldestLost = Math.min(oldestLost, each.getValue());
            }
        }
        assertThat(process.kept).isNotEmpty();
        assertThat(process.atMillis - oldestLost)
                .as(
                        "age in ms of the oldest lost of %d answered, %d kept",
                        process.answered.size(), process.kept.size())
                .isLessThan(FLUSHED_AFTER_MILLIS);
    }

    /** 16 ask at once, so that many rows share a transaction. */
    @Test
    void losesNothingThatWasAnsweredWhereRepliesWaitForTheirRows() throws Exception {
        Killed process = killed("sync", 16);
        assertThat(process.answered).hasSizeGreaterThanOrEqualTo(REQUESTS);
        assertThat(process.kept)
                .as("%d answered, %d kept", process.answered.size(), process.kept.size())
                .containsAll(process.answered.keySet());
    }

    /** Those of the requests; the roll-ups know as many, wherever the process was in the middle of. */
    private static Set<String> kept(Path data) throws Exception {
        Set<String> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("ledger.db"));
                ResultSet row = connection.createStatement().executeQuery("SELECT request_id FROM llm_request")) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        for (String table : List.of("llm_hour", "llm_day")) {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("ledger.db"));
                    ResultSet row = connection.createStatement().executeQuery("SELECT SUM(requests) FROM " + table)) {
                row.next();
                assertThat(row.getInt(1)).as(table).isEqualTo(ids.size());
            }
        }
        return ids;
    }
}
