package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.cli.LintCommand;
import dev.llmrouter.cli.TrainCommand;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.load.PolicyLoader;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A gate that {@code train --difficulty} has written, in force in a policy. */
@Tag("once")
class DifficultyGateTest {
    private static final String EASY = "Say hello to visitor 1234 in a kind way";
    private static final String HARD = "Add 523411 to 934512 and 874512 exactly";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void train() throws Exception {
        train("small", "big", 1);
    }

    /** The cheaper model fails on sums of long numbers; both do well on small talk. */
    private void train(String weak, String strong, long seed) throws Exception {
        train(weak, strong, seed, "0.05");
    }

    private void train(String weak, String strong, long seed, String margin) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> lines = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < 1_000; i++) {
            boolean hard = random.nextBoolean();
            String text = hard
                    ? "Add " + random.nextInt(100_000, 999_999) + " to " + random.nextInt(100_000, 999_999) + " and "
                            + random.nextInt(100_000, 999_999) + " exactly"
                    : "Say hello to visitor " + random.nextInt(10_000) + " in a kind way";
            lines.add(json.writeValueAsString(Map.of(
                    "id",
                    "i" + i,
                    "task",
                    "chat",
                    "input",
                    text,
                    "outputs",
                    Map.of(weak, Map.of("score", hard ? 0 : 1), strong, Map.of("score", 1)))));
        }
        Path data = Files.write(folder.resolve("outcomes.jsonl"), lines);
        assertThat(run(
                        new TrainCommand(),
                        "--difficulty",
                        "--weak",
                        weak,
                        "--strong",
                        strong,
                        "--data",
                        data.toString(),
                        "--margin",
                        margin,
                        "--out",
                        folder.resolve("chat.gate").toString()))
                .as(out.toString())
                .isZero();
    }

    private int run(Object command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
    }

    private String policy(String gate) throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  p: { protocol: simulator }
                models:
                  small: { provider: p, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: p, id: big, context: 100000, price: { input: 20, output: 20, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  chat: { tier: economy, description: d, rationale: r %s }
                """.formatted(gate))
                .toString();
    }

    private static Decision decide(PolicyExplainer explainer, String text) throws Exception {
        return explainer.explain(text, "task:chat", Map.of());
    }

    private static String gate(Decision decision) {
        return decision.reasons().stream()
                .filter(reason -> reason.code().equals("gate"))
                .map(Reason::text)
                .findFirst()
                .orElse("none");
    }

    private int lint(String policy) {
        out.getBuffer().setLength(0);
        return run(
                new LintCommand(Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC), Map.of()),
                "--policy",
                policy);
    }

    @Test
    void hardInputsGoToTheBaselineAndSayWhichSignsCounted() throws Exception {
        String policy = policy(", gate: { file: chat.gate, threshold: 0.5 }");
        assertThat(lint(policy)).as(out.toString()).isZero();
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, null)) {
            Decision easy = decide(explainer, EASY);
            assertThat(easy.tier()).isEqualTo("economy");
            assertThat(gate(easy)).matches("difficulty gate: score -?0\\.\\d{3} within -?0\\.\\d{3}; what counted: .+");
            Decision hard = decide(explainer, HARD);
            assertThat(hard.tier()).isEqualTo("premium");
            assertThat(gate(hard))
                    .matches(
                            "lifted to tier 'premium': difficulty gate: score [01]\\.\\d{3} over -?0\\.\\d{3}; what counted:"
                                    + " .*more than usual: .*")
                    .contains("numbers")
                    .doesNotContain("523411", "exactly");
        }
    }

    private static TaskGate.Finding judge(TaskGate gate, String... turns) throws Exception {
        ArrayNode messages = new ObjectMapper().createArrayNode();
        messages.addObject().put("role", "system").put("content", "You are kind.");
        for (int i = 0; i < turns.length; i++) {
            messages.addObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", turns[i]);
        }
        ObjectNode body = new ObjectMapper().createObjectNode().put("model", "auto");
        body.set("messages", messages);
        return gate.judge(
                "chat",
                new Dialects(Clock.systemUTC())
                        .caller(Dialect.Name.OPENAI)
                        .parseRequest(new ObjectMapper().writeValueAsBytes(body), Limits.ofDefaults()),
                true);
    }

    /** Few words say nothing of what they ask for: a cheap model would go on with what it was kept from. */
    @Test
    void aShortMessageIsAsHardAsTheOneThatItGoesOnFrom() throws Exception {
        Path policy = Path.of(policy(", gate: { file: chat.gate, threshold: 0.5 }"));
        TaskGate gate = Objects.requireNonNull(new TaskGates("file:" + policy)
                .read(PolicyLoader.builder(Clock.systemUTC()).build().load(Files.readString(policy), "policy.yaml"))
                .get("chat"));
        String hard = HARD + ", and then take 118320 and 90214 away from it again";
        String easy = EASY + ", and ask him in a few words how his journey was";
        assertThat(judge(gate, "Go on").isHard()).isFalse();
        assertThat(judge(gate, easy, "Hello", "Go on").isHard()).isFalse();
        assertThat(judge(gate, hard, "1", "Go on"))
                .satisfies(found -> assertThat(found.isHard()).isTrue())
                .satisfies(
                        found -> assertThat(found.why()).endsWith("; of the message that the latest one goes on from"));
        assertThat(judge(gate, hard, "1", "Go on", "2", "Go on").isHard()).isTrue();
        assertThat(judge(gate, HARD, "1", "Go on").isHard()).isTrue();
        assertThat(judge(gate, hard, "1", easy).isHard()).isFalse();
        assertThat(judge(gate, hard, "1", easy, "Hello", "Go on").isHard()).isFalse();
    }

    @Test
    void aThresholdOfThePolicyCountsInPlaceOfTheProvedOne() throws Exception {
        try (PolicyExplainer explainer =
                PolicyExplainer.open(policy(", gate: { file: chat.gate, threshold: 1 }"), null)) {
            assertThat(decide(explainer, HARD).tier()).isEqualTo("economy");
        }
        try (PolicyExplainer explainer =
                PolicyExplainer.open(policy(", gate: { file: chat.gate, threshold: -1 }"), null)) {
            assertThat(decide(explainer, EASY).tier()).isEqualTo("premium");
        }
    }

    @Test
    void aFileThatIsMissingBrokenOrAboutOtherModelsMeansTheBaselineAndAnErrorOfLint() throws Exception {
        String policy = policy(", gate: { file: chat.gate }");
        Path file = folder.resolve("chat.gate");
        byte[] good = Files.readAllBytes(file);

        Files.delete(file);
        assertUnusable(policy, "cannot be read");
        Files.write(file, java.util.Arrays.copyOf(good, good.length / 2));
        assertUnusable(policy, "is damaged");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(700_000_000);
        }
        assertUnusable(policy, "chat.gate has 700,000,000 bytes; a gate has at most 268,435,456");
        Files.delete(file);
        train("tiny", "big", 1);
        assertUnusable(policy, "it is about 'tiny', which is no model of the task's tier 'economy'");
        train("small", "small2", 1);
        assertUnusable(policy, "it compares with 'small2', which is no model of the baseline tier 'premium'");
    }

    private void assertUnusable(String policy, String why) throws Exception {
        assertThat(lint(policy)).isNotZero();
        assertThat(out.toString()).contains("tasks.chat.gate", why);
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, null)) {
            Decision decision = decide(explainer, EASY);
            assertThat(decision.tier()).isEqualTo("premium");
            assertThat(gate(decision)).contains("cannot be used", why);
        }
    }

    /** Nothing was wrong with its file, and so nobody learned that it saves nothing. */
    @Test
    void aGateThatLetsNothingThroughIsAWarningOfLintAndOfTheGateway() throws Exception {
        train("small", "big", 1, "0.001");
        String policy = policy(", gate: { file: chat.gate }");
        assertThat(lint(policy)).as(out.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "warning: tasks.chat.gate lets nothing through, as no threshold could be proved in training. Train it"
                                + " with more outcomes or a wider --margin");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(GateStep.class);
        logger.addAppender(log);
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, null)) {
            assertThat(decide(explainer, EASY).tier()).isEqualTo("premium");
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .contains("the difficulty gate of task 'chat' lets nothing through", "wider --margin");
        });
        assertThat(lint(policy(", gate: { file: chat.gate, threshold: 0.5 }"))).isZero();
        assertThat(out.toString()).as("a threshold of the policy opens it").doesNotContain("lets nothing through");
    }

    @Test
    void aGateThatChangesIsInForceAfterAMoment() throws Exception {
        String policy = policy(", gate: { file: chat.gate }");
        Path file = folder.resolve("chat.gate");
        byte[] good = Files.readAllBytes(file);
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, null)) {
            assertThat(decide(explainer, EASY).tier()).isEqualTo("economy");
            Files.delete(file);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(decide(explainer, EASY).tier()).isEqualTo("premium"));
            Files.write(file, good);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(decide(explainer, EASY).tier()).isEqualTo("economy"));
        }
    }

    @Test
    void aGateOfATaskOfTheBaselineIsAWarning() throws Exception {
        String policy = policy("");
        Files.writeString(
                Path.of(policy),
                Files.readString(Path.of(policy))
                        .replace("{ tier: economy,", "{ tier: premium, gate: { file: chat.gate },"));
        lint(policy);
        assertThat(out.toString()).contains("is not used: the baseline tier serves the task anyway");
    }
}
