package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.RecordJson;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The step {@code llm} in the shipped routes, over real sockets, with a classifying model that answers, fails and lies. */
class ModelClassifierTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SUMMARY = "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.95}";

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider classifier;
    private ScriptedProvider models;

    @BeforeEach
    void start() throws Exception {
        classifier = new ScriptedProvider();
        models = new ScriptedProvider();
        models.does(says("done"));
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  sorting: { protocol: openai, baseUrl: "http://127.0.0.1:%1$d/v1" }
                  serving: { protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1" }
                models:
                  sorter: { provider: sorting, context: 100000, capabilities: [json-schema], price: { input: 1, output: 10, asOf: 2026-07-02 } }
                  small:  { provider: serving, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large:  { provider: serving, context: 100000, price: { input: 20, output: 20, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small], timeout: 8s }
                  premium: { models: [large], timeout: 8s }
                tasks:
                  summary: { tier: economy, description: shorten a text, rationale: r }
                  colour: { tier: economy, description: name a colour, rationale: r }
                classifier: { chain: [explicit, rules, llm], minConfidence: 0.8, llm: { model: sorter, timeout: 400ms } }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """.formatted(classifier.port(), models.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getPropertiesComponent()
                .addOverrideProperty("llm-router.data", folder.resolve("data").toString());
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        classifier.close();
        models.close();
        camel.stop();
    }

    private HttpResponse<String> ask(String path, String model, String text) throws Exception {
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String text) throws Exception {
        return ask("/v1/chat/completions", "auto", text);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("absent");
    }

    private static String way(HttpResponse<?> answer) {
        return answer.statusCode() + " " + header(answer, "x-llm-task") + " by " + header(answer, "x-llm-task-source")
                + " at " + header(answer, "x-llm-tier");
    }

    private RequestRecord recorded(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() >= number);
        return records.get(number - 1);
    }

    @Test
    void aModelNamesTheTaskThatNobodyElseRecognises() throws Exception {
        classifier.does(says(SUMMARY));

        HttpResponse<String> answer = ask("Make this shorter, please.");

        assertThat(way(answer)).isEqualTo("200 summary by llm at economy");
        assertThat(header(answer, "x-llm-confidence")).isEqualTo("0.90");
        assertThat(classifier.requests).hasSize(1);
        assertThat(classifier.requests.get(0))
                .contains("shorten a text", "name a colour", "Make this shorter, please.", "\"json_schema\"", "enum");
        assertThat(models.requests.get(0)).doesNotContain("BEGIN");
    }

    /** A field that the classifying model did not take had every question refused: all went to the baseline, and nothing said why. */
    @Test
    void aModelThatRefusesEveryQuestionIsToldOfOnce() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RefusedQuestions.class);
        logger.addAppender(log);
        try {
            classifier.does(error(400, "secret words of the caller"));
            for (int i = 0; i < RefusedQuestions.IN_A_ROW - 1; i++) {
                assertThat(way(ask("What of " + i + "?"))).contains("at premium");
            }
            assertThat(log.list).isEmpty();
            for (int i = 0; i < RefusedQuestions.IN_A_ROW; i++) {
                ask("And what of " + i + "?");
            }
            assertThat(log.list)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .contains("'sorter' has refused 3 questions in a row", "invalid_request, status 400")
                    .doesNotContain("secret");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void anAnswerBetweenThemBeginsTheCountAnew() throws Exception {
        classifier.does(error(400, "x"), says(SUMMARY), error(400, "x"), says(SUMMARY), error(400, "x"), says(SUMMARY));
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RefusedQuestions.class);
        logger.addAppender(log);
        try {
            for (int i = 0; i < 6; i++) {
                ask("What of " + i + "?");
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).isEmpty();
    }

    @Test
    void isAskedOnlyWhereItIsNeeded() throws Exception {
        classifier.does(says(SUMMARY));

        assertThat(way(ask("Which colour is the sky?"))).isEqualTo("200 colour by rule at economy");
        assertThat(way(ask("/v1/chat/completions", "task:summary", "x")))
                .isEqualTo("200 summary by explicit at economy");
        assertThat(way(ask("/v1/chat/completions", "tier:premium", "x"))).contains("at premium");
        assertThat(way(ask("/v1/chat/completions", "large", "x"))).contains("at premium");
        HttpResponse<String> dry = ask("/v1/route", "auto", "Make this shorter.");

        assertThat(dry.body()).contains("llm: model 'sorter' would be asked");
        assertThat(classifier.requests).isEmpty();
    }

    @Test
    void theSecondIdenticalRequestAsksNobody() throws Exception {
        classifier.does(says(SUMMARY));

        ask("Make this shorter, please.");
        HttpResponse<String> again = ask("Make  this shorter,\\nplease. ");

        assertThat(way(again)).isEqualTo("200 summary by llm at economy");
        assertThat(header(again, "x-llm-classifier-cost-usd")).isEqualTo("absent");
        assertThat(classifier.requests).hasSize(1);
        assertThat(recorded(2).classifierCall()).isNull();
    }

    @Test
    void whatItCostsIsBookedBesideTheAnswerAndCounts() throws Exception {
        classifier.does(says(SUMMARY));

        HttpResponse<String> answer = ask("Make this shorter, please.");

        // 10 tokens in and 5 out: 10*1 + 5*10 for the question, 10*1 + 5*1 for the answer, in 1e-6 USD
        assertThat(header(answer, "x-llm-cost-usd")).isEqualTo("0.000075");
        assertThat(header(answer, "x-llm-classifier-cost-usd")).isEqualTo("0.00006");
        RequestRecord record = recorded(1);
        assertThat(record.costUsd()).isEqualByComparingTo("0.000075");
        assertThat(record.attempts()).hasSize(1);
        assertThat(record.baselineCostUsd()).isEqualByComparingTo(new BigDecimal("0.0003"));
        assertThat(RecordJson.write(record))
                .contains("\"classifier\":{\"model\":\"sorter\"", "\"cost_usd\":\"0.00006\"");
        String sql =
                "SELECT classifier_model || ' ' || classifier_input_tokens || ' ' || classifier_output_tokens || ' '"
                        + " || classifier_cost_pico_usd || ' ' || cost_pico_usd FROM llm_request";
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(one(sql)).isEqualTo("sorter 10 5 60000000 75000000"));
    }

    private String one(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            return row.next() ? row.getString(1) : "no row";
        }
    }

    @Test
    void aClassifierThatIsDownFailsNoRequestAndIsLeftAloneAfterThreeFailures() throws Exception {
        classifier.does(error(500, "broken"));

        for (int i = 0; i < 6; i++) {
            assertThat(way(ask("Make this shorter " + i))).isEqualTo("200 unclassified by default at premium");
        }

        assertThat(classifier.requests).hasSize(3);
        assertThat(recorded(1).classifierCall()).isNotNull();
        assertThat(recorded(1).costUsd()).isEqualByComparingTo("0.0003");
        assertThat(recorded(6).classifierCall()).isNull();
    }

    @Test
    void aClassifierThatIsSlowIsNotWaitedForAndItsBreakerOpens() throws Exception {
        classifier.does(classifier.silent());

        long start = System.nanoTime();
        for (int i = 0; i < 6; i++) {
            assertThat(way(ask("Make this shorter " + i))).isEqualTo("200 unclassified by default at premium");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        assertThat(classifier.requests).hasSize(3);
        assertThat(recorded(1).classifierCall())
                .satisfies(call -> assertThat(call.outcome().key()).isEqualTo("deadline"));
        assertThat(recorded(1).costUsd())
                .as("nobody knows what the question cost")
                .isNull();
    }

    @Test
    void theBreakerOfTheClassificationIsNotThatOfRequestsForTheSameProvider() throws Exception {
        classifier.does(error(500, "broken"));
        for (int i = 0; i < 4; i++) {
            ask("Make this shorter " + i);
        }
        classifier.does(says("fine"));

        assertThat(ask("/v1/chat/completions", "sorter", "x").statusCode()).isEqualTo(200);
    }

    @Test
    void aModelThatRestsAsOneThatAnswersRequestsIsNotAskedForTasks() throws Exception {
        classifier.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        assertThat(ask("/v1/chat/completions", "sorter", "x").statusCode()).isEqualTo(429);
        classifier.does(says(SUMMARY));

        assertThat(way(ask("Make this shorter, please."))).isEqualTo("200 unclassified by default at premium");
        assertThat(classifier.requests).isEmpty();
    }

    @Test
    void whatIsNotOneOfTheTasksInTheRightShapeIsNotRecognised() throws Exception {
        String[] answers = {
            "summary",
            "{\\\"task\\\":\\\"premium\\\",\\\"confidence\\\":1}",
            "{\\\"task\\\":\\\"Summary\\\",\\\"confidence\\\":1}",
            "{\\\"task\\\":\\\"summary\\\"}",
            "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":\\\"0.9\\\"}",
            "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":7}",
            "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.9,\\\"tier\\\":\\\"economy\\\"}",
            "{\\\"task\\\":[\\\"summary\\\"],\\\"confidence\\\":0.9}",
            "{\\\"task\\\":\\\"none\\\",\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.9}",
            SUMMARY + " and more",
            "{\\\"task\\\":\\\"summary\\\",\\\"confidence\\\":0.79}",
            "{\\\"task\\\":\\\"none\\\",\\\"confidence\\\":1}",
            ""
        };
        for (String said : answers) {
            classifier.does(says(said));

            assertThat(way(ask("Make this shorter: " + said.length() + said.hashCode())))
                    .as(said)
                    .isEqualTo("200 unclassified by default at premium");
            assertThat(classifier.requests).as(said).hasSize(1);
        }
    }

    @Test
    void ofALongTextHeadMiddleAndTailAreShown() throws Exception {
        classifier.does(says(SUMMARY));

        ask("HEAD " + "x".repeat(200_000) + " MIDDLE " + "x".repeat(200_000) + " TAIL");

        assertThat(classifier.requests.get(0))
                .contains("HEAD", "MIDDLE", "TAIL")
                .hasSizeLessThan(8_000);
    }
}
