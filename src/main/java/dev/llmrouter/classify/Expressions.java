package dev.llmrouter.classify;

import java.util.function.Predicate;

/** Compiles the expressions of rules; the Camel ring has an implementation, so that this package does not know Camel. */
public interface Expressions {
    /** @param text Camel Simple predicate @throws IllegalArgumentException if it does not parse */
    Predicate<Input> simple(String text);

    /** @param text JSONPath predicate over the body as received, or over a text that is JSON @throws IllegalArgumentException if it does not parse */
    Predicate<Input> jsonpath(String text);
}
