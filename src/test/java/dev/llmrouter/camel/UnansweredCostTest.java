package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is booked for requests that nobody got a whole answer to: what was paid, and no saving. */
@Tag("once")
class UnansweredCostTest {
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500,\"total_tokens\":1500}";

    @RegisterExtension
    final RouterGround ground = new RouterGround("""
            version: 1
            owner: test
            baseline: premium
            evidence: off
            providers:
              one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
            models:
              small: { provider: one, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
              vectors: { provider: one, capabilities: [embeddings], vectorSpace: far/2, price: { input: 3, asOf: 2026-07-02 } }
            tiers:
              economy: { models: [small], maxAttempts: 2 }
              premium: { models: [large] }
              search: { models: [vectors], maxAttempts: 1 }
            tasks:
              sum: { tier: economy, description: add, rationale: r }
            rules:
              - { id: sum, when: { keywords: [much] }, task: sum }
            """);

    private final DefaultCamelContext camel = ground.camel;
    private final ScriptedProvider provider = ground.provider;
    private final List<RequestRecord> records = ground.records;

    private Exchange ask(boolean stream) {
        return camel.createProducerTemplate().request("direct:llm-route", exchange -> {
            exchange.getMessage()
                    .setBody("{\"model\":\"auto\",\"stream\":" + stream
                            + ",\"messages\":[{\"role\":\"user\",\"content\":\"How much is it?\"}]}");
            exchange.setProperty(ReceiverProcessor.DIALECT, "openai");
            exchange.setProperty(LlmRouterConstants.TAKES_STREAM, stream);
        });
    }

    private void savesNothing(RequestRecord.Outcome outcome) {
        RequestRecord record = ground.recorded();
        assertThat(record.outcome()).isEqualTo(outcome);
        assertThat(record.costUsd()).isPositive();
        assertThat(record.baselineCostUsd()).isEqualByComparingTo(record.costUsd());
    }

