package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.ShippedRoutes;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decider;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.RoutingPolicy;
import java.math.BigDecimal;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of work whose lines go through the batch API of a provider, over HTTP. Issue 4, item 5. */
@Tag("once")
class BatchFilesRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private Path in;
    private Path out;
    private BatchProvider provider;

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

    private void start(String protocol, String batch, String... properties) throws Exception {
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

    private void write(String name, int lines, String task) throws Exception {
        write(in.resolve(name), lines(task, 1, lines));
    }

    /** As somebody wrote it a while ago: the second in which a file is left alone is over. */
    private static void write(Path file, String lines) throws Exception {
        Files.writeString(file, lines);
        long written = Files.getLastModifiedTime(file).toMillis();
        Files.setLastModifiedTime(file, FileTime.fromMillis(written - 5_000));
    }

    private void awaitDone(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(40))
                .until(() -> Files.exists(in.resolve(".done").resolve(name)));
    }

    private static Map<Integer, JsonNode> byLine(Path file) throws Exception {
        Map<Integer, JsonNode> lines = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode json = JSON.readTree(line);
            assertThat(lines.put(json.path("line").intValue(), json)).isNull();
        }
        return lines;
    }

    private static JsonNode at(Map<Integer, JsonNode> lines, int number) {
        return Objects.requireNonNull(lines.get(number), () -> "no line " + number);
    }

    /** Cost and baseline cost of each request in the ledger, in 1e-12 USD. */
    private List<List<Long>> booked() throws Exception {
        List<List<Long>> rows =
                ledger("cost_pico_usd, baseline_cost_pico_usd", row -> List.of(row.getLong(1), row.getLong(2)));
        rows.sort(Comparator.comparing(each -> each.get(0)));
        return rows;
    }

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> ledger(String columns, Row<T> to) throws Exception {
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

    /** What each request in the ledger says of batches, and of the check of its output. */
    private void assertThatTheBatchIsInOneRequest() throws Exception {
        List<JsonNode> attempts = new ArrayList<>();
        for (String json : ledger("attempts", row -> row.getString(1))) {
            JSON.readTree(json).forEach(attempts::add);
        }
        assertThat(attempts.stream().filter(attempt -> attempt.path("batch").asBoolean()))
                .hasSize(1);
        assertThat(ledger("verify", row -> String.valueOf(row.getString(1))).stream()
                        .filter(verify -> !verify.equals("null")))
                .as("checks of its output")
                .hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void everyLineIsAnsweredInOneBatchAtTheBatchPrice(String protocol) throws Exception {
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(results.keySet()).containsExactly(1, 2, 3);
        results.forEach((number, result) -> {
            assertThat(result.path("id").asText()).isEqualTo("T-" + number);
            assertThat(result.path("text").asText()).isEqualTo("answer " + number);
            assertThat(result.path("tier").asText()).isEqualTo("slow");
            assertThat(result.path("model").asText()).isEqualTo("small");
            assertThat(result.path("batch").asText()).startsWith("batch_");
            assertThat(result.path("attempts").intValue()).isEqualTo(1);
        });
        // (1000 + line) x 1.5 + 7 x 7.5 USD per million
        assertThat(at(results, 1).path("cost_usd").decimalValue()).isEqualByComparingTo("0.001554");
        assertThat(at(results, 2).path("cost_usd").decimalValue()).isEqualByComparingTo("0.0015555");
        assertThat(at(results, 3).path("cost_usd").decimalValue()).isEqualByComparingTo("0.001557");
        assertThat(JSON.readTree(out.resolve("tickets.batch.json").toFile())
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo("0.0046665");
        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(booked())
                .containsExactly(
                        List.of(1_554_000_000L, 10_360_000_000L),
                        List.of(1_555_500_000L, 10_370_000_000L),
                        List.of(1_557_000_000L, 10_380_000_000L));
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain(BatchProvider.KEY);
            }
        }
        assertThat(out.resolve("tickets.batch-1.jsonl")).doesNotExist();
        assertThat(JSON.readTree(out.resolve("tickets.batch-1.json").toFile())
                        .path("over")
                        .booleanValue())
                .isTrue();
    }

    /** What stands behind the last dot says what it is: the first was looked at, and its lines were never ordered. */
    @Test
    void aNameMayHaveMoreDots() throws Exception {
        write("tickets.2026-11.jsonl", 2, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.2026-11.jsonl");

        assertThat(byLine(out.resolve("tickets.2026-11.results.jsonl")).values())
                .hasSize(2)
                .allSatisfy(result -> assertThat(result.path("batch").asText()).startsWith("batch_"));
    }

    @Test
    void aFileIsSplitIntoBatchesOfAtMostSoManyLines() throws Exception {
        write("tickets.jsonl", 7, "easy");
        start("openai", "{ within: 1h }", BulkLineProcessor.LINES, "3");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(7);
        assertThat(provider.paid).hasSize(7);
        assertThat(provider.log.stream().filter("POST /v1/batches"::equals)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void whatABatchDoesNotAnswerIsCalled(String protocol) throws Exception {
        List<String> outcomes = List.of("ok", "error", "expired", "malformed", "garbled");
        provider.outcomes = line -> outcomes.get(line - 1);
        write("tickets.jsonl", 5, "easy");
        start(protocol, "{ within: 1h }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(results.keySet()).containsExactly(1, 2, 3, 4, 5);
        assertThat(at(results, 1).path("text").asText()).isEqualTo("answer 1");
        for (int line = 2; line <= 5; line++) {
            assertThat(at(results, line).path("text").asText()).isEqualTo("answer 100");
            assertThat(at(results, line).has("batch")).isFalse();
            if (line == 4) { // what cannot be read was paid for, at a price that nobody tells
                assertThat(at(results, line).path("cost_usd").isNull()).isTrue();
                continue;
            }
            // 1100 x 3 + 7 x 15
            assertThat(at(results, line).path("cost_usd").decimalValue()).isEqualByComparingTo("0.003405");
        }
        assertThat(provider.calls).hasValue(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void whatABatchDoesNotAnswerGoesToTheErrorsWhereTheTierSaysSo(String protocol) throws Exception {
        List<String> outcomes = List.of("ok", "error", "expired", "malformed", "garbled");
        provider.outcomes = line -> outcomes.get(line - 1);
        write("tickets.jsonl", 5, "easy");
        start(protocol, "{ within: 1h, unanswered: fail }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl")).keySet()).containsExactly(1);
        Map<Integer, JsonNode> errors = byLine(out.resolve("tickets.errors.jsonl"));
        assertThat(errors.keySet()).containsExactly(2, 3, 4, 5);
        errors.values().forEach(error -> {
            assertThat(error.path("type").asText()).isEqualTo("failed");
            assertThat(error.path("again").booleanValue()).isTrue();
            assertThat(error.path("reason").asText()).contains("batch").doesNotContain("secret text", "Question");
        });
        assertThat(at(errors, 3).path("reason").asText()).contains("expired");
        assertThat(provider.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aBatchThatNeverEndsIsCancelledAndItsLinesAreCalled(String protocol) throws Exception {
        provider.looks = -1;
        write("tickets.jsonl", 2, "easy");
        start(protocol, "{ within: 1s }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
        assertThat(provider.log.stream().filter(step -> step.endsWith("/cancel")))
                .hasSize(1);
        assertThat(provider.calls).hasValue(2);
    }

    @Test
    void aBatchThatIsRefusedAsAWholeIsCalledLineByLine() throws Exception {
        provider.failure = "invalid_json_line";
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
        assertThat(provider.calls).hasValue(2);
    }

    @Test
    void anOutputThatIsNotUsableIsEscalatedToTheBaselineAtItsFullPrice() throws Exception {
        write("tickets.jsonl", 2, "strict");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(at(results, 2).path("verify").asText()).isEqualTo("passed");
        assertThat(at(results, 1).path("verify").asText()).isEqualTo("escalated");
        assertThat(at(results, 1).path("tier").asText()).isEqualTo("best");
        // 0.001554 in the batch, and 1100 x 10 + 7 x 50 for the call
        assertThat(at(results, 1).path("cost_usd").decimalValue()).isEqualByComparingTo("0.012904");
        assertThat(provider.calls).hasValue(1);
    }

    /** The baseline would have had it in a batch as well; without a price of batches its lines are called. */
    @ParameterizedTest
    @CsvSource({"'batch: 0.5, ',5675000000", "'',11350000000"})
    void theBaselineOfALineOfABatchIsOneInABatchWhoeverAnswersIt(String price, long baseline) throws Exception {
        provider.baselinePrice = price;
        provider.baselineBatch = ", batch: { within: 1h }";
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 1)
                        .path("verify")
                        .asText())
                .isEqualTo("escalated");
        assertThat(booked()).containsExactly(List.of(12_904_000_000L, baseline));
    }

    @Test
    void resultsAtAnotherHostAreNotFetchedThere() throws Exception {
        try (BatchProvider stranger = new BatchProvider()) {
            provider.resultsHost = stranger.url();
            write("tickets.jsonl", 2, "easy");
            start("anthropic", "{ within: 1h }");
            awaitDone("tickets.jsonl");

            assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
            assertThat(stranger.log).isEmpty();
            assertThat(provider.calls).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void anOrderWhoseAnswerWasLostIsFoundAndNotRepeated(String protocol) throws Exception {
        provider.orderOfAnother(3);
        provider.watch =
                new Lost(protocol.equals("openai") ? "after POST /v1/batches" : "after POST /v1/messages/batches");
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(new HashSet<>(provider.paid)).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** Whether it was ordered is not known then: neither ordering nor calling would be safe. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aProviderThatDoesNotListItsBatchesIsWaitedFor(String protocol) throws Exception {
        provider.unlisted.set(3);
        provider.watch =
                new Lost(protocol.equals("openai") ? "after POST /v1/batches" : "after POST /v1/messages/batches");
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    @Test
    void aBatchOfAnotherThatLooksLikeOursIsLetAlone() throws Exception {
        provider.watch = new Lost("before POST /v1/messages/batches");
        provider.orderOfAnother(3);
        write("tickets.jsonl", 3, "easy");
        start("anthropic", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
        assertThat(provider.log.stream().filter(step -> step.endsWith("/cancel")))
                .isEmpty();
    }

    /** What a daily export does to a batch that takes longer than a day. */
    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void aFileThatIsReplacedWhileItsBatchRunsLosesNoLineOfEither(int lines) throws Exception {
        Path other = folder.resolve("other.jsonl");
        write(other, lines("easy", 101, lines));
        provider.watch = new Once("before GET /v1/batches/ID", () -> replace(other, "tickets.jsonl"));
        write("tickets.jsonl", 5, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.2.jsonl");

        assertThat(ids(out.resolve("tickets.results.jsonl")))
                .containsExactlyInAnyOrder("T-1", "T-2", "T-3", "T-4", "T-5");
        assertThat(ids(out.resolve("tickets.2.results.jsonl"))).hasSize(lines).contains("T-101", "T-102");
        assertThat(provider.paid).hasSize(5 + lines);
        assertThat(provider.calls).hasValue(0);
        assertThat(out.resolve("tickets.input.jsonl")).doesNotExist();
        assertThat(out.resolve("tickets.2.input.jsonl")).doesNotExist();
    }

    @Test
    void aFileThatIsReplacedWhileItsLinesAreCalledLosesNoLineOfEither() throws Exception {
        Path other = folder.resolve("other.jsonl");
        write(other, lines("hard", 101, 3));
        provider.watch = new Once("before POST /v1/chat/completions", () -> replace(other, "tickets.jsonl"));
        write("tickets.jsonl", 6, "hard");
        start("openai", "{ within: 1h }", "llm-router.files.parallel", "1");
        awaitDone("tickets.2.jsonl");

        assertThat(ids(out.resolve("tickets.results.jsonl"))).hasSize(6).contains("T-6");
        assertThat(ids(out.resolve("tickets.2.results.jsonl"))).containsExactlyInAnyOrder("T-101", "T-102", "T-103");
        assertThat(provider.calls).hasValue(9);
    }

    @Test
    void aFileThatIsReplacedBeforeItsFirstLineGoesIntoABatchLosesNoLine() throws Exception {
        Path other = folder.resolve("other.jsonl");
        write(other, lines("hard", 101, 3));
        provider.watch = new Once("before POST /v1/chat/completions", () -> replace(other, "tickets.jsonl"));
        write(in.resolve("tickets.jsonl"), lines("hard", 1, 4) + lines("easy", 5, 3));
        start("openai", "{ within: 1h }", "llm-router.files.parallel", "1");
        awaitDone("tickets.2.jsonl");

        assertThat(ids(out.resolve("tickets.results.jsonl"))).hasSize(7).contains("T-7");
        assertThat(ids(out.resolve("tickets.2.results.jsonl"))).hasSize(3);
        assertThat(provider.calls).hasValue(10);
    }

    @Test
    void aFileThatIsTouchedIsTheSame() throws Exception {
        provider.watch = new Once(
                "before POST /v1/chat/completions",
                () -> Files.setLastModifiedTime(in.resolve("tickets.jsonl"), FileTime.fromMillis(1_000_000)));
        write(in.resolve("tickets.jsonl"), lines("easy", 1, 1) + lines("hard", 2, 6));
        start("openai", "{ within: 1h }", "llm-router.files.parallel", "1");
        awaitDone("tickets.jsonl");

        assertThat(ids(out.resolve("tickets.results.jsonl"))).hasSize(7);
        assertThat(provider.calls).hasValue(6);
        assertThat(provider.paid).hasSize(1);
    }

    @Test
    void aFileThatIsWrittenToIsTakenUpAgainAsAnother() throws Exception {
        provider.watch = new Once(
                "before POST /v1/chat/completions",
                () -> Files.writeString(
                        in.resolve("tickets.jsonl"), lines("hard", 7, 2), java.nio.file.StandardOpenOption.APPEND));
        write("tickets.jsonl", 6, "hard");
        start("openai", "{ within: 1h }", "llm-router.files.parallel", "1");
        awaitDone("tickets.2.jsonl");

        assertThat(ids(out.resolve("tickets.2.results.jsonl"))).hasSize(8).contains("T-1", "T-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aProviderThatDoesNotKnowItsBatchForAWhileIsAskedAgain(String protocol) throws Exception {
        provider.unknown.set(4);
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void answersThatBreakOffAreFetchedAgain(String protocol) throws Exception {
        provider.breaks.set(100); // whenever it is: a break was not seen in one of some 70 calls of a busy machine
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h }", "llm-router.files.batch-poll-ms", "1", "llm-router.files.batch-tick-ms", "1");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"  easy:", "  slow:"})
    void answersThatThePolicyDoesNotTakeAnyMoreWaitForIt(String removed) throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String whole = provider.policy("openai", "{ within: 1h }");
        String without = removed.equals("  easy:")
                ? whole.replace("  easy:", "  other:")
                : whole.replace("  slow:", "  quick:").replace("tier: slow", "tier: quick");
        provider.looks = -1;
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h }");
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, without, removed.equals("  easy:") ? "other" : "quick");
        provider.looks = 0;
        Path answers = out.resolve("tickets.batch-1.answers.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(answers));
        Thread.sleep(1500); // several looks at what has ended
        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(answers).exists();
        Files.writeString(policy, whole);
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(booked().stream().map(row -> row.get(0)))
                .as("those that were not taken leave no record under the same ids")
                .containsExactly(1_554_000_000L, 1_555_500_000L, 1_557_000_000L);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** A price that was wrong, or a cheaper model under the old name. */
    @Test
    void aReloadChangesNeitherThePriceOfABatchNorTheModelThatAnswersIt() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String whole = provider.policy("openai", "{ within: 1h }");
        String dearer = whole.replace("input: 3, output: 15, batch: 0.5", "input: 300, output: 1500");
        String another = dearer.replace("small: { provider: theirs,", "small: { provider: theirs, id: tiny-9,");
        provider.looks = -1;
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h }");
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, another, "tiny-9");
        provider.looks = 0;
        Thread.sleep(1500); // several looks at it
        assertThat(out.resolve("tickets.results.jsonl")).isEmptyFile();
        assertThat(provider.calls).as("called in its place").hasValue(0);
        reload(policy, dearer, "1500");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(at(results, 1).path("cost_usd").decimalValue()).isEqualByComparingTo("0.001554");
        assertThat(results).hasSize(3);
        assertThat(booked()).first().isEqualTo(List.of(1_554_000_000L, 10_360_000_000L));
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** What is paid for is fetched as long as its provider has it, and no deadline runs out on answers that are there. */
    @Test
    void answersWaitBeyondTheDeadlineForTheModelThatGaveThem() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String whole = provider.policy("openai", "{ within: 2s }");
        provider.looks = -1;
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 2s }");
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, whole.replace("small: { provider: theirs,", "small: { provider: theirs, id: tiny-9,"), "tiny-9");
        provider.looks = 0;
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(out.resolve("tickets.batch-1.answers.jsonl")));
        Thread.sleep(5_000); // the deadline, and as long again for its end
        Files.writeString(policy, whole);
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl")).values())
                .hasSize(3)
                .allSatisfy(result -> assertThat(result.has("batch")).isTrue());
        assertThat(booked()).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    private static String withoutModelOfTheirs(String whole) {
        return whole.replace("models:\n  small:", "  spare: { protocol: simulator }\nmodels:\n  small:")
                .replace("provider: theirs,", "provider: spare,");
    }

    /** The provider may have lost its last model, but not the batch that was ordered there. */
    @Test
    void answersAreFetchedFromAProviderWithoutAModel() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String whole = provider.policy("openai", "{ within: 1h }");
        provider.looks = -1;
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h }");
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, withoutModelOfTheirs(whole).replace(", batch: { within: 1h }", ""), "spare");
        provider.looks = 0;
        Path answers = out.resolve("tickets.batch-1.answers.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(answers));
        Files.writeString(policy, whole);
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** It was ordered, but nobody knows its id, when its model becomes another one. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void anOrderWhoseAnswerWasLostIsFoundWhileItsModelIsAnother(String protocol) throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String whole = provider.policy(protocol, "{ within: 2s }");
        provider.looks = 0;
        provider.unlisted.set(Integer.MAX_VALUE);
        provider.watch =
                new Lost(protocol.equals("openai") ? "after POST /v1/batches" : "after POST /v1/messages/batches");
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 2s }");
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, whole.replace("small: { provider: theirs,", "small: { provider: theirs, id: tiny-9,"), "tiny-9");
        Thread.sleep(2_500); // no deadline runs out on what waits for the policy
        provider.unlisted.set(0);
        Path answers = out.resolve("tickets.batch-1.answers.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(answers));
        Files.writeString(policy, whole);
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.paid).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    private void reload(Path policy, String text, String sign) throws Exception {
        Files.writeString(policy, text);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            RoutingPolicy now =
                    LlmRouterContext.of(camel).defaultPolicy().current().policy();
            return (now.tasks() + " " + now.models()).contains(sign);
        });
    }

    private JsonNode report() throws Exception {
        return JSON.readTree(out.resolve("tickets.batch.json").toFile());
    }

    @Test
    void anAnswerThatFailedIsBookedAtTheBatchPriceAndItsLineIsCalled() throws Exception {
        provider.outcomes = line -> line == 2 ? "failed" : line == 3 ? "failed uncounted" : "ok";
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(at(results, 2).path("text").asText()).isEqualTo("answer 100");
        assertThat(at(results, 2).has("batch")).isFalse();
        assertThat(at(results, 2).path("attempts").intValue()).isEqualTo(2);
        // 1002 x 1.5 + 7 x 7.5, and 1100 x 3 + 7 x 15
        assertThat(at(results, 2).path("cost_usd").decimalValue()).isEqualByComparingTo("0.0049605");
        assertThat(at(results, 3).path("cost_usd").isNull()).isTrue();
        assertThat(at(results, 3).path("known_cost_usd").decimalValue()).isEqualByComparingTo("0.003405");
        // 1001 x 1.5 + 7 x 7.5 besides
        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0099195");
        assertThat(report().path("cost_unknown").intValue()).isEqualTo(1);
        assertThat(booked().stream().map(row -> row.get(0)))
                .containsExactly(0L, 1_554_000_000L, 4_960_500_000L); // NULL is read as 0
        assertThat(provider.calls).hasValue(2);
    }

    @Test
    void anAnswerThatFailedIsBookedWhereNobodyElseIsAsked() throws Exception {
        provider.outcomes = line -> line == 2 ? "failed" : line == 3 ? "failed uncounted" : "ok";
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h, unanswered: fail }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> errors = byLine(out.resolve("tickets.errors.jsonl"));
        assertThat(errors.keySet()).containsExactly(2, 3);
        errors.values().forEach(error -> {
            assertThat(error.path("type").asText()).isEqualTo("failed");
            assertThat(error.path("again").booleanValue()).isTrue();
            assertThat(error.path("reason").asText()).contains("batch").doesNotContain("Question");
            assertThat(error.has("batch")).isTrue();
        });
        assertThat(at(errors, 2).path("cost_usd").decimalValue()).isEqualByComparingTo("0.0015555");
        assertThat(report().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0031095");
        assertThat(report().path("cost_unknown").intValue()).isEqualTo(1);
        // what nobody got an answer to saves nothing
        assertThat(booked()).contains(List.of(1_555_500_000L, 1_555_500_000L)).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** Refused before anybody was called: what the batch was paid for its failed answers was in no record, and its answers were put away. */
    @Test
    void whileNobodyCanBeCalledForAnAnswerThatFailedItsBatchWaits() throws Exception {
        provider.outcomes = line -> line == 2 ? "failed" : "ok";
        provider.watch = step -> {
            if (step.equals("after POST /v1/batches")) {
                openTheBreaker();
            }
        };
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h }", "llm-router.files.retries", "0");
        awaitDone("tickets.jsonl");

        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 2)
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo("0.0049605");
        assertThat(booked().stream().map(row -> row.get(0)))
                .containsExactly(1_554_000_000L, 1_557_000_000L, 4_960_500_000L);
    }

    /** The shadow is a request of its own: it carried the line's answer along, and booked it once more. */
    @Test
    void aShadowDoesNotPayForWhatTheBatchFailedToAnswer() throws Exception {
        provider.outcomes = line -> "failed";
        write("tickets.jsonl", 1, "easy");
        start("openai", "{ within: 1h }, shadow: { model: large, percent: 100 }");
        awaitDone("tickets.jsonl");

        // 1001 x 1.5 + 7 x 7.5 and 1100 x 3 + 7 x 15; the shadow 1100 x 10 + 7 x 50
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(booked().stream().map(row -> row.get(0)))
                        .containsExactly(4_959_000_000L, 11_350_000_000L));
    }

    private void openTheBreaker() {
        Decider decider = LlmRouterContext.of(camel).defaultPolicy().current().decider();
        Candidate small = decider.members().stream()
                .filter(each -> each.model().name().equals("small"))
                .findFirst()
                .orElseThrow();
        ProviderException failure = new ProviderException(
                ProviderException.Fault.CONNECT, ChatError.of(ChatError.Kind.SERVER, 502, "m"), "m");
        for (int i = 0; i < 100; i++) {
            decider.health().tryAcquire(small, Long.MAX_VALUE).ifPresent(permit -> permit.failed(1, failure));
        }
        assertThat(decider.health().breakerStates()).containsValue("open");
    }

    /** Its errors are asked again when the file comes again, and not while its batch still holds the same answers. */
    @Test
    void whatABatchFailedToAnswerIsPaidOnceHoweverOftenTheContextStops() throws Exception {
        int lines = 1_000;
        provider.outcomes = line -> "failed";
        write("tickets.jsonl", lines, "easy");
        start("openai", "{ within: 1h, unanswered: fail }", "llm-router.files.parallel", "1");
        Path errors = out.resolve("tickets.errors.jsonl");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(40))
                .until(() -> Files.exists(errors) && Files.size(errors) > 0);
        camel.stop();
        assertThat(byLine(errors)).hasSizeLessThan(lines);

        camel = new DefaultCamelContext();
        start("openai", "{ within: 1h, unanswered: fail }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> all = byLine(errors);
        assertThat(all).hasSize(lines);
        // (1000 + line) x 1.5 + 7 x 7.5
        all.forEach((line, error) -> assertThat(error.path("cost_usd").decimalValue())
                .isEqualByComparingTo(new BigDecimal((1000 + line) * 1.5 + 52.5).movePointLeft(6)));
        assertThat(report().path("cost_usd").decimalValue())
                .isEqualByComparingTo(all.values().stream()
                        .map(error -> error.path("cost_usd").decimalValue())
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
        assertThat(booked()).hasSize(lines);
    }

    /** Each try booked the batch's answer again, then its tokens and its check, and the ledger kept the one that failed. */
    @Test
    void anAnswerWhoseEscalationFailsForAWhileIsPaidOnce() throws Exception {
        AtomicInteger failures = new AtomicInteger(4);
        provider.breaker = "window: 10000, minimumCalls: 10000";
        provider.watch = step -> {
            if (step.equals("before POST /v1/chat/completions") && failures.getAndDecrement() > 0) {
                throw new IllegalStateException("down");
            }
        };
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(failures).hasNegativeValue();
        JsonNode result = at(byLine(out.resolve("tickets.results.jsonl")), 1);
        assertThat(result.path("text").asText()).isEqualTo("answer 100");
        // 1001 x 1.5 + 7 x 7.5, and 1100 x 10 + 7 x 50
        assertThat(result.path("cost_usd").decimalValue()).isEqualByComparingTo("0.012904");
        // the first try failed at the baseline, which costs nothing
        assertThat(booked().stream().map(row -> row.get(0))).containsExactly(0L, 12_904_000_000L);
        assertThat(booked().stream().mapToLong(row -> row.get(1)).sum())
                .as("at the baseline it would have been one request")
                .isEqualTo(11_350_000_000L);
        assertThatTheBatchIsInOneRequest();
    }

    /** Its line was written off with its tries of a stop, and what a killed try had cost was in no row. */
    @Test
    void anAnswerWhoseEscalationFailsWhenTheContextStopsComesAgain() throws Exception {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger failures = new AtomicInteger();
        provider.breaker = "window: 10000, minimumCalls: 10000";
        provider.watch = step -> {
            if (step.equals("before POST /v1/chat/completions") && down.get()) {
                failures.incrementAndGet();
                throw new IllegalStateException("down");
            }
        };
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }", "llm-router.files.retry-delay-ms", "2000");
        Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> failures.get() > 0);
        Thread.sleep(500); // the line waits for its next try
        camel.stop();
        assertThat(in.resolve("tickets.jsonl")).exists();

        down.set(false);
        camel = new DefaultCamelContext();
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 1)
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo("0.012904");
        assertThat(booked().stream().mapToLong(row -> row.get(0)).sum()).isEqualTo(12_904_000_000L);
        assertThatTheBatchIsInOneRequest();
    }

    /** Its escalation had been paid, and failed, before the stop. */
    @Test
    void whatATryBeforeAStopHasPaidBesideTheBatchIsKept() throws Exception {
        provider.failingCalls = Integer.MAX_VALUE;
        provider.breaker = "window: 10000, minimumCalls: 10000";
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }", "llm-router.files.retry-delay-ms", "2000");
        Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> provider.calls.get() > 0);
        Thread.sleep(500); // the line waits for its next try
        camel.stop();
        // 1100 x 10 + 7 x 50 for each call, and 1001 x 1.5 + 7 x 7.5 for the batch
        BigDecimal calls = new BigDecimal("0.01135").multiply(new BigDecimal(provider.calls.get()));
        JsonNode left = at(byLine(out.resolve("tickets.errors.jsonl")), 1);
        assertThat(left.path("again").booleanValue()).isTrue();
        assertThat(left.path("cost_usd").decimalValue()).isEqualByComparingTo(calls);

        provider.failingCalls = 0;
        camel = new DefaultCamelContext();
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");
        assertThat(byLine(out.resolve("tickets.errors.jsonl"))).isEmpty();
        BigDecimal all = calls.add(new BigDecimal("0.012904"));
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 1)
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo(all);
        assertThat(booked().stream().mapToLong(row -> row.get(0)).sum())
                .isEqualTo(all.movePointRight(12).longValueExact());
        assertThatTheBatchIsInOneRequest();
    }

    /** The answers of the batch, and a copy of the file, lay there for ever, and the next file of that name was warned of them. */
    @Test
    void aFileThatIsDoneDuringAStopLeavesNothingBehind() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        provider.watch = step -> {
            if (step.equals("before POST /v1/chat/completions")) {
                new Thread(() -> {
                            camel.stop();
                            stopped.countDown();
                        })
                        .start();
                Awaitility.await().until(() -> camel.isStopping());
            }
        };
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");
        assertThat(stopped.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(1);
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("tickets.results.jsonl", "tickets.batch.json", "tickets.batch-1.json");
        }
    }

    /** The fault of a step before the answer took the id under which it is booked: what the batch cost was in no row. */
    @ParameterizedTest
    @CsvSource({"ok, 1_554_000_000", "failed, 4_959_000_000"})
    void anAnswerMeetsAFaultOfAStepOfOnesOwnForAWhile(String outcome, String cost) throws Exception {
        AtomicInteger faults = new AtomicInteger(2);
        camel.getCamelContextExtension()
                .addInterceptStrategy((context, node, target, next) -> !"llm-route-ask".equals(node.getId())
                        ? target
                        : new DelegateAsyncProcessor(target) {
                            @Override
                            public boolean process(Exchange exchange, AsyncCallback callback) {
                                if (faults.getAndDecrement() <= 0) {
                                    return super.process(exchange, callback);
                                }
                                exchange.setException(new IllegalStateException("a step of one's own"));
                                callback.done(true);
                                return true;
                            }
                        });
        provider.outcomes = line -> outcome;
        write("tickets.jsonl", 1, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(faults).hasValue(-1);
        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(booked().stream().map(row -> row.get(0))).containsExactly(Long.valueOf(cost.replace("_", "")));
    }

    /** Its lines were classified, decided and asked of the shadow at each look, for nothing. */
    @Test
    void aBatchWhoseTierHasLeftThePolicyAsksNobody() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        String batch = "{ within: 1h }, shadow: { model: large, percent: 100 }";
        String whole = provider.policy("openai", batch);
        provider.looks = -1;
        provider.outcomes = line -> "failed";
        write("tickets.jsonl", 3, "easy");
        start("openai", batch);
        Awaitility.await().until(() -> provider.paid.size() == 3);
        reload(policy, whole.replace("  slow:", "  quick:").replace("tier: slow", "tier: quick"), "quick");
        provider.looks = 0;
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(out.resolve("tickets.batch-1.answers.jsonl")));
        Thread.sleep(1500); // several looks at what has ended
        assertThat(provider.calls).hasValue(0);
        reload(policy, whole, "slow");
        awaitDone("tickets.jsonl");
        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
    }

    /** The calls in their place fail as well, at no cost: what the batch cost stays, and they are called again when the file comes again. */
    @Test
    void whatABatchFailedToAnswerIsPaidOnceAlsoWhereItsLinesAreCalled() throws Exception {
        int lines = 60;
        provider.breaker = "window: 10000, minimumCalls: 10000";
        provider.outcomes = line -> "failed";
        provider.watch = step -> {
            if (step.equals("before POST /v1/chat/completions")) {
                throw new IllegalStateException("down");
            }
        };
        write("tickets.jsonl", lines, "easy");
        Path errors = out.resolve("tickets.errors.jsonl");
        for (int stops = 1; stops <= 2; stops++) {
            long known = Files.exists(errors) ? Files.size(errors) : 0;
            start("openai", "{ within: 1h }", "llm-router.files.parallel", "2", "llm-router.files.retries", "0");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> Files.exists(errors) && Files.size(errors) > known);
            camel.stop();
            camel = new DefaultCamelContext();
        }
        start("openai", "{ within: 1h }", "llm-router.files.parallel", "60", "llm-router.files.retries", "0");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> all = byLine(errors);
        assertThat(all).hasSize(lines);
        all.forEach((line, error) -> assertThat(error.path("cost_usd").decimalValue())
                .as(error.toString())
                .isEqualByComparingTo(new BigDecimal((1000 + line) * 1.5 + 52.5).movePointLeft(6)));
        assertThat(booked().stream().mapToLong(row -> row.get(0)).sum())
                .isEqualTo(all.values().stream()
                        .mapToLong(error -> error.path("cost_usd")
                                .decimalValue()
                                .movePointRight(12)
                                .longValueExact())
                        .sum());
    }

    @Test
    void anAnswerWithoutUsageIsEstimatedAsElsewhere() throws Exception {
        provider.outcomes = line -> line == 2 ? "uncounted" : "ok";
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 2)
                        .path("cost_usd")
                        .decimalValue())
                .isPositive();
    }

    private void replace(Path other, String name) throws Exception {
        Files.move(other, in.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> ids(Path results) throws Exception {
        return byLine(results).values().stream()
                .map(each -> each.path("id").asText())
                .toList();
    }

    private static String lines(String task, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(i -> "{\"id\":\"T-" + i + "\",\"input\":\"Question " + i + "\",\"task\":\"" + task + "\"}\n")
                .collect(Collectors.joining());
    }

    /** The first time that a step comes, something happens. */
    private record Once(String step, ThrowingRunnable what, java.util.concurrent.atomic.AtomicBoolean over)
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

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** The first time that a step comes, its answer is lost. */
    private static final class Lost implements java.util.function.Consumer<String> {
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
