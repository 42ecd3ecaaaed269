package dev.llmrouter.policy.load;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;

/** Reads {@code timeouts} and {@code breaker}, which providers and models have alike. */
final class LimitsReader {
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Problems problems;

    LimitsReader(Problems problems) {
        this.problems = problems;
    }

    /** @param defaults what holds for a part that is not given */
    Timeouts timeouts(MappingFields fields, Timeouts defaults) {
        MappingFields inner = fields.inner("timeouts");
        if (inner == null) {
            return defaults;
        }
        Duration headers = inner.duration("headers", MILLISECOND, HOUR, defaults.headers());
        Timeouts timeouts = new Timeouts(
                inner.duration("connect", MILLISECOND, HOUR, defaults.connect()),
                headers,
                inner.duration("firstToken", MILLISECOND, HOUR, defaults.firstToken()),
                inner.duration("idle", MILLISECOND, HOUR, defaults.idle()),
                inner.has("headers") ? headers : defaults.whole());
        inner.done();
        return timeouts;
    }

    /** @param defaults what holds for a part that is not given */
    BreakerSettings breaker(MappingFields fields, BreakerSettings defaults) {
        MappingFields inner = fields.inner("breaker");
        if (inner == null) {
            return defaults;
        }
        Bounds calls = Bounds.of(1, 10_000);
        BreakerSettings breaker = new BreakerSettings(
                inner.decimal("failureRate", Bounds.above(0, 1), defaults.failureRate()),
                inner.integer("window", calls, defaults.window()),
                inner.integer("minimumCalls", calls, defaults.minimumCalls()),
                inner.duration("openFor", MILLISECOND, HOUR, defaults.openFor()),
                inner.integer("probes", calls, defaults.probes()));
        if (breaker.minimumCalls() > breaker.window()) {
            problems.unusable(
                    inner.at("minimumCalls"),
                    inner.path("minimumCalls"),
                    "is " + breaker.minimumCalls() + ", more than the window of " + breaker.window() + " calls",
                    "Lower it, or widen the window; otherwise the breaker never opens.");
        }
        inner.done();
        return breaker;
    }
}
