package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of work in a process of its own: killed in mid-file, and with little memory. Issue 4, item 5. */
@Tag("once")
class FilesProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARALLEL = 4;

    /** Of a process that never runs long: the second compiler's work would double that of its start. */
    private static final List<String> SHORT = List.of("-XX:TieredStopAtLevel=1");

    @TempDir
    private Path folder;

    private Process start(Path log, List<String> jvm, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        // the logger of the tests would write every step
        command.addAll(List.of(
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

    private static void write(Path file, int lines) throws Exception {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 1; i <= lines; i++) {
                writer.write("{\"id\":" + i + ",\"input\":\"Is " + i + " an even number? Answer yes or no.\"}\n");
            }
        }
    }

    /** Every line has its place: its number, once. @return how many */
    private static int countOnce(Path results, java.util.BitSet seen) throws Exception {
        int[] count = {0};
        try (java.util.stream.Stream<String> lines = Files.lines(results)) {
            lines.forEach(text -> {
                try {
                    var line = JSON.readTree(text);
                    int number = line.path("line").intValue();
                    assertThat(seen.get(number)).as("line %d twice", number).isFalse();
                    assertThat(line.path("id").intValue()).isEqualTo(number);
                    seen.set(number);
                    count[0]++;
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
        return count[0];
    }

    private static HttpServer provider(AtomicInteger paid) throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        provider.setExecutor(Executors.newCachedThreadPool());
        provider.createContext("/", http -> {
            http.getRequestBody().readAllBytes();
            paid.incrementAndGet();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] answer = """
                    {"id":"s","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                    "message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],
                    "usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}""".getBytes(StandardCharsets.UTF_8);
            http.getResponseHeaders().add("Content-Type", "application/json");
            http.sendResponseHeaders(200, answer.length);
            http.getResponseBody().write(answer);
            http.close();
        });
        provider.start();
        return provider;
    }

    private Path policy(HttpServer provider) throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { local: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" } }
                models: { large: { provider: local, context: 8000, price: { input: 1, output: 2, asOf: 2026-07-02 } } }
                tiers: { best: { models: [large] } }
                """.formatted(
                        provider.getAddress().getPort()));
    }

    @Test
    void twoProcessesOnOneFolderAskNoLineTwice() throws Exception {
        AtomicInteger paid = new AtomicInteger();
        HttpServer provider = provider(paid);
        int lines = 400;
        Path log = folder.resolve("log");
        Path in = Files.createDirectories(folder.resolve("in"));
        Path results = in.resolve("results/work.results.jsonl");
        write(in.resolve("work.jsonl"), lines);
        List<Process> processes = new ArrayList<>();
        try {
            for (int number = 1; number <= 2; number++) {
                processes.add(start(
                        log,
                        SHORT,
                        in.toString(),
                        policy(provider).toString(),
                        "llm-router.files.poll=100ms",
                        "llm-router.files.parallel=1"));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> Files.exists(results) && Files.size(results) > 0);
            }
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(in.resolve(".done/work.jsonl")));
            Files.createFile(in.resolve("end"));
            for (Process process : processes) {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            provider.stop(0);
            processes.forEach(Process::destroyForcibly);
        }

        assertThat(countOnce(results, new java.util.BitSet()))
                .as(Files.readString(log))
                .isEqualTo(lines);
        assertThat(paid).hasValue(lines);
        assertThat(Files.readString(log)).contains("is locked by another process");
        assertThat(in.resolve("results/work.lock")).doesNotExist();
    }

    /** A lock file that outlives its process kept the other one away from the file until somebody started anew. */
    @Test
    void whoWaitsGoesOnWhereTheOtherOneWasKilled() throws Exception {
        AtomicInteger paid = new AtomicInteger();
        HttpServer provider = provider(paid);
        int lines = 200;
        Path in = Files.createDirectories(folder.resolve("in"));
        Path results = in.resolve("results/work.results.jsonl");
        String[] arguments = {
            in.toString(), policy(provider).toString(), "llm-router.files.poll=100ms", "llm-router.files.parallel=1"
        };
        List<Process> processes = new ArrayList<>();
        try {
            for (int number = 1; number <= 2; number++) {
                processes.add(start(folder.resolve("log" + number), SHORT, arguments));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(folder.resolve("log1")).contains("watching")
                            && Files.readString(folder.resolve("log2")).contains("watching"));
            write(in.resolve("work.part"), lines);
            Files.move(in.resolve("work.part"), in.resolve("work.jsonl"));
            String locked = "is locked by another process";
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(folder.resolve("log1")).contains(locked)
                            || Files.readString(folder.resolve("log2")).contains(locked));
            int holder = Files.readString(folder.resolve("log1")).contains(locked) ? 1 : 0;
            processes.get(holder).destroyForcibly();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(in.resolve(".done/work.jsonl")));
            Files.createFile(in.resolve("end"));
            assertThat(processes.get(1 - holder).waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            provider.stop(0);
            processes.forEach(Process::destroyForcibly);
        }

        assertThat(countOnce(results, new java.util.BitSet())).isEqualTo(lines);
        assertThat(paid.get()).isBetween(lines, lines + 2);
    }

    @Test
    void aKilledProcessPaysForNoLineTwiceButThoseUnderWay() throws Exception {
        AtomicInteger paid = new AtomicInteger();
        HttpServer provider = provider(paid);
        int lines = 600;
        Path log = folder.resolve("log");
        Path in = Files.createDirectories(folder.resolve("in"));
        Path results = in.resolve("results/work.results.jsonl");
        write(in.resolve("work.jsonl"), lines);
        Path policy = policy(provider);
        int kills = 2;
        Process process = null;
        try {
            for (int kill = 1; kill <= kills; kill++) {
                process = start(log, SHORT, in.toString(), policy.toString(), "llm-router.files.parallel=" + PARALLEL);
                int enough = kill * lines / 3;
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> Files.exists(results)
                                && Files.size(results) > 0
                                && Files.readAllLines(results).size() >= enough);
                process.destroyForcibly();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(in.resolve("work.jsonl")).exists();
            }
            process = start(log, SHORT, in.toString(), policy.toString(), "llm-router.files.parallel=" + PARALLEL);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(in.resolve(".done/work.jsonl")));
            Files.createFile(in.resolve("end"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            provider.stop(0);
            if (process != null) {
                process.destroyForcibly();
            }
        }

        assertThat(countOnce(results, new java.util.BitSet()))
                .as(Files.readString(log))
                .isEqualTo(lines);
        assertThat(in.resolve("results/work.errors.jsonl")).doesNotExist();
        assertThat(paid.get()).isBetween(lines, lines + kills * PARALLEL);
        assertThat(Files.readString(log))
                .contains("Taken up again: work.jsonl", "Done: work.jsonl: 600 of 600")
                .containsPattern("jmx answered=\\d+ skipped=[1-9]\\d+ remaining=0");
    }

    @Test
    void aLongFileNeedsNoMoreMemoryThanAShortOne() throws Exception {
        int lines = Integer.getInteger("llmrouter.files.lines", 100_000);
        Path log = folder.resolve("log");
        Path in = Files.createDirectories(folder.resolve("in"));
        write(in.resolve("long.jsonl"), lines);
        Process process = start(log, List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"), in.toString(), "stub");
        long began = System.nanoTime();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60 + lines / 2000))
                    .until(() -> !process.isAlive() || Files.exists(in.resolve(".done/long.jsonl")));
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            System.out.printf("%,d lines with 64 MB in %.1f s%n", lines, (System.nanoTime() - began) / 1e9);
            Files.createFile(in.resolve("end"));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(countOnce(in.resolve("results/long.results.jsonl"), new java.util.BitSet()))
                .isEqualTo(lines);
    }
}
