package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructureTest {
    /** What begins tags and never ends them is looked through once. */
    @Test
    void takesHostileTextInOnePass() {
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Structure.of("<a ".repeat(3_000_000)));
        assertThat(Structure.of("<a href='x'>x</a>").markup()).isTrue();
        assertThat(Structure.of("<a <b <c").markup()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Explain:\n```\nx\n```",
                "int a = 1;\nfor (int i = 0; i < a; i++) {\n}\nSystem.out.println(a);",
                "def f(x):\n    return g(x)\nclass A(B):\n    def h(self):\n        self.x = f(1)",
                "SELECT a FROM b WHERE c = 1;\nUPDATE b SET c = 2;"
            })
    void findsCode(String text) {
        assertThat(Structure.of(text).code()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Read {\"a\": 1}", "[{\"name\" : \"x\",\n \"b\": [1]}]"})
    void findsJson(String text) {
        assertThat(Structure.of(text).json()).isTrue();
        assertThat(Structure.of(text).code()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<p>Hello</p>", "<a href=\"x\">y</a>", "<?xml?><ns:a><b/></ns:a>"})
    void findsMarkup(String text) {
        assertThat(Structure.of(text).markup()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"| a | b |\n|---|---|\n| 1 | 2 |", "a,b,c\n1,2,3\n4,5,6", "a\tb\n1\t2\n3\t4"})
    void findsTables(String text) {
        assertThat(Structure.of(text).table()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Classify this ticket as billing, technical or general: my invoice (of May) is wrong; please help.",
                "If a < b and c > d, what follows?",
                "She said \"yes\": it was done. Let us go; from here, we walk.",
                "Dear all,\nplease find the minutes, the plan, and the budget.\nBest, Jo",
                ""
            })
    void plainProseHasNoStructure(String text) {
        assertThat(Structure.of(text)).isEqualTo(Structure.NONE);
    }
}
