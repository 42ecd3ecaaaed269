package dev.llmrouter.policy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How a simulated provider behaves; deterministic by {@code seed}.
 *
 * @param latency time to the first token; default 50 ms
 * @param tokensPerSecond speed of the output after the first token; default 200; 0 for no delay
 * @param errors share of requests that end in each fault, by fault name, of {@link #FAULTS}; the sum is at most 1; default none
 * @param quality share of right answers by task name, 0 to 1, {@code "*"} for all others; default 1
 * @param seed start of the random numbers; default 1
 */
public record SimulatorSettings(
        Duration latency, double tokensPerSecond, Map<String, Double> errors, Map<String, Double> quality, long seed) {
    /** Names of the faults that a simulated provider can have. */
    public static final Set<String> FAULTS = Set.of("429", "500", "529", "hang", "cut", "malformed");

    public SimulatorSettings {
        errors = Ordered.copyOf(errors);
        quality = Ordered.copyOf(quality);
    }

    public static SimulatorSettings ofDefaults() {
        return new SimulatorSettings(Duration.ofMillis(50), 200, Map.of(), Map.of(), 1);
    }
}
