package dev.llmrouter.classify.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.evaluate.Scorers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTrainerTest {
    private static final ToDoubleBiFunction<JsonNode, String> SCORER = Scorers.normalised()::score;

    /** The cheaper model fails on sums of long numbers; both do well on small talk. */
    static List<Outcome> outcomes(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Outcome> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            boolean hard = random.nextBoolean();
            String text = hard
                    ? "Add " + random.nextInt(100_000, 999_999) + " to " + random.nextInt(100_000, 999_999) + " exactly"
                    : "Say hello to visitor " + random.nextInt(10_000) + " in a kind way";
            double weak = random.nextDouble() < (hard ? 0.2 : 0.97) ? 1 : 0;
            double strong = random.nextDouble() < 0.97 ? 1 : 0;
            all.add(new Outcome(text, hard ? "sums" : "talk", weak, strong));
        }
        return all;
    }

    private static GateTrainer.Trained train(List<Outcome> outcomes, long seed) throws ExamplesException {
        return new GateTrainer(seed, what -> {}).train(outcomes, "cheap", "good");
    }

    private static byte[] bytes(DifficultyGate gate) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GateFile.write(new GateFile.Kept(gate, gate.thresholdFor(0.05, 0.9)), out);
        return out.toByteArray();
    }

    /** Issue 13, D6: what all inputs begin with is an instruction; equal inputs cannot be kept apart. */
    @Test
    void inputsThatShareABeginningAreLearnedFromToo() throws Exception {
        List<Outcome> shared = outcomes(200, 3).stream()
                .map(o -> new Outcome("Choose the best answer.\nA. " + o.text(), o.task(), o.weak(), o.strong()))
                .toList();
        assertThat(train(shared, 1).trainedOn()).isBetween(100, 199);
        List<Outcome> same = outcomes(200, 3).stream()
                .map(o -> new Outcome("Choose the best answer.", o.task(), o.weak(), o.strong()))
                .toList();
        assertThatThrownBy(() -> train(same, 1)).hasMessageContaining("too few different questions");
    }

    /** A threshold was proved on copies of a few questions as on as many questions, and nothing was said. */
    @Test
    void aThresholdIsProvedOnOneOfEachKindToo() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        List<Outcome> all = new ArrayList<>();
        for (int kind = 0; kind < 100; kind++) {
            StringBuilder words = new StringBuilder();
            for (int letter = 0; letter < 70; letter++) {
                words.append(letter % 7 == 6 ? ' ' : (char) ('a' + random.nextInt(26)));
            }
            double weak = kind == 3 ? 0 : 1; // is learned from, with this seed
            for (int copy = 0; copy < 10; copy++) {
                all.add(new Outcome(words + "q".repeat(1 + copy), "t", weak, 1));
            }
        }
        GateTrainer.Trained trained = train(all, 1);
        GateThreshold proved = trained.gate().thresholdFor(0.05, 0.95);
        GateThreshold ofUnlike = trained.ofUnlike().thresholdFor(0.05, 0.95);
        assertThat(ofUnlike.inputs() * 10).isEqualTo(proved.inputs());
        assertThat(proved.opens()).isTrue();
        assertThat(ofUnlike.opens()).isFalse();
    }

    @Test
    void hardInputsScoreHigherThanEasyOnes() throws Exception {
        GateTrainer.Trained trained = train(outcomes(600, 1), 1);
        DifficultyGate gate = trained.gate();
        double hard = gate.score("Add 123456 to 654321 exactly", null);
        double easy = gate.score("Say hello to visitor 12 in a kind way", null);
        assertThat(hard).isGreaterThan(easy + 0.3);
        assertThat(trained.quality().apgr()).isGreaterThan(0.7);
    }

    @Test
    void theThresholdSendsTheEasyHalfToTheCheaperModel() throws Exception {
        DifficultyGate gate = train(outcomes(2_000, 2), 1).gate();
        GateThreshold threshold = gate.thresholdFor(0.05, 0.95);
        assertThat(threshold.opens()).isTrue();
        assertThat(threshold.weakShare()).isBetween(0.3, 0.6);
        assertThat(threshold.statement()).contains("95 % confidence").contains("0.050");
        double lost = outcomes(4_000, 77).stream()
                .filter(o -> gate.score(o.text(), o.task()) <= threshold.score())
                .mapToDouble(o -> Math.max(0, o.gain()))
                .sum();
        assertThat(lost / 4_000).isLessThanOrEqualTo(0.05);
    }

    @Test
    void aMarginThatCannotBeShownKeepsTheGateShut() throws Exception {
        GateThreshold threshold = train(outcomes(200, 2), 1).gate().thresholdFor(0.001, 0.99);
        assertThat(threshold.opens()).isFalse();
        assertThat(threshold.weakShare()).isZero();
        assertThat(threshold.statement()).contains("all go to the stronger model");
    }

    @Test
    void saysWhyInWords() throws Exception {
        List<String> why = train(outcomes(600, 1), 1).gate().explain("Add 123456 to 654321 exactly", "sums");
        assertThat(why.get(0)).contains("'good'").contains("'cheap'");
        assertThat(String.join("\n", why)).containsAnyOf("'add'", "'exactly'", "'sums'");
    }

    @Test
    void givesTheSameBytesForTheSameSeedAndReadsThemBack() throws Exception {
        List<Outcome> outcomes = outcomes(200, 1);
        DifficultyGate gate = train(outcomes, 3).gate();
        byte[] written = bytes(gate);
        assertThat(bytes(train(outcomes, 3).gate())).isEqualTo(written);
        GateFile.Kept read = GateFile.read(new ByteArrayInputStream(written), "gate");
        assertThat(bytes(read.gate())).isEqualTo(written);
        assertThat(read.threshold()).isEqualTo(gate.thresholdFor(0.05, 0.9));
        assertThat(read.gate().seen().has("  " + outcomes.get(7).text().toUpperCase(Locale.ROOT) + "!"))
                .isTrue();
        assertThat(read.gate().seen().has("Add 1 to 2")).isFalse();
        assertThat(read.gate().score("Add 1 to 2", "sums")).isEqualTo(gate.score("Add 1 to 2", "sums"));
    }

    /** Written by the version before, with the scores that it gave: a threshold holds for no others. */
    @Test
    void aGateOfTheVersionBeforeScoresAsItDid() throws Exception {
        DifficultyGate gate = GateFile.read(Path.of("src/test/resources/classify/version3.gate"))
                .gate();
        assertThat(gate.score("Add 123456 to 654321 exactly", "sums")).isEqualTo(0.8580641206353903);
        assertThat(gate.score("Add 123456 to 654321 exactly", "talk")).isEqualTo(0.8478651754558086);
        assertThat(gate.score("Say hello to visitor 12 in a kind way", "talk")).isEqualTo(0.03873366117477417);
        assertThat(gate.seen().size()).isEqualTo(120);
    }

    /** Texts that say nothing: what a task's outcomes were is all that can be known. */
    @Test
    void learnsWhichTasksAreHard() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            int task = i % 30;
            boolean isRight = random.nextDouble() < (task < 15 ? 0.4 : 0.9);
            String text = "Question " + random.nextInt(1_000_000) + " of " + random.nextInt(1_000_000);
            outcomes.add(new Outcome(text, "task " + task, isRight ? 1 : 0, 1));
        }
        GateTrainer.Trained trained = train(outcomes, 1);
        double hard = 0;
        double easy = 0;
        for (int task = 0; task < 15; task++) {
            hard += trained.gate().score("Question 12 of 345", "task " + task) / 15;
            easy += trained.gate().score("Question 12 of 345", "task " + (task + 15)) / 15;
        }
        assertThat(hard - easy).isGreaterThan(0.3);
        assertThat(trained.quality().apgr()).isGreaterThan(0.65);
    }

    /** The oldest gates are used as they are; they cannot say what they have learned from. */
    @Test
    void readsAGateOfTheOldestVersion() throws Exception {
        List<Outcome> outcomes = outcomes(200, 1);
        byte[] written = bytes(train(outcomes, 3).gate());
        ByteArrayOutputStream old = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(old);
        head.writeLong(GateFile.MAGIC);
        head.writeInt(2);
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(written, 12, written.length - 12)).readAllBytes();
        int seen = train(outcomes, 3).gate().seen().size();
        try (GZIPOutputStream zip = new GZIPOutputStream(old)) {
            zip.write(body, 0, body.length - 4 - 4 - 8 * seen);
        }
        GateFile.Kept read = GateFile.read(new ByteArrayInputStream(old.toByteArray()), "gate");
        assertThat(read.gate().score("Add 1 to 2", null))
                .isEqualTo(train(outcomes, 3).gate().score("Add 1 to 2", null));
        assertThat(read.gate().seen().size()).isZero();
        assertThat(read.gate().seen().has(outcomes.get(7).text())).isFalse();
    }

    @Test
    void damagedFilesAreRefusedOrHarmless() throws Exception {
        byte[] good = bytes(train(outcomes(100, 1), 3).gate());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            if (i % 3 == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            }
            try {
                GateFile.Kept read = GateFile.read(new ByteArrayInputStream(bad), "gate");
                assertThat(read.gate().score("Add 1 to 2", null)).isBetween(-1.0, 1.0);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).startsWith("gate: is ");
            }
        }
    }

    @Test
    void tooFewOutcomesAreRefused() {
        assertThatThrownBy(() -> train(outcomes(49, 1), 1))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("49")
                .hasMessageContaining("50");
    }

    @Test
    void modelsThatNeverDifferAreRefused() {
        List<Outcome> same = outcomes(60, 1).stream()
                .map(o -> new Outcome(o.text(), null, 1, 1))
                .toList();
        assertThatThrownBy(() -> train(same, 1)).hasMessageContaining("nothing to learn");
    }

    @Test
    void scoresAnswersByComparisonWhereNoScoreIsRecorded() throws Exception {
        ObjectMapper json = new ObjectMapper();
        LabelledExample example = new LabelledExample(
                "a",
                null,
                "Capital of France?",
                json.readTree("\"Paris\""),
                Map.of("cheap", json.readTree("{\"text\":\" paris. \"}"), "good", json.readTree("{\"score\":0.5}")));
        assertThat(Outcome.of(List.of(example), "cheap", "good", SCORER))
                .containsExactly(new Outcome("Capital of France?", null, 1, 0.5));
        assertThatThrownBy(() -> Outcome.of(List.of(example), "cheap", "other", SCORER))
                .hasMessageContaining("Recorded models: cheap, good");
    }

    /** As validate scores them: a gate that takes a wrong answer for a right one sends it to callers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'-5' | 5 | 0",
                "'5' | 5 | 1",
                "'C++' | 'C#' | 0",
                "'+' | '-' | 0",
                "'+' | ' ' | 0",
                "'<' | '>' | 0",
                "'Billing' | 'billing.' | 1"
            })
    void signsTellAnswersApart(String expected, String answer, double score) throws Exception {
        ObjectMapper json = new ObjectMapper();
        LabelledExample example = new LabelledExample(
                "a",
                null,
                "question",
                json.valueToTree(expected),
                Map.of("cheap", json.valueToTree(Map.of("text", answer)), "good", json.readTree("{\"score\":1}")));
        assertThat(Outcome.of(List.of(example), "cheap", "good", SCORER))
                .containsExactly(new Outcome("question", null, score, 1));
    }

    /** Without them a model that fails on a quarter of its inputs would look perfect. */
    @Test
    void anOutputThatFailedIsWorthNothing() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (String failed :
                List.of("{\"error\":\"timeout\"}", "{\"error\":{\"code\":500}}", "{\"text\":null}", "{}")) {
            LabelledExample example = new LabelledExample(
                    "a",
                    null,
                    "Capital of France?",
                    json.readTree("\"Paris\""),
                    Map.of("cheap", json.readTree(failed), "good", json.readTree("{\"score\":1}")));
            assertThat(Outcome.of(List.of(example), "cheap", "good", SCORER))
                    .as(failed)
                    .containsExactly(new Outcome("Capital of France?", null, 0, 1));
        }
        LabelledExample without = new LabelledExample(
                "a",
                null,
                "Capital of France?",
                null,
                Map.of("cheap", json.readTree("{\"error\":\"timeout\"}"), "good", json.readTree("{\"score\":1}")));
        assertThat(Outcome.of(List.of(without), "cheap", "good", SCORER)).hasSize(1);
    }

    /** What chance decides cannot be learned: variants of a text may not stand on both sides. */
    @Test
    void variantsOfATextStayOnOneSide() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        List<Outcome> outcomes = new ArrayList<>();
        String[] before = {"", "please ", "could you ", "hello there: "};
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int w = 0; w < 10; w++) {
                text.append("word")
                        .append((char) ('a' + random.nextInt(26)))
                        .append((char) ('a' + random.nextInt(26)))
                        .append(' ');
            }
            double weak = random.nextInt(10) == 0 ? 0 : 1;
            for (int k = 0; k < 4; k++) {
                outcomes.add(new Outcome(before[k] + text + (k == 2 ? "again" : ""), "t", weak, 1));
            }
        }
        assertThat(train(outcomes, 1).quality().apgr()).isLessThan(0.8);
    }
}
