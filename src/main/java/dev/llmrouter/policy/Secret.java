package dev.llmrouter.policy;

import java.util.Objects;

/** A value that is never shown: {@code toString} hides it, and records that hold one do not print it. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** Whether there is a value: a placeholder whose variable is absent or empty gives a secret that is not set. */
    public boolean isSet() {
        return !value.isBlank();
    }

    /** The value itself, for the one place that sends it. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return isSet() ? "(set)" : "(not set)";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
