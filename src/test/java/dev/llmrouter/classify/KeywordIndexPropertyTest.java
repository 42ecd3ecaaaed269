package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeywordIndexPropertyTest {
    @Property(tries = 3000)
    void agreesWithSearchingEachKeywordByItself(@ForAll("words") List<String> keywords, @ForAll("texts") String text) {
        KeywordIndex index = new KeywordIndex(keywords);
        String folded = KeywordIndex.fold(text);
        BitSet found = index.find(text);
        assertThat(new KeywordIndex(keywords, 0).find(text))
                .as("without a table")
                .isEqualTo(found);

        for (String keyword : keywords) {
            int id = index.idOf(keyword);
            boolean expected = stands(KeywordIndex.fold(keyword).strip(), folded);
            assertThat(id >= 0 && found.get(id))
                    .as("'%s' in '%s'", keyword, text)
                    .isEqualTo(expected);
        }
    }

    private static boolean stands(String keyword, String text) {
        for (int at = text.indexOf(keyword); !keyword.isEmpty() && at >= 0; at = text.indexOf(keyword, at + 1)) {
            int end = at + keyword.length();
            boolean before = at == 0 || !inWord(text.charAt(at - 1)) || !inWord(keyword.charAt(0));
            boolean after =
                    end == text.length() || !inWord(keyword.charAt(keyword.length() - 1)) || !inWord(text.charAt(end));
            if (before && after) {
                return true;
            }
        }
        return false;
    }

    private static boolean inWord(char c) {
        return c == '_' || "总结".indexOf(c) < 0 && Character.isLetterOrDigit(c);
    }

    @Provide
    Arbitrary<List<String>> words() {
        return chars().ofMinLength(1).ofMaxLength(5).list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> texts() {
        return chars().ofMaxLength(60);
    }

    private static net.jqwik.api.arbitraries.StringArbitrary chars() {
        return Arbitraries.strings().withChars('a', 'b', 'A', 'ä', 'Ä', '1', '_', ' ', '\n', '-', '总', '结');
    }

    @Property(tries = 1000)
    void anyTextIsDescribedAndClassifiedWithoutFailing(@ForAll String text, @ForAll String keyword) {
        Input input = Conditions.input(text);
        Characteristics of = input.characteristics();

        assertThat(of.inputTokens()).isBetween(0, of.inputTokensAtMost());
        assertThat(of.languageConfidence()).isBetween(0.0, 1.0);
        assertThat(of.questions()).isBetween(0, text.length());
        assertThat(of.instructions()).isBetween(0, text.length());
        assertThat(new KeywordIndex(List.of(keyword)).find(text).cardinality()).isLessThanOrEqualTo(1);
        Structure.of(text);
    }
}
