package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "exact; \"Yes\"; yes; 0",
                "normalised; \"Yes\"; ' yes. '; 1",
                "one-of; [\"a\",\"b\"]; B; 1",
                "contains-all; [\"red\",\"blue\"]; a red car; 0.5",
                "numeric:0.01; \"1,000\"; about 1005 units; 1",
                "numeric; 3; it is 4; 0",
                "regex:^ok; null; ok then; 1",
                "json-valid; null; {\"a\":1}; 1",
                "json-valid; null; {\"a\":1} and more; 0",
                "json-fields; {\"a\":1,\"b\":\"x\"}; {\"a\":1,\"b\":\"y\"}; 0.5",
                "list-f1; [\"a\",\"b\"]; a, c; 0.5",
                "list-precision; [\"a\",\"b\"]; a; 1",
                "list-recall; [\"a\",\"b\"]; a; 0.5",
                "rouge-l; \"police killed the gunman\"; police kill the gunman; 0.75"
            })
    void scores(String spec, String expected, String answer, double score) throws Exception {
        Scorer scorer = ScorerSpec.parse(List.of(spec));
        assertThat(scorer.score(new ObjectMapper().readTree(expected), answer)).isCloseTo(score, within(1e-9));
    }

    /** Issue 13, D6: a list that is expected is a list, not a choice. */
    @Test
    void aListIsComparedAsAList() throws Exception {
        Scorer scorer = ScorerSpec.parse(List.of());
        JsonNode wanted = new ObjectMapper().readTree("[\"red\",\"blue\"]");
        assertThat(scorer.score(wanted, "[\"blue\", \"red\"]")).isEqualTo(1);
        assertThat(scorer.score(wanted, "red, blue")).isEqualTo(1);
        assertThat(scorer.score(wanted, "red")).isCloseTo(2 / 3.0, within(1e-9));
    }

    @Test
    void vietnameseIsLatin() {
        assertThat(Slices.characteristics("Tóm tắt tài liệu sau đây trong hai câu"))
                .contains("Latin script only");
        assertThat(Slices.characteristics("Привет")).contains("other scripts");
    }

    @Test
    void combinesByWeight() throws Exception {
        Scorer scorer = ScorerSpec.parse(List.of("3*exact", "1*json-valid"));
        assertThat(scorer.score(new ObjectMapper().readTree("\"x\""), "5")).isEqualTo(0.25);
    }

    @Test
    void namesWhatIsAllowed() {
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("bleu"))).hasMessageContaining("rouge-l");
    }
}
