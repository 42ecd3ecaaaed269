package dev.llmrouter.classify;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a policy in order; the first that is confident enough names the task. The steps {@link Step#EMBEDDING} and
 * {@link Step#LLM} are not run here: they call somebody, and come after all others where none of them knows. Immutable and safe for use by many
 * threads. A step that throws counts as one that does not know: the baseline tier serves what nobody recognises.
 */
public final class ClassifierChain {
    private static final String NOT_TAKEN =
            "a task is named, and the policy takes no task by name: its classifier.chain has no step 'explicit'."
                    + " Leave out x-llm-task, model: task:NAME or the parameter task, or put explicit into the chain.";

    private final Map<Step, Classifier> steps;
    private final ClassifierSettings settings;
    private final ExplicitClassifier explicit;
    private final List<String> absent = new ArrayList<>();
    private @Nullable String compared;
    private @Nullable String asked;
    private boolean byTokens;

    private ClassifierChain(RoutingPolicy policy, Map<Step, Classifier> available, ExplicitClassifier explicit) {
        this.explicit = explicit;
        this.settings = policy.classifier();
        this.steps = new LinkedHashMap<>();
        for (Step step : policy.classifier().chain()) {
            Classifier classifier = available.get(step);
            if (step == Step.LLM && policy.classifier().llm() != null) {
                asked = policy.classifier().llm().model();
                byTokens = policy.classifier().llm().confidence() == ClassifierSettings.Confidence.LOGPROBS;
            } else if (step == Step.EMBEDDING && policy.classifier().embedding() != null) {
                compared = policy.classifier().embedding().name();
            } else if (classifier == null) {
                absent.add(step.name().toLowerCase(Locale.ROOT) + ": not available, left out");
            } else {
                steps.put(step, classifier);
            }
        }
    }

    /**
     * @param others the step {@link Step#LEARNED}, if it is available
     * @throws IllegalArgumentException names the rule whose regex or expression does not parse
     */
    public static ClassifierChain of(RoutingPolicy policy, Expressions expressions, Map<Step, Classifier> others) {
        ExplicitClassifier explicit = new ExplicitClassifier(policy.tasks().keySet());
        Map<Step, Classifier> available = new LinkedHashMap<>(others);
        available.put(Step.EXPLICIT, explicit);
        available.put(Step.RULES, new RuleClassifier(policy.rules(), expressions));
        return new ClassifierChain(policy, available, explicit);
    }

    /** The message of a 400 if the caller names a task that the policy does not have; ask before classifying. */
    public Optional<String> refusal(Input input) {
        return explicit.refusal(input);
    }

    /** The same for a caller who is told of some tasks only. @param told which */
    public Optional<String> refusal(Input input, Predicate<String> told) {
        return explicit.refusal(input, told);
    }

    /** The message of a 400 if the caller names a task and no step takes it: another one would be found, and nobody told. */
    public Optional<String> refusalOfNaming(Input input) {
        return input.explicitTask() == null || settings.takesNamedTasks() ? Optional.empty() : Optional.of(NOT_TAKEN);
    }

    /** The task that the caller names, and no other: nothing of the text is looked at. */
    public Classification named(Input input) {
        return explicit.classify(input, Classifier.Trace.NONE)
                .orElseGet(() -> new Classification(null, 0, Classification.Source.DEFAULT, null, List.of()));
    }

    /** Names the task, without telling how. */
    public Classification classify(Input input) {
        return run(input, Classifier.Trace.NONE, List.of());
    }

    /** Names the task; the trace tells what each step said and which rules nearly fit. Slower. */
    public Classification explain(Input input) {
        List<String> said = new ArrayList<>(absent);
        Classifier.Trace trace = new Told(said, Classifier.Trace.NONE);
        Classification found = run(input, trace, said);
        if (found.task() == null) {
            tellWhoWouldBeAsked(trace);
            return new Classification(null, 0, Classification.Source.DEFAULT, null, said);
        }
        return found;
    }

    /**
     * The same for who goes on to ask those that this chain does not.
     *
     * @param also is told everything as well
     */
    public Classification explain(Input input, Classifier.Trace also) {
        List<String> said = new ArrayList<>(absent);
        return run(input, new Told(said, also), said);
    }

    /** Keeps what is said. */
    private record Told(List<String> said, Classifier.Trace also) implements Classifier.Trace {
        @Override
        public boolean isWanted() {
            return true;
        }

        @Override
        public void say(String what) {
            said.add(what);
            also.say(what);
        }

        @Override
        public void thinks(String task, double probability) {
            also.thinks(task, probability);
        }
    }

    /**
     * What the steps behind the one that decided think; nobody is called.
     *
     * @param decided by which step the task was named
     * @return the task by step, in the order of the chain; empty where a step does not know
     */
    public Map<String, Optional<String>> later(Input input, Classification.Source decided) {
        Map<String, Optional<String>> said = new LinkedHashMap<>();
        boolean isLater = false;
        for (Map.Entry<Step, Classifier> step : steps.entrySet()) {
            if (isLater) {
                said.put(
                        step.getKey().name().toLowerCase(Locale.ROOT),
                        ask(step.getKey(), step.getValue(), input, Classifier.Trace.NONE)
                                .map(Classification::task));
            }
            isLater |= step.getKey() == decided.step();
        }
        return said;
    }

    private Classification run(Input input, Classifier.Trace trace, List<String> said) {
        for (Map.Entry<Step, Classifier> step : steps.entrySet()) {
            Optional<Classification> known = ask(step.getKey(), step.getValue(), input, trace);
            if (known.isPresent()) {
                Classification found = known.get();
                if (trace.isWanted()) {
                    trace.say(step.getKey().name().toLowerCase(Locale.ROOT) + ": task '" + found.task() + "'");
                }
                return new Classification(found.task(), found.confidence(), found.source(), found.rule(), said);
            }
        }
        return new Classification(null, 0, Classification.Source.DEFAULT, null, said);
    }

    private void tellWhoWouldBeAsked(Classifier.Trace trace) {
        if (compared != null) {
            trace.say("embedding: '" + compared
                    + "' would make the text's vector, to compare it with the examples; nobody is called here");
        }
        if (asked != null) {
            trace.say("llm: model '" + asked + "' would be asked"
                    + (byTokens ? ", and the probabilities of its answer's tokens be the confidence" : "")
                    + "; nobody is called here");
        }
    }

    private Optional<Classification> ask(Step step, Classifier classifier, Input input, Classifier.Trace trace) {
        Optional<Classification> known;
        try {
            known = classifier.classify(input, trace);
        } catch (RuntimeException e) {
            if (trace.isWanted()) {
                trace.say(step.name().toLowerCase(Locale.ROOT) + ": failed with "
                        + e.getClass().getSimpleName() + ", counts as not known");
            }
            return Optional.empty();
        }
        double least = settings.minConfidence(step);
        if (known.isPresent() && (known.get().task() == null || !(known.get().confidence() >= least))) {
            if (trace.isWanted()) {
                trace.say(step.name().toLowerCase(Locale.ROOT) + ": confidence "
                        + known.get().confidence() + " is below minConfidence " + least);
            }
            return Optional.empty();
        }
        return known;
    }
}
