package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    private static final String TEXT = "the parcel with number 17 left our warehouse on monday but never came";

    private static long groups(String... texts) {
        return Arrays.stream(NearDuplicates.keys(List.of(texts), 1)).distinct().count();
    }

    @Test
    void aWordOrPolitenessMakesNoOtherText() {
        assertThat(groups(
                        TEXT,
                        TEXT.toUpperCase(java.util.Locale.ROOT) + "!",
                        TEXT.replace("17", "4,711"),
                        TEXT.replace("monday", "friday"),
                        TEXT.replace("never ", ""),
                        TEXT.replace("came", "came home"),
                        "hello there: " + TEXT,
                        "could you " + TEXT + ", thanks in advance"))
                .isEqualTo(1);
    }

    @Test
    void twoVariantsOfATextAreAlikeWithoutIt() {
        assertThat(groups(TEXT.replace("monday", "friday"), TEXT.replace("parcel", "letter")))
                .isEqualTo(1);
    }

    @Test
    void threeWordsDoAndSoDoesOneInAShortText() {
        assertThat(groups(
                        TEXT,
                        TEXT.replace("monday", "friday")
                                .replace("parcel", "letter")
                                .replace("warehouse", "shop")))
                .isEqualTo(2);
        assertThat(groups("book a flight to rome", "book a flight to paris")).isEqualTo(2);
        assertThat(groups("", "?", "hello", "thanks")).isEqualTo(4);
    }

    @Test
    void whatIsAlikeToAThirdBelongsTogether() {
        String other = TEXT.replace("monday", "friday").replace("never", "always");
        assertThat(groups(TEXT, other.replace("parcel", "letter"), "quite another text", other))
                .isEqualTo(2);
    }

    @Test
    void aFormThatManyFillInIsManyTexts() {
        String[] texts = new String[40];
        for (int i = 0; i < texts.length; i++) {
            texts[i] =
                    "please write a short and friendly letter to " + (char) ('a' + i % 20) + "x about the order " + i;
        }
        assertThat(groups(texts)).isEqualTo(20);
    }
}
