package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a batch owes and does not give: it is looked for, and what is called in its place is told. */
@Tag("once")
class BatchLostAnswersTest extends BatchFilesGround {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Bulk.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private long fetches() {
        return provider.log.stream()
                .filter(step -> step.endsWith("/content") || step.endsWith("/results"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void answersThatTheProviderCountsAndDoesNotSendYetAreFetchedAgain(String protocol) throws Exception {
        provider.outcomes = line -> line == 2 && fetches() < 2 ? "missing" : "ok";
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.calls).hasValue(0);
        assertThat(warnings()).anyMatch(line -> line.contains("3 answers") && line.contains("sends 2"));
    }

    /** They are paid for, and nobody knows which lines they are of. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void answersThatTheProviderCountsAndNeverSendsAreOfUnknownCost(String protocol) throws Exception {
        provider.outcomes = line -> line == 2 ? "missing" : "ok";
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        Map<Integer, JsonNode> results = byLine(out.resolve("tickets.results.jsonl"));
        assertThat(results).hasSize(3);
        assertThat(at(results, 2).path("cost_usd").isNull())
                .as("called, and paid for in the batch")
                .isTrue();
        assertThat(at(results, 1).path("cost_usd").isNumber()).isTrue();
        assertThat(report().path("cost_unknown").intValue()).isEqualTo(1);
        assertThat(provider.calls).hasValue(1);
        assertThat(warnings())
                .anyMatch(line -> line.contains("1 of 3 lines") && line.contains("called at their full price"));
    }

    @Test
    void linesThatAreCalledInPlaceOfTheBatchAreCountedInTheLog() throws Exception {
        provider.outcomes = line -> line == 1 ? "ok" : line == 2 ? "error" : "expired";
        write("tickets.jsonl", 4, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(provider.calls).hasValue(3);
        assertThat(warnings())
                .anyMatch(line -> line.contains("3 of 4 lines")
                        && line.contains("batch_expired: 2")
                        && line.contains("invalid_prompt: 1")
                        && line.contains("called at their full price"));
    }

    @Test
    void aBatchThatFailsAsAWholeIsWarnedOf() throws Exception {
        provider.failure = "invalid_json_line";
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h, unanswered: fail }");
        awaitDone("tickets.jsonl");

        assertThat(warnings())
                .anyMatch(line -> line.contains("invalid_json_line")
                        && line.contains("2 of 2 lines")
                        && line.contains("end in an error"));
    }

    /** OpenAI-compatible providers name files that there are not so. */
    @Test
    void anEmptyNameOfAFileIsNone() throws Exception {
        provider.namesNoFile = true;
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
        assertThat(provider.calls).hasValue(0);
    }

    @Test
    void aLineThatIsAnsweredAndAnErrorIsAnswered() throws Exception {
        provider.outcomes = line -> line == 1 ? "twice" : "ok";
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
        assertThat(provider.calls).hasValue(0);
    }

    /** Azure reads a file for a while before it takes an order that names it. */
    @Test
    void aFileThatIsNotReadYetIsWaitedFor() throws Exception {
        provider.pendingLooks.set(3);
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(2);
        assertThat(provider.calls).hasValue(0);
        assertThat(provider.log.stream().filter("POST /v1/files"::equals)).hasSize(1);
    }

    /** It was given up at the first look that failed, its answers there and paid for. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aBatchThatIsOverdueAfterAStopIsGivenUpByNoLookThatFails(String protocol) throws Exception {
        AtomicInteger failing = new AtomicInteger();
        provider.looks = -1;
        provider.watch = step -> {
            if (step.startsWith("before GET") && step.endsWith("batches/ID") && failing.getAndUpdate(i -> i - 1) > 0) {
                throw new IllegalStateException("overloaded");
            }
        };
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 2s, unanswered: call }");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> provider.log.stream().anyMatch(step -> step.endsWith("/cancel")));
        camel.stop();
        Thread.sleep(3_000); // longer than its grace, and than the deadline again
        provider.looks = 0;
        failing.set(5);
        camel = new DefaultCamelContext();
        start(protocol, "{ within: 2s, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    /** Not for ever, though: whoever reads the results waits, too. */
    @Test
    void aProviderThatIsGoneIsWaitedForAsLongAgain() throws Exception {
        provider.looks = -1;
        write("tickets.jsonl", 2, "easy");
        provider.watch = step -> {
            if (step.startsWith("before GET") && step.endsWith("batches/ID")) {
                throw new IllegalStateException("overloaded");
            }
        };
        start("openai", "{ within: 1s, unanswered: fail }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.errors.jsonl"))).hasSize(2);
        assertThat(warnings()).anyMatch(line -> line.contains("may still cost something"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void aCancelThatFailsIsSentAgain(String protocol) throws Exception {
        AtomicInteger cancels = new AtomicInteger();
        provider.looks = -1;
        provider.watch = step -> {
            if (step.startsWith("before POST") && step.endsWith("/cancel") && cancels.incrementAndGet() <= 2) {
                throw new IllegalStateException("overloaded");
            }
        };
        write("tickets.jsonl", 2, "easy");
        start(protocol, "{ within: 1s, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(cancels).hasValue(3);
        assertThat(warnings()).filteredOn(line -> line.contains("is cancelled")).hasSize(1);
        assertThat(Files.readString(out.resolve("tickets.batch-1.json"))).contains("cancelled");
    }

    /** What failed was taken for answers that are missing, and known costs for unknown ones. */
    @Test
    void aProviderThatCountsFailuresAsCompletedOwesNothing() throws Exception {
        provider.countsFailuresAsCompleted = true;
        provider.outcomes = line -> line == 1 ? "ok" : line == 2 ? "error" : "expired";
        write("tickets.jsonl", 3, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(report().path("cost_unknown").intValue()).isZero();
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 3)
                        .path("cost_usd")
                        .isNumber())
                .isTrue();
        assertThat(warnings())
                .noneMatch(line -> line.contains("fetched again") || line.contains("cost that nobody knows"));
    }

    /** OpenAI counts what expired in neither: it hid that others were lost. */
    @Test
    void answersAreMissedAlsoWhereOtherLinesExpired() throws Exception {
        provider.countsNothingThatExpired = true;
        provider.outcomes = line -> line <= 3 ? "ok" : line <= 6 ? "missing" : "expired";
        write("tickets.jsonl", 10, "easy");
        start("openai", "{ within: 1h, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(provider.calls).hasValue(7);
        assertThat(warnings()).anyMatch(line -> line.contains("6 answers") && line.contains("sends 3"));
        assertThat(at(byLine(out.resolve("tickets.results.jsonl")), 5)
                        .path("cost_usd")
                        .isNull())
                .as("called, and perhaps paid for in the batch")
                .isTrue();
    }

    /** It is then that a batch ends that was cancelled. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void whatIsMissingAfterTheDeadlineIsFetchedAgainToo(String protocol) throws Exception {
        provider.looks = -1;
        provider.outcomes = line -> line == 2 && fetches() < 2 ? "missing" : "ok";
        provider.watch = step -> {
            if (step.startsWith("after POST") && step.endsWith("/cancel")) {
                provider.looks = 0;
            }
        };
        write("tickets.jsonl", 3, "easy");
        start(protocol, "{ within: 1s, unanswered: call }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.results.jsonl"))).hasSize(3);
        assertThat(provider.calls).hasValue(0);
    }

    @Test
    void aBatchThatCannotBeCancelledIsGivenUp() throws Exception {
        provider.looks = -1;
        provider.watch = step -> {
            if (step.startsWith("before POST") && step.endsWith("/cancel")) {
                throw new IllegalStateException("not here");
            }
        };
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1s, unanswered: fail }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.errors.jsonl"))).hasSize(2);
        assertThat(warnings())
                .anyMatch(line -> line.contains("could not be cancelled") && line.contains("may still cost something"));
    }

    /** A key that may not read files, say. */
    @Test
    void anOrderThatIsRefusedIsRefusedWhateverComesOfALookAtItsFile() throws Exception {
        provider.pendingLooks.set(Integer.MAX_VALUE);
        provider.watch = step -> {
            if (step.equals("before GET /v1/files/ID")) {
                throw new IllegalStateException("not allowed");
            }
        };
        write("tickets.jsonl", 2, "easy");
        start("openai", "{ within: 1h, unanswered: fail }");
        awaitDone("tickets.jsonl");

        assertThat(byLine(out.resolve("tickets.errors.jsonl"))).hasSize(2);
        assertThat(warnings()).anyMatch(line -> line.contains("comes to nothing") && line.contains("invalidPayload"));
    }
}
