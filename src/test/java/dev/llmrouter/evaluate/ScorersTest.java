package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "numeric; 12345678901234567; 12345678901234568; 0",
                "numeric; 35; 3,5; 0",
                "numeric; 3.5; 3,5; 1",
                "numeric; 0.125; 0,125; 1",
                "numeric; 1234.5; 1.234,50 EUR; 1",
                "numeric; 12; 10-12; 1",
                "numeric; 100000; it is 1,00,000; 1",
                "numeric; 1234567.5; 12,34,567.5; 1",
                "numeric; -3; -1,2,3; 0",
                "numeric; -12; it is -12.; 1",
                "numeric; 2026; 12.11.2026; 1",
                "numeric; 7; 1e999999999; 0",
                "normalised; \"*\"; !; 0",
                "normalised; \"*\"; ~ * ~; 1",
                "normalised; \"5\"; .5; 0",
                "normalised; 5; 5.0; 1",
                "normalised; 5; 5 or 6; 0",
                "normalised; 3; 1,2,3; 0",
                "contains-all; [\"*\"]; nothing; 0",
                "contains-all; [\"*\"]; 2 * 3; 1",
                "json-fields; {\"labels\":[\"billing\"]}; {\"labels\":[\"billing\",\"spam\",\"legal\"]}; 0.3333333333",
                "json-fields; {\"labels\":[]}; {\"labels\":[\"billing\"]}; 0",
                "json-fields; {\"labels\":[]}; {\"labels\":[]}; 1",
                "json-fields; {\"a\":1,\"b\":{}}; {\"a\":1,\"b\":7}; 0.5",
                "json-fields; {\"a\":1}; {\"a\":1,\"more\":[1,2]}; 1",
                "json-fields; {\"a\":5}; {\"a\":5.0}; 1",
                "json-fields; {\"a\":12345678901234567}; {\"a\":12345678901234568}; 0",
                "json-fields; {\"a\":\"*\"}; {\"a\":\"!\"}; 0",
                "json-fields; {\"a\":7}; {\"a\":1e999}; 0",
                "list-f1; [\"a\",\"b\"]; a, c; 0.5",
                "list-precision; [\"a\",\"b\"]; a; 1",
                "list-recall; [\"a\",\"b\"]; a; 0.5",
                "rouge-l; \"police killed the gunman\"; police kill the gunman; 0.75"
            })
    void scores(String spec, String expected, String answer, double score) throws Exception {
        Scorer scorer = ScorerSpec.parse(List.of(spec));
        assertThat(scorer.score(new ObjectMapper().readTree(expected), answer)).isCloseTo(score, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- red\n- blue",
                "* Red\n* Blue\n",
                "1. red\n2. blue",
                "1) red\n2) blue",
                "- red, blue",
                "red, blue, .",
                "red\nblue"
            })
    void aListIsReadAsModelsWriteIt(String answer) throws Exception {
        JsonNode wanted = new ObjectMapper().readTree("[\"red\",\"blue\"]");
        assertThat(ScorerSpec.parse(List.of()).score(wanted, answer)).isEqualTo(1);
    }

    /** A comma within the item of a bullet is the item's. */
    @Test
    void aLineWithABulletIsOneItem() throws Exception {
        JsonNode wanted = new ObjectMapper().readTree("[\"Paris, France\",\"Rome, Italy\"]");
        assertThat(ScorerSpec.parse(List.of("list-f1")).score(wanted, "Cities:\n- Paris, France\n- Rome, Italy"))
                .isEqualTo(0.8);
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

    /** Issue 6, item 2: an output is as good as its worst side. */
    @Test
    void theLeastOfSeveralScoresCanCount() throws Exception {
        Scorer scorer = ScorerSpec.parse(List.of("json-valid", "json-fields", "combine:min"));
        JsonNode wanted = new ObjectMapper().readTree("{\"a\":1,\"b\":2}");
        assertThat(scorer.score(wanted, "{\"a\":1,\"b\":3}")).isEqualTo(0.5);
        assertThat(scorer.score(wanted, "{\"a\":1,\"b\":2}")).isEqualTo(1);
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("2*exact", "rouge-l", "combine:min")))
                .hasMessageContaining("leave the weights out");
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("exact", "combine:max")))
                .hasMessageContaining("combine:mean and combine:min");
    }

    @Test
    void judgeAndEmbeddingAreBlendedWithTheOthers() throws Exception {
        Blend blend = Blend.of(List.of("2*exact", "judge:rubric:umpire", "embedding:near"));
        assertThat(blend.judge()).isEqualTo(new Blend.Asked("judge:rubric", "umpire"));
        assertThat(blend.embedding()).isEqualTo(new Blend.Asked("embedding", "near"));
        JsonNode wanted = new ObjectMapper().readTree("\"yes\"");
        assertThat(blend.score(wanted, "yes", 0.5, 0.9)).isCloseTo((2 + 0.5 + 0.9) / 4, within(1e-9));
        assertThat(Blend.of(List.of("judge:rubric:umpire", "embedding:near", "combine:min"))
                        .score(wanted, "yes", 0.5, 0.9))
                .isEqualTo(0.5);
        assertThat(Blend.of(List.of("judge:rubric:umpire")).needsExpected()).isFalse();
        assertThat(Blend.of(List.of("judge:rubric:umpire", "embedding:near")).needsExpected())
                .isTrue();
        assertThatThrownBy(() -> Blend.of(List.of("judge:rubric:a", "judge:pairwise:b")))
                .hasMessageContaining("at most one judge and one embedding");
        assertThatThrownBy(() -> Blend.of(List.of("embedding"))).hasMessageContaining("embedding:MODEL");
        assertThat(ScorerSpec.words(List.of("exact", "0.5*judge:rubric:umpire", "embedding:near"), name -> "p/" + name))
                .containsExactly("exact", "0.5*judge:rubric by p/umpire", "embedding above chance by p/near");
        assertThat(ScorerSpec.withJudge(List.of("exact", "2*judge:pairwise"), "umpire"))
                .containsExactly("exact", "2.0*judge:pairwise:umpire");
    }

    /** A tenth for each character; more than ten are too many, which is not this class's business. */
    public static final class Length implements Scorer {
        @Override
        public double score(@Nullable JsonNode expected, String answer) {
            return answer.length() / 10.0;
        }

        @Override
        public boolean needsExpected() {
            return false;
        }
    }

    @Test
    void aScorerOfTheUsersOwnIsNamedByItsClass() {
        Scorer scorer = ScorerSpec.parse(List.of("3*bean:" + Length.class.getName(), "json-valid"));
        assertThat(scorer.score(null, "12345")).isCloseTo((3 * 0.5 + 1) / 4, within(1e-9));
        assertThat(scorer.score(null, "much too long for it")).isCloseTo(0.75, within(1e-9));
        assertThat(scorer.needsExpected()).isFalse();
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("bean:java.lang.String")))
                .hasMessageContaining("it is no scorer");
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("bean:no.such.Type")))
                .hasMessageContaining("ClassNotFoundException");
    }

    @Test
    void namesWhatIsAllowed() {
        assertThatThrownBy(() -> ScorerSpec.parse(List.of("bleu"))).hasMessageContaining("rouge-l");
    }
}
