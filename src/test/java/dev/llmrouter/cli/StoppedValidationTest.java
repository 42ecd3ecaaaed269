package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.llmrouter.policy.Price;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.Fault;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A validation as a process of its own that is sent a signal, as by Ctrl-C. */
@Tag("once")
@DisabledOnOs(OS.WINDOWS)
class StoppedValidationTest {
    private static final int EXAMPLES = 40;

    @TempDir
    Path dir;

    private SimulatorServer serve(Duration latency) throws Exception {
        Price price = new Price(new BigDecimal("2"), new BigDecimal("8"), null, null, null, null);
        Behaviour slow = Behaviour.answering("yes").toBuilder()
                .price(price)
                .speed(latency, 0)
                .build();
        SimulatorServer server = SimulatorServer.start(slow, Clock.systemUTC(), "127.0.0.1", 0);
        Files.writeString(dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: warn
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: "sk-one" }
                models:
                  big: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                  small: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [big] }
                tasks:
                  t: { tier: economy, description: Sort tickets., rationale: Simple enough., margin: 0.1 }
                """.formatted(server.port()));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            lines.add("{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Is " + Integer.toString(i, 26)
                    + " a word?\",\"expected\":\"yes\"}");
        }
        Files.write(dir.resolve("data.jsonl"), lines);
        return server;
    }

    private List<String> options() {
        return List.of(
                "--data",
                dir.resolve("data.jsonl").toString(),
                "--policy",
                dir.resolve("policy.yaml").toString(),
                "--max-cost",
                "5",
                "--parallel",
                "4");
    }

    private Process start() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "validate"));
        command.addAll(options());
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err().toFile())
                .start();
    }

    private Path err() {
        return dir.resolve("err.txt");
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static long calls(SimulatorServer server) {
        return server.bill().accounts().values().stream()
                .mapToLong(account -> account.calls())
                .sum();
    }

    private void stopsAndGoesOn(String signal, int code) throws Exception {
        try (SimulatorServer server = serve(Duration.ofMillis(500))) {
            Process process = start();
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> calls(server) >= 8);
            signal(process, signal);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String said = Files.readString(err());
            assertThat(process.exitValue()).as(said).isEqualTo(code);
            long paid = calls(server);
            assertThat(paid).isLessThan(2L * EXAMPLES);
            assertThat(said)
                    .contains("stopping: calls under way are finished and kept")
                    .contains("stopped: interrupted. " + paid + " of " + 2 * EXAMPLES + " answers are there")
                    .contains("the same command goes on from there\n");

            StringWriter err = new StringWriter();
            new CommandLine(new ValidateCommand())
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(err))
                    .execute(options().toArray(String[]::new));
            assertThat(calls(server)).as("no call is paid twice: " + err).isEqualTo(2L * EXAMPLES);
        }
    }

    /** What runs in the background of a shell, as a build may, ignores Ctrl-C, and so do its children. */
    private static boolean ignoresCtrlC() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << (2 - 1)) != 0;
            }
        }
        return false;
    }

    @Test
    void callsUnderWayAtCtrlCAreFinishedAndKept() throws Exception {
        assumeFalse(ignoresCtrlC());
        stopsAndGoesOn("INT", 130);
    }

    @Test
    void callsUnderWayAtSigtermAreFinishedAndKept() throws Exception {
        stopsAndGoesOn("TERM", 143);
    }

    @Test
    void whoWaitsForABusyProviderWaitsNoLonger() throws Exception {
        try (SimulatorServer server = serve(Duration.ZERO)) {
            server.next(Fault.rateLimit(Duration.ofSeconds(60)));
            Process process = start();
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(err()).contains("waiting: "));
            long start = System.nanoTime();
            signal(process, "TERM");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(StopSignals.PATIENCE.dividedBy(2));
            assertThat(Files.readString(err())).contains("stopped: interrupted. ");
            assertThat(process.exitValue()).isEqualTo(143);
        }
    }

    @Test
    void aSecondSignalEndsAtOnce() throws Exception {
        try (SimulatorServer server = serve(Duration.ofSeconds(30))) {
            Process process = start();
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.exists(journal())
                            && Files.readString(journal()).lines().count() > 4);
            signal(process, "TERM");
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> Files.readString(err()).contains("stopping:"));
            assertThat(process.isAlive()).isTrue();
            long start = System.nanoTime();
            signal(process, "TERM");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(StopSignals.PATIENCE.dividedBy(2));
            assertThat(process.exitValue()).isEqualTo(143);
        }
    }

    private Path journal() {
        return dir.resolve("data.jsonl.journal.jsonl");
    }
}
