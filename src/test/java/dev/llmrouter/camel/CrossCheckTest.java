package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.decide.Reason;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.OutputVerifier;
import dev.llmrouter.record.RecordJson;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerCall;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs of a cheap model that others have to confirm, in the shipped routes, over real sockets. */
class CrossCheckTest {
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private ScriptedProvider cheap;
    private ScriptedProvider other;
    private ScriptedProvider strong;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        cheap = new ScriptedProvider();
        other = new ScriptedProvider();
        strong = new ScriptedProvider();
        strong.does(says("43"));
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  two: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  top: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: one, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  twin:  { provider: two, context: 8000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  large: { provider: top, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  samples: { tier: economy, description: d, rationale: r, verify: { samples: { count: 3 } } }
                  second: { tier: economy, description: d, rationale: r, verify: { regex: "[0-9]", second: { model: twin, compare: numeric } } }
                  fields: { tier: economy, description: d, rationale: r, verify: { second: { model: twin, compare: json-fields } } }
                  judged: { tier: economy, description: d, rationale: r, verify: { judge: { model: twin } } }
                  noted: { tier: economy, description: d, rationale: r, verify: { regex: "[a-z]+", onFailure: record } }
                  slow: { tier: economy, description: d, rationale: r, verify: { timeout: 200ms, second: { model: twin } } }
                  own: { tier: economy, description: d, rationale: r, verify: { bean: even } }
                  predicate: { tier: economy, description: d, rationale: r, verify: { bean: short } }
                  missing: { tier: economy, description: d, rationale: r, verify: { bean: nobody } }
                  own-strict: { tier: economy, description: d, rationale: r, verify: { bean: even, onFailure: fail } }
                  lacking: { tier: economy, description: d, rationale: r, verify: { bean: lacking } }
                  deep: { tier: economy, description: d, rationale: r, verify: { bean: deep } }
                  full: { tier: economy, description: d, rationale: r, verify: { bean: full } }
                  failing: { tier: economy, description: d, rationale: r, verify: { onFailure: fail, second: { model: twin } } }
                """.formatted(cheap.port(), other.port(), strong.port()));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getRegistry().bind("even", (OutputVerifier)
                (request, output) -> Integer.parseInt(output) % 2 == 0 ? null : "the output is odd");
        camel.getRegistry().bind("short", (Predicate)
                exchange -> exchange.getMessage().getBody(String.class).length() < 5);
        camel.getRegistry().bind("lacking", (OutputVerifier) (request, output) -> {
            throw new NoClassDefFoundError("x/Y");
        });
        camel.getRegistry().bind("deep", (OutputVerifier) (request, output) -> {
            throw new StackOverflowError();
        });
        camel.getRegistry().bind("full", (OutputVerifier) (request, output) -> {
            throw new OutOfMemoryError("of a test");
        });
        ShippedRoutes.load(camel, folder);
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        cheap.close();
        other.close();
        strong.close();
        camel.stop();
    }

    private Exchange request(String task) {
        return template.request("direct:llm-route", exchange -> {
            exchange.getMessage().setBody("What is 6 times 7?");
            exchange.getMessage().setHeader("x-llm-task", task);
        });
    }

    private String ask(String task) {
        Exchange answer = request(task);
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getBody(String.class) + " "
                + answer.getMessage().getHeader("CamelLlmRouterVerify") + " at "
                + answer.getMessage().getHeader("CamelLlmRouterTier");
    }

    private RequestRecord recorded(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> records.size() >= number);
        return records.get(number - 1);
    }

    private static BigDecimal cost(List<Attempt> calls) {
        return calls.stream()
                .map(call -> Objects.requireNonNull(call.costUsd()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void samplesOfTheSameModelThatAgreeConfirmAnOutputAndAreBooked() {
        cheap.does(says("42"), says(" 42. "), says("41"));

        assertThat(ask("samples")).isEqualTo("42 passed at economy");

        assertThat(strong.requests).isEmpty();
        RequestRecord record = recorded(1);
        assertThat(record.attempts()).hasSize(1);
        assertThat(record.checkCalls()).hasSize(2);
        assertThat(record.costUsd())
                .isEqualByComparingTo(cost(record.attempts()).add(cost(record.checkCalls())))
                .isEqualByComparingTo("0.000045");
        assertThat(RecordJson.write(record)).contains("\"checks\":[{");
    }

    @Test
    void samplesThatDisagreeSendTheRequestToTheBaselineWhichNobodyChecks() {
        cheap.does(says("42"), says("41"), says("40"));

        assertThat(ask("samples")).isEqualTo("43 escalated at premium");

        assertThat(cheap.requests).hasSize(3);
        assertThat(strong.requests).hasSize(1);
        RequestRecord record = recorded(1);
        assertThat(record.reasons().toString())
                .contains("says otherwise when asked again: agreement 0.00 of 2 answers");
        assertThat(record.costUsd())
                .isEqualByComparingTo(cost(record.attempts()).add(cost(record.checkCalls())));
    }

    @Test
    void aSecondModelConfirmsOrDoesNot() {
        cheap.does(says("It is 42"));
        other.does(says("The answer: 42.0"));
        assertThat(ask("second")).isEqualTo("It is 42 passed at economy");
        assertThat(other.requests.get(0)).contains("What is 6 times 7?");

        other.does(says("41"));
        assertThat(ask("second")).isEqualTo("43 escalated at premium");
    }

    /** As a model gives that has spent its limit on reasoning: two of them agree on nothing. */
    @Test
    void anEmptyOutputIsConfirmedByNobody() {
        cheap.does(says(""), says(""), says(""));
        assertThat(ask("samples")).isEqualTo("43 escalated at premium");
        assertThat(cheap.requests).hasSize(1);

        cheap.does(says(""));
        other.does(says(""));
        assertThat(ask("fields")).isEqualTo("43 escalated at premium");
        assertThat(other.requests).isEmpty();

        cheap.does(says("42"), says(""), says(""));
        assertThat(ask("samples")).isEqualTo("43 escalated at premium");
        assertThat(recorded(3).reasons().toString()).contains("2 did not come");
    }

    @Test
    void fieldsThatOnlyTheSecondModelHasAreMissingInTheOutput() {
        cheap.does(says("{\\\"a\\\":1}"));
        other.does(says("{\\\"a\\\":1,\\\"b\\\":2,\\\"c\\\":3}"));
        assertThat(ask("fields")).isEqualTo("43 escalated at premium");

        cheap.does(says("{\\\"a\\\":1,\\\"b\\\":2}"));
        other.does(says("{\\\"b\\\":2,\\\"a\\\":1}"));
        assertThat(ask("fields")).endsWith("passed at economy");
    }

    /** Invoices count every call: so does the ledger, and its calls add up to what the request cost. */
    @Test
    void theLedgerHasTheCallsOfChecks() throws Exception {
        cheap.does(says("42"));
        other.does(says("41"));
        assertThat(ask("second")).isEqualTo("43 escalated at premium");

        RequestRecord record = recorded(1);
        LedgerSettings settings = LedgerSettings.embedded(folder.resolve("data"));
        try (Ledger ledger = Ledger.open(settings, System::nanoTime)) {
            ledger.write(List.of(RequestEntry.of(record)));
        }
        List<LedgerCall> calls = new ArrayList<>();
        try (LedgerReader reader = LedgerReader.open(settings)) {
            reader.calls(0, Long.MAX_VALUE, calls::add);
        }
        assertThat(calls).extracting(LedgerCall::model).containsExactly("small", "large", "twin");
        assertThat(calls).allMatch(call -> call.inputTokens() > 0 && call.outputTokens() > 0);
        assertThat(calls.stream()
                        .map(LedgerCall::costUsd)
                        .map(Objects::requireNonNull)
                        .reduce(BigDecimal::add))
                .hasValueSatisfying(sum -> assertThat(sum).isEqualByComparingTo(record.costUsd()));
    }

    /** A row that says that its tokens are counted has no part of its cost from an estimate. */
    @Test
    void aCallWithoutUsageMakesTheCostOfItsRequestAnEstimate() {
        cheap.does(says("42"));
        other.does(ScriptedProvider.status(
                200,
                "",
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"42\"},"
                        + "\"finish_reason\":\"stop\"}]}"));
        assertThat(ask("second")).isEqualTo("42 passed at economy");
        RequestRecord checked = recorded(1);
        assertThat(Objects.requireNonNull(checked.usage()).estimated()).isFalse();
        RequestEntry entry = RequestEntry.of(checked);
        assertThat(entry.tokensEstimated()).isTrue();
        assertThat(entry.attempts()).containsOnlyOnce("\"estimated\":true");
        other.does(says("42"));
        ask("second");
        RequestEntry counted = RequestEntry.of(recorded(2));
        assertThat(counted.tokensEstimated()).isFalse();
        assertThat(counted.attempts()).doesNotContain("estimated");
    }

    /** Its caller has it, but it is known to be of no use: nothing was saved. */
    @Test
    void anOutputWhoseFaultIsOnlyRecordedSavesNothing() {
        cheap.does(says("42"));
        assertThat(ask("noted")).isEqualTo("42 recorded at economy");
        RequestRecord record = recorded(1);
        assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.OK);
        assertThat(record.costUsd()).isPositive();
        assertThat(record.baselineCostUsd()).isEqualByComparingTo(record.costUsd());
    }

    @Test
    void whoDoesNotAnswerHasNotConfirmed() {
        cheap.does(says("42"));
        other.does(error(500, "x"));
        assertThat(ask("second")).isEqualTo("43 escalated at premium");
        assertThat(recorded(1).checkCalls()).hasSize(1);

        other.does(other.silent());
        assertThat(ask("slow")).isEqualTo("43 escalated at premium");
        assertThat(recorded(2).costUsd()).as("nobody knows what was billed").isNull();
    }

    @Test
    void nobodyIsAskedAboutAnOutputThatIsUnusableAnyway() {
        cheap.does(says("no digits"));
        other.does(says("no digits"));

        assertThat(ask("second")).isEqualTo("43 escalated at premium");

        assertThat(other.requests).isEmpty();
    }

    @Test
    void aJudgeConfirmsOrDoesNot() {
        cheap.does(says("42"));
        other.does(says("{\\\"score\\\": 4}"));
        assertThat(ask("judged")).isEqualTo("42 passed at economy");

        other.does(says("{\\\"score\\\": 3}"));
        assertThat(ask("judged")).isEqualTo("43 escalated at premium");

        other.does(says("splendid"));
        assertThat(ask("judged")).isEqualTo("43 escalated at premium");
    }

    @Test
    void aBeanOfTheUserConfirmsOrDoesNot() {
        cheap.does(says("42"));
        assertThat(ask("own")).isEqualTo("42 passed at economy");
        assertThat(ask("predicate")).isEqualTo("42 passed at economy");
        assertThat(ask("missing")).isEqualTo("43 escalated at premium");

        cheap.does(says("41"));
        assertThat(ask("own")).isEqualTo("43 escalated at premium");
        cheap.does(says("forty-two"));
        assertThat(ask("own")).isEqualTo("43 escalated at premium");
        assertThat(ask("predicate")).isEqualTo("43 escalated at premium");
        assertThat(recorded(4).reasons().toString()).contains("the output is odd");
    }

    /** Each request waited the whole timeout of the check, and was told that it had not answered in time. */
    @ParameterizedTest
    @ValueSource(strings = {"lacking", "deep", "full"})
    void aBeanThatThrowsAnErrorHasFailedAtOnce(String task) throws Exception {
        cheap.does(says("42"));
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught.add(error));
        try {
            assertThat(ask(task)).isEqualTo("43 escalated at premium");
            if (task.equals("full")) {
                Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !uncaught.isEmpty());
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(recorded(1).reasons().toString()).contains("its check '" + task + "' failed");
        if (task.equals("full")) {
            assertThat(uncaught).singleElement().isInstanceOf(OutOfMemoryError.class);
        } else {
            assertThat(uncaught).isEmpty();
        }
    }

    @Test
    void theRecordOfAnOutputThatNobodyGetsSaysWhatWasWrong() {
        cheap.does(says("41"));
        assertThat(request("own-strict").getException()).hasMessageContaining("the output is odd");
        assertThat(recorded(1).reasons())
                .last()
                .isEqualTo(new Reason("unusable", "Task 'own-strict': the output is odd"));
    }

    @Test
    void anUnconfirmedOutputIsAnErrorWhereThePolicySaysSo() {
        cheap.does(says("42"));
        other.does(says("41"));

        assertThat(request("failing").getException()).hasMessageContaining("model 'twin' says otherwise");
        assertThat(recorded(1).outcome()).isEqualTo(RequestRecord.Outcome.UNUSABLE);
        assertThat(recorded(1).checkCalls()).hasSize(1);
    }
}
