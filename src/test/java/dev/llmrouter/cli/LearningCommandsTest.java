package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.Texts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LearningCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private String examples() throws Exception {
        List<String> lines = new ArrayList<>();
        for (LabelledExample e : Texts.examples(20, 15, 1)) {
            lines.add(JSON.writeValueAsString(Map.of("id", e.id(), "task", e.task(), "input", e.text())));
        }
        return Files.write(directory.resolve("data.jsonl"), lines).toString();
    }

    private String outcomes() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            boolean hard = random.nextBoolean();
            lines.add(JSON.writeValueAsString(Map.of(
                    "id", "i" + i,
                    "input", (hard ? "prove theorem " : "greet person ") + random.nextInt(9999),
                    "outputs", Map.of("small", Map.of("score", hard ? 0 : 1), "big", Map.of("score", 1)))));
        }
        return Files.write(directory.resolve("outcomes.jsonl"), lines).toString();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void trainsAndThenClassifies() throws Exception {
        String data = examples();
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--report", path("q.html")))
                .isZero();
        assertThat(out.toString()).contains("accuracy", "calibration error", "examples per task", "noisy copies");
        assertThat(err.toString()).contains("fold 1 of");
        assertThat(Files.readString(Path.of(path("q.html")))).startsWith("<!doctype html>");
        assertThat(run(new ClassifyCommand(), "--model", path("m"), "--data", data, "--json"))
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(95);
        JsonNode first = JSON.readTree(lines.get(0));
        assertThat(first.get("id").asText()).isEqualTo("e0");
        assertThat(first.get("task").asText()).isEqualTo("classification");
        assertThat(first.get("confidence").asDouble()).isBetween(0.5, 1.0);
        assertThat(first.get("top").get(0).get("p").asDouble())
                .isEqualTo(first.get("confidence").asDouble());
        assertThat(lines.stream().skip(80).filter(line -> line.contains("\"task\":null,")))
                .hasSizeGreaterThan(12);
    }

    @Test
    void theFiguresAreThereAsJson() throws Exception {
        String data = examples();
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--report", path("q.html"), "--json"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode told = JSON.readTree(out.toString());
        assertThat(told.at("/file").textValue()).isEqualTo(path("m"));
        assertThat(told.at("/report").textValue()).isEqualTo(path("q.html"));
        assertThat(Files.readString(Path.of(path("q.html"))))
                .contains(told.at("/model").textValue());
        assertThat(told.at("/examples").intValue()).isEqualTo(95);
        assertThat(told.at("/accuracy").doubleValue()).isBetween(0.5, 1.0);
        assertThat(told.at("/calibration_error").doubleValue()).isBetween(0.0, 1.0);
        assertThat(told.at("/threshold").doubleValue()).isBetween(0.0, 1.0);
        assertThat(told.at("/at_threshold/kept").doubleValue()).isBetween(0.5, 1.0);
        assertThat(told.at("/at_threshold/wrongly_accepted").isNumber()).isTrue();
        assertThat(told.at("/noisy_copies/n").intValue()).isPositive();
        assertThat(told.at("/tasks/0/task").textValue()).isNotBlank();
        assertThat(told.at("/tasks/0/examples").intValue()).isEqualTo(20);
        assertThat(told.at("/learning")).isNotEmpty();
        assertThat(told.at("/advice").textValue()).contains("examples");
        assertThat(told.at("/warnings").isArray()).isTrue();
        assertThat(err.toString()).contains("fold 1 of", "took ");
    }

    @Test
    void whatCannotBeStatedIsNullInJsonAndTheWarningsAreThere() throws Exception {
        Path few = Files.writeString(directory.resolve("few.jsonl"), """
                {"task":"a","input":"pay the bill"}
                {"task":"a","input":"pay the invoice"}
                {"task":"b","input":"sing a song"}
                {"task":"b","input":"sing a tune"}
                """);
        assertThat(run(new TrainCommand(), "--data", few.toString(), "--out", path("m"), "--json"))
                .isZero();
        JsonNode told = JSON.readTree(out.toString());
        assertThat(told.at("/examples").intValue()).isEqualTo(4);
        assertThat(told.at("/accuracy").isNull()).isTrue();
        assertThat(told.at("/at_threshold/kept").isNull()).isTrue();
        assertThat(told.at("/tasks/1/recall").isNull()).isTrue();
        assertThat(told.at("/report").isNull()).isTrue();
        assertThat(told.at("/warnings/0").textValue()).contains("too few");
    }

    @Test
    void whatAGateProvesIsThereAsJson() throws Exception {
        assertThat(run(
                        new TrainCommand(),
                        "--difficulty",
                        "--json",
                        "--data=" + outcomes(),
                        "--weak=small",
                        "--strong=big",
                        "--margin=0.2",
                        "--out=" + path("g")))
                .isZero();
        assertThat(out.toString().lines()).hasSize(1);
        JsonNode told = JSON.readTree(out.toString());
        assertThat(told.at("/gate").textValue()).isNotBlank();
        assertThat(told.at("/file").textValue()).isEqualTo(path("g"));
        assertThat(told.at("/weak/model").textValue()).isEqualTo("small");
        assertThat(told.at("/strong/score").doubleValue()).isEqualTo(1);
        assertThat(told.at("/learned_from").intValue() + told.at("/measured_on").intValue())
                .isEqualTo(300);
        assertThat(told.at("/apgr").doubleValue()).isGreaterThan(0.5);
        assertThat(told.at("/threshold/opens").booleanValue()).isTrue();
        assertThat(told.at("/threshold/score").isNumber()).isTrue();
        assertThat(told.at("/threshold/margin").doubleValue()).isEqualTo(0.2);
        assertThat(told.at("/statement").textValue()).contains("confidence");

        run(
                new TrainCommand(),
                "--difficulty",
                "--json",
                "--data=" + outcomes(),
                "--weak=small",
                "--strong=big",
                "--margin=0.001",
                "--out=" + path("g"));
        JsonNode closed = JSON.readTree(out.toString());
        assertThat(closed.at("/threshold/opens").booleanValue()).isFalse();
        assertThat(closed.at("/threshold/score").isNull()).isTrue();
        assertThat(closed.at("/warnings/0").textValue()).startsWith("about 60 of the 300 inputs");
    }

    @Test
    void aReportThatCannotBeWrittenIsNamedWithTheCause() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")));
        assertThat(run(new TrainCommand(), "--data", examples(), "--out", path("m"), "--report", "/dev/full"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("train: a file cannot be written: /dev/full: No space left on device. Make room")
                .doesNotContain("IOException");
    }

    /** Issue 13, D5: four examples prove nothing. */
    @Test
    void fewExamplesHaveNoFigures() throws Exception {
        Path few = Files.writeString(directory.resolve("few.jsonl"), """
                {"task":"a","input":"pay the bill"}
                {"task":"a","input":"pay the invoice"}
                {"task":"b","input":"sing a song"}
                {"task":"b","input":"sing a tune"}
                """);
        assertThat(run(new TrainCommand(), "--data", few.toString(), "--out", path("m"), "--report", path("q.html")))
                .isZero();
        assertThat(out.toString())
                .contains("4 examples of the tasks are too few")
                .doesNotContain("accuracy");
        assertThat(Files.readString(Path.of(path("q.html"))))
                .contains("too few")
                .doesNotContain("Accuracy");
    }

    private static String line(String task, String input) throws Exception {
        return JSON.writeValueAsString(Map.of("task", task, "input", input));
    }

    /** Two templates that any classifier tells apart: it said accuracy .000, threshold .000, and no word why. */
    @Test
    void examplesOfOneTemplateAreMeasuredAndSaidToFlatter() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lines.add(line("order-status", "Where is my order " + (13 + 7919 * i) + "?"));
            lines.add(line("refund", "I want my money back for invoice " + (5 + 104_729 * i)));
        }
        String data = Files.write(directory.resolve("templates.jsonl"), lines).toString();
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--report", path("q.html")))
                .isZero();
        assertThat(out.toString())
                .contains(
                        "accuracy            1.000",
                        "Warning: Task 'order-status': 30 of its examples repeat one text",
                        "Task 'refund'",
                        "flatter",
                        "Add examples of other wording")
                .doesNotContain("threshold 0.000");
        assertThat(Files.readString(Path.of(path("q.html")))).contains("repeat one text", "flatter");
    }

    @Test
    void noFigureIsZeroWithoutAWord() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lines.add(line("order-status", "Where is my order?"));
            lines.add(line("refund", "I want my money back!"));
        }
        String data = Files.write(directory.resolve("same.jsonl"), lines).toString();
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"))).isZero();
        assertThat(out.toString())
                .contains(
                        "threshold 0.000",
                        "Warning: Task 'refund': 0 of its 30 held-out examples were found",
                        "Warning: The threshold is 0.000: nothing is rejected");
    }

    /** Issue 13, D5: that a gate cannot open is said before it is trained. */
    @Test
    void tooFewOutcomesForAMarginAreSaidFirst() throws Exception {
        run(
                new TrainCommand(),
                "--difficulty",
                "--data",
                outcomes(),
                "--weak",
                "small",
                "--strong",
                "big",
                "--out",
                path("g"));
        assertThat(err.toString())
                .startsWith("Warning: about 60 of the 300 inputs")
                .contains("the gate cannot open");
    }

    @Test
    void saysHowManyExamplesSayNothingOfBothModels() throws Exception {
        Path data = Path.of(outcomes());
        Files.writeString(
                data,
                Files.readString(data) + "{\"input\":\"only one\",\"outputs\":{\"big\":{\"score\":1}}}\n"
                        + "{\"input\":\"of neither\",\"outputs\":{\"other\":{\"score\":1}}}\n");
        run(
                new TrainCommand(),
                "--difficulty",
                "--data",
                data.toString(),
                "--weak",
                "small",
                "--strong",
                "big",
                "--out",
                path("g"));
        assertThat(err.toString()).contains("Warning: 1 of 301 examples", "left out");
    }

    @Test
    void theSameSeedGivesTheSameFile() throws Exception {
        String data = examples();
        run(new TrainCommand(), "--data", data, "--out", path("a"), "--seed", "5");
        run(new TrainCommand(), "--data", data, "--out", path("b"), "--seed", "5");
        assertThat(Path.of(path("a"))).hasSameBinaryContentAs(Path.of(path("b")));
    }

    @Test
    void trainsAGateAndScoresWithoutOutputs() throws Exception {
        String data = outcomes();
        assertThat(run(
                        new TrainCommand(),
                        "--difficulty",
                        "--data",
                        data,
                        "--weak",
                        "small",
                        "--strong",
                        "big",
                        "--out",
                        path("g")))
                .isZero();
        assertThat(out.toString()).contains("APGR", "CPT50", "confidence");
        Path plain = Files.writeString(
                directory.resolve("plain.jsonl"),
                "{\"id\":\"h\",\"input\":\"prove theorem 5\"}\n{\"id\":\"e\",\"input\":\"greet person 5\"}\n");
        assertThat(run(new ScoreCommand(), "--gate", path("g"), "--data", plain.toString(), "--json", "--explain"))
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(JSON.readTree(lines.get(0)).get("score").asDouble())
                .isGreaterThan(JSON.readTree(lines.get(1)).get("score").asDouble());
        assertThat(JSON.readTree(lines.get(0)).get("reasons").get(0).asText()).contains("'big'");
    }

    @Test
    void wrongUsageIsTwo() throws Exception {
        String data = examples();
        assertThat(run(new TrainCommand(), "--data", data)).isEqualTo(2);
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--keep", "0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--keep is 0.0");
        assertThat(run(new TrainCommand(), "--difficulty", "--data", data, "--out", path("g")))
                .isEqualTo(2);
        assertThat(run(new ClassifyCommand(), "--model", data, "--data", data)).isEqualTo(2);
        assertThat(err.toString()).contains("is no model of the task classifier");
        assertThat(run(new ScoreCommand(), "--gate", path("missing"), "--data", data))
                .isEqualTo(2);
    }

    @Test
    void faultyDataIsOneAndNamesTheLine() throws Exception {
        Path bad = Files.writeString(directory.resolve("bad.jsonl"), "{\"task\":\"a\",\"input\":\"x\"}\nsecret\n");
        assertThat(run(new TrainCommand(), "--data", bad.toString(), "--out", path("m")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("line 2").doesNotContain("secret");
        assertThat(Path.of(path("m"))).doesNotExist();
    }

    /** 1 is "the answer is no"; what cannot be read has no answer. */
    @Test
    void dataThatCannotBeReadOrIsEmptyIsTwo() throws Exception {
        run(new TrainCommand(), "--data", examples(), "--out", path("m"));
        run(
                new TrainCommand(),
                "--difficulty",
                "--weak=small",
                "--strong=big",
                "--data=" + outcomes(),
                "--out=" + path("g"));
        Path torn = Files.write(directory.resolve("torn.jsonl.gz"), new byte[] {31, -117, 8, 0, 0, 0, 0, 0, 0, 0, 1});
        String empty =
                Files.writeString(directory.resolve("empty.jsonl"), "\n \n").toString();
        for (String data : List.of(path("none.jsonl"), directory.toString(), torn.toString(), empty)) {
            assertThat(run(new ClassifyCommand(), "--model", path("m"), "--data", data))
                    .isEqualTo(2);
            assertThat(err.toString()).contains(data);
            assertThat(run(new ScoreCommand(), "--gate", path("g"), "--data", data))
                    .isEqualTo(2);
            assertThat(err.toString()).contains(data);
            assertThat(run(new TrainCommand(), "--data", data, "--out", path("x")))
                    .isEqualTo(data.equals(empty) ? 1 : 2);
        }
    }

    @Test
    void aFolderThatIsNotThereIsSaidBeforeTheWork() throws Exception {
        String data = examples();
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("no/m")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--out", "does not exist").doesNotContain("fold 1");
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--report", path("no/q.html")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--report").doesNotContain("fold 1");
        assertThat(run(
                        new ValidateCommand(),
                        "--data=" + outcomes(),
                        "--baseline=big",
                        "--candidate=small",
                        "--margin=0.1",
                        "--markdown=" + path("no/r.md")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--markdown", "does not exist");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatIsLearnedFromIsNotWrittenOverAndHasToBeUtf8() throws Exception {
        String data = examples();
        String before = Files.readString(Path.of(data));
        assertThat(run(new TrainCommand(), "--data", data, "--out", data)).isEqualTo(2);
        assertThat(err.toString()).contains("--out " + data + ": is the same file as --data " + data);
        assertThat(run(new TrainCommand(), "--data", data, "--out", path("m"), "--report", path("m")))
                .isEqualTo(2);
        assertThat(Files.readString(Path.of(data))).isEqualTo(before);

        Path latin = Files.write(
                directory.resolve("latin.jsonl"),
                (before + "{\"task\":\"a\",\"input\":\"caf\u00e9\"}\n")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(run(new TrainCommand(), "--data", latin.toString(), "--out", path("m")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 96 is not in UTF-8", "iconv");
    }
}
