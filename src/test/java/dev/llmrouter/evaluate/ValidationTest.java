package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
    @TempDir
    Path dir;

    private TaskResult run(String lines, String... candidates) throws Exception {
        Path file = Files.writeString(dir.resolve("data.jsonl"), lines);
        Terms terms =
                new Terms("big", List.of(candidates.length == 0 ? new String[] {"small"} : candidates), 0.05, null);
        Settings settings = new Settings(terms, Map.of(), 0.05, Correction.HOLM, false, List.of(), null, null);
        return Validation.run(file, settings, bad -> {}).tasks().get(0);
    }

    private static String line(int i, String expected, String big, String small) {
        return "{\"task\":\"t\",\"input\":\"ticket " + i + "\","
                + (expected.isEmpty() ? "" : "\"expected\":\"" + expected + "\",") + "\"outputs\":{\"big\":" + big
                + ",\"small\":" + small + "}}\n";
    }

    private static String scored(int i, String small) {
        return line(i, "", "{\"score\":1}", "{\"score\":" + small + "}");
    }

    /** Python writes NaN where a score could not be computed: such lines are in no figure, and a proof may not stand on the rest. */
    @Test
    void linesWithAFailedScoreAreNoProofByTheirAbsence() throws Exception {
        for (String failed : List.of("NaN", "-1", "\"error\"")) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                lines.append(scored(i, i % 5 == 0 ? failed : "1"));
            }
            TaskResult result = run(lines.toString());
            assertThat(result.gate().verdict()).isEqualTo(Verdict.PASS);
            assertThat(result.verdict()).as(failed).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(result.faults())
                    .singleElement()
                    .asString()
                    .startsWith("40 of 200 lines of this task could not be read");
        }
    }

    /** Copies of a few sentences with a word changed proved as much as as many sentences, and nothing was said. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            1,   '1 are unlike each other, and one of each would not pass'
            40,  '40 are unlike each other, and one of each would not pass'
            150, '150 are unlike each other, and one of each passes as well'
            195,
            """)
    void whetherAVerdictRestsOnNearCopiesIsSaid(int sentences, @Nullable String said) throws Exception {
        Random random = new Random(5);
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < sentences; i++) {
            StringBuilder words = new StringBuilder();
            for (int word = 0; word < 11; word++) {
                for (int letter = 0; letter < 6; letter++) {
                    words.append((char) ('a' + random.nextInt(26)));
                }
                words.append(' ');
            }
            kinds.add(words.toString());
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String text = kinds.get(i % sentences) + "q".repeat(1 + i / sentences);
            lines.append(scored(i, "1").replace("ticket " + i, text));
        }
        TaskResult result = run(lines.toString());
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        if (said == null) {
            assertThat(result.warnings()).noneMatch(warning -> warning.contains("unlike each other"));
        } else {
            assertThat(result.warnings()).anyMatch(warning -> warning.contains(said));
        }
    }

    /** Sums of such costs are no numbers any more. */
    @Test
    void aCostThatNoAnswerHasIsABadLine() throws Exception {
        List<String> problems = new ArrayList<>();
        for (String cost : List.of("1e308", "1000000.01", "1000000")) {
            Path file = Files.writeString(
                    dir.resolve("data.jsonl"), line(1, "", "{\"score\":1,\"cost_usd\":" + cost + "}", "{\"score\":1}"));
            DataSetReader.read(file, example -> problems.add("read"), bad -> problems.add(bad.problem()));
        }
        assertThat(problems)
                .containsExactly(
                        "outputs['big'].cost_usd is 1.0E308; it has to be a number from 0 to 1,000,000",
                        "outputs['big'].cost_usd is 1000000.01; it has to be a number from 0 to 1,000,000",
                        "read");
    }

    @Test
    void aNumberThatJsonDoesNotHaveIsNoAnswer() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append(scored(i, "1"));
        }
        String odd = "{\"task\":\"t\",\"input\":\"x\",\"expected\":NaN,\"outputs\":{\"big\":{\"text\":\"NaN\"}}}\n";
        assertThat(run(lines + odd.repeat(3)).faults())
                .singleElement()
                .asString()
                .startsWith("3 of 203 lines could not be read, of whatever task");
    }

    @Test
    void linesOfNoReadableTaskCountByTheirShareOfAll() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append(scored(i, "1"));
        }
        assertThat(run(lines + "torn\n{\"task\":\n").faults()).isEmpty();
        assertThat(run(lines + "torn\n".repeat(3)).faults())
                .singleElement()
                .asString()
                .startsWith("3 of 203 lines could not be read, of whatever task");
    }

    @Test
    void theSameLastQuestionAboutOtherPicturesOrAfterOtherTurnsIsNoRepeat() throws Exception {
        StringBuilder pictures = new StringBuilder();
        StringBuilder turns = new StringBuilder();
        StringBuilder repeats = new StringBuilder();
        String rest = "\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n";
        for (int i = 0; i < 200; i++) {
            String name = Integer.toString(i, 36).replaceAll("[0-9]", "x$0x");
            String text = "{\"type\":\"text\",\"text\":\"Which damage does this show?\"}";
            pictures.append("{\"task\":\"t\",\"input\":{\"messages\":[{\"role\":\"user\",\"content\":[" + text
                    + ",{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/" + name + ".png\"}}]}]}," + rest);
            turns.append("{\"task\":\"t\",\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"Where is " + name
                    + "?\"},{\"role\":\"assistant\",\"content\":\"Here.\"},{\"role\":\"user\",\"content\":\"And now?\"}]},"
                    + rest);
            repeats.append("{\"task\":\"t\",\"input\":{\"user\":\"u" + i
                    + "\",\"messages\":[{\"role\":\"user\",\"content\":[" + text + "]}]}," + rest);
        }
        assertThat(run(pictures.toString()).faults()).isEmpty();
        assertThat(run(turns.toString()).faults()).isEmpty();
        assertThat(run(repeats.toString()).faults()).anyMatch(fault -> fault.startsWith("199 of 200 inputs repeat"));
    }

    /** Twenty conversations of ten turns are twenty examples, in whatever order their turns stand: a model that loses its thread loses all of them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void turnsOfOneConversationAreNoIndependentExamples(boolean isBackwards) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int conversation = 0; conversation < 20; conversation++) {
            String name = "x".repeat(conversation + 1);
            StringBuilder messages = new StringBuilder();
            for (int turn = 0; turn < 10; turn++) {
                messages.append(turn == 0 ? "" : ",{\"role\":\"assistant\",\"content\":\"Yes.\"},")
                        .append("{\"role\":\"user\",\"content\":\"And ")
                        .append(name)
                        .append(" in step ")
                        .append("y".repeat(turn))
                        .append("?\"}");
                lines.add("{\"task\":\"t\",\"input\":{\"messages\":[" + messages
                        + "]},\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n");
            }
        }
        if (isBackwards) {
            Collections.reverse(lines);
        }
        TaskResult result = run(String.join("", lines));
        assertThat(result.faults())
                .singleElement()
                .asString()
                .startsWith("180 of 200 inputs are turns of conversations that others are of");
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    /** Issue 13, D6. */
    @Test
    void aMeanRougeOfAQuarterIsNoGuessing() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append(line(i, "", "{\"score\":0.25}", "{\"score\":0.24}"));
        }
        TaskResult result = run(lines.toString());
        assertThat(result.faults()).isEmpty();
        assertThat(result.warnings()).noneMatch(w -> w.contains("guessing"));
        assertThat(result.acceptance()).isEqualTo(Acceptance.ACCEPTED);
    }

    /** Issue 13, D2. */
    @Test
    void aBaselineBelowChanceIsAFault() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String right = i % 2 == 0 ? "yes" : "no";
            String wrong = i % 2 == 0 ? "no" : "yes";
            lines.append(line(
                    i,
                    right,
                    "{\"text\":\"" + (i % 10 < 4 ? right : wrong) + "\"}",
                    "{\"text\":\"" + (i % 10 < 4 ? right : wrong) + "\"}"));
        }
        TaskResult result = run(lines.toString());
        assertThat(result.faults()).anyMatch(f -> f.contains("guessing among the expected answers gives 50.0 %"));
        assertThat(result.gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.acceptance()).isEqualTo(Acceptance.NOT_USABLE);
    }

    @Test
    void inputsThatDifferInSpacingAndSignsOnlyAreRepeats() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"Ticket  " + i / 2 + (i % 2 == 0 ? "" : " -- !")
                    + "\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n");
        }
        assertThat(run(lines.toString()).faults()).anyMatch(f -> f.contains("100 of 200 inputs repeat"));
    }

    @Test
    void inputsThatDifferInSignsOfArithmeticAreNoRepeats() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"" + i / 5
                    + List.of(" + ", "-", " * ", "/", " < ").get(i % 5)
                    + "3\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n");
        }
        assertThat(run(lines.toString()).faults()).isEmpty();
    }

    @Test
    void aNumberAndItsNegativeAreNoRepeats() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"" + (i % 2 == 0 ? "-" : "") + i / 2
                    + "\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n");
        }
        assertThat(run(lines.toString()).faults()).isEmpty();
    }

    @Test
    void oneMissingAnswerInAHundredIsNoFaultAndTwoAre() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            lines.append(line(i, "", "{\"score\":1}", i == 0 ? "{}" : "{\"score\":1}"));
        }
        assertThat(run(lines.toString()).faults()).isEmpty();
        assertThat(run(lines.toString()
                                .replace(
                                        "ticket 1\",\"outputs\":{\"big\":{\"score\":1}",
                                        "ticket 1\",\"outputs\":{\"big\":{}")
                                .replace(
                                        "ticket 2\",\"outputs\":{\"big\":{\"score\":1}",
                                        "ticket 2\",\"outputs\":{\"big\":{}"))
                        .faults())
                .anyMatch(f -> f.contains("2 of 100 answers of the baseline"));
    }

    /**
     * A candidate worse by exactly the margin, looked at with 100, 200, 400 and 800 examples, 1,000 times: at most twice
     * the level by the union bound; the simulation shows what it is.
     */
    @Test
    void laterLooksKeepTheErrorNearTheLevel() {
        Random random = new Random(77);
        int passed = 0;
        for (int run = 0; run < 1000; run++) {
            PairedOutcomes outcomes = new PairedOutcomes();
            boolean isPassed = false;
            for (int look = 1; look <= 4 && !isPassed; look++) {
                while (outcomes.n() < 50 << look) {
                    double u = random.nextDouble();
                    outcomes.add(u < 0.065 ? 1 : 0, u >= 0.065 && u < 0.10 ? 1 : 0);
                }
                Verdict verdict = look == 1
                        ? new Gate(0.03, 0.05).bounded(outcomes).verdict()
                        : watched(outcomes).verdict();
                isPassed = verdict == Verdict.PASS;
            }
            passed += isPassed ? 1 : 0;
        }
        assertThat(passed / 1000.0).isLessThan(0.07);
    }

    private static SequentialBet watched(PairedOutcomes outcomes) {
        SequentialBet bet = new SequentialBet(0.03, 0.05);
        for (int i = 0; i < outcomes.n(); i++) {
            bet.add(outcomes.baselineScore(i), outcomes.candidateScore(i));
        }
        return bet;
    }

    /** A timeout of the baseline is no win of the candidate. */
    @Test
    void anExampleThatOnlyTheCandidateAnsweredIsLeftOut() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append(line(i, "", i < 2 ? "{}" : "{\"score\":1}", i >= 195 ? "{\"score\":0}" : "{\"score\":1}"));
        }
        TaskResult result = run(lines.toString());
        assertThat(result.outcomes().n()).isEqualTo(198);
        assertThat(result.outcomes().won()).isZero();
        assertThat(result.baselineMissing()).isEqualTo(2);
        assertThat(result.faults()).isEmpty();
        assertThat(result.warnings()).anyMatch(w -> w.contains("2 examples have no answer of the baseline"));
        assertThat(result.acceptance()).isEqualTo(Acceptance.NOT_PROVEN);
    }

    /** A person's score on one side and a scorer's on the other are no comparison. */
    @Test
    void aScoreThatOnlyOneOfTwoTextsHasDoesNotCount() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append(line(i, "yes", "{\"text\":\"yes\",\"score\":0.5}", "{\"text\":\"yes\"}"));
        }
        TaskResult result = run(lines.toString());
        assertThat(result.outcomes().baselineQuality()).isEqualTo(1);
        assertThat(result.outcomes().difference()).isZero();
    }

    /** How often an answer is preferred does not say how many are wrong. */
    @Test
    void preferencesAreNoErrors() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append(line(i, "", "{\"score\":0.51,\"cost_usd\":0.002}", "{\"score\":0.49,\"cost_usd\":0.001}"));
        }
        Path file = Files.writeString(dir.resolve("data.jsonl"), lines);
        Terms terms = new Terms("big", List.of("small"), 0.05, 10.0);
        for (String scorer : List.of("judge:pairwise:umpire", "judge:rubric:umpire")) {
            Settings settings =
                    new Settings(terms, Map.of(), 0.05, Correction.HOLM, false, List.of(scorer), 1000, null);
            TaskResult result =
                    Validation.run(file, settings, bad -> {}).tasks().get(0);
            boolean isPreference = scorer.contains("pairwise");
            assertThat(result.money().errorsPerDay() == null).as(scorer).isEqualTo(isPreference);
            assertThat(result.acceptance()).isEqualTo(isPreference ? Acceptance.ACCEPTED : Acceptance.NET_LOSS);
            assertThat(result.money().savedPerDay()).isEqualTo(1.0);
        }
    }
}
