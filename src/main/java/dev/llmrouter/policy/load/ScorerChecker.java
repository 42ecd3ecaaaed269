package dev.llmrouter.policy.load;

import org.jspecify.annotations.Nullable;

/** Looks for the classes of scorers that the tasks of a policy name. */
@FunctionalInterface
public interface ScorerChecker {
    /**
     * What is wrong with a scorer here.
     *
     * @param spec {@code [WEIGHT*]NAME[:ARGUMENT]}
     * @return words that follow its name in a message; null if nothing is
     */
    @Nullable
    String fault(String spec);
}
