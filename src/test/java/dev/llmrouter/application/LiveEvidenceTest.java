package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.PolicyExplainer;
import dev.llmrouter.cli.ValidateCommand;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.evaluate.EvidenceFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** No evidence, no saving: a running gateway takes evidence over, and lets go of it. */
@Tag("once")
class LiveEvidenceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ASK =
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Sort this ticket\"}]}";
    /** The contract says two seconds; the rest is for a busy machine. */
    private static final Duration WITHIN = Duration.ofSeconds(4);

    @TempDir
    private Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        writePolicy("Sort tickets.");
        gateway = RunningGateway.start("--llm-router.policy=file:" + policy());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Path policy() {
        return folder.resolve("policy.yaml");
    }

    private void writePolicy(String description) throws Exception {
        Files.writeString(policy(), """
                version: 1
                owner: test
                baseline: premium
                evidence: enforce
                providers:
                  p: { protocol: simulator }
                models:
                  small: { provider: p, price: { input: 0.1, output: 0.1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  tickets: { tier: economy, description: %s, rationale: Simple., margin: 0.03 }
                rules:
                  - { id: sort, when: { keywords: [sort] }, task: tickets }
                """.formatted(description));
    }

    /** @param lost examples that only the baseline gets right */
    private int validate(int lost) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            lines.append("{\"task\":\"tickets\",\"input\":\"ticket number " + i + " about "
                    + Integer.toString(i * 7919, 26)
                    + "\",\"outputs\":{\"large\":{\"score\":" + (i % 50 == 49 ? 0 : 1) + "},\"small\":{\"score\":"
                    + (i < lost || i % 50 == 49 ? 0 : 1) + "}}}\n");
        }
        Path data = Files.writeString(folder.resolve("data" + lost + ".jsonl"), lines);
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(
                        "--policy", policy().toString(), "--data", data.toString(), "--accept", "--by", "Ada Lovelace");
    }

    private String served() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", ASK);
        return answer.headers().firstValue("x-llm-tier").orElse("none") + " "
                + answer.headers().firstValue("x-llm-evidence").orElse("none");
    }

    private void awaitServed(String expected) {
        Awaitility.await()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(served()).isEqualTo(expected));
    }

    @Test
    void evidenceOpensTheCheaperTierAndWhatItBindsClosesItAgain() throws Exception {
        assertThat(served()).isEqualTo("premium missing");

        assertThat(validate(0)).isZero();
        awaitServed("economy valid");
        JsonNode decision = JSON.readTree(gateway.post("/v1/route", ASK).body());
        EvidenceFile file = EvidenceFile.read(folder.resolve("evidence/tickets.json"));
        assertThat(decision.at("/evidence/state").textValue()).isEqualTo("valid");
        assertThat(decision.at("/evidence/id").textValue()).isEqualTo(file.id());
        assertThat(decision.at("/evidence/until").textValue())
                .isEqualTo(file.models().get(0).expires());
        assertThat(gateway.get("/metrics").body())
                .contains("llm_router_evidence_total{evidence=\"missing\",task=\"tickets\"}")
                .contains("llm_router_evidence_total{evidence=\"valid\",task=\"tickets\"}");

        writePolicy("Something else.");
        awaitServed("premium invalid");
        writePolicy("Sort tickets.");
        awaitServed("economy valid");

        assertThat(validate(100)).isEqualTo(1);
        awaitServed("premium invalid");
        assertThat(JSON.readTree(gateway.post("/v1/route", ASK).body())
                        .get("reasons")
                        .toString())
                .contains("was not accepted")
                .contains("validate --policy");
    }

    @Test
    void aBrokenFileIsInvalidAndARemovedOneIsMissing() throws Exception {
        Files.createDirectories(folder.resolve("evidence"));
        Path file = folder.resolve("evidence/tickets.json");
        Files.writeString(file, "{ oops");
        awaitServed("premium invalid");

        Files.delete(file);
        awaitServed("premium missing");

        validate(0);
        awaitServed("economy valid");
        Files.writeString(file, Files.readString(file).replace("\"margin\" : 0.03", "\"margin\" : 0.01"));
        awaitServed("premium invalid");
    }

    @Test
    void evidenceMayLieElsewhere() throws Exception {
        validate(0);
        Files.move(folder.resolve("evidence"), folder.resolve("proofs"));
        try (RunningGateway other = RunningGateway.start(
                "--llm-router.policy=file:" + policy(), "--llm-router.evidence=" + folder.resolve("proofs"))) {
            HttpResponse<String> answer = other.post("/v1/chat/completions", ASK);
            assertThat(answer.headers().firstValue("x-llm-evidence")).contains("valid");
        }
        try (PolicyExplainer explainer = PolicyExplainer.open(policy().toString(), folder.resolve("proofs"))) {
            Decision decision = explainer.explain("Sort this", "auto", Map.of());
            assertThat(decision.tier()).isEqualTo("economy");
            assertThat(decision.evidence().state()).isEqualTo(EvidenceState.VALID);
        }
    }
}
