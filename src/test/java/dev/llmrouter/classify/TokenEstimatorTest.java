package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TokenEstimatorTest {
    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    enum Sample {
        ENGLISH(
                0.15,
                "The committee reviewed the proposal carefully and decided to postpone its decision until the following"
                        + " quarter, because several questions about the budget remained unanswered. Customers who had"
                        + " ordered before March were informed by letter. Please summarise the attached document in two"
                        + " sentences, and list any risks that a reader without legal training might overlook."),
        GERMAN(
                0.20,
                "Der Ausschuss hat den Vorschlag sorgfältig geprüft und die Entscheidung auf das nächste Quartal"
                        + " verschoben, weil mehrere Fragen zum Haushalt noch offen sind. Die Kundinnen und Kunden, die"
                        + " vor März bestellt hatten, wurden schriftlich benachrichtigt. Bitte fasse das beigefügte"
                        + " Dokument in zwei Sätzen zusammen und nenne Risiken, die übersehen werden könnten."),
        FRENCH(
                0.20,
                "Le comité a examiné la proposition avec soin et a décidé de reporter sa décision au trimestre suivant,"
                        + " car plusieurs questions concernant le budget restaient sans réponse. Les clients qui avaient"
                        + " commandé avant mars ont été informés par courrier."),
        CHINESE(0.25, "委员会仔细审查了这项提案，并决定将决定推迟到下一个季度，因为有关预算的几个问题仍未得到解答。三月之前订购的客户已收到书面通知。请用两句话总结附件。"),
        JAPANESE(0.25, "委員会は提案を慎重に検討し、予算に関するいくつかの質問が未回答のままであるため、決定を次の四半期まで延期することにしました。添付の文書を二文で要約してください。"),
        RUSSIAN(
                0.25,
                "Комитет внимательно рассмотрел предложение и решил отложить принятие решения до следующего квартала,"
                        + " поскольку несколько вопросов о бюджете остались без ответа. Клиенты были уведомлены письмом."),
        CODE(
                0.25,
                "public static int binarySearch(int[] values, int key) {\n    int low = 0;\n    int high ="
                        + " values.length - 1;\n    while (low <= high) {\n        int mid = (low + high) >>> 1;\n "
                        + "       if (values[mid] < key) {\n            low = mid + 1;\n        } else {\n            "
                        + "high = mid - 1;\n        }\n    }\n    return -(low + 1);\n}\n"),
        JSON(
                0.25,
                "{\"orderId\": \"A-10293\", \"customer\": {\"name\": \"Jane Miller\", \"email\":"
                        + " \"jane@example.com\"}, \"items\": [{\"sku\": \"X-1\", \"quantity\": 3, \"price\": 19.99},"
                        + " {\"sku\": \"Y-22\", \"quantity\": 1, \"price\": 249.0}], \"paid\": true}"),
        BASE64(0.35, base64());

        final double allowed;
        final String text;

        Sample(double allowed, String text) {
            this.allowed = allowed;
            this.text = text;
        }

        private static String base64() {
            byte[] bytes = new byte[1500];
            new Random(1).nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNearTheTokenizersCount(Sample sample) {
        int exact = O200K.countTokensOrdinary(sample.text);
        double error = (double) TokenEstimator.estimate(sample.text) / exact - 1;

        assertThat(error).isBetween(-sample.allowed, sample.allowed);
    }

    @ParameterizedTest
    @EnumSource
    void samplingChangesTheEstimateLittleWhereTheTextIsEven(Sample sample) {
        String text = (sample.text + "\n").repeat(1 + 100_000 / sample.text.length());
        double exactish = 0;
        for (int at = 0; at < text.length(); at += 8000) {
            exactish += TokenEstimator.estimate(text.substring(at, Math.min(text.length(), at + 8000)));
        }

        assertThat(TokenEstimator.estimate(text) / exactish).isBetween(0.9, 1.1);
    }

    @ParameterizedTest
    @CsvSource({"a", "' '", "1", "'é'", "'😀'", "'\uD800'", "'{'", "'汉'"})
    void isNeverMoreThanTheBytesOfAMillionEqualChars(String unit) {
        String text = unit.repeat(1_000_000 / unit.length());

        assertThat((long) TokenEstimator.estimate(text)).isBetween(1L, TokenEstimator.utf8Bytes(text));
    }

    @Test
    void countsUtf8BytesAsTheEncoderDoes() {
        for (String text : new String[] {"", "abc", "äöü", "汉字", "a😀b"}) {
            assertThat(TokenEstimator.utf8Bytes(text))
                    .isGreaterThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
        }
    }
}
