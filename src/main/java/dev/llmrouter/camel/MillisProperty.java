package dev.llmrouter.camel;

import java.time.Duration;
import org.apache.camel.CamelContext;

/** A property of a context that is a time in milliseconds. */
final class MillisProperty {
    private MillisProperty() {}

    /**
     * @param otherwise where it is not set, or blank
     * @throws IllegalArgumentException if it is anything but a whole number from 1 to 999,999,999
     */
    static Duration of(CamelContext camel, String name, Duration otherwise) {
        String value = camel.getPropertiesComponent()
                .resolveProperty(name)
                .map(String::strip)
                .orElse("");
        if (value.isEmpty()) {
            return otherwise;
        }
        if (!value.matches("0*[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    name + " is '" + value + "'; allowed is a whole number of milliseconds from 1 to 999999999.");
        }
        return Duration.ofMillis(Long.parseLong(value));
    }
}