    /** @param items after which the caller leaves */
    private static void read(Exchange exchange, int items) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        @SuppressWarnings("unchecked")
        Flow.Publisher<byte[]> stream = exchange.getMessage().getBody(Flow.Publisher.class);
        stream.subscribe(new Flow.Subscriber<>() {
            private Flow.@Nullable Subscription subscription;
            private int left = items;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(byte[] item) {
                if (--left == 0) {
                    Objects.requireNonNull(subscription).cancel();
                    over.countDown();
                }
            }

            @Override
            public void onError(Throwable failure) {
                over.countDown();
            }

            @Override
            public void onComplete() {
                over.countDown();
            }
        });
        assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"It\"},\"finish_reason\":\"error\"}],",
                "{\"error\":{\"message\":\"no\",\"type\":\"server_error\"},"
            })
    void anAnswerThatFailedIsBookedAndSavesNothing(String failed) {
        provider.does(status(200, "", failed + USAGE + "}"));
        assertThat(ask(false).getException()).isNotNull();
        savesNothing(RequestRecord.Outcome.FAILED);
        assertThat(ground.recorded().attempts()).hasSize(2);
        assertThat(ground.recorded().costUsd()).isEqualByComparingTo("0.003");
    }

    /** It is not asked for again: the same model would answer as badly. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"choices\":[],", "{\"id\":\"c\",", "{\"type\":\"error\","})
    void anAnswerThatIsNoneIsBookedByItsUsage(String answer) {
        provider.does(status(200, "", answer + USAGE + "}"));
        assertThat(ask(false).getException()).isNotNull();
        savesNothing(RequestRecord.Outcome.FAILED);
        assertThat(ground.recorded().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.MALFORMED);
            assertThat(attempt.usage()).isEqualTo(Usage.of(1000, 500));
        });
        assertThat(ground.recorded().costUsd()).isEqualByComparingTo("0.0015");
    }

    @Test
    void anAnswerThatSaysNothingIsBookedForItsInput() {
        provider.does(status(
                200,
                "",
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0}}"));
        assertThat(ask(false).getException()).isNotNull();
        savesNothing(RequestRecord.Outcome.FAILED);
        assertThat(ground.recorded().costUsd()).isEqualByComparingTo("0.001");
    }

    static Stream<List<String>> streamsWithoutContent() {
        String error = "{\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}";
        return Stream.of(
                List.of(ScriptedProvider.USAGE, "[DONE]"),
                List.of(ScriptedProvider.USAGE),
                List.of(ScriptedProvider.USAGE, error),
                List.of(ScriptedProvider.USAGE, "<", "<"));
    }

    @ParameterizedTest
    @MethodSource("streamsWithoutContent")
    void aStreamWithoutContentIsBookedByTheUsageThatItTold(List<String> events) {
        provider.does(streams(events.toArray(String[]::new)));
        assertThat(ask(true).getException()).isNotNull();
        savesNothing(RequestRecord.Outcome.FAILED);
        int calls = ground.recorded().attempts().size(); // only the error is tried again
        assertThat(calls).isEqualTo(events.get(events.size() - 1).contains("error") ? 2 : 1);
        assertThat(ground.recorded().attempts())
                .allSatisfy(attempt -> assertThat(attempt.usage()).isEqualTo(Usage.of(7, 3)));
        assertThat(ground.recorded().costUsd())
                .isEqualByComparingTo(new BigDecimal("0.00001").multiply(BigDecimal.valueOf(calls)));
    }

    @Test
    void aTierThatAStreamWithoutContentToldIsNotForgotten() {
        provider.does(
                streams("{\"id\":\"c\",\"choices\":[],\"service_tier\":\"flex\"}", ScriptedProvider.USAGE, "[DONE]"));
        assertThat(ask(true).getException()).isNotNull();
        assertThat(ground.recorded().costUsd()).isNull();
        assertThat(ground.recorded().attempts())
                .allSatisfy(attempt -> assertThat(
                                Objects.requireNonNull(attempt.usage()).unpriced())
                        .isEqualTo("service_tier flex"));
    }

    @Test
    void aStreamThatBrokeOffSavesNothing() throws Exception {
        provider.does(streams(chunk("It costs")));
        read(ask(true), Integer.MAX_VALUE);
        savesNothing(RequestRecord.Outcome.TRUNCATED);
    }

    @Test
    void aStreamThatItsCallerLeftSavesNothing() throws Exception {
        provider.does((socket, out) -> {
            streams(chunk("It costs")).answer(socket, out);
            Thread.sleep(5_000);
        });
        read(ask(true), 1);
        savesNothing(RequestRecord.Outcome.CANCELLED);
    }

    @Test
    void aStreamThatIsWholeSaves() throws Exception {
        provider.does(streams(chunk("It costs"), ScriptedProvider.STOP, ScriptedProvider.USAGE, "[DONE]"));
        read(ask(true), Integer.MAX_VALUE);
        assertThat(ground.recorded().costUsd()).isEqualByComparingTo("0.00001");
        assertThat(ground.recorded().baselineCostUsd()).isEqualByComparingTo("0.00009");
    }

    private Exchange embed() {
        return ground.send("direct:llm-embed", "x", Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[{\"index\":0,\"embedding\":[1,2,3]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":100}}",
                "{\"usage\":{\"prompt_tokens\":100},\"error\":\"no\"}",
                "{\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":null,\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[null],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[[{\"index\":0}]],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":1,\"embedding\":[1,2]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,2]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":null}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":[]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,{\"a\":[2]},3]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":[1,1e300]}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":\"?\"}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"data\":[{\"index\":0,\"embedding\":\"AAA=\"}],\"usage\":{\"prompt_tokens\":100}}",
                "{\"usage\":{\"prompt_tokens\":100},\"data\":[{\"index\":0,\"embedding\":[1,NaN]}]}",
                "{\"usage\":{\"prompt_tokens\":100},\"data\":[{\"index\":0,\"embedding\":[1,2",
                "{\"usage\":{\"prompt_tokens\":100},\"data\":[{\"index\":99999999999,\"embedding\":[1]}]}"
            })
    void vectorsThatAreOfNoUseAreBookedAsWell(String answer) {
        provider.does(status(200, "", answer));
        assertThat(embed().getException()).isNotNull();
        assertThat(ground.recorded().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.isOk()).isFalse();
            assertThat(attempt.usage()).isEqualTo(Usage.of(100, 0));
        });
        assertThat(ground.recorded().costUsd()).isEqualByComparingTo("0.0003");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4400000000000000000", "-5", "1e30"})
    void countsOfVectorsThatNoCallHasAreEstimated(String count) {
        for (String field : List.of("prompt_tokens", "total_tokens")) {
            records.clear();
            provider.does(status(
                    200,
                    "",
                    "{\"data\":[{\"index\":0,\"embedding\":[1,2]}],\"usage\":{\"" + field + "\":" + count + "}}"));
            assertThat(embed().getException()).isNull();
            Usage usage =
                    Objects.requireNonNull(ground.recorded().attempts().get(0).usage());
            assertThat(usage.estimated()).isTrue();
            assertThat(ground.recorded().costUsd()).isLessThan(new BigDecimal("0.001"));
        }
    }
}
