package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyEditTest {
    private static final String BLOCK = """
            tiers:
              economy:
                models: [small]
                # on trial
                canary:
                  model: tiny # the new one

                  # a tenth
                  percent: 10

                # kept
                strategy: failover
              premium: { models: [large], canary: { model: huge, percent: 5 } }
            tasks:
              sum: { tier: economy }
            """;

    @Test
    void aCanaryGoesWithItsLinesAndNothingElse() {
        PolicyEdit edit = PolicyEdit.of(BLOCK, "p").withoutCanary("economy");

        assertThat(edit.text()).isEqualTo("""
                tiers:
                  economy:
                    models: [small]
                    # on trial

                    # kept
                    strategy: failover
                  premium: { models: [large], canary: { model: huge, percent: 5 } }
                tasks:
                  sum: { tier: economy }
                """);
        assertThat(edit.isChanged()).isTrue();
        assertThat(edit.patch("p"))
                .contains("-    canary:", "-      percent: 10")
                .doesNotContain("\n+ ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ models: [large], canary: { model: a, percent: 5 } } | { models: [large] }",
                "{ canary: {model: a, percent: 5}, models: [large] }    | { models: [large] }",
                "{ models: [large],canary: { model: a, percent: 5 }, timeout: 5s } # x | { models: [large], timeout: 5s } # x",
                "{ canary: { model: a, percent: 5 }, models: [large] }\\r | { models: [large] }\\r",
            })
    void inAMappingOnOneLineToo(String before, String after) {
        String text = "tiers:\n  t: %s\ntasks: { sum: { tier: t } }\n";
        assertThat(PolicyEdit.of(text.formatted(before.replace("\\r", "\r")), "p")
                        .withoutCanary("t")
                        .text())
                .isEqualTo(text.formatted(after.replace("\\r", "\r")));
    }

    @Test
    void theLastKeyOfAFileGoesToo() {
        String text =
                "tasks: { sum: { tier: t } }\ntiers:\n  t:\n    models: [a]\n    canary: { model: b, percent: 1 }";
        assertThat(PolicyEdit.of(text, "p").withoutCanary("t").text())
                .isEqualTo("tasks: { sum: { tier: t } }\ntiers:\n  t:\n    models: [a]\n");
    }

    @Test
    void whatCannotGoAloneIsLeftToPeople() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyEdit.of(BLOCK, "p").withoutCanary("none"))
                .withMessage("p: tier 'none' has no canary");
        String spread =
                "tiers: { t: { models: [a], canary: {\n model: b, percent: 1 } } }\ntasks: { sum: { tier: t } }\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PolicyEdit.of(spread, "p").withoutCanary("t"))
                .withMessage("p: tiers.t.canary cannot be taken off in place; remove it by hand");
        PolicyEdit edit = PolicyEdit.of(BLOCK.replace("percent: 5 }", "percent: \"{{env:P:5}}\" }"), "p");
        assertThatIllegalArgumentException().isThrownBy(() -> edit.withoutCanary("premium"));
        assertThat(edit.isChanged()).as("nothing of it is left").isFalse();
    }
}
