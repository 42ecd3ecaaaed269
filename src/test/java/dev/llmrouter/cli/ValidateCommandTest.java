package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.evaluate.EvidenceFile;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ValidateCommandTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private int validate(Path data, String... more) {
        List<String> args = new java.util.ArrayList<>(
                List.of("--data", data.toString(), "--baseline", "big", "--candidate", "small", "--margin", "0.03"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    /** @param lost the first examples, which only the baseline gets right @param wrong the last, which neither does */
    private Path data(int n, int lost, int wrong) throws Exception {
        Path file = dir.resolve("data.jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < n; i++) {
                writer.write("{\"task\":\"t" + "\",\"input\":\"question " + Integer.toString(i, 26)
                        + " <script>alert(1)</script>\",\"outputs\":{\"big\":{\"score\":" + (i < n - wrong ? 1 : 0)
                        + ",\"cost_usd\":0.004},\"small\":{\"score\":" + (i < lost || i >= n - wrong ? 0 : 1)
                        + ",\"cost_usd\":0.0002}}}\n");
            }
        }
        return file;
    }

    /** Issue 6, the seed case. */
    @Test
    void prints250MoreErrorsDaily() throws Exception {
        int exit = validate(data(1000, 25, 5), "--per-day", "10000", "--error-cost", "4");
        assertThat(exit).isEqualTo(1);
        assertThat(out.toString())
                .contains("97.0 % against 99.5 % at 10,000 a day: 250 more errors daily; at $4.00 each $1,000 a day, "
                        + "against $38 a day saved: do not route");
    }

    @Test
    void printsTheContractsJson() throws Exception {
        assertThat(validate(data(1000, 25, 5), "--per-day", "10000", "--json")).isEqualTo(1);
        JsonNode task = new ObjectMapper().readTree(out.toString()).at("/tasks/0");
        assertThat(task.at("/quality/candidate").asDouble()).isEqualTo(0.97);
        assertThat(task.path("errorsPerDay").asDouble()).isEqualTo(250);
        assertThat(task.path("verdict").asText()).isEqualTo("inconclusive");
        assertThat(task.path("needed").asInt()).isGreaterThan(1000);
    }

    @Test
    void writesEvidenceThatShowsTampering() throws Exception {
        assertThat(validate(data(400, 0, 5), "--accept", "--by", "Ada", "--evidence", dir.toString()))
                .isZero();
        Path file = EvidenceFile.path(dir, "t");
        LocalDate today = LocalDate.now();
        assertThat(EvidenceFile.read(file).problems("t", List.of("small"), 0.03, today))
                .isEmpty();
        assertThat(EvidenceFile.read(file).problems("t", List.of("small"), 0.03, today.plusDays(92)))
                .anyMatch(p -> p.startsWith("expired"));
        assertThat(EvidenceFile.read(file).problems("t", List.of("small", "tiny"), 0.02, today))
                .hasSize(2);
        Files.writeString(file, Files.readString(file).replace("Ada", "Eve"));
        assertThat(EvidenceFile.read(file).problems("t", List.of("small"), 0.03, today))
                .hasSize(1);
    }

    @Test
    void namesEveryBadLineAndUsesTheRest() throws Exception {
        Path file = data(200, 0, 0);
        Files.writeString(
                file,
                Files.readString(file) + "{oops\n[]\n{\"input\":\"x\"}\n"
                        + "{\"task\":\"t\",\"input\":\"x\",\"outputs\":{\"big\":{\"score\":2}}}\n");
        assertThat(validate(file, "--json")).isZero();
        assertThat(err.toString()).contains("line 201", "line 202", "line 203", "line 204", "from 0 to 1");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("badLines").asInt()).isEqualTo(4);
        assertThat(json.at("/tasks/0/n").asInt()).isEqualTo(200);
    }

    @Test
    void saysThatLiveCallsAreNotPossible() throws Exception {
        assertThat(run(
                        "--data",
                        data(40, 0, 0).toString(),
                        "--baseline",
                        "big",
                        "--candidate",
                        "other",
                        "--margin",
                        "0.1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no recorded outputs of other", "running gateway");
    }

    @Test
    void refusesWrongUsage() throws Exception {
        Path file = data(40, 0, 0);
        assertThat(validate(file, "--alpha", "0.7")).isEqualTo(2);
        assertThat(validate(file, "--correction", "magic")).isEqualTo(2);
        assertThat(validate(dir.resolve("absent"))).isEqualTo(2);
        assertThat(run("--margin", "x")).isEqualTo(2);
    }

    @Test
    void writesAPageThatRunsNoScript() throws Exception {
        Path html = dir.resolve("r.html");
        Path markdown = dir.resolve("r.md");
        validate(data(200, 9, 5), "--report", html.toString(), "--markdown", markdown.toString());
        assertThat(html).content().contains("&lt;script&gt;").doesNotContain("<script", "NaN", "http");
        assertThat(markdown).content().contains("## Method").doesNotContain("NaN");
    }

    @Test
    void takesAHundredThousandExamples() throws Exception {
        assertThat(validate(data(100_000, 100, 5), "--json")).isZero();
    }

    /** Answers of a baseline that were not parsed look like a great saving. */
    @Test
    void writesNoEvidenceOnASuspectBaseline() throws Exception {
        Path evidence = dir.resolve("none");
        int exit = run(
                "--data",
                data(100, 80, 0).toString(),
                "--baseline",
                "small",
                "--candidate",
                "big",
                "--margin",
                "0.03",
                "--accept",
                "--by",
                "Ada",
                "--evidence",
                evidence.toString());
        assertThat(exit).isZero();
        assertThat(out.toString()).contains("80.0 points below the candidate", "check the data first");
        assertThat(evidence).doesNotExist();
    }
}
