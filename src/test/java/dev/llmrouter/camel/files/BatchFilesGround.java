package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.ShippedRoutes;
import dev.llmrouter.policy.RoutingPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder of work, a provider with a batch API, and a context between them. */
abstract class BatchFilesGround {
    static final ObjectMapper JSON = new ObjectMapper();

    DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    Path folder;

    Path in;
    Path out;
    BatchProvider provider;

    @BeforeEach
    void prepare() throws Exception {
        in = Files.createDirectories(folder.resolve("in"));
        out = in.resolve("results");
        provider = new BatchProvider();
    }

    @AfterEach
    void stop() {
        camel.stop();
        provider.close();
    }

    void start(String protocol, String batch, String... properties) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), provider.policy(protocol, batch));
        Map<String, String> all = new TreeMap<>(Map.of(
                "llm-router.policy", "file:" + policy,
                "llm-router.data", folder.resolve("data").toString(),
                "llm-router.ledger.durability", "sync",
                "llm-router.files.in", in.toString(),
                "llm-router.files.retry-delay-ms", "50",
                "llm-router.files.poll", "100ms",
                "llm-router.files.batch-tick-ms", "20",
                "llm-router.files.batch-poll-ms", "20"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        all.forEach(camel.getPropertiesComponent()::addOverrideProperty);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    void write(String name, int lines, String task) throws Exception {
        write(in.resolve(name), lines(task, 1, lines));
    }

    /** As somebody wrote it a while ago: the second in which a file is left alone is over. */
    static void write(Path file, String lines) throws Exception {
        Files.writeString(file, lines);
        long written = Files.getLastModifiedTime(file).toMillis();
        Files.setLastModifiedTime(file, FileTime.fromMillis(written - 5_000));
    }

    void awaitDone(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .until(() -> Files.exists(in.resolve(".done").resolve(name)));
    }

    static Map<Integer, JsonNode> byLine(Path file) throws Exception {
        Map<Integer, JsonNode> lines = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode json = JSON.readTree(line);
            assertThat(lines.put(json.path("line").intValue(), json)).isNull();
        }
        return lines;
    }

    static JsonNode at(Map<Integer, JsonNode> lines, int number) {
        return Objects.requireNonNull(lines.get(number), () -> "no line " + number);
    }

    /** Cost and baseline cost of each request in the ledger, in 1e-12 USD. */
    List<List<Long>> booked() throws Exception {
        List<List<Long>> rows =
                ledger("cost_pico_usd, baseline_cost_pico_usd", row -> List.of(row.getLong(1), row.getLong(2)));
        rows.sort(Comparator.comparing(each -> each.get(0)));
        return rows;
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    <T> List<T> ledger(String columns, Row<T> to) throws Exception {
        List<T> rows = new ArrayList<>();
        Path database;
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            database = files.filter(file ->
                            file.toString().endsWith(".db") || file.toString().endsWith(".sqlite"))
                    .findFirst()
                    .orElseThrow();
        }
        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + database);
                ResultSet row = ledger.createStatement().executeQuery("SELECT " + columns + " FROM llm_request")) {
            while (row.next()) {
                rows.add(to.of(row));
            }
        }
        return rows;
    }

    void reload(Path policy, String text, String sign) throws Exception {
        Files.writeString(policy, text);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            RoutingPolicy now =
                    LlmRouterContext.of(camel).defaultPolicy().current().policy();
            return (now.tasks() + " " + now.models()).contains(sign);
        });
    }

    JsonNode report() throws Exception {
        return JSON.readTree(out.resolve("tickets.batch.json").toFile());
    }

    void replace(Path other, String name) throws Exception {
        Files.move(other, in.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    static List<String> ids(Path results) throws Exception {
        return byLine(results).values().stream()
                .map(each -> each.path("id").asText())
                .toList();
    }

    static String lines(String task, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> "{\"id\":\"T-" + i + "\",\"input\":\"Question " + i + "\",\"task\":\"" + task + "\"}\n")
                .collect(Collectors.joining());
    }

    /** The first time that a step comes, something happens. */
    record Once(String step, ThrowingRunnable what, java.util.concurrent.atomic.AtomicBoolean over)
            implements java.util.function.Consumer<String> {
        Once(String step, ThrowingRunnable what) {
            this(step, what, new java.util.concurrent.atomic.AtomicBoolean());
        }

        @Override
        public void accept(String now) {
            if (now.equals(step) && over.compareAndSet(false, true)) {
                try {
                    what.run();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** The first time that a step comes, its answer is lost. */
    static final class Lost implements java.util.function.Consumer<String> {
        private final String step;
        private boolean over;

        Lost(String step) {
            this.step = step;
        }

        @Override
        public synchronized void accept(String now) {
            if (now.equals(step) && !over) {
                over = true;
                throw new IllegalStateException("lost");
            }
        }
    }
}
