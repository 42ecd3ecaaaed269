package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/** An example that the candidate lost. Texts are cut at 600 characters and null where the data set has none. */
public record Failure(
        String id,
        String input,
        @Nullable String expected,
        double baselineScore,
        double candidateScore,
        @Nullable String baselineText,
        @Nullable String candidateText) {}
