package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeywordIndexTest {
    private static boolean finds(String keyword, String text) {
        return !new KeywordIndex(List.of(keyword)).find(text).isEmpty();
    }

    @Test
    void findsWholeWordsOnly() {
        assertThat(finds("sum", "a SUM of money")).isTrue();
        assertThat(finds("sum", "summary")).isFalse();
        assertThat(finds("sum", "resum")).isFalse();
        assertThat(finds("sum", "(sum)")).isTrue();
        assertThat(finds("sum", "sum_up")).isFalse();
    }

    @Test
    void takesAnyWhiteSpaceInPhrases() {
        assertThat(finds("write a poem", "Please WRITE \n\t a\u00A0 poem!")).isTrue();
        assertThat(finds("write a poem", "write the poem")).isFalse();
    }

    @Test
    void findsSignsAtTheEdges() {
        assertThat(finds("tl;dr", "TL;DR: this")).isTrue();
        assertThat(finds("c++", "in C++17")).isTrue();
        assertThat(finds("c++", "abc++")).isFalse();
    }

    @Test
    void foldsCaseBeyondAscii() {
        assertThat(finds("übersetze", "ÜBERSETZE dies")).isTrue();
        assertThat(finds("ΣΟΦΟΣ", "σοφος")).isTrue();
        assertThat(finds("ΣΟΦΟΣ", "σοφός")).isFalse();
        assertThat(finds("договор", "Этот ДОГОВОР")).isTrue();
        assertThat(finds("договор", "договоры")).isFalse();
    }

    /** As macOS, PDF and East Asian keyboards write it. */
    @Test
    void findsAWordHoweverItsCharactersAreWritten() {
        assertThat(finds("kündigung", "Ihre Ku\u0308ndigung kam an")).isTrue();
        assertThat(finds("Ku\u0308ndigung", "Ihre KÜNDIGUNG kam an")).isTrue();
        assertThat(finds("kündigung", "Ihre Kündi\u00ADgung kam an")).isTrue();
        assertThat(finds("confidential", "con\uFB01dential")).isTrue();
        assertThat(finds("legal", "\uFF2C\uFF45\uFF47\uFF41\uFF4C")).isTrue();
        assertThat(finds("m²", "80 m² 😀")).isTrue();
        assertThat(finds("kundigung", "Ku\u0308ndigung")).isFalse();
        assertThat(finds("kündigung", "x".repeat(300) + " Ku\u0308ndigung".repeat(60)))
                .isTrue();
        assertThat(finds("한국어", "\u1112\u1161\u11AB\u1100\u116E\u11A8\u110B\u1165"))
                .isTrue();
    }

    /** Long texts are composed piece by piece. */
    @Test
    void noPieceIsCutBetweenALetterAndItsMark() {
        String keyword = "\u30AC\u30F3\u30BF\u3099\u30E0"; // of a text in NFD
        for (int before = 0; before < 600; before++) {
            assertThat(finds("ガンダム", "の".repeat(before) + keyword))
                    .as("%d before", before)
                    .isTrue();
        }
    }

    /** What only reminds of letters ends a word, as footnotes and trade marks do. */
    @Test
    void signsBesideAWordAreNoPartOfIt() {
        for (String text : List.of(
                "the Acme™ product",
                "Acme²",
                "Acme¹ of it",
                "Acme½",
                "Acme① b",
                "Acme\u200Band law",
                "Acme\u2060law",
                "Acme\uFEFF")) {
            assertThat(finds("acme", text)).as(text).isTrue();
        }
    }

    /** Marks are sorted where they pile up, and that takes the square of their number. */
    @Test
    void takesPilesOfMarksInOnePass() {
        for (String mark : List.of("\u0301", "\uD834\uDD65", "\u0345", "\u0301\uFF9E")) {
            String pile = "a" + mark.repeat(200_000) + "\u0323".repeat(200_000) + " legal";
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertThat(finds("legal", pile)).isTrue());
        }
        assertThat(finds("legal", "😀".repeat(1000) + " legal")).isTrue();
    }

    @Test
    void findsKeywordsWithinTextThatSetsNoSpaces() {
        assertThat(finds("总结", "请总结这篇文章")).isTrue();
        assertThat(finds("要約", "この文章を要約してください")).isTrue();
    }

    @Test
    void findsKeywordsThatOverlapOrHoldOthers() {
        KeywordIndex index = new KeywordIndex(List.of("a b", "b c", "b", "a b c d", "c"));

        assertThat(index.find("a b c").stream().boxed()).containsExactlyInAnyOrder(0, 1, 2, 4);
    }

    @Test
    void aCombiningMarkBelongsToTheWord() {
        assertThat(finds("cafe", "cafe\u0301")).isFalse();
    }
}
