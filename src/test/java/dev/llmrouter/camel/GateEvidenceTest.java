package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.cli.TrainCommand;
import dev.llmrouter.cli.ValidateCommand;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Proof;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Issue 6, items 5 and 6: which inputs reach the cheaper model depends on the gate's content, so evidence binds it. */
@Tag("once")
class GateEvidenceTest {
    private static final String EASY = "Say hello to visitor 123456789 in a kind way";
    private static final String POLICY = """
            version: 1
            owner: test
            baseline: premium
            evidence: enforce
            providers:
              p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: x }
            models:
              small: { provider: p, price: unknown }
              big: { provider: p, price: unknown }
            tiers:
              economy: { models: [small] }
              premium: { models: [big] }
            tasks:
              chat:
                tier: economy
                description: Chat.
                rationale: Simple.
                margin: 0.05
                gate: { file: chat.gate, threshold: 0.5 }
            """;

    @TempDir
    private Path folder;

    private StringWriter out = new StringWriter();

    @BeforeEach
    void write() throws Exception {
        Files.writeString(policy(), POLICY);
        train(data("outcomes.jsonl", 1));
    }

    private Path policy() {
        return folder.resolve("policy.yaml");
    }

    /** The cheaper model fails on sums of long numbers; both do well on small talk. */
    private Path data(String name, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            boolean hard = random.nextBoolean();
            String text = hard
                    ? "Add " + random.nextInt(100_000, 999_999) + " to " + random.nextInt(100_000, 999_999) + " and "
                            + random.nextInt(100_000, 999_999) + " exactly"
                    : "Say hello to visitor " + random.nextInt(1_000_000_000) + " in a kind way";
            lines.add(json.writeValueAsString(Map.of(
                    "id",
                    "i" + i,
                    "task",
                    "chat",
                    "input",
                    text,
                    "outputs",
                    Map.of("small", Map.of("score", hard ? 0 : 1), "big", Map.of("score", 1)))));
        }
        return Files.write(folder.resolve(name), lines);
    }

    private void train(Path data) {
        assertThat(run(
                        new TrainCommand(),
                        "--difficulty",
                        "--weak",
                        "small",
                        "--strong",
                        "big",
                        "--data",
                        data.toString(),
                        "--margin",
                        "0.05",
                        "--out",
                        folder.resolve("chat.gate").toString()))
                .as(out.toString())
                .isZero();
    }

    private int run(Object command, String... arguments) {
        out = new StringWriter();
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    private int accept(Path data) {
        return run(
                new ValidateCommand(),
                "--policy",
                policy().toString(),
                "--data",
                data.toString(),
                "--accept",
                "--by",
                "Ada");
    }

    private int check() {
        return run(new ValidateCommand(), "--check", "--policy", policy().toString());
    }

    private static String why(Decision decision) {
        return decision.reasons().stream().map(Reason::text).collect(Collectors.joining("\n"));
    }

    @Test
    void aGateThatWasTrainedAgainUnderTheSameNameInvalidatesTheEvidence() throws Exception {
        Path gate = folder.resolve("chat.gate");
        assertThat(accept(data("fresh.jsonl", 2))).as(out.toString()).isZero();
        assertThat(check()).as(out.toString()).isZero();
        byte[] proven = Files.readAllBytes(gate);

        train(data("others.jsonl", 3));
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "with another content of the difficulty gate 'chat.gate'",
                        "put the old file back, or prove the new one");

        Files.delete(gate);
        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("difficulty gate 'chat.gate', which cannot be used now");

        Files.write(gate, proven);
        assertThat(check()).as(out.toString()).isZero();
    }

    @Test
    void theGatewayComparesTheGateThatIsInForce() throws Exception {
        assertThat(accept(data("fresh.jsonl", 2))).as(out.toString()).isZero();
        byte[] proven = Files.readAllBytes(folder.resolve("chat.gate"));
        try (PolicyExplainer explainer = PolicyExplainer.open(policy().toString(), null)) {
            Decision easy = explainer.explain(EASY, "task:chat", Map.of());
            assertThat(easy.tier()).as(why(easy)).isEqualTo("economy");
            assertThat(easy.evidence().state()).isEqualTo(EvidenceState.VALID);

            train(data("others.jsonl", 3));
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Decision now = explainer.explain(EASY, "task:chat", Map.of());
                assertThat(now.tier()).as(why(now)).isEqualTo("premium");
                assertThat(why(now)).contains("another content of the difficulty gate 'chat.gate'");
            });

            Files.write(folder.resolve("chat.gate"), proven);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(explainer
                                    .explain(EASY, "task:chat", Map.of())
                                    .tier())
                            .isEqualTo("economy"));
        }
    }

    @Test
    void evidenceOfAnOlderVersionHasToBeAcceptedAgainWhereThereIsAGate() throws Exception {
        Path fresh = data("fresh.jsonl", 2);
        assertThat(accept(fresh)).as(out.toString()).isZero();
        Path evidence = folder.resolve("evidence");
        Path file = EvidenceFile.path(evidence, "chat");
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode proof = (ObjectNode) json.readTree(file.toFile()).at("/models/0");
        JsonNode hash = proof.remove("gate");
        assertThat(hash.asText()).hasSize(64);
        EvidenceFile.of("chat", List.of(json.treeToValue(proof, Proof.class))).write(evidence);
        assertThat(file).content().doesNotContain("\"gate\"");
        assertThat(EvidenceFile.read(file).isIntact()).isTrue();

        assertThat(check()).isEqualTo(1);
        assertThat(out.toString()).contains("an older version wrote it; run validate --accept again");
        assertThat(accept(fresh)).as(out.toString()).isZero();
        assertThat(check()).as(out.toString()).isZero();
    }

    @Test
    void examplesThatTheGateHasLearnedFromProveNothingAboutIt() throws Exception {
        Path learned = folder.resolve("outcomes.jsonl");
        assertThat(accept(learned)).isEqualTo(2);
        assertThat(out.toString()).contains("has learned from all 600 examples", "give others with --data FILE");
        assertThat(folder.resolve("evidence")).doesNotExist();

        Path fresh = data("fresh.jsonl", 2);
        List<String> both = new ArrayList<>(Files.readAllLines(learned).subList(0, 100));
        both.addAll(Files.readAllLines(fresh));
        Path mixed = Files.write(folder.resolve("mixed.jsonl"), both);
        assertThat(accept(mixed)).as(out.toString()).isZero();
        assertThat(out.toString()).contains("100 examples were learned from by the difficulty gate and were left out");
        assertThat(EvidenceFile.read(EvidenceFile.path(folder.resolve("evidence"), "chat"))
                        .proof("small")
                        .orElseThrow()
                        .n())
                .isEqualTo(600);
    }
}
