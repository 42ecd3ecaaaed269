package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decider;
import dev.llmrouter.dispatch.ProviderException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What batches cost: each answer once, whatever comes after it. */
@Tag("once")
class BatchBookingTest extends BatchFilesGround {

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

    /** They are calls: nobody answers a single one of them in a batch. */
    @Test
    void whatItsModelSaysWhenAskedAgainIsAtItsFullPrice() throws Exception {
        write("tickets.jsonl", 1, "sampled");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(at(results, 1).path("verify").asText()).isEqualTo("escalated");
        assertThat(provider.calls).hasValue(2);
        // 0.0015555 in the batch, 0.003405 for the other sample, 0.01135 for the baseline
        assertThat(at(results, 1).path("cost_usd").decimalValue()).isEqualByComparingTo("0.016309");
        assertThat(booked().get(0).get(0)).isEqualTo(16_309_000_000L);
        assertThat(ledger("attempts", row -> row.getString(1)).get(0).split("\"batch\":true"))
                .as("marked as a batch's")
                .hasSize(2);
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

    /** The fault of a step before the answer took the id under which it is booked: what the batch cost was in no row. */
    @ParameterizedTest
    @CsvSource({
        "llm-route-ask, ok, 1554000000",
        "llm-route-ask, failed, 4959000000",
        "llm-route-receive, ok, 1554000000",
        "llm-route-receive, failed, 4959000000"
    })
    void anAnswerMeetsAFaultOfAStepOfOnesOwnForAWhile(String step, String outcome, long cost) throws Exception {
        AtomicInteger faults = new AtomicInteger(2);
        fail(step, () -> faults.getAndDecrement() > 0);
        provider.outcomes = line -> outcome;
        write("tickets.jsonl", 1, "easy");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(faults).hasValue(-1);
        assertThat(out.resolve("tickets.errors.jsonl")).doesNotExist();
        assertThat(booked().stream().map(row -> row.get(0))).containsExactly(cost);
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 1)
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo(BigDecimal.valueOf(cost, 12));
    }

    /** The calls of the try before were taken for its own, and booked again. */
    @Test
    void aTryThatFailsBeforeAnythingIsReceivedHasCalledNobody() throws Exception {
        AtomicInteger before = new AtomicInteger(); // calls of the first try
        provider.failingCalls = Integer.MAX_VALUE;
        provider.breaker = "window: 10000, minimumCalls: 10000";
        fail("llm-route-receive", () -> {
            provider.failingCalls = provider.calls.get() > 0 ? 0 : Integer.MAX_VALUE;
            return provider.calls.get() > 0 && before.compareAndSet(0, provider.calls.get());
        });
        write("tickets.jsonl", 1, "strict");
        start("openai", "{ within: 1h }");
        awaitDone("tickets.jsonl");

        assertThat(before).hasPositiveValue();
        // 1100 x 10 + 7 x 50 for each call of the first try; and the same once more, with 1001 x 1.5 + 7 x 7.5 for the
        // batch
        long first = before.get() * 11_350_000_000L;
        assertThat(booked().stream().map(row -> row.get(0))).containsExactlyInAnyOrder(12_904_000_000L, first);
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 1)
                        .path("cost_usd")
                        .decimalValue())
                .isEqualByComparingTo(BigDecimal.valueOf(12_904_000_000L + first, 12));
    }

    /** A step of one's own before another one. @param fails whether it does now */
    private void fail(String before, BooleanSupplier fails) {
        camel.getCamelContextExtension()
                .addInterceptStrategy((context, node, target, next) -> !before.equals(node.getId())
                        ? target
                        : new DelegateAsyncProcessor(target) {
                            @Override
                            public boolean process(Exchange exchange, AsyncCallback callback) {
                                if (!fails.getAsBoolean()) {
                                    return super.process(exchange, callback);
                                }
                                exchange.setException(new IllegalStateException("a step of one's own"));
                                callback.done(true);
                                return true;
                            }
                        });
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
}
