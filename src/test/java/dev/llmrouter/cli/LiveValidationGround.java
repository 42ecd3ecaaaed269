package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.Price;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.util.FileUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import picocli.CommandLine;

/** For each test a data set and a policy in a folder of their own; the simulator as an HTTP server stands for the providers. */
final class LiveValidationGround implements AfterEachCallback {
    static final Price PRICE = new Price(new BigDecimal("2"), new BigDecimal("8"), null, null, null, null);

    final Path dir;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    private @Nullable SimulatorServer started;

    LiveValidationGround() {
        try {
            dir = Files.createTempDirectory("live-validation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (started != null) {
            started.close();
        }
        FileUtil.removeDir(dir.toFile());
    }

    SimulatorServer server() {
        return Objects.requireNonNull(started);
    }

    void serve(Behaviour behaviour) throws Exception {
        started = SimulatorServer.start(behaviour.toBuilder().price(PRICE).build(), Clock.systemUTC(), "127.0.0.1", 0);
        policy("");
    }

    Path policy(String more) throws Exception {
        return Files.writeString(dir.resolve("policy.yaml"), """
                version: 1
                owner: team
                baseline: premium
                evidence: warn
                %s
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1", apiKey: "sk-one" }
                  two: { protocol: anthropic, baseUrl: "http://127.0.0.1:%d", apiKey: "sk-two" }
                models:
                  big: { provider: one, maxOutput: 64, price: { input: 2, output: 8 } }
                  small: { provider: two, maxOutput: 64, price: { input: 2, output: 8 } }
                  umpire: { provider: one, maxOutput: 512, price: { input: 2, output: 8 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [big] }
                tasks:
                  t:
                    tier: economy
                    description: Sort tickets.
                    rationale: Simple enough.
                    margin: 0.1
                """.formatted(more, server().port(), server().port()));
    }

    static String line(int i, String outputs) {
        return "{\"id\":\"e" + i + "\",\"task\":\"t\",\"input\":\"Is " + Integer.toString(i, 26)
                + " a word? Say yes or no.\",\"expected\":\"yes\"" + outputs + "}";
    }

    Path data(int n) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            lines.add(line(i, ""));
        }
        return Files.write(dir.resolve("data.jsonl"), lines);
    }

    int run(String... more) {
        err.getBuffer().setLength(0);
        out.getBuffer().setLength(0);
        List<String> args = new ArrayList<>(List.of(
                "--data",
                dir.resolve("data.jsonl").toString(),
                "--policy",
                dir.resolve("policy.yaml").toString()));
        args.addAll(List.of(more));
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
    }

    long calls() {
        return server().bill().accounts().values().stream()
                .mapToLong(account -> account.calls())
                .sum();
    }

    Path journal() {
        return dir.resolve("data.jsonl.journal.jsonl");
    }

    List<JsonNode> journalLines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        if (Files.exists(journal())) {
            String text = Files.readString(journal());
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        return lines;
    }
}
