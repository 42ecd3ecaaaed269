package dev.llmrouter.classify;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Takes the task that the caller names. Immutable and safe for use by many threads. */
public final class ExplicitClassifier implements Classifier {
    private final Set<String> tasks;

    public ExplicitClassifier(Set<String> tasks) {
        this.tasks = Set.copyOf(tasks);
    }

    /**
     * What is wrong with the task that the caller names; empty if it is known or none is named. The gateway answers 400
     * with this message before it classifies, so that a misspelt name is not routed by guess.
     */
    public Optional<String> refusal(Input input) {
        return refusal(input, task -> true);
    }

    /** The same for a caller who is told of some tasks only. @param told which */
    Optional<String> refusal(Input input, Predicate<String> told) {
        String named = input.explicitTask();
        if (named == null || tasks.contains(named)) {
            return Optional.empty();
        }
        List<String> allowed = tasks.stream().filter(told).sorted().toList();
        String names = allowed.isEmpty()
                ? ""
                : "; allowed: " + String.join(", ", allowed.stream().limit(20).toList())
                        + (allowed.size() > 20 ? ", ..." : "");
        return Optional.of("the task '" + shown(named) + "' is not in the policy" + names
                + ". Correct x-llm-task or model: task:NAME, or leave it out.");
    }

    /** A name as far as it is one: a caller's text comes back shortened and without control characters. */
    private static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints().limit(64).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return name.length() > shown.length() ? shown + "..." : shown.toString();
    }

    @Override
    public Optional<Classification> classify(Input input, Trace trace) {
        String named = input.explicitTask();
        if (named == null || !tasks.contains(named)) {
            if (trace.isWanted()) {
                trace.say("explicit: " + refusal(input).orElse("no task is named"));
            }
            return Optional.empty();
        }
        if (trace.isWanted()) {
            trace.say("explicit: the caller names '" + named + "'");
        }
        return Optional.of(new Classification(named, 1, Classification.Source.EXPLICIT, null, List.of()));
    }
}
