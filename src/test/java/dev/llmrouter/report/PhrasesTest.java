package dev.llmrouter.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.Correction;
import dev.llmrouter.evaluate.DataOverride;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.evaluate.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a result that is not usable advises. */
class PhrasesTest {
    @TempDir
    Path dir;

    private TaskResult result(int lost, boolean repeats, boolean badJudge, @Nullable DataOverride override)
            throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"question ")
                    .append(Integer.toString(repeats ? i % 20 : i, 26))
                    .append("\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":")
                    .append(i < lost ? 0 : 1)
                    .append("}}}\n");
        }
        Path file = Files.writeString(dir.resolve("d.jsonl"), lines);
        Terms terms = new Terms("big", List.of("small"), 0.03, null);
        Settings settings = new Settings(terms, Map.of(), 0.05, Correction.HOLM, false, List.of(), null, override);
        Answers answers = new Answers() {
            @Override
            public Example fill(Example example) {
                return example;
            }

            @Override
            public String hash(String dataHash) {
                return dataHash;
            }

            @Override
            public List<String> faults(String task) {
                return badJudge ? List.of("the judge tells nothing apart") : List.of();
            }
        };
        return Validation.run(file, settings, answers, task -> null, bad -> {})
                .tasks()
                .get(0);
    }

    @Test
    void amountsBelowACentHaveTwoDigitsAndNoExponent() {
        assertThat(List.of(0.000016, 0.00026, 0.0099999, -0.005, 0.0, 1.5, 1234.5))
                .extracting(Phrases::usd)
                .containsExactly("$0.000016", "$0.00026", "$0.010", "-$0.0050", "$0.00", "$1.50", "$1,235");
    }

    @Test
    void faultyDataAreToBeCorrectedOrAccepted() throws Exception {
        assertThat(Phrases.advice(result(0, true, false, null)))
                .isEqualTo("do not route: the data are not usable as proof; correct them, or accept them with"
                        + " --override-data REASON --by NAME");
    }

    /** No correction of the data makes a judge see more; the override takes its fault too. */
    @Test
    void anotherJudgeHelpsWhereOneTellsNothingApart() throws Exception {
        assertThat(Phrases.advice(result(0, false, true, null)))
                .isEqualTo(
                        "do not route: the data are not usable as proof; name another judge or scorer (the task's 'score', or"
                                + " --scorer and --judge), or accept them with --override-data REASON --by NAME");
        assertThat(result(0, false, true, new DataOverride("looked at by hand", "Ada"))
                        .acceptance())
                .isEqualTo(Acceptance.ACCEPTED);
        assertThat(Phrases.advice(result(0, true, true, null)))
                .contains("; correct them and name another judge or scorer (");
    }

    @Test
    void noOverrideIsOfferedWhereItWouldAcceptNothing() throws Exception {
        assertThat(Phrases.advice(result(60, false, true, null)))
                .contains("name another judge")
                .doesNotContain("override");
        assertThat(result(60, false, true, new DataOverride("looked at by hand", "Ada"))
                        .acceptance())
                .isEqualTo(Acceptance.FAILED);
    }
}
