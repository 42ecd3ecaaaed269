package dev.llmrouter.evaluate.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.ChatRequest;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    @TempDir
    Path dir;

    private Path file() {
        return dir.resolve("j.jsonl");
    }

    private static Question question(String key) {
        return new Question(
                key,
                1,
                "e",
                "m",
                "p",
                false,
                ChatRequest.ofText("?"),
                1,
                10,
                10,
                false,
                false,
                BigDecimal.ONE,
                BigDecimal.TEN);
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
            Question refused = question("c");
            journal.failed(journal.starting(refused, BigDecimal.TEN), refused, "refused", BigDecimal.ZERO, false);
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

    /** Whoever kills a run that hangs, again and again, asks again what takes long: a candidate that is slow where it is wrong would gain. */
    @Test
    void aCallOfACandidateThatWasUnderWayTwiceIsLost() throws Exception {
        Question candidate = question("c").ofCandidate();
        for (int kill = 0; kill < 2; kill++) {
            try (Journal journal = Journal.open(file())) {
                assertThat(journal.settles(candidate)).isFalse();
                journal.starting(candidate, BigDecimal.TEN);
            }
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.settles(candidate)).isTrue();
            assertThat(journal.settles(question("c"))).as("a baseline's").isFalse();
            journal.anew(List.of("m"));
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.settles(candidate)).isFalse();
            assertThat(journal.spent()).isEqualByComparingTo("20");
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

    /** A candidate that is slow where it is wrong gained by each new try; the baseline's answers speak for it, so it is asked again. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"lost\":true"})
    void whatACandidateLostOnItsWayStaysLost(String said) throws Exception {
        Question candidate = question("c").ofCandidate();
        try (Journal journal = Journal.open(file())) {
            journal.failed(journal.starting(candidate, BigDecimal.TEN), candidate, "late", BigDecimal.TEN, true);
            assertThat(journal.settles(candidate)).isTrue();
            assertThat(journal.settles(question("c"))).as("a baseline's").isFalse();
        }
        String text = Files.readString(file());
        assertThat(text).contains(",\"lost\":true");
        Files.writeString(file(), text.replace(",\"lost\":true", said)); // older versions do not say it
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.isLost("c")).isTrue();
            journal.forget(List.of("m"));
            assertThat(journal.settles(candidate)).isFalse();
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.isLost("c")).as("forgotten for a look only").isTrue();
            journal.anew(List.of("m"));
            assertThat(journal.settles(candidate)).isFalse();
        }
        try (Journal journal = Journal.open(file())) {
            assertThat(journal.settles(candidate)).isFalse();
            answer(journal, "c", "at last", "1");
            assertThat(journal.settles(candidate)).isTrue();
            assertThat(journal.isLost("c")).isFalse();
        }
    }

    @Test
    void aModelThatIsAskedAnewGivesOtherDataAndTheOthersStay() throws Exception {
        String[] hashes = new String[2];
        for (int i = 0; i < 2; i++) {
            try (Journal journal = Journal.open(file())) {
                if (i == 1) {
                    journal.anew(List.of("other"));
                    assertThat(journal.has("a")).isTrue();
                    journal.anew(List.of("m"));
                }
                assertThat(journal.has("a")).isFalse();
                answer(journal, "a", "one", "0.25");
                hashes[i] = hash(journal);
            }
        }
        assertThat(hashes[1]).isNotEqualTo(hashes[0]);
        try (Journal journal = Journal.open(file())) {
            assertThat(hash(journal))
                    .as("the same as before the journal was closed")
                    .isEqualTo(hashes[1]);
            assertThat(journal.spent()).isEqualByComparingTo("0.5");
        }
    }

    private static String hash(Journal journal) throws Exception {
        KeptAnswers answers = new KeptAnswers(journal, "");
        answers.ofData("f0");
        answers.count("t", "a", found(journal, "a"));
        String hash = answers.answersHash("f0");
        assertThat(answers.hash("f0")).isEqualTo(hash);
        return hash;
    }

    /** A proof is no younger than its oldest answer. */
    @Test
    void answersKnowTheirDay() throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "1");
            answer(journal, "b", "two", "1");
        }
        String text = Files.readString(file());
        String at = text.replaceAll("(?s).*\"at\":\"([^\"]*)\".*", "$1");
        LocalDate today = LocalDate.ofInstant(Instant.parse(at), ZoneOffset.UTC);
        String old = today.minusDays(40) + at.substring(10);
        int first = text.indexOf("\"at\":") + 5;
        Files.writeString(
                file(), text.substring(0, first) + text.substring(first).replaceFirst("\"[^\"]*\"", '"' + old + '"'));
        try (Journal journal = Journal.open(file())) {
            KeptAnswers answers = new KeptAnswers(journal, "");
            assertThat(answers.oldest("t")).isNull();
            answers.count("t", "b", found(journal, "b"));
            assertThat(answers.oldest("t")).isEqualTo(today);
            answers.count("t", "a", found(journal, "a"));
            assertThat(answers.oldest("t")).isEqualTo(today.minusDays(40));
        }
        String begun = today.minusDays(50) + "T";
        Files.writeString(
                file(),
                text.replaceAll(",\"at\":\"[^\"]*\"", "").replaceFirst("\"begun\":\"[^T]*T", "\"begun\":\"" + begun));
        try (Journal journal = Journal.open(file())) {
            assertThat(found(journal, "a").day()).as("of an older version").isEqualTo(today.minusDays(50));
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
                answers.count("t", "a", found(journal, "a"));
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
        int firstAnswer = new String(whole, StandardCharsets.UTF_8).indexOf("one") + 5;
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

    /** On Unix a process loses its locks of a file when it closes any handle of it. Then two paid for the same calls. */
    @Test
    void whoIsRefusedInThisProcessLetsNoOtherProcessIn() throws Exception {
        Journal journal = Journal.open(file());
        Path link = Files.createSymbolicLink(dir.resolve("link.jsonl"), file());
        Path hard = Files.createLink(dir.resolve("hard.jsonl"), file());
        for (Path path : List.of(file(), link, hard, dir.resolve("../" + dir.getFileName() + "/j.jsonl"))) {
            assertThatThrownBy(() -> Journal.open(path)).hasMessageContaining("another validate");
            assertThatThrownBy(() -> JournalFile.putAside(path)).hasMessageContaining("another validate");
        }
        assertThat(dir.resolve("j.jsonl.1")).doesNotExist();
        assertThat(secondProcess("--resume")).isEqualTo("kept out");
        assertThat(secondProcess("--fresh")).isEqualTo("kept out");
        answer(journal, "a", "one", "1");
        journal.close();

        assertThat(secondProcess("--resume")).isEqualTo("opened, 1 answers");
        try (Journal again = Journal.open(link)) {
            journal.close(); // once more
            assertThatThrownBy(() -> Journal.open(file())).hasMessageContaining("another validate");
            assertThat(found(again, "a").text()).isEqualTo("one");
        }
        assertThat(secondProcess("--fresh")).isEqualTo("opened, 0 answers");
        assertThat(dir.resolve("j.jsonl.1")).content().contains("one");
    }

    /** As by another copy of the class, in another application of the process. */
    @Test
    void aLockOfThisProcessThatIsNotOursIsKept() throws Exception {
        Journal.open(file()).close();
        try (FileChannel other = FileChannel.open(file(), StandardOpenOption.WRITE);
                FileLock held = other.lock()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Journal.open(file())).hasMessageContaining("another validate");
            }
            assertThat(held.isValid()).isTrue();
            assertThat(secondProcess("--resume")).isEqualTo("kept out");
        }
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "1");
            assertThat(secondProcess("--resume")).isEqualTo("kept out");
        }
        assertThat(secondProcess("--resume")).isEqualTo("opened, 1 answers");
    }

    @Test
    void aJournalThatIsPutAsideWhileNobodyUsesItMakesRoomForANewOne() throws Exception {
        JournalFile.putAside(file());
        assertThat(dir).isEmptyDirectory();
        for (int i = 0; i < 2; i++) {
            try (Journal journal = Journal.open(file())) {
                answer(journal, "a", "answer " + i, "1");
            }
            JournalFile.putAside(file());
        }
        assertThat(file()).doesNotExist();
        assertThat(dir.resolve("j.jsonl.1")).content().contains("answer 0");
        assertThat(dir.resolve("j.jsonl.2")).content().contains("answer 1");
        try (Journal aside = Journal.open(dir.resolve("j.jsonl.1"));
                Journal journal = Journal.open(file())) {
            assertThat(aside.has("a")).isTrue();
            assertThat(journal.has("a")).isFalse();
        }
    }

    /** What another process wrote over it was taken for the answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"call\":1,\"key\":\"b\",\"usd\":\"1\",\"text\":\"of another question\"}\n",
                "{\"call\":1,\"key\":\"a\",\"usd\":\"1\",\"failed\":\"no answer\"}\n",
                "no JSON\n",
                ""
            })
    void anAnswerThatSomethingElseHasWrittenOverIsNotTakenForIt(String over) throws Exception {
        try (Journal journal = Journal.open(file())) {
            answer(journal, "a", "one", "0.25");
            assertThat(found(journal, "a").text()).isEqualTo("one");
            String text = Files.readString(file());
            int start = text.lastIndexOf('\n', text.length() - 2) + 1;
            try (RandomAccessFile other = new RandomAccessFile(file().toFile(), "rw")) {
                other.setLength(start);
                other.seek(start);
                other.write(over.getBytes(StandardCharsets.UTF_8));
            }
            assertThatThrownBy(() -> journal.find("a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("j.jsonl", "something else has changed the journal", "--fresh");
        }
    }

    private String secondProcess(String how) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        file().toString(),
                        how)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.lines().reduce("", (before, line) -> line);
    }

    /** A process of the tests above. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) throws Exception {
            Path path = Path.of(arguments[0]);
            try {
                if (arguments[1].equals("--fresh")) {
                    JournalFile.putAside(path);
                }
                try (Journal journal = Journal.open(path)) {
                    System.out.println("opened, " + journal.answers() + " answers");
                }
            } catch (IllegalArgumentException e) {
                System.out.println("kept out");
            }
        }
    }
}
