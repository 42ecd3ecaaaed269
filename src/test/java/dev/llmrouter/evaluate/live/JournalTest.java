package dev.llmrouter.evaluate.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.ChatRequest;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path dir;

    private Path file() {
        return dir.resolve("j.jsonl");
    }

    private static Question question(String key) {
        return new Question(
                key, 1, "e", "m", "p", false, ChatRequest.ofText("?"), 1, 10, 10, BigDecimal.ONE, BigDecimal.TEN);
    }

    private static void answer(Journal journal, String key, String text, String usd) throws Exception {
        Question question = question(key);
        long call = journal.starting(question, BigDecimal.TEN);
        journal.answered(
                call, question, new ModelCaller.Answer(text, 5, 6, new BigDecimal(usd), false), new BigDecimal(usd));
    }

    private static Journal.Kept found(Journal journal, String key) throws Exception {
        return Objects.requireNonNull(journal.find(key));
    }

    @Test
    void keepsAnswersAndMoneyOverARestart() throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one\nline \u20ac", "0.25");
            answer(journal, "b", "two", "0.5");
            journal.failed(journal.starting(question("c"), BigDecimal.TEN), "refused", BigDecimal.ZERO);
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.spent()).isEqualByComparingTo("0.75");
            assertThat(found(journal, "a").text()).isEqualTo("one\nline \u20ac");
            assertThat(found(journal, "b").usd()).isEqualByComparingTo("0.5");
            assertThat(journal.has("c")).isFalse();
            assertThat(journal.lost()).isZero();
            answer(journal, "c", "three", "1");
            assertThat(found(journal, "a").text()).startsWith("one");
            assertThat(found(journal, "c").text()).isEqualTo("three");
        }
    }

    @Test
    void aCallThatWasUnderWayCountsWithItsWorstPriceAndIsAskedAgain() throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "0.25");
            journal.starting(question("b"), BigDecimal.TEN);
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.lost()).isEqualTo(1);
            assertThat(journal.has("b")).isFalse();
            assertThat(journal.spent()).isEqualByComparingTo("10.25");
        }
    }

    /** It was said on every later run. */
    @Test
    void aCallThatWasUnderWayAndIsAnsweredSinceIsLostNoMore() throws Exception {
        try (Journal journal = Journal.open(file())) {
            journal.starting(question("a"), BigDecimal.TEN);
            journal.starting(question("b"), BigDecimal.TEN);
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.lost()).isEqualTo(2);
            answer(journal, "a", "one", "0.25");
            journal.starting(question("b"), BigDecimal.TEN);
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.lost()).as("b, once").isEqualTo(1);
            answer(journal, "b", "two", "0.25");
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.lost()).isZero();
            assertThat(journal.spent()).as("nobody knows what was billed").isEqualByComparingTo("30.5");
        }
    }

    /** A journal that was put aside and one that is new hold other answers, also where every word is the same. */
    @Test
    void theSameWordsAskedAnewAreOtherData() throws Exception {
        String[] hashes = new String[3];
        for (int i = 0; i < 3; i++) {
            try (Journal journal = Journal.open(file())) {
                if (!journal.has("a")) {
                    answer(journal, "a", "one", "0.25");
                }
                KeptAnswers answers = new KeptAnswers(journal, "");
                answers.ofData("f0");
                answers.count("a", found(journal, "a"));
                hashes[i] = answers.hash("f0");
            }
            if (i == 1) {
                Files.delete(file());
            }
        }
        assertThat(hashes[1]).isEqualTo(hashes[0]);
        assertThat(hashes[2]).isNotEqualTo(hashes[0]);
    }

    /** Else evidence that drift has revoked would be renewed by asking the judge alone again. */
    @Test
    void whatAJudgeSaysAnewMakesNoOtherAnswers() throws Exception {
        String[] hashes = new String[2];
        for (int i = 0; i < 2; i++) {
            try (Journal journal = Journal.open(file())) {
                answer(journal, "judge", "{\"score\":5}", "0.25");
                KeptAnswers answers = new KeptAnswers(journal, "");
                answers.ofData("f0");
                answers.countSaid("judge", found(journal, "judge"));
                assertThat(answers.answersHash("f0")).isEqualTo("f0");
                hashes[i] = answers.hash("f0");
            }
            Files.delete(file());
        }
        assertThat(hashes[0]).isEqualTo(hashes[1]).isNotEqualTo("f0");
    }

    /** Wherever a crash cuts the file, every whole line before it counts, and what follows is readable. */
    @Test
    void aTornEndIsCutOffWhereverItTears() throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "0.25");
            answer(journal, "b", "two", "0.25");
        }
        byte[] whole = Files.readAllBytes(file());
        int firstAnswer = new String(whole, java.nio.charset.StandardCharsets.UTF_8).indexOf("one") + 5;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            try (Journal journal = Journal.open(file())) {
                assertThat(journal.has("a")).as("cut at %d", length).isEqualTo(length > firstAnswer);
                assertThat(journal.has("b")).isFalse();
                answer(journal, "c", "three", "1");
            }
            try (Journal journal = Journal.open(file())) {
                assertThat(found(journal, "c").text()).isEqualTo("three");
            }
        }
    }

    @Test
    void aFileOfAnotherKindIsLeftAloneAndNamed() throws Exception {
        Files.writeString(file(), "{\"task\":\"t\"}\n");
        assertThatThrownBy(() -> Journal.open(file()))
                .hasMessageContaining("line 1")
                .hasMessageContaining("--journal");
        assertThat(Files.readString(file())).isEqualTo("{\"task\":\"t\"}\n");
        Files.writeString(file(), "precious text");
        assertThatThrownBy(() -> Journal.open(file())).hasMessageContaining("line 1");
        assertThat(Files.readString(file())).isEqualTo("precious text");
    }

    @Test
    void aBrokenLineInTheMiddleIsNamedAndNothingIsLost() throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "0.25");
        }
        Files.writeString(file(), "{broken\n{\"call\":9,\"mostUsd\":\"1\"}\n", StandardOpenOption.APPEND);
        long size = Files.size(file());
        assertThatThrownBy(() -> Journal.open(file())).hasMessageContaining("line 4");
        assertThat(Files.size(file())).isEqualTo(size);
    }

    @Test
    void twoRunsDoNotShareAJournal() throws Exception {
        try (Journal journal = Journal.open(file())) {
            assertThatThrownBy(() -> Journal.open(file())).hasMessageContaining("another validate");
            answer(journal, "a", "one", "1");
        }
    }
}
