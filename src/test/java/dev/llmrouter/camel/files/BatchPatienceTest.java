package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of batches when files, policies, providers and answers are not there, or not the same, for a while. */
@Tag("once")
class BatchPatienceTest extends BatchFilesGround {

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
}
