package dev.llmrouter.policy.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the values of <code>{{...}}</code> in a policy file.
 *
 * <p>A value is data: it is put into the field as it is and never read as YAML. It is not looked at for further
 * placeholders.
 */
@FunctionalInterface
public interface Placeholders {
    /**
     * Looks up one placeholder.
     *
     * @param name {@code env:NAME} for an environment variable, {@code sys:NAME} for a system property, otherwise the
     *     name of a property
     * @return its value, which may be empty; null if there is none
     */
    @Nullable
    String valueOf(String name);

    /** Takes {@code env:} names from the given environment (usually {@code System.getenv()}) and knows no others. */
    static Placeholders ofEnvironment(Map<String, String> environment) {
        Map<String, String> copy = Map.copyOf(environment);
        return name -> name.startsWith("env:") ? copy.get(name.substring("env:".length())) : null;
    }

    /** Asks this one first and the other where it has no value. */
    default Placeholders orElse(Placeholders other) {
        return name -> {
            String value = valueOf(name);
            return value != null ? value : other.valueOf(name);
        };
    }
}
