package dev.llmrouter.cli;

import static org.apache.camel.builder.Builder.constant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.ShippedRoutes;
import dev.llmrouter.policy.Price;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Validation as routes, against the command on the same data. Issue 6, item 1. */
class ValidateRouteTest {
    private static final Price PRICE = new Price(new BigDecimal("2"), new BigDecimal("8"), null, null, null, null);

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private @Nullable SimulatorServer server;
    private String score = "";

    @TempDir
    private Path dir;

    @AfterEach
    void stop() {
        camel.stop();
        if (server != null) {
            server.close();
        }
    }

    private void start(int port) throws Exception {
        Path policy = Files.writeString(dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: warn
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: "sk-one" }
                models:
                  big: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                  small: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                  umpire: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                tiers: { economy: { models: [small] }, premium: { models: [big] } }
                tasks:
                  t: { tier: economy, description: d, rationale: r, margin: 0.1%s }
                """.formatted(port, score));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent()
                .addOverrideProperty(
                        "llm-router.validate.out", dir.resolve("out").toString());
        ShippedRoutes.load(camel, dir);
        camel.start();
    }

    private SimulatorServer serving(String answer) throws Exception {
        SimulatorServer started = SimulatorServer.start(
                Behaviour.answering(answer).toBuilder().price(PRICE).build(), Clock.systemUTC(), "127.0.0.1", 0);
        server = started;
        start(started.port());
        return started;
    }

    private Path data(String name, int n, IntFunction<String> outputs) throws Exception {
        Path file = dir.resolve(name);
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < n; i++) {
                writer.write("{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Is " + Integer.toString(i, 26)
                        + " a word? Say yes or no.\",\"expected\":\"yes\"" + outputs.apply(i) + "}\n");
            }
        }
        return file;
    }

    private static String scored(int i) {
        return ",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":" + (i % 40 == 0 ? 0 : 1) + "}}";
    }

    private static String texts(int i) {
        return ",\"outputs\":{\"big\":{\"text\":\"yes " + i + "\"},\"small\":{\"text\":\"no " + i + "\"}}";
    }

    private Message validate(@Nullable Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate()
                .request("direct:llm-validate", exchange -> {
                    exchange.getMessage().setBody(body);
                    exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
                })
                .getMessage();
    }

    private String command(Path data, int exit) {
        StringWriter out = new StringWriter();
        assertThat(new CommandLine(new ValidateCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(new StringWriter(), true))
                        .execute(
                                "--data",
                                data.toString(),
                                "--policy",
                                dir.resolve("policy.yaml").toString(),
                                "--max-cost",
                                "1",
                                "--json"))
                .isEqualTo(exit);
        return out.toString();
    }

    private static void assertEnded(Message answer, String verdict, int exit) {
        assertThat(answer.getHeaders())
                .as(() -> answer.getBody(String.class))
                .containsEntry(LlmRouterConstants.VERDICT, verdict)
                .containsEntry(LlmRouterConstants.EXIT_CODE, exit);
    }

    private static String reason(Message answer) {
        return String.valueOf(answer.getHeader(LlmRouterConstants.VALIDATE_REASON));
    }

    private void route(Consumer<RouteDefinition> steps) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from("direct:again"));
            }
        });
    }

    private Message again(Object body) {
        return camel.createProducerTemplate()
                .request("direct:again", exchange -> exchange.getMessage().setBody(body))
                .getMessage();
    }

    @Test
    void oneExchangeMayValidateAgainAfterEachVerdict() throws Exception {
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, i -> "");
        List<Object> verdicts = new ArrayList<>();
        route(steps -> steps.setHeader(LlmRouterConstants.VALIDATE_MAX_COST, constant("x"))
                .to("direct:llm-validate")
                .process(exchange -> verdicts.add(exchange.getMessage().getHeader(LlmRouterConstants.VERDICT)))
                .setBody(constant(data.toFile()))
                .setHeader(LlmRouterConstants.VALIDATE_MAX_COST, constant("0.002"))
                .to("direct:llm-validate")
                .process(exchange -> verdicts.add(exchange.getMessage().getHeader(LlmRouterConstants.VERDICT)))
                .setBody(constant(data.toFile()))
                .setHeader(LlmRouterConstants.VALIDATE_MAX_COST, constant("1"))
                .to("direct:llm-validate")
                .process(exchange -> verdicts.add(exchange.getMessage().getHeader(LlmRouterConstants.VERDICT)))
                .process(exchange -> command(data, 0))
                .setBody(constant(data.toFile()))
                .setHeader(LlmRouterConstants.VALIDATE_ACCEPTED_BY, constant("Ada"))
                .to("direct:llm-validate"));
        assertEnded(again(data.toFile()), "passed", 0);
        assertThat(verdicts).containsExactly("unusable", "stopped", "passed");
        assertThat(dir.resolve("evidence")).isDirectoryContaining("glob:**.json");
        assertThat(paid.bill().of("big").calls() + paid.bill().of("small").calls())
                .isEqualTo(120);
    }

    @Test
    void oneExchangeMayValidateAgainAfterAFailure() throws Exception {
        camel.getComponent("direct", DirectComponent.class).setTimeout(100);
        serving("yes");
        Path data = data("data.jsonl", 60, i -> "");
        route(steps -> steps.doTry()
                .to("direct:llm-validate")
                .doCatch(DirectConsumerNotAvailableException.class)
                .process(exchange -> camel.getRouteController().startRoute("llm-validate-score"))
                .end()
                .setBody(constant(data.toFile()))
                .to("direct:llm-validate"));
        camel.getRouteController().stopRoute("llm-validate-score");
        assertEnded(again(data.toFile()), "passed", 0);
    }

    /** It waited for ever: what never came to the step that gives places back kept them. */
    @ParameterizedTest
    @CsvSource({"llm-validate-example, 0", "llm-validate-baseline, 1", "llm-validate-candidates, 1"})
    @Timeout(60)
    void aRouteThatDoesNotRunStopsItAndKeepsTheAnswers(String id, int least) throws Exception {
        camel.getComponent("direct", DirectComponent.class).setTimeout(100);
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, i -> "");
        camel.getRouteController().stopRoute(id);
        Message answer = validate(data.toFile(), Map.of());
        assertEnded(answer, "stopped", 1);
        assertThat(reason(answer)).contains("direct://" + id + "; start the route that does", " of 120 answers");
        long before = paid.bill().of("big").calls() + paid.bill().of("small").calls();
        assertThat(before).isBetween((long) least, 60L);
        camel.getRouteController().startRoute(id);
        assertEnded(validate(data.toFile(), Map.of()), "passed", 0);
        assertThat(paid.bill().of("big").calls() + paid.bill().of("small").calls())
                .isEqualTo(120);
    }

    @Test
    @Timeout(60)
    void aRouteForJudgesThatDoesNotRunStopsIt() throws Exception {
        camel.getComponent("direct", DirectComponent.class).setTimeout(100);
        score = ", score: { scorers: [\"judge:rubric:umpire\"] }";
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, ValidateRouteTest::texts);
        camel.getRouteController().stopRoute("llm-validate-judge");
        Message answer = validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_MAX_COST, "5"));
        assertEnded(answer, "stopped", 1);
        assertThat(reason(answer))
                .contains("direct://llm-validate-judge; start the route that does")
                .containsPattern(" 0 of 1[0-9]{2} answers");
        assertThat(paid.bill().of("umpire").calls()).isZero();
    }

    /** A caller that tries again, say: it is refused, and the run that it repeats goes on. */
    @Test
    @Timeout(60)
    void theSameTextMeanwhileSpoilsNoRun() throws Exception {
        SimulatorServer paid = SimulatorServer.start(
                Behaviour.answering("yes").toBuilder()
                        .price(PRICE)
                        .speed(Duration.ofMillis(100), 10_000)
                        .build(),
                Clock.systemUTC(),
                "127.0.0.1",
                0);
        server = paid;
        start(paid.port());
        String text = Files.readString(data("data.jsonl", 60, i -> ""));
        CompletableFuture<Message> first = CompletableFuture.supplyAsync(() -> validate(text, Map.of()));
        Awaitility.await().until(() -> paid.bill().of("big").calls() > 0);
        assertEnded(validate(text, Map.of()), "unusable", 2);
        assertEnded(first.get(), "passed", 0);
        assertThat(paid.bill().of("big").calls() + paid.bill().of("small").calls())
                .isEqualTo(120);
    }

    @Test
    @Timeout(60)
    void oneCallAtATimeIsEnough() throws Exception {
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, i -> "");
        assertEnded(validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_PARALLEL, 1)), "passed", 0);
        assertThat(paid.bill().of("big").calls()).isEqualTo(60);
    }

    private Message unusable(@Nullable Object body) {
        Message answer = validate(
                body,
                Map.of(
                        LlmRouterConstants.TASK,
                        "of before",
                        LlmRouterConstants.COST_USD,
                        "9",
                        LlmRouterConstants.REPORT,
                        "of before"));
        assertEnded(answer, "unusable", 2);
        assertThat(answer.getHeaders())
                .doesNotContainKeys(LlmRouterConstants.TASK, LlmRouterConstants.COST_USD, LlmRouterConstants.REPORT);
        return answer;
    }

    @Test
    void whatIsNoDataSetIsUnusableAndSaysWhatToGive() throws Exception {
        start(1);
        Path none = dir.resolve("none.jsonl");
        assertThat(reason(unusable(none))).startsWith("the data set " + none + " does not exist. Name a ");
        assertThat(reason(unusable(none.toFile()))).startsWith("the data set " + none + " does not exist. Name a ");
        assertThat(reason(unusable(dir))).startsWith("the data set " + dir + " is a folder. Name a ");
        assertThat(reason(unusable(null))).startsWith("there is no data set: the body is empty. Give a file, ");
        assertThat(reason(unusable(new Object()))).startsWith("there is no data set: the body is a java.lang.Object.");
        Path wide = Files.writeString(dir.resolve("wide.jsonl"), "{\"input\":\"a\"}", StandardCharsets.UTF_16);
        assertThat(reason(unusable(wide))).startsWith("the data set " + wide + ": line 1 is not in UTF-8. Save ");
    }

    @Test
    void theReasonOfWhatFailsWithinASplitIsTheFaultsOwn() throws Exception {
        score = ", score: { scorers: [\"judge:rubric:umpire\"] }";
        start(1);
        Path data = data("data.jsonl", 60, ValidateRouteTest::texts);
        Message answer = validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_RECORDED, true));
        assertEnded(answer, "unusable", 2);
        assertThat(reason(answer)).contains("judge").doesNotContain("Multicast", "Exchange[", "Caused by");
    }

    @Test
    void asksWhatIsMissingOnceAndSaysWhatTheCommandSays() throws Exception {
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, i -> i % 3 == 0 ? ",\"outputs\":{\"big\":{\"text\":\"yes\"}}" : "");
        Map<String, Object> headers = Map.of(LlmRouterConstants.VALIDATE_MAX_COST, "1");
        Message answer = validate(data.toFile(), headers);
        assertEnded(answer, "passed", 0);
        assertThat(answer.getHeader(LlmRouterConstants.TASK)).isEqualTo("t");
        assertThat(paid.bill().of("big").calls()).isEqualTo(40);
        assertThat(paid.bill().of("small").calls()).isEqualTo(60);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(answer.getBody(String.class))).isEqualTo(json.readTree(command(data, 0)));
        assertEnded(validate(data.toFile(), headers), "passed", 0);
        assertThat(paid.bill().of("small").calls()).isEqualTo(60);
        assertThat(dir.resolve("data.jsonl.report.html")).exists();
        assertThat(dir.resolve("data.jsonl.report.md")).exists();
        assertThat(json.readTree(dir.resolve("data.jsonl.verdict.json").toFile()))
                .isEqualTo(json.readTree(answer.getBody(String.class)));
        assertThat(dir.resolve("evidence")).doesNotExist();
    }

    @Test
    void theCapHoldsAndAHigherOneGoesOnFromThere() throws Exception {
        SimulatorServer paid = serving("yes");
        Path data = data("data.jsonl", 60, i -> "");
        Message answer = validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_MAX_COST, "0.002"));
        assertEnded(answer, "stopped", 1);
        assertThat(answer.getHeader(LlmRouterConstants.COST_USD, BigDecimal.class))
                .isLessThanOrEqualTo(new BigDecimal("0.002"));
        long before = paid.bill().of("big").calls() + paid.bill().of("small").calls();
        assertThat(before).isBetween(1L, 119L);
        assertThat(reason(answer)).contains(before + " of 120 answers are there");
        assertThat(reason(validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_MAX_COST, "0.002"))))
                .contains(before + " of 120 answers are there");
        assertEnded(validate(data.toFile(), Map.of(LlmRouterConstants.VALIDATE_MAX_COST, "1")), "passed", 0);
        assertThat(paid.bill().of("big").calls() + paid.bill().of("small").calls())
                .isEqualTo(120);
    }

    @Test
    void aBodyIsDataAndEvidenceIsWrittenInAPersonsNameOnly() throws Exception {
        start(1);
        String lines = Files.readString(data("data.jsonl", 200, i -> scored(i + 1)));
        Message answer = validate(lines, Map.of(LlmRouterConstants.VERDICT, "passed"));
        assertEnded(answer, "passed", 0);
        assertThat(dir.resolve("evidence")).doesNotExist();
        assertThat(answer.getHeader(LlmRouterConstants.REPORT, String.class))
                .startsWith(dir.resolve("out").toString());
        assertEnded(validate(lines, Map.of(LlmRouterConstants.VALIDATE_ACCEPTED_BY, " ")), "unusable", 2);
        assertEnded(validate(lines, Map.of(LlmRouterConstants.VALIDATE_ACCEPTED_BY, "Ada")), "passed", 0);
        assertThat(dir.resolve("evidence")).isDirectoryContaining("glob:**.json");
        assertEnded(validate(dir.resolve("data.jsonl").toString(), Map.of()), "unusable", 2); // no file's name
    }

    @Test
    void theSameVerdictAsTheCommandsOnManyRecordedExamples() throws Exception {
        start(1);
        Path data = data("many.jsonl", 20_000, ValidateRouteTest::scored);
        long began = System.nanoTime();
        Message answer = validate(data.toFile(), Map.of());
        assertEnded(answer, "passed", 0);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
        ObjectMapper json = new ObjectMapper();
        String recorded = command(data, 0);
        assertThat(json.readTree(answer.getBody(String.class))).isEqualTo(json.readTree(recorded));
    }

    @Test
    void filesOfTheFolderGoToAFolderNamedByTheirVerdict() throws Exception {
        Path in = Files.createDirectories(dir.resolve("in"));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.validate.in", in.toString());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.validate.poll", "100ms");
        start(1);
        Files.copy(data("good.jsonl", 200, i -> scored(i + 1)), in.resolve("good.jsonl"));
        Files.writeString(in.resolve("empty.jsonl"), "{}\n");
        Files.createFile(in.resolve("nothing.jsonl"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(in.resolve(".passed/good.jsonl"))
                        && Files.exists(in.resolve(".unusable/empty.jsonl"))
                        && Files.exists(in.resolve(".unusable/nothing.jsonl")));
        assertThat(in.resolve("good.jsonl.verdict.json")).exists();
        assertThat(Objects.requireNonNull(in.toFile().list())).doesNotContain("good.jsonl", "empty.jsonl");
    }
}
