package dev.llmrouter.policy;

import java.time.Duration;

/**
 * The circuit breaker of one provider.
 *
 * @param failureRate share of failed calls in the window that opens it, above 0 to 1; default 0.5
 * @param window number of calls that are looked back on; default 20
 * @param minimumCalls fewest calls in the window before the rate counts; default 5
 * @param openFor how long it stays open before it lets probes through; default 15 s
 * @param probes calls let through while it is half open; default 2
 */
public record BreakerSettings(double failureRate, int window, int minimumCalls, Duration openFor, int probes) {
    public static BreakerSettings ofDefaults() {
        return new BreakerSettings(0.5, 20, 5, Duration.ofSeconds(15), 2);
    }
}
