package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.AccessKeys;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KeyCommandTest {
    private static final Pattern ENTRY = Pattern.compile("- \\{ name: \"team-a\", sha256: \"([0-9a-f]{64})\" \\}");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new KeyCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void printsAKeyAndTheEntryThatItFits() {
        assertThat(run("--name", "team-a")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        Matcher entry = ENTRY.matcher(lines.get(1));
        assertThat(entry.matches()).as(lines.get(1)).isTrue();
        AccessKey key = new AccessKey("team-a", entry.group(1), Set.of(), Set.of(), Set.of(), false);
        assertThat(AccessKeys.of(List.of(key)).find(lines.get(0))).contains(key);
        assertThat(err.toString()).doesNotContain(lines.get(0));
    }

    @Test
    void makesAnotherKeyEachTime() {
        run("--name", "team-a");
        run("--name", "team-a");
        assertThat(out.toString().lines()).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void printsJson() throws Exception {
        assertThat(run("--name", "team-a", "--json")).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("key").textValue()).startsWith("llmr-").hasSizeGreaterThan(40);
        assertThat(json.path("yaml").textValue()).matches(ENTRY);
    }

    @Test
    void refusesANameThatAPolicyCannotHave() {
        assertThat(run("--name", "team a\"")).isEqualTo(2);
        assertThat(err.toString())
                .contains("is not allowed: use up to 100 letters")
                .doesNotContain("Exception");
        assertThat(run()).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }
}
