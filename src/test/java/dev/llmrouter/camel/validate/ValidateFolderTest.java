package dev.llmrouter.camel.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.ShippedRoutes;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Message;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The watched folder of data sets: what lies there afterwards belongs to the file that was validated last. */
@Tag("once")
class ValidateFolderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path dir;

    private Path in;

    @BeforeEach
    void prepare() throws Exception {
        in = Files.createDirectories(dir.resolve("in"));
        Path policy = Files.writeString(dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: warn
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1", apiKey: "sk-one" }
                models:
                  big: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                  small: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                tiers: { economy: { models: [small] }, premium: { models: [big] } }
                tasks:
                  t: { tier: economy, description: d, rationale: r, margin: 0.1 }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.validate.in", in.toString());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.validate.poll", "100ms");
        ShippedRoutes.load(camel, dir);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private static String examples(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(
                        i -> "{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Is " + Integer.toString(i, 26)
                                + " a word?\",\"expected\":\"yes\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n")
                .collect(Collectors.joining());
    }

    /** As it is to be done: moved in when it is whole. */
    private void put(String name, byte[] content) throws Exception {
        Path part = Files.write(dir.resolve("part"), content);
        Files.move(part, in.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void put(String name, String content) throws Exception {
        put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitGone(String name) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.notExists(in.resolve(name)));
    }

    private JsonNode verdict(String name) throws Exception {
        return JSON.readTree(in.resolve(name + ".verdict.json").toFile());
    }

    private void assertNoReports(String name) {
        assertThat(in.resolve(name + ".report.html")).doesNotExist();
        assertThat(in.resolve(name + ".report.md")).doesNotExist();
    }

    @Test
    void aRefusedFileLeavesNoVerdictOfAnEarlierOneOfItsName() throws Exception {
        camel.start();
        put("second.jsonl", examples(0, 200));
        awaitGone("second.jsonl");
        assertThat(in.resolve(".passed/second.jsonl")).exists();
        assertThat(in.resolve("second.jsonl.report.html")).exists();
        put("second.jsonl", "garbage\n");
        awaitGone("second.jsonl");
        assertThat(in.resolve(".unusable/second.jsonl")).exists();
        assertNoReports("second.jsonl");
        assertThat(verdict("second.jsonl").path("verdict").asText()).isEqualTo("unusable");
        assertThat(verdict("second.jsonl").path("reason").asText()).contains("second.jsonl");
    }

    @Test
    void aSettingThatCannotBeUsedIsToldBesideTheFile() throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.validate.max-cost", "much");
        camel.start();
        put("first.jsonl", examples(0, 200));
        awaitGone("first.jsonl");
        assertThat(verdict("first.jsonl").path("reason").asText()).contains("llm-router.validate.max-cost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llm-validate", "llm-validate-score"})
    void whatFailsForAnotherReasonGoesToErrorAndSaysWhy(String route) throws Exception {
        camel.getComponent("direct", DirectComponent.class).setTimeout(100);
        camel.start();
        camel.getRouteController().stopRoute(route);
        put("first.jsonl", examples(0, 200));
        awaitGone("first.jsonl");
        put("first.jsonl", examples(0, 220));
        awaitGone("first.jsonl");
        assertThat(in.resolve(".error/first.jsonl")).hasContent(examples(0, 200));
        assertThat(in.resolve(".error/first.2.jsonl")).hasContent(examples(0, 220));
        assertThat(verdict("first.jsonl").path("verdict").asText()).isEqualTo("error");
        assertThat(verdict("first.jsonl").path("reason").asText()).contains(route);
    }

    /** A verdict about its first part was told, and the whole file lay in {@code .passed}. */
    @ParameterizedTest
    @CsvSource({"llm-validate-score, llm-validate-report", "llm-validate-folder, llm-validate-folder-put-away"})
    void aFileThatIsWrittenToMeanwhileIsValidatedOnceMore(String route, String step) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AdviceWith.adviceWith(
                camel,
                route,
                advice -> advice.weaveById(step).before().process(exchange -> {
                    if (runs.incrementAndGet() == 1) {
                        Files.writeString(in.resolve("slow.jsonl"), examples(150, 200), StandardOpenOption.APPEND);
                    }
                }));
        camel.start();
        put("slow.jsonl", examples(0, 150));
        awaitGone("slow.jsonl");
        assertThat(runs).hasValue(2);
        assertThat(in.resolve(".passed/slow.jsonl")).hasContent(examples(0, 200));
        assertThat(in.resolve(".stopped")).doesNotExist();
        assertThat(verdict("slow.jsonl").path("examples").asInt()).isEqualTo(200);
    }

    /** It waited for the file for ever. */
    @Timeout(60)
    @ParameterizedTest
    @CsvSource({"true, passed", "false, unusable"})
    void theDocumentedRouteOfTheNightHasAVerdictAlsoWhereItsFileIsAbsent(boolean isThere, String verdict)
            throws Exception {
        Matcher route = Pattern.compile("<route id=\"validate-at-night\">.*?</route>", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "validate.md")));
        assertThat(route.find()).isTrue();
        Path sets = Files.createDirectories(dir.resolve("sets"));
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString(
                        "night.xml",
                        route.group()
                                .replaceFirst("quartz:[^\"]*", "direct:night")
                                .replace("file:/data/sets", "file:" + sets)));
        if (isThere) {
            Files.writeString(sets.resolve("tickets.jsonl"), examples(0, 200));
        }
        camel.start();
        Message answer = camel.createProducerTemplate()
                .request("direct:night", exchange -> {})
                .getMessage();
        assertThat(answer.getHeader(LlmRouterConstants.VERDICT)).isEqualTo(verdict);
        if (!isThere) {
            assertThat(answer.getHeader(LlmRouterConstants.VALIDATE_REASON, String.class))
                    .contains("data set");
        }
    }

    @Test
    void nothingIsAcceptedOfAFileThatIsWrittenToMeanwhile() throws Exception {
        Path data = Files.writeString(dir.resolve("slow.jsonl"), examples(0, 150));
        AdviceWith.adviceWith(
                camel,
                "llm-validate-score",
                advice -> advice.weaveById("llm-validate-report")
                        .before()
                        .process(exchange -> Files.writeString(data, examples(150, 200), StandardOpenOption.APPEND)));
        camel.start();
        Message answer = camel.createProducerTemplate()
                .request("direct:llm-validate", exchange -> {
                    exchange.getMessage().setBody(data);
                    exchange.getMessage().setHeader(LlmRouterConstants.VALIDATE_ACCEPTED_BY, "Ada");
                })
                .getMessage();
        assertThat(answer.getHeader(LlmRouterConstants.VERDICT)).isEqualTo("stopped");
        assertThat(answer.getHeader(LlmRouterConstants.EXIT_CODE)).isEqualTo(1);
        assertThat(answer.getHeader(LlmRouterConstants.VALIDATE_REASON, String.class))
                .contains("slow.jsonl was written to");
        assertThat(dir.resolve("evidence")).doesNotExist();
        assertThat(JSON.readTree(dir.resolve("slow.jsonl.verdict.json").toFile())
                        .path("verdict")
                        .asText())
                .isEqualTo("stopped");
    }

    @Test
    void anotherDataSetOfTheSameNameGetsANumber() throws Exception {
        camel.start();
        for (int n : new int[] {200, 220, 200, 240, 220}) {
            put("second.jsonl", examples(0, n));
            awaitGone("second.jsonl");
        }
        Path passed = in.resolve(".passed");
        assertThat(passed.toFile().list())
                .containsExactlyInAnyOrder("second.jsonl", "second.2.jsonl", "second.3.jsonl");
        assertThat(passed.resolve("second.jsonl")).hasContent(examples(0, 200));
        assertThat(passed.resolve("second.2.jsonl")).hasContent(examples(0, 220));
        assertThat(passed.resolve("second.3.jsonl")).hasContent(examples(0, 240));
    }

    @Test
    void theNumberOfACompressedFileComesBeforeItsEndings() throws Exception {
        camel.start();
        for (int n : new int[] {200, 220}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = new GZIPOutputStream(bytes)) {
                out.write(examples(0, n).getBytes(StandardCharsets.UTF_8));
            }
            put("second.JSONL.gz", bytes.toByteArray());
            awaitGone("second.JSONL.gz");
        }
        assertThat(in.resolve(".passed").toFile().list())
                .containsExactlyInAnyOrder("second.JSONL.gz", "second.2.JSONL.gz");
    }
}
