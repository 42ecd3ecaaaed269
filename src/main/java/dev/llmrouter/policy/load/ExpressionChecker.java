package dev.llmrouter.policy.load;

import org.jspecify.annotations.Nullable;

/** Says whether an expression of a rule can be compiled; supplied by who knows the language (Camel). */
@FunctionalInterface
public interface ExpressionChecker {
    /**
     * Compiles the expression without running it.
     *
     * @param language {@code simple} or {@code jsonpath}
     * @return what is wrong with it, in one line; null if it compiles
     */
    @Nullable
    String problemWith(String language, String expression);
}
