package dev.llmrouter.classify;

import static dev.llmrouter.classify.Conditions.EXPRESSIONS;
import static dev.llmrouter.classify.Conditions.input;
import static dev.llmrouter.classify.Conditions.keywords;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.Condition;
import dev.llmrouter.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleClassifierTest {
    private static RuleClassifier rules(Condition... conditions) {
        List<Rule> rules = new ArrayList<>();
        for (Condition condition : conditions) {
            rules.add(new Rule("r" + rules.size(), condition, "t" + rules.size(), rules.size() + 10));
        }
        return new RuleClassifier(rules, EXPRESSIONS);
    }

    private static Optional<String> ruleOf(RuleClassifier rules, Input input) {
        return rules.classify(input, Classifier.Trace.NONE).map(Classification::rule);
    }

    private static List<String> told(RuleClassifier rules, Input input) {
        List<String> said = new ArrayList<>();
        rules.classify(input, new Classifier.Trace() {
            @Override
            public boolean isWanted() {
                return true;
            }

            @Override
            public void say(String what) {
                said.add(what);
            }
        });
        return said;
    }

    @Test
    void theFirstRuleInTheFileWins() {
        RuleClassifier rules = rules(keywords("beta"), keywords("alpha"), keywords("alpha", "beta"));

        assertThat(ruleOf(rules, input("alpha beta"))).contains("r0");
        assertThat(ruleOf(rules, input("alpha"))).contains("r1");
        assertThat(ruleOf(rules, input("gamma"))).isEmpty();
    }

    @Test
    void everyPartMustHold() {
        RuleClassifier rules = rules(
                Conditions.of(List.of("x"), "[0-9]{3}", null, 50, Map.of("Queue", "tick*"), Set.of("eu"), "true"));

        assertThat(ruleOf(rules, input("x 123", Map.of("queue", "tickets"), Set.of("eu"), null)))
                .contains("r0");
        assertThat(ruleOf(rules, input("x 12", Map.of("queue", "tickets"), Set.of("eu"), null)))
                .isEmpty();
        assertThat(ruleOf(rules, input("y 123", Map.of("queue", "tickets"), Set.of("eu"), null)))
                .isEmpty();
        assertThat(ruleOf(rules, input("x 123", Map.of("queue", "other"), Set.of("eu"), null)))
                .isEmpty();
        assertThat(ruleOf(rules, input("x 123", Map.of("queue", "tickets"), Set.of(), null)))
                .isEmpty();
        assertThat(ruleOf(rules, input("x 123 " + "word ".repeat(80), Map.of("queue", "tickets"), Set.of("eu"), null)))
                .isEmpty();
    }

    @Test
    void keywordsAreFoundInTheSystemPromptToo() {
        assertThat(ruleOf(rules(keywords("triage")), Conditions.withSystem("You triage tickets.", "Hello")))
                .contains("r0");
        assertThat(ruleOf(rules(keywords("tickets hello")), Conditions.withSystem("You triage tickets", "hello")))
                .as("no phrase spans two messages")
                .isEmpty();
    }

    @Test
    void anExpressionThatFailsDoesNotMatchAndIsToldWithoutItsMessage() {
        RuleClassifier rules = rules(Conditions.of(List.of("x"), null, null, null, Map.of(), Set.of(), "fails"));

        assertThat(ruleOf(rules, input("x"))).isEmpty();
        assertThat(told(rules, input("x")))
                .anyMatch(line -> line.contains("IllegalStateException"))
                .noneMatch(line -> line.contains("secret"));
    }

    @Test
    void tellsWhatMatchedAndWhatNearlyDid() {
        RuleClassifier rules = rules(
                Conditions.of(List.of("summarise"), null, 2000, null, Map.of(), Set.of(), null), keywords("summarise"));

        assertThat(told(rules, input("Summarise this")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("rules: 'r1' (line 11) fits: keyword 'summarise'"),
                        line -> assertThat(line)
                                .startsWith("rules: 'r0' (line 10) nearly fits, but tokensOver 2000: ")
                                .endsWith(" estimated"));
    }

    @Test
    void tellsAtMostFiveNearMissesAndNeverHeaderValues() {
        Condition near = Conditions.of(List.of("x"), null, null, null, Map.of("h", "wanted"), Set.of(), null);
        List<String> said = told(
                rules(near, near, near, near, near, near, near), input("x", Map.of("h", "s3cret"), Set.of(), null));

        assertThat(said).hasSize(6).noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void namesTheRuleWhoseRegexDoesNotParse() {
        assertThatThrownBy(() -> rules(Conditions.of(List.of(), "(?<=a)b", null, null, Map.of(), Set.of(), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 10: rule 'r0': regex");
    }

    @Test
    void findsTheHeadAndTheTailOfALongText() {
        RuleClassifier rules = rules(keywords("needle"));
        String hay = "hay ".repeat(50_000);

        assertThat(ruleOf(rules, input("needle " + hay))).contains("r0");
        assertThat(ruleOf(rules, input(hay + "needle"))).contains("r0");
    }

    /** Unsure means the baseline: what a rule may leave out a condition that lifts may not. */
    @Test
    void whatLiftsIsLookedForInTheMiddleOfALongTextToo() {
        String hay = "hay ".repeat(25_000);
        Input middle = input(hay + "needle " + hay);
        Condition regex = Conditions.of(List.of(), "nee+dle", null, null, Map.of(), Set.of(), null);

        assertThat(ruleOf(rules(keywords("needle")), middle)).isEmpty();
        assertThat(CompiledCondition.lifting(keywords("needle"), EXPRESSIONS).why(middle))
                .isEqualTo("keyword 'needle'");
        assertThat(CompiledCondition.lifting(regex, EXPRESSIONS).why(middle)).isEqualTo("regex 'nee+dle': found");
        assertThat(CompiledCondition.lifting(regex, EXPRESSIONS).why(input(hay)))
                .isNull();
        assertThat(CompiledCondition.lifting(regex, EXPRESSIONS).why(input(hay.repeat(3))))
                .isEqualTo(
                        "regex 'nee+dle': the text has more than the 262,144 characters that are searched, which counts as"
                                + " a match");
    }

    /** A rule goes by the head: a disclaimer in English makes no German letter another one. */
    @Test
    void aLanguageLiftsWhereverItStands() {
        String german =
                "Sehr geehrte Damen und Herren, hiermit kündige ich meinen Vertrag zum nächsten möglichen Termin. "
                        .repeat(20);
        Input letter = input(german
                + "This message is confidential. If you are not the person it is meant for, please delete it at once. "
                        .repeat(5));
        Condition english = Conditions.languages(Set.of("en"), Set.of());
        Condition notGerman = Conditions.languages(Set.of(), Set.of("de"));

        assertThat(ruleOf(rules(english), letter)).isEmpty();
        assertThat(ruleOf(rules(Conditions.languages(Set.of("de"), Set.of())), letter))
                .contains("r0");
        assertThat(ruleOf(rules(notGerman), letter)).isEmpty();
        assertThat(CompiledCondition.lifting(english, EXPRESSIONS).why(letter))
                .isEqualTo("languageIn [en]: de, further on en");
        assertThat(CompiledCondition.lifting(notGerman, EXPRESSIONS).why(letter))
                .isEqualTo("languageNotIn [de]: de, further on en");
        assertThat(CompiledCondition.lifting(notGerman, EXPRESSIONS).why(input(german)))
                .isNull();
    }

    @Test
    void structureAndQuestionsAreSeenWhereverTheyStand() {
        String hay = "Some hay. ".repeat(10_000);
        Characteristics found = new Describer()
                .describe(
                        input(hay + "\n```java\nint a;\n```\nWhy? How?\n" + hay).request());

        assertThat(found.hasCode()).isTrue();
        assertThat(found.questions()).isEqualTo(2);
    }

    @Test
    void anExpressionThatFailsRecognisesNothingButLiftsToTheBaseline() {
        Condition fails = Conditions.of(List.of(), null, null, null, Map.of(), Set.of(), "fails");

        assertThat(CompiledCondition.of(fails, EXPRESSIONS).why(input("x"))).isNull();
        assertThat(CompiledCondition.lifting(fails, EXPRESSIONS).why(input("x")))
                .isEqualTo("simple: failed with IllegalStateException, which counts as a match");
    }

    @Test
    void tenThousandRulesGiveTheSameAsTestingOneByOne() {
        Random random = new Random(7);
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Condition when = switch (i % 4) {
                case 0, 1 -> keywords("w" + random.nextInt(20_000), "p" + random.nextInt(500) + " q");
                case 2 ->
                    Conditions.of(List.of(), null, null, null, Map.of("h", "v" + random.nextInt(9000)), Set.of(), null);
                default ->
                    Conditions.of(List.of(), null, null, null, Map.of(), Set.of("t" + random.nextInt(9000)), null);
            };
            rules.add(new Rule("r" + i, when, "t", i + 1));
        }
        RuleClassifier indexed = new RuleClassifier(rules, EXPRESSIONS);
        List<CompiledCondition> plain = rules.stream()
                .map(rule -> CompiledCondition.of(rule.when(), EXPRESSIONS))
                .toList();
        int matched = 0;
        for (int i = 0; i < 60; i++) {
            Input input = input(
                    "w" + random.nextInt(20_000) + " is p" + random.nextInt(2000) + "  Q",
                    Map.of("h", "v" + random.nextInt(90_000)),
                    Set.of("t" + random.nextInt(90_000)),
                    null);
            Optional<String> expected = Optional.empty();
            for (int r = 0; r < plain.size() && expected.isEmpty(); r++) {
                expected = plain.get(r).test(input) ? Optional.of("r" + r) : expected;
            }
            assertThat(ruleOf(indexed, input)).isEqualTo(expected);
            matched += expected.isPresent() ? 1 : 0;
        }
        assertThat(matched).isBetween(10, 59);
    }
}
