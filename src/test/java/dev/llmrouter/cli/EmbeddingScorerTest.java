package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What vectors may prove. The embedding model is a server whose texts, unless they are equal, all have a cosine of its own. */
@Tag("once")
class EmbeddingScorerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DIMENSIONS = 256;
    private static final int EXAMPLES = 150;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private @Nullable HttpServer started;

    @AfterEach
    void stop() {
        if (started != null) {
            started.stop(0);
        }
        threads.shutdownNow();
    }

    /** @param shared cosine of two texts that differ; 1 for one vector whatever the text */
    private void serve(double shared) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/v1/embeddings", exchange -> {
            JsonNode input = JSON.readTree(exchange.getRequestBody()).path("input");
            JsonNode text = input.isArray() ? input.get(0) : input;
            ObjectNode body = JSON.createObjectNode().put("object", "list").put("model", "near");
            ArrayNode vector = body.putArray("data")
                    .addObject()
                    .put("object", "embedding")
                    .put("index", 0)
                    .putArray("embedding");
            for (double value : vector(text.asText(), shared)) {
                vector.add(value);
            }
            body.putObject("usage").put("prompt_tokens", 3).put("total_tokens", 3);
            byte[] bytes = JSON.writeValueAsBytes(body);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        started = server;
        Files.writeString(
                dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: warn
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: "sk-one" }
                models:
                  big: { provider: one, price: { input: 2, output: 8 } }
                  small: { provider: one, price: { input: 0.2, output: 0.8 } }
                  near: { provider: one, capabilities: [embeddings], price: { input: 0.02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [big] }
                tasks:
                  t:
                    tier: economy
                    description: Say what the ticket is about.
                    rationale: Short texts.
                    margin: 0.1
                    score: { scorers: ["embedding:near"] }
                """.formatted(server.getAddress().getPort()));
    }

    private static double[] vector(String text, double shared) {
        Random random = new Random(text.hashCode());
        double[] all = new double[DIMENSIONS];
        double square = 0;
        for (int i = 1; i < DIMENSIONS; i++) {
            all[i] = random.nextGaussian();
            square += all[i] * all[i];
        }
        for (int i = 1; i < DIMENSIONS; i++) {
            all[i] *= Math.sqrt((1 - shared) / square);
        }
        all[0] = Math.sqrt(shared);
        return all;
    }

    /** @param wrong one in so many answers of the small model; 0 for none */
    private void data(int wrong) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            String right = "It is about the broken " + i + "th machine.";
            String small = wrong > 0 && i % wrong == 0 ? "It asks for holidays in " + i + "." : right;
            lines.add("{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Ticket " + i + "\",\"expected\":\"" + right
                    + "\",\"outputs\":{\"big\":{\"text\":\"" + right + "\"},\"small\":{\"text\":\"" + small + "\"}}}");
        }
        Files.write(dir.resolve("data.jsonl"), lines);
    }

    private JsonNode validate() throws IOException {
        out.getBuffer().setLength(0);
        new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "--data",
                        dir.resolve("data.jsonl").toString(),
                        "--policy",
                        dir.resolve("policy.yaml").toString(),
                        "--max-cost",
                        "1",
                        "--json");
        return JSON.readTree(out.toString()).at("/tasks/0");
    }

    /** With the bare cosine a wrong answer loses a fifth of a point, and 20 % of them 0.04: within the margin. */
    @Test
    void wrongAnswersThatAreNearRightOnesByChanceAreWrong() throws Exception {
        serve(0.8);
        data(5);
        JsonNode task = validate();
        assertThat(task.at("/quality/baseline").asDouble()).isCloseTo(1, within(1e-6));
        assertThat(task.at("/quality/candidate").asDouble()).isBetween(0.75, 0.85);
        assertThat(task.path("verdict").asText()).as(task.toString()).isEqualTo("fail");
        assertThat(err.toString()).containsPattern("a cosine of 0\\.(79|80)");
    }

    @Test
    void rightAnswersPass() throws Exception {
        serve(0.8);
        data(0);
        assertThat(validate().path("verdict").asText()).isEqualTo("pass");
    }

    @Test
    void vectorsThatAreAllTheSameProveNothing() throws Exception {
        serve(1);
        data(5);
        JsonNode task = validate();
        assertThat(task.path("verdict").asText()).as(task.toString()).isNotEqualTo("pass");
        assertThat(task.path("faults")).hasSize(1);
        assertThat(task.path("faults").toString()).contains("150 of 150 answers of the baseline are no nearer");
    }

    /** Whichever line is the odd one. */
    @ParameterizedTest
    @ValueSource(ints = {1, EXAMPLES - 1})
    void vectorsThatAreAllTheSameProveNothingWhereOneLineDiffers(int odd) throws Exception {
        serve(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            lines.add(labelled(i, i == odd ? "beta" : "alpha", i == odd ? "beta" : "alpha", "zeta"));
        }
        Files.write(dir.resolve("data.jsonl"), lines);
        assertThat(validate().path("faults").toString()).contains("150 of 150 answers of the baseline are no nearer");
    }

    /** A label that is wrong is nearer to another one, as it should be. */
    @Test
    void mistakesOfTheBaselineAreNotTheVectors() throws Exception {
        serve(0.75);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            String right = i % 2 == 0 ? "refund" : "repair";
            String wrong = i % 2 == 0 ? "repair" : "refund";
            lines.add(labelled(i, right, i % 10 < 3 ? wrong : right, i % 10 < 3 ? wrong : right));
        }
        Files.write(dir.resolve("data.jsonl"), lines);
        JsonNode task = validate();
        assertThat(task.path("faults")).isEmpty();
        assertThat(task.at("/quality/baseline").asDouble()).isCloseTo(0.7, within(1e-6));
        assertThat(task.path("verdict").asText()).isEqualTo("pass");
    }

    /** A file of one class, or with one line, is judged together with the others. */
    @Test
    void controlsAreOfAllFilesOfATask() throws Exception {
        serve(0.5);
        List<String> alphas = new ArrayList<>();
        List<String> betas = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            alphas.add(labelled(i, "alpha", "alpha", "alpha"));
            betas.add(labelled(EXAMPLES + i, "beta", "beta", "beta"));
        }
        Files.write(dir.resolve("alphas.jsonl"), alphas);
        Files.write(dir.resolve("betas.jsonl"), betas);
        Path policy = dir.resolve("policy.yaml");
        Files.writeString(
                policy,
                Files.readString(policy) + "    examples: alphas.jsonl\n"
                        + "  other: { tier: premium, description: Others., rationale: Hard., examples: betas.jsonl }\n");
        int code = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("--suggest", "--policy", policy.toString(), "--max-cost", "1");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).as(err.toString()).doesNotContain("not usable");
        assertThat(err.toString()).contains("a cosine of 0.5");
    }

    private static String labelled(int i, String expected, String big, String small) {
        return "{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Ticket " + i + "\",\"expected\":\"" + expected
                + "\",\"outputs\":{\"big\":{\"text\":\"" + big + "\"},\"small\":{\"text\":\"" + small + "\"}}}";
    }

    @Test
    void oneExpectedAnswerShowsNothing() throws Exception {
        serve(0.2);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            lines.add("{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Ticket " + i + "\",\"expected\":\"yes\""
                    + ",\"outputs\":{\"big\":{\"text\":\"yes\"},\"small\":{\"text\":\"yes\"}}}");
        }
        Files.write(dir.resolve("data.jsonl"), lines);
        assertThat(validate().path("faults").toString())
                .contains("only 0 of 150 answers of the baseline could be compared");
        assertThat(err.toString()).doesNotContain("a cosine of");
    }
}
