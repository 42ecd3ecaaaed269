package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final Spelling SPELLING =
            Spelling.of(List.of("show my balance", "show the invoice", "show my balance", "the balance's end"), 1);

    private static String read(String text) {
        char[] right = SPELLING.correct(text.toCharArray(), text.length());
        return right == null ? text : new String(right);
    }

    @Test
    void putsOneLetterRight() {
        for (String typed : List.of("blaance", "balnce", "ballance", "bxlance", "balanc")) {
            assertThat(read("show my " + typed + "?")).isEqualTo("show my balance?");
        }
    }

    @Test
    void partsAndClosesWords() {
        assertThat(read("showmy balance")).isEqualTo("show my balance");
        assertThat(read("the inv oice")).isEqualTo("the invoice");
    }

    @Test
    void leavesAloneWhatItKnowsAndWhatIsFarAway() {
        for (String text : List.of("show the balance", "cancel 1balance", "blnce", "", "sho", "x y z", "balance's")) {
            assertThat(read(text)).isEqualTo(text);
        }
    }

    @Test
    void leavesLongTextsAlone() {
        String text = "blaance ".repeat(100);
        assertThat(read(text)).isEqualTo(text);
    }

    @Test
    void theOrderOfTextsDoesNotMatter() {
        List<String> texts = new java.util.ArrayList<>(List.of("alpha beta", "beta gamma", "gamma delta alpha"));
        List<String> words = Spelling.of(texts, 1).words();
        Collections.reverse(texts);
        assertThat(Spelling.of(texts, 1).words()).isEqualTo(words).startsWith("alpha", "beta", "gamma");
    }
}
