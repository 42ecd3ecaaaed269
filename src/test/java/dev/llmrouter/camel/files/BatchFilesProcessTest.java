package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed at every step of a batch, before the provider hears of it and before it hears the answer. */
@Tag("once")
class BatchFilesProcessTest {
    @TempDir
    private Path folder;

    private Process start(Path log, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it starts often, and never runs long
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=dev/llmrouter/camel/files/logback-quiet.xml",
                FilesApplication.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Holds each step the first time that it comes, until the process is dead. */
    private static final class Killer implements Consumer<String> {
        private final Set<String> known = new LinkedHashSet<>();
        private volatile CountDownLatch reached = new CountDownLatch(1);
        private volatile CountDownLatch dead = new CountDownLatch(1);

        @Override
        public void accept(String step) {
            CountDownLatch here;
            synchronized (this) {
                if (!known.add(step)) {
                    return;
                }
                here = dead;
                reached.countDown();
            }
            try {
                here.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        synchronized void killed() {
            reached = new CountDownLatch(1);
            dead.countDown();
            dead = new CountDownLatch(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aProcessThatIsKilledAtEveryStepPaysForNoLineTwice(String protocol) throws Exception {
        Path log = folder.resolve("log");
        Path in = Files.createDirectories(folder.resolve("in"));
        int lines = 1_000;
        Files.writeString(
                in.resolve("work.jsonl"),
                IntStream.rangeClosed(1, lines)
                        .mapToObj(i -> "{\"id\":" + i + ",\"input\":\"Question " + i + "\",\"task\":\"easy\"}\n")
                        .collect(Collectors.joining()));
        Killer killer = new Killer();
        Process process = null;
        try (BatchProvider provider = new BatchProvider()) {
            provider.watch = killer;
            provider.looks = 1;
            Path policy = Files.writeString(folder.resolve("policy.yaml"), provider.policy(protocol, "{ within: 1h }"));
            String[] arguments = {
                in.toString(),
                policy.toString(),
                "llm-router.files.poll=100ms",
                "llm-router.files.batch-tick-ms=20",
                "llm-router.files.batch-poll-ms=20"
            };
            Path done = in.resolve(".done/work.jsonl");
            Path results = in.resolve("results/work.results.jsonl");
            boolean midway = false;
            int kills = 0;
            process = start(log, arguments);
            while (!Files.exists(done)) {
                if (killer.reached.await(20, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                    killer.killed();
                    kills++;
                    process = start(log, arguments);
                }
                if (!midway && Files.exists(results) && Files.size(results) > 0) {
                    // in the middle of writing answers that are paid for
                    midway = true;
                    process.destroyForcibly();
                    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                    process = start(log, arguments);
                }
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            }
            Files.createFile(in.resolve("end"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(Files.readAllLines(results)).hasSize(lines);
            assertThat(provider.paid).as(Files.readString(log)).hasSize(lines);
            assertThat(new HashSet<>(provider.paid)).hasSize(lines);
            assertThat(provider.calls).hasValue(0);
            // before and after: upload, order, look and fetch of OpenAI; order, look, results of Anthropic; and the
            // listings
            assertThat(kills).isGreaterThanOrEqualTo(protocol.equals("openai") ? 8 : 6);
            assertThat(in.resolve("results/work.errors.jsonl")).doesNotExist();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !Files.exists(in.resolve("results/work.batch-1.answers.jsonl")));
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
