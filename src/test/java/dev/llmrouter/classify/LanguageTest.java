package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            en | Classify this ticket as billing, technical or general
            en | Write a product description for a garden chair
            de | Fasse den folgenden Text in zwei Sätzen zusammen
            de | Schreibe eine Produktbeschreibung für einen Gartenstuhl
            fr | Résumez ce document en deux phrases, s'il vous plaît
            es | Resume el siguiente documento en dos frases
            it | Riassumi il seguente documento in due frasi
            pt | Escreva uma descrição do produto para o nosso site
            nl | Vat de volgende tekst samen in twee zinnen
            pl | Streść poniższy dokument w dwóch zdaniach
            sv | Sammanfatta följande text i två meningar
            vi | Tóm tắt tài liệu sau đây trong hai câu
            tr | Aşağıdaki metni iki cümleyle özetleyin lütfen
            ru | Кратко изложите следующий документ в двух предложениях
            uk | Стисло викладіть наступний документ у двох реченнях
            ar | لخص المستند التالي في جملتين من فضلك
            zh | 请用两句话总结以下文件
            ja | 次の文書を二文で要約してください
            ko | 다음 문서를 두 문장으로 요약해 주세요
            el | Συνοψίστε το παρακάτω έγγραφο σε δύο προτάσεις
            he | סכם את המסמך הבא בשני משפטים
            th | สรุปเอกสารต่อไปนี้เป็นสองประโยค
            """)
    void knowsTheLanguageOfASentence(String code, String text) {
        Language found = Language.of(text);

        assertThat(found.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"''", "ok", "Hello", "Hello there", "12345 67890 !!!", "'{\"a\": 1, \"b\": [1,2]}'"})
    void doesNotGuessWithoutWords(String text) {
        assertThat(Language.of(text)).isEqualTo(Language.UNKNOWN);
    }

    /** A preface in another language does not hide the text. */
    @Test
    void whatALongTextGoesOnInIsFound() {
        String english =
                "Please read the following letter of our customer carefully and tell me what she asks for. ".repeat(6);
        String german =
                "Sehr geehrte Damen und Herren, hiermit kündige ich meinen Vertrag zum nächsten möglichen Termin. "
                        .repeat(30);
        String code = "\n```\n" + "int a = 1; // ein Zähler, der die Zeilen zählt\n".repeat(200) + "```\n";

        assertThat(Language.of(english + german).code()).isEqualTo("en");
        assertThat(Language.later(english + german, "en")).containsExactly("de");
        assertThat(Language.later(german + english, "de")).containsExactly("en");
        assertThat(Language.later(english.repeat(5), "en")).isEmpty();
        assertThat(Language.later(english + code, "en")).isEmpty();
        assertThat(Language.later(english + code + english, "en")).isEmpty();
        assertThat(Language.later("Kurz.", "en")).isEmpty();
    }

    /** Chinese has no blanks, and neither have Base64 and minified JSON. */
    @ParameterizedTest
    @ValueSource(ints = {1199, 1200, 1201, 1600, 5000})
    void takesLongTextWithoutBlanks(int length) {
        String chinese = "请用两句话总结以下文件".repeat(500).substring(0, length);

        assertThat(Language.of(chinese).code()).isEqualTo("zh");
        assertThat(Language.later(chinese, "zh")).isEmpty();
        assertThat(Language.later(chinese, "en")).isEqualTo(length < 1200 ? Set.of() : Set.of("zh"));
        assertThat(Language.later("Please look at this: " + "QUJD".repeat(length), "en"))
                .isEmpty();
        assertThat(Language.later("x".repeat(length), null)).isEmpty();
    }

    @Test
    void leavesOutFencedCode() {
        assertThat(Language.of("```java\npublic static void main\n```\nErkläre mir bitte, was dieses Programm tut.")
                        .code())
                .isEqualTo("de");
    }
}
