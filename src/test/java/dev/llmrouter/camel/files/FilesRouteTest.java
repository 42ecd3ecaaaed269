package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.ShippedRoutes;
import dev.llmrouter.record.MeterNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A folder of work, with real files, the shipped routes and the simulator. Issue 4, item 5. */
class FilesRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    private Path in;
    private Path out;

    @BeforeEach
    void prepare() throws Exception {
        in = Files.createDirectories(folder.resolve("in"));
        out = in.resolve("results");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  local: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } }
                  down: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                models:
                  small: { provider: local, context: 8000, price: { input: 1, output: 2, asOf: 2026-07-02 } }
                  large: { provider: local, context: 8000, price: { input: 2, output: 4, asOf: 2026-07-02 } }
                  dead: { provider: down, context: 8000, price: { input: 2, output: 4, asOf: 2026-07-02 } }
                tiers: { fast: { models: [small] }, best: { models: [large] }, gone: { models: [dead], maxAttempts: 1, timeout: 2s } }
                tasks:
                  easy: { tier: fast, description: d, rationale: r }
                  never: { tier: gone, description: d, rationale: r }
                  strict: { tier: fast, description: d, rationale: r, verify: { oneOf: [blue-green-red], onFailure: fail } }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.in", in.toString());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.retry-delay-ms", "50");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.files.poll", "100ms");
        camel.getRegistry().bind("meters", meters);
        ShippedRoutes.load(camel, folder);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void awaitDone(String... names) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            for (String name : names) {
                if (!Files.exists(in.resolve(".done").resolve(name))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static List<JsonNode> lines(Path file) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static Map<Integer, JsonNode> byLine(Path file) throws Exception {
        return lines(file).stream()
                .collect(Collectors.toMap(each -> each.path("line").intValue(), Function.identity()));
    }

    private static JsonNode at(Map<Integer, JsonNode> lines, int number) {
        return Objects.requireNonNull(lines.get(number), () -> "no line " + number);
    }

    private double counted(String outcome) {
        return meters.get(MeterNames.FILES_LINES.meter())
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void badLinesGoToTheErrorsWithNumberAndReasonAndTheRestIsAnswered() throws Exception {
        Files.writeString(in.resolve("mixed.jsonl"), """
                {"id":"a","input":"Hello","task":"easy"}
                {"id":"b","input":
                \r
                {"custom_id":"c","messages":[{"role":"user","content":"Hello"}],"stream":true}
                {"id":"d","question":"Hello"}
                {"id":"e","input":{"messages":[{"role":"user","content":"Hello"}]}}
                {"id":6,"input":""}
                {"id":"g","input":"Hello","task":"strict"}
                {"id":"h","input":"Hello","task":"never"}
                ["no object"]
                {"id":"last","input":"Hello"}""");
        camel.start();
        awaitDone("mixed.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("mixed.results.jsonl"));
        assertThat(results.keySet()).containsExactlyInAnyOrder(1, 4, 6, 11);
        assertThat(at(results, 1).path("id").asText()).isEqualTo("a");
        assertThat(at(results, 1).path("text").asText()).isNotEmpty();
        assertThat(at(results, 1).path("task").asText()).isEqualTo("easy");
        assertThat(at(results, 1).path("tier").asText()).isEqualTo("fast");
        assertThat(at(results, 1).path("model").asText()).isEqualTo("small");
        assertThat(at(results, 1).path("evidence").asText()).isNotEmpty();
        assertThat(at(results, 1).path("cost_usd").decimalValue()).isPositive();
        assertThat(at(results, 4).path("id").asText()).isEqualTo("c");
        assertThat(at(results, 4).path("reply").path("choices")).hasSize(1);
        assertThat(at(results, 4).path("text").asText()).isNotEmpty();
        assertThat(at(results, 11).path("id").asText()).isEqualTo("last");

        Map<Integer, JsonNode> errors = byLine(out.resolve("mixed.errors.jsonl"));
        Map<Integer, String> types = errors.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().path("type").asText()));
        assertThat(types)
                .isEqualTo(Map.of(
                        2,
                        "bad_line",
                        5,
                        "bad_line",
                        7,
                        "bad_request",
                        8,
                        "output_unusable",
                        9,
                        "failed",
                        10,
                        "bad_line"));
        errors.values().forEach(error -> {
            assertThat(error.path("reason").asText()).isNotEmpty().doesNotContain("Hello");
            assertThat(error.path("again").booleanValue())
                    .isEqualTo(error.path("line").intValue() == 9);
        });
        assertThat(at(errors, 7).path("id").intValue()).isEqualTo(6);
        assertThat(at(errors, 8).path("cost_usd").decimalValue()).isPositive();
        assertThat(counted("answered")).isEqualTo(4);
        assertThat(counted("failed")).isEqualTo(6);

        JsonNode batch = JSON.readTree(out.resolve("mixed.batch.json").toFile());
        assertThat(batch.path("lines").intValue()).isEqualTo(10);
        assertThat(batch.path("answered").intValue()).isEqualTo(4);
        assertThat(batch.path("failed").intValue()).isEqualTo(6);
    }

    @Test
    void textAndJsonFilesAreOneRequestEach() throws Exception {
        Files.writeString(in.resolve("letter.txt"), "\uFEFFHello,\nworld");
        Files.writeString(in.resolve("letter.JSON"), "{\"id\":\"x\",\n \"input\":\"Hello\", \"task\":\"easy\"}");
        Files.writeString(in.resolve("invoice.json"), "{\"total\": 12}");
        Files.writeString(in.resolve("empty.txt"), "");
        Files.writeString(in.resolve("notes.md"), "not for us");
        camel.start();
        awaitDone("letter.txt", "letter.JSON", "invoice.json", "empty.txt");

        assertThat(lines(out.resolve("letter.txt.results.jsonl")))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.path("line").intValue()).isEqualTo(1);
                    assertThat(result.path("text").asText()).isNotEmpty();
                });
        assertThat(lines(out.resolve("letter.JSON.results.jsonl")))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.path("id").asText()).isEqualTo("x");
                    assertThat(result.path("task").asText()).isEqualTo("easy");
                });
        assertThat(lines(out.resolve("invoice.json.results.jsonl"))).hasSize(1);
        assertThat(lines(out.resolve("empty.txt.errors.jsonl")))
                .singleElement()
                .satisfies(error -> assertThat(error.path("type").asText()).isEqualTo("bad_request"));
        assertThat(in.resolve("notes.md")).exists();
    }

    @Test
    void whatIsDoneIsNotAskedAgainAndATornLineIsCutOff() throws Exception {
        Files.writeString(in.resolve("work.jsonl"), hellos(1, 20));
        camel.start();
        awaitDone("work.jsonl");
        Path results = out.resolve("work.results.jsonl");
        List<String> kept = Files.readAllLines(results).subList(0, 7);
        Files.writeString(results, String.join("\n", kept) + "\n{\"line\":9,\"te");
        Files.move(in.resolve(".done/work.jsonl"), in.resolve("work.jsonl"));
        awaitDone("work.jsonl");

        assertThat(Files.readAllLines(results)).hasSize(20).startsWith(kept.toArray(String[]::new));
        assertThat(byLine(results)).hasSize(20);
        assertThat(counted("skipped")).isEqualTo(7);
        assertThat(counted("answered")).isEqualTo(33);
    }

    /** A device that is always full stands in for the disk. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsAskedWhileItsAnswerHasNoRoom() throws Exception {
        Files.writeString(in.resolve("work.jsonl"), hellos(1, 3));
        camel.start();
        awaitDone("work.jsonl");
        Path results = out.resolve("work.results.jsonl");
        Files.delete(results);
        Files.createSymbolicLink(results, Path.of("/dev/full"));
        Logger logger = (Logger) LoggerFactory.getLogger(FileStep.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            Files.move(in.resolve(".done/work.jsonl"), in.resolve("work.jsonl"));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !log.list.isEmpty());
            Thread.sleep(1000); // several looks at the folder
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .startsWith("work.jsonl is not put away: ")
                        .contains("No space left"));
        assertThat(counted("answered")).isEqualTo(3);
        Files.delete(results);
        awaitDone("work.jsonl");

        assertThat(byLine(results)).hasSize(3);
        assertThat(counted("answered")).isEqualTo(6);
    }

    @Test
    void aTextWhoseSettingsWouldBeIgnoredIsNoRequest() throws Exception {
        Files.writeString(in.resolve("settings.jsonl"), """
                {"id":"a","input":"Hello","model":"small"}
                {"id":"b","input":"Hello","max_tokens":5}
                {"id":"c","input":"Hello","expected":"Hi","language":"en"}
                {"id":"d","input":"Hello","tools":[],"system":"","functions":"add, subtract","stop":null}
                """);
        camel.start();
        awaitDone("settings.jsonl");

        assertThat(byLine(out.resolve("settings.results.jsonl")).keySet()).containsExactlyInAnyOrder(3, 4);
        Map<Integer, JsonNode> errors = byLine(out.resolve("settings.errors.jsonl"));
        assertThat(at(errors, 1).path("type").asText()).isEqualTo("bad_line");
        assertThat(at(errors, 1).path("reason").asText()).contains("'model' beside the text in 'input'");
        assertThat(at(errors, 2).path("reason").asText()).contains("'max_tokens'");
    }

    /** Such a line was answered by another model, at whatever length: its settings lay beside what was asked. */
    @Test
    void aChatRequestWhoseSettingsLieBesideItIsNoRequest() throws Exception {
        Files.writeString(in.resolve("beside.jsonl"), """
                {"id":"a","input":{"messages":[{"role":"user","content":"Hello"}]},"model":"small","max_tokens":3}
                {"id":"b","body":{"messages":[{"role":"user","content":"Hello"}]},"temperature":0}
                {"id":"c","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"Hello"}],"max_tokens":3}}
                {"id":"d","input":{"messages":[{"role":"user","content":"Hello"}]},"expected":"Hi","metadata":{"a":"b"}}
                """);
        camel.start();
        awaitDone("beside.jsonl");

        assertThat(byLine(out.resolve("beside.results.jsonl")).keySet()).containsExactlyInAnyOrder(3, 4);
        Map<Integer, JsonNode> errors = byLine(out.resolve("beside.errors.jsonl"));
        assertThat(at(errors, 1).path("type").asText()).isEqualTo("bad_line");
        assertThat(at(errors, 1).path("id").asText()).isEqualTo("a");
        assertThat(at(errors, 1).path("reason").asText()).contains("'model' beside the chat request in 'input'");
        assertThat(at(errors, 2).path("reason").asText()).contains("'temperature' beside the chat request in 'body'");
    }

    /** All but one of them were dropped, and nobody knew. */
    @Test
    void aLineThatAsksTwoThingsIsNoRequest() throws Exception {
        Files.writeString(in.resolve("two.jsonl"), """
                {"id":"a","input":"Hello","messages":[{"role":"user","content":"Hello"}]}
                {"id":"b","input":"Hello","body":{"messages":[{"role":"user","content":"Hello"}]}}
                {"id":"c","messages":[{"role":"user","content":"Hello"}],"body":"Hello"}
                {"id":"d","messages":[{"role":"user","content":"Hello"}],"input":null,"max_tokens":3}
                {"id":"e","messages":null,"input":null,"body":{"messages":[{"role":"user","content":"Hello"}]}}
                """);
        camel.start();
        awaitDone("two.jsonl");

        assertThat(byLine(out.resolve("two.results.jsonl")).keySet()).containsExactlyInAnyOrder(4, 5);
        Map<Integer, JsonNode> errors = byLine(out.resolve("two.errors.jsonl"));
        assertThat(at(errors, 1).path("reason").asText()).contains("'messages' and 'input'");
        assertThat(at(errors, 2).path("reason").asText()).contains("'input' and 'body'");
        assertThat(at(errors, 3).path("reason").asText()).contains("'messages' and 'body'");
    }

    /** A tenth of them was looked for; lines with the others were paid for without what they asked. */
    @Test
    void everySettingOfAnyFormatIsSeenBesideAText() throws Exception {
        List<String> settings = List.of(
                "\"system\":\"s\"",
                "\"instructions\":\"s\"",
                "\"stop\":[\"a\"]",
                "\"stop_sequences\":[\"a\"]",
                "\"tool_choice\":\"auto\"",
                "\"parallel_tool_calls\":false",
                "\"functions\":[{}]",
                "\"function_call\":\"auto\"",
                "\"max_output_tokens\":5",
                "\"n\":2",
                "\"seed\":1",
                "\"top_k\":1",
                "\"presence_penalty\":1",
                "\"frequency_penalty\":1",
                "\"logit_bias\":{\"1\":2}",
                "\"logprobs\":true",
                "\"top_logprobs\":2",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}",
                "\"reasoning\":{\"effort\":\"high\"}",
                "\"reasoning_effort\":\"high\"",
                "\"verbosity\":\"low\"",
                "\"text\":{\"verbosity\":\"low\"}",
                "\"output_config\":{\"effort\":\"low\"}",
                "\"modalities\":[\"audio\"]",
                "\"previous_response_id\":\"resp_1\"",
                "\"dimensions\":5");
        List<String> own = List.of(
                "\"metadata\":{\"a\":\"b\"}",
                "\"user\":\"u\"",
                "\"store\":true",
                "\"stream\":true",
                "\"meta\":{\"a\":1}",
                "\"model\":null",
                "\"reasoning\":\"why the expected answer is right\"",
                "\"text\":\"a column\"",
                "\"prompt\":\"a column\"",
                "\"language\":\"en\"");
        Files.writeString(
                in.resolve("all.jsonl"),
                java.util.stream.Stream.concat(settings.stream(), own.stream())
                        .map(field -> "{\"input\":\"Hello\"," + field + "}\n")
                        .collect(Collectors.joining()));
        camel.start();
        awaitDone("all.jsonl");

        Map<Integer, JsonNode> errors = byLine(out.resolve("all.errors.jsonl"));
        for (int line = 1; line <= settings.size(); line++) {
            String name =
                    settings.get(line - 1).substring(0, settings.get(line - 1).indexOf(':'));
            assertThat(at(errors, line).path("reason").asText()).contains(name.replace('"', '\''));
        }
        assertThat(errors).hasSize(settings.size());
        assertThat(byLine(out.resolve("all.results.jsonl"))).hasSize(own.size());
    }

    @Test
    void anotherFileOfTheSameNameNeitherOverwritesNorSkips() throws Exception {
        Files.writeString(in.resolve("daily.jsonl"), hellos(1, 3));
        camel.start();
        awaitDone("daily.jsonl");
        Files.writeString(in.resolve("daily.jsonl"), hellos(5, 4));
        awaitDone("daily.2.jsonl");

        assertThat(lines(out.resolve("daily.results.jsonl"))).hasSize(3);
        assertThat(lines(out.resolve("daily.2.results.jsonl"))).hasSize(4);
        assertThat(Files.readString(in.resolve(".done/daily.jsonl"))).isEqualTo(hellos(1, 3));
    }

    @Test
    void whatFailedForNoFaultOfItsOwnIsAskedAgainWhenItsFileComesAgain() throws Exception {
        Files.writeString(
                in.resolve("some.jsonl"), "{\"input\":\"Hello\",\"task\":\"never\"}\n{\"bad\":1}\n" + hellos(3, 2));
        camel.start();
        awaitDone("some.jsonl");
        assertThat(lines(out.resolve("some.errors.jsonl"))).hasSize(2);
        String policy = Files.readString(folder.resolve("policy.yaml"));
        Files.writeString(folder.resolve("policy.yaml"), policy.replace("models: [dead]", "models: [small]"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> camel.createProducerTemplate()
                                .request("direct:llm-route", exchange -> {
                                    exchange.getMessage().setBody("Hello");
                                    exchange.getMessage().setHeader("x-llm-task", "never");
                                })
                                .getException()
                        == null);
        Files.move(in.resolve(".done/some.jsonl"), in.resolve("some.jsonl"));
        awaitDone("some.jsonl");

        assertThat(byLine(out.resolve("some.results.jsonl")).keySet()).containsExactlyInAnyOrder(1, 3, 4);
        assertThat(byLine(out.resolve("some.errors.jsonl")).keySet()).containsExactly(2);
        assertThat(counted("answered")).isEqualTo(3);
    }

    @Test
    void aLineThatNamesWhatThePolicyDoesNotHaveIsNotAskedForEver() throws Exception {
        Files.writeString(in.resolve("names.jsonl"), """
                {"id":"m","input":{"model":"nope","messages":[{"role":"user","content":"Hello"}]}}
                {"id":"n","input":{"model":"tier:nope","messages":[{"role":"user","content":"Hello"}]}}
                {"id":"t","input":"Hello","task":"nope"}
                """);
        camel.start();
        awaitDone("names.jsonl");
        assertThat(lines(out.resolve("names.errors.jsonl"))).hasSize(3).allSatisfy(error -> {
            assertThat(error.path("reason").asText()).contains("'nope' is not in the policy");
            assertThat(error.path("again").booleanValue()).isFalse();
            assertThat(error.path("request_id").asText()).startsWith("req_");
        });
    }

    @Test
    void aLineThatCanBeReadKeepsItsIdWhateverIsWrongWithIt() throws Exception {
        Files.writeString(in.resolve("ids.jsonl"), """
                {"id":"T-1","input":["a"]}
                {"id":"T-2","input":null}
                {"custom_id":"T-3","body":{"input":"Hello"}}
                {"id":"T-4","input":"Hello","task":7}
                {"id":"T-5","prompt":"Hello"}
                {"id":{"no":"id"},"prompt":"Hello"}
                """);
        camel.start();
        awaitDone("ids.jsonl");
        Map<Integer, JsonNode> errors = byLine(out.resolve("ids.errors.jsonl"));
        for (int line = 1; line <= 5; line++) {
            assertThat(at(errors, line).path("id").asText()).isEqualTo("T-" + line);
        }
        assertThat(at(errors, 6).has("id")).isFalse();
    }

    @Test
    void whatIsNotTakenIsToldOnce() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(TakenFiles.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            Path old = Files.writeString(in.resolve("tickets.csv"), "a,b");
            Files.setLastModifiedTime(
                    old,
                    FileTime.from(Files.getLastModifiedTime(old).toInstant().minusSeconds(120)));
            Path results = Files.createDirectories(out); // its own results lie in it, by default
            Files.setLastModifiedTime(results, Files.getLastModifiedTime(old));
            Files.writeString(in.resolve("young.jsonl.part"), "");
            Files.writeString(in.resolve("LETTER.TXT"), "Hello");
            camel.start();
            awaitDone("LETTER.TXT");
            Files.writeString(in.resolve("next.txt"), "Hello");
            awaitDone("next.txt"); // another look at the folder
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("tickets.csv is not taken: a folder of work takes .jsonl, .txt and .json.");
        });
        assertThat(in.resolve("tickets.csv")).exists();
    }

    private static String hellos(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(each -> "{\"id\":%d,\"input\":\"Hello %d\",\"task\":\"easy\"}%n".formatted(each, each))
                .collect(Collectors.joining());
    }
}
