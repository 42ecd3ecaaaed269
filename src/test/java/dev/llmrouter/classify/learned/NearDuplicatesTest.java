package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    private static final String TEXT = "the parcel with number 17 left our warehouse on monday but never came";

    private static long groups(String... texts) {
        return Arrays.stream(NearDuplicates.keys(List.of(texts), 1, false))
                .distinct()
                .count();
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
    void threeWordsDoAndSoDoesOneInAShortText() {
        String two = TEXT.replace("monday", "friday").replace("parcel", "letter");
        assertThat(groups(TEXT, two)).isEqualTo(1);
        assertThat(groups(TEXT, two.replace("warehouse", "store"))).isEqualTo(2);
        assertThat(groups("book a flight to rome", "book a flight to paris")).isEqualTo(2);
        assertThat(groups("", "?", "hello", "thanks")).isEqualTo(4);
    }

    @Test
    void whatIsAlikeToAThirdBelongsTogether() {
        String other = TEXT.replace("monday", "friday");
        assertThat(groups(TEXT, other.replace("parcel", "letter"), "quite another text", other))
                .isEqualTo(2);
    }

    /** A template with a slot for a word is no text with variants: its fillings ask for different things, as questions of a test do. */
    @Test
    void theFillingsOfATemplateAreNotOneText() {
        String[] filled = new String[400];
        for (int i = 0; i < filled.length; i++) {
            String place = Integer.toString(i / 20 + 36, 36).replaceAll("[0-9]", "x");
            String thing = Integer.toString(i % 20 + 36, 36).replaceAll("[0-9]", "y");
            filled[i] = "which rules of the city of " + place + " say what a " + thing + " has to pay";
        }
        assertThat(groups(filled)).isGreaterThanOrEqualTo(filled.length / NearDuplicates.MOST_TOGETHER / 4);
    }

    @Test
    void sumsAreManyQuestionsWhereNumbersMatter() {
        List<String> sums = IntStream.range(0, 200)
                .mapToObj(i -> "Add " + i + " to " + 7 * i)
                .toList();
        assertThat(Arrays.stream(NearDuplicates.keys(sums, 1, true)).distinct()).hasSizeGreaterThan(100);
        assertThat(Arrays.stream(NearDuplicates.keys(sums, 1, false)).distinct())
                .hasSize(1);
    }
}
