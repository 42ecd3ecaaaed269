package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of work whose lines go through the batch API of a provider, over HTTP. Issue 4, item 5. */
@Tag("once")
class BatchFilesRouteTest extends BatchFilesGround {

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
            if (line >= 4) { // what cannot be read was paid for, at a price that nobody tells
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
}
