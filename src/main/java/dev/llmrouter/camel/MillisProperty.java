package dev.llmrouter.camel;

import java.time.Duration;
import org.apache.camel.CamelContext;

/** A property of a context that is a time in milliseconds. */
final class MillisProperty {
    /** Who looks more often does nothing else. */
    private static final int LEAST = 10;

    private MillisProperty() {}

    /**
     * @param otherwise where it is not set, or blank
     * @throws IllegalArgumentException if it is anything but a whole number from {@value #LEAST} to 999,999,999
     */
    static Duration of(CamelContext camel, String name, Duration otherwise) {
        String value = camel.getPropertiesComponent()
                .resolveProperty(name)
                .map(String::strip)
                .orElse("");
        if (value.isEmpty()) {
            return otherwise;
        }
        long millis = value.matches("0*[0-9]{1,9}") ? Long.parseLong(value) : 0;
        if (millis < LEAST) {
            throw new IllegalArgumentException(name + " is '" + value
                    + "'; allowed is a whole number of milliseconds from " + LEAST + " to 999999999.");
        }
        return Duration.ofMillis(millis);
    }
}
