package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path config;

    @BeforeEach
    void write() throws Exception {
        config = Files.writeString(folder.resolve("config.json"), """
                { "strategy": { "mode": "fallback" },
                  "targets": [ { "provider": "openai", "override_params": { "model": "gpt-4o" } },
                               { "provider": "anthropic", "cache": {}, "override_params": { "model": "claude-sonnet-5" } } ] }
                """);
    }

    private int run(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @Test
    void writesAPolicyThatLintTakesAndSaysWhatIsLeftOut() throws Exception {
        Path policy = folder.resolve("policy.yaml");
        assertThat(run("import", "--from", "portkey", config.toString(), "--out", policy.toString()))
                .isZero();
        assertThat(err.toString())
                .contains("config.json:3: targets[1].cache: has no counterpart", "lint --policy " + policy);
        assertThat(run("lint", "--policy", policy.toString())).isZero();

        String before = Files.readString(policy);
        assertThat(run("import", "--from", "portkey", config.toString(), "--out", policy.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is there already");
        assertThat(policy).hasContent(before);
    }

    /** The names of a file may have up to 255 bytes: what cannot be written is no configuration that cannot be converted. */
    @Test
    void aPolicyThatCannotBeWrittenIsNamedAndIsNoFailedConversion() {
        Path policy = folder.resolve("p".repeat(300));
        assertThat(run("import", "--from", "portkey", config.toString(), "--out", policy.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("the policy cannot be written: " + policy + ": ", "Make room");
        assertThat(folder).isDirectoryContaining("glob:**config.json").isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void countsOneErrorAsOne() throws Exception {
        Path conditional = Files.writeString(folder.resolve("conditional.json"), """
                { "strategy": { "mode": "conditional", "default": "a",
                    "conditions": [ { "query": { "metadata.plan": "paid" }, "then": "b" } ] },
                  "targets": [
                    { "name": "a", "provider": "openai", "override_params": { "model": "gpt-4o-mini" } },
                    { "name": "b", "provider": "openai", "override_params": { "model": "gpt-4o" } } ] }
                """);
        assertThat(run("import", "--from", "portkey", conditional.toString())).isZero();
        assertThat(err.toString()).contains("A person has to say what lint still asks for (1 error, ");
    }

    @Test
    void printsThePolicyAloneOrAllOfItAsJson() throws Exception {
        assertThat(run("import", "--from", "portkey", config.toString())).isZero();
        assertThat(out.toString()).startsWith("# Converted from config.json").doesNotContain("counterpart");

        out.getBuffer().setLength(0);
        assertThat(run("import", "--from", "PORTKEY", config.toString(), "--json"))
                .isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("policy").asText()).contains("claude-sonnet-5");
        assertThat(json.path("remarks").findValuesAsText("path")).contains("targets[1].cache");
        assertThat(json.path("lint").isMissingNode()).isFalse();
    }

    @Test
    void wrongUsageAndFilesWithNothingInThemAreToldApart() throws Exception {
        assertThat(run("import", "--from", "nobody", config.toString())).isEqualTo(2);
        assertThat(run("import", "--from", "litellm", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(run("import", "--from", "litellm", config.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("known are litellm and portkey", "There is no file", "no model_list");
    }

    @Test
    void whyNothingCanBeConvertedIsSaid() throws Exception {
        Path vertex = Files.writeString(folder.resolve("vertex.json"), """
                { "strategy": { "mode": "fallback" }, "targets": [
                    { "virtual_key": "openai-1" },
                    { "provider": "vertex-ai", "override_params": { "model": "gemini-2.5-pro" } } ] }
                """);
        assertThat(run("import", "--from", "portkey", vertex.toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains(
                        "import: no target of the config names a model",
                        "vertex.json:2: targets[0]: names no model",
                        "vertex.json:3: targets[1]: its provider 'vertex-ai' is called in a way of its own");

        assertThat(run("import", "--from", "portkey", vertex.toString(), "--json"))
                .isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("policy").isNull()).isTrue();
        assertThat(json.path("error").asText()).contains("see the remarks");
        assertThat(json.path("remarks").findValuesAsText("path")).containsExactly("targets[0]", "targets[1]");
    }
}
