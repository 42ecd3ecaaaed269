package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to cost much time or memory, or to make the parser do something else than read. */
class HostilePolicyTest {
    static Stream<String> bombs() {
        String aliases = IntStream.range(1, 40)
                .mapToObj(i -> "a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "]\n")
                .collect(Collectors.joining("", "a0: &a0 x\n", ""));
        String sample = Sample.POLICY;
        return Stream.of(
                aliases,
                "[".repeat(100_000),
                "{a: ".repeat(100_000),
                "- ".repeat(100_000),
                "? ".repeat(50_000),
                "a:\n"
                        + IntStream.range(0, 400)
                                .mapToObj(i -> " ".repeat(i + 1) + "a:\n")
                                .collect(Collectors.joining()),
                "x: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://localhost/\"]]",
                "x: ".repeat(20) + "\n",
                "<<: *x\n",
                "a: 1\n".repeat(100_000),
                IntStream.range(0, 100_000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining()),
                "a".repeat(PolicyLoader.MAX_CHARACTERS),
                "a".repeat(PolicyLoader.MAX_CHARACTERS + 1),
                "\"" + "\\u0041".repeat(300_000) + "\"",
                "owner: \"\uD800\"",
                "owner: \u0000",
                "\u0000",
                "owner: \uFFFE",
                sample.replace("owner: team", "owner: \"{{" + "a".repeat(100_000)),
                sample.replace("owner: team", "owner: \"" + "{{env:".repeat(50_000) + "\""),
                sample.replace("context: 128000", "context: 1e2147483647"),
                sample.replace("context: 128000", "context: " + "1".repeat(1_000_000)),
                sample.replace("keywords: [advise]", "regex: '((a{1,50}){1,50}){1,50}'"),
                sample.replace("keywords: [advise]", "regex: '" + "(".repeat(900) + "'"),
                sample.replace("keywords: [advise]", "regex: '" + "(a|".repeat(300) + "b" + ")".repeat(300) + "'"),
                sample.replace("[advise]", "[" + "word ".repeat(100_000) + "]"),
                sample + manyRules(10_000),
                sample + manyRules(11_000));
    }

    /** Rules that share keywords, the worst case for the search of overlaps. */
    private static String manyRules(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "  - { id: r" + i + ", task: " + (i % 2 == 0 ? "triage" : "advice")
                        + ", when: { keywords: [w" + i % 50 + ", common phrase, u" + i + "] } }\n")
                .collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("bombs")
    void isAnsweredInBoundedTime(String text) {
        HostilePolicyPropertyTest.answered(text);
    }

    /** Comparing each rule with each took more than half a minute. */
    @Test
    void thousandsOfRulesWithLongPhrasesAreCheckedInTime() {
        StringBuilder text = new StringBuilder(Sample.POLICY);
        for (int i = 0; i < RuleReader.MAX_RULES - 2; i++) {
            text.append("  - { id: r%d, task: %s, when: { keywords: [a b c d e f g h i j k w%d] } }%n"
                    .formatted(i, i % 2 == 0 ? "triage" : "advice", i));
        }
        PolicyCheck check = assertTimeout(Duration.ofSeconds(15), () -> Sample.check(text.toString()));
        assertThat(check.problems()).isEmpty();
        assertThat(check.orThrow().rules()).hasSize(RuleReader.MAX_RULES);
    }
}
