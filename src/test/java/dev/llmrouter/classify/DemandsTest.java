package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 0 | The weather is fine.
            1 | 0 | What is it?
            2 | 0 | Who? And why???
            0 | 0 | See http://a.b/c?d=e for more
            0 | 1 | Summarise this.
            0 | 2 | Please write a poem. Then translate it.
            0 | 1 | Bitte fasse den Text zusammen.
            0 | 2 | Übersetze den Text und prüfe ihn. Schreibe kurz.
            1 | 0 | 这是什么？
            """)
    void countsQuestionsAndInstructions(int questions, int instructions, String text) {
        assertThat(Demands.of(text)).isEqualTo(new Demands(questions, instructions));
    }

    @ParameterizedTest
    @CsvSource({"'1. Read it\n2. Explain it\n3) The rest', 3", "'- one\n- two', 2", "'```\n- a\n```\nGo', 0"})
    void countsListItemsOnceOutsideOfFences(String text, int instructions) {
        assertThat(Demands.of(text).instructions()).isEqualTo(instructions);
    }
}
