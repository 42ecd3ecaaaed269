package dev.llmrouter.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassifierChainTest {
    private static ClassifierChain chain(Map<Step, Classifier> others) {
        return chain(others, Map.of());
    }

    private static ClassifierChain chain(Map<Step, Classifier> others, Map<Step, Double> thresholds) {
        return chain(others, thresholds, Step.EXPLICIT, Step.RULES, Step.LEARNED, Step.LLM);
    }

    private static ClassifierChain chain(Map<Step, Classifier> others, Map<Step, Double> thresholds, Step... steps) {
        Task task = new Task("sum", "t", "d", "r", null, null, null, List.of(), null, null, null, null, null, null);
        RoutingPolicy policy = new RoutingPolicy(
                1,
                "",
                "t",
                EvidenceMode.WARN,
                Simulation.values()[0],
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of("sum", task),
                List.of(new Rule("r", Conditions.keywords("add"), "sum", 3)),
                new ClassifierSettings(List.of(steps), 0.8, thresholds, null, null, 0),
                List.of(),
                Limits.ofDefaults(),
                "h",
                "s");
        return ClassifierChain.of(policy, Conditions.EXPRESSIONS, others);
    }

    private static Classifier learned(double confidence) {
        return (input, trace) ->
                Optional.of(new Classification("sum", confidence, Classification.Source.LEARNED, null, List.of()));
    }

    @Test
    void theExplicitTaskComesBeforeRules() {
        Classification found = chain(Map.of()).classify(Conditions.input("add", Map.of(), Set.of(), "sum"));

        assertThat(found.source()).isEqualTo(Classification.Source.EXPLICIT);
        assertThat(found.confidence()).isEqualTo(1);
    }

    @Test
    void anUnknownExplicitTaskIsRefusedByItsNameShortenedAndOnOneLine() {
        Input input = Conditions.input("add", Map.of(), Set.of(), "summ");

        assertThat(chain(Map.of()).refusal(input))
                .get()
                .asString()
                .contains("the task 'summ' is not in the policy", "allowed: sum");
        assertThat(chain(Map.of()).refusal(Conditions.input("add", Map.of(), Set.of(), "a\nb" + "x".repeat(100))))
                .get()
                .asString()
                .contains("'a b" + "x".repeat(61) + "...'")
                .doesNotContain("\n");
        assertThat(chain(Map.of()).refusal(Conditions.input("add"))).isEmpty();
        assertThat(chain(Map.of()).refusal(input, task -> false))
                .as("a caller whose key may name none of them")
                .hasValueSatisfying(text -> assertThat(text).contains("is not in the policy. Correct"));
    }

    /** It was checked and then left out: another task was found, and nobody told. */
    @Test
    void aNamedTaskIsRefusedWhereTheChainDoesNotTakeIt() {
        ClassifierChain deaf = chain(Map.of(), Map.of(), Step.RULES);

        assertThat(deaf.refusalOfNaming(Conditions.input("add", Map.of(), Set.of(), "sum")))
                .get()
                .asString()
                .contains("has no step 'explicit'", "put explicit into the chain");
        assertThat(deaf.refusalOfNaming(Conditions.input("add"))).isEmpty();
        assertThat(chain(Map.of()).refusalOfNaming(Conditions.input("add", Map.of(), Set.of(), "sum")))
                .isEmpty();
    }

    @Test
    void confidenceMustReachTheBound() {
        Input input = Conditions.input("hello");

        assertThat(chain(Map.of(Step.LEARNED, learned(0.79))).classify(input).task())
                .isNull();
        assertThat(chain(Map.of(Step.LEARNED, learned(Double.NaN)))
                        .classify(input)
                        .task())
                .isNull();
        assertThat(chain(Map.of(Step.LEARNED, learned(0.8))).classify(input).task())
                .isEqualTo("sum");
    }

    @Test
    void aStepMayHaveABoundOfItsOwn() {
        Input input = Conditions.input("hello");
        Map<Step, Double> thresholds = Map.of(Step.LEARNED, 0.6);

        assertThat(chain(Map.of(Step.LEARNED, learned(0.6)), thresholds)
                        .classify(input)
                        .task())
                .isEqualTo("sum");
        assertThat(chain(Map.of(Step.LEARNED, learned(0.59)), thresholds)
                        .classify(input)
                        .task())
                .isNull();
        assertThat(chain(Map.of(Step.LEARNED, learned(0.7)), Map.of(Step.LLM, 0.6))
                        .classify(input)
                        .task())
                .isNull();
    }

    @Test
    void nobodyKnowingIsDefaultAndToldStepByStep() {
        Classifier failing = (input, trace) -> {
            throw new IllegalStateException("secret");
        };
        Classification found = chain(Map.of(Step.LEARNED, failing)).explain(Conditions.input("hello"));

        assertThat(found.source()).isEqualTo(Classification.Source.DEFAULT);
        assertThat(found.trace())
                .contains("llm: not available, left out", "explicit: no task is named", "rules: none of 1 fits")
                .anyMatch(line -> line.startsWith("learned: failed with IllegalStateException"))
                .noneMatch(line -> line.contains("secret"));
    }

    @Test
    void classifyingLeavesNoTrace() {
        assertThat(chain(Map.of()).classify(Conditions.input("please add")).trace())
                .isEmpty();
        assertThat(chain(Map.of()).explain(Conditions.input("please add")).rule())
                .isEqualTo("r");
    }
}
