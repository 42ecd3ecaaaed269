package dev.llmrouter.cli;

import org.jspecify.annotations.Nullable;

/** Options without which {@code validate} cannot go on. */
final class Required {
    private Required() {}

    /** @throws IllegalArgumentException if there is no value; the message names the option */
    static <T> T option(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing; see validate --help");
        }
        return value;
    }
}
