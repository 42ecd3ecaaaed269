package dev.llmrouter.camel.gateway;

import dev.llmrouter.record.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the gateway refuses, by reason, and warns of overload: when it begins, then once a period while it lasts. Safe
 * for use by many threads.
 */
final class RefusalMeter implements AutoCloseable {
    /** How often overload is warned of at most. In ms. */
    static final long PERIOD_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(RefusalMeter.class);
    private static final String REMEDY =
            "Allow more (camel.component.llm-gateway.max-requests, .max-bodies-bytes), or run" + " another instance.";

    /** Why a request is refused; in lower case the value of the tag. */
    enum Reason {
        KEY,
        HOST,
        NOT_FOUND,
        METHOD,
        TOO_SLOW,
        TOO_LARGE,
        ENCODING,
        EXPECTATION,
        OVERLOADED,
        STOPPING,
        MALFORMED
    }

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);
    private final Vertx vertx;
    private final long periodMillis;
    /** Overload since the last warning. */
    private long unreported;
    /** Of the period that the last warning began; null where none is under way. */
    private @Nullable Long timer;

    /** @param meters takes the counters, each with 0 at first; null for none */
    RefusalMeter(@Nullable MeterRegistry meters, Vertx vertx, long periodMillis) {
        this.vertx = vertx;
        this.periodMillis = periodMillis;
        if (meters != null) {
            for (Reason reason : Reason.values()) {
                counters.put(
                        reason,
                        Counter.builder(MeterNames.REFUSED.meter())
                                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                                .register(meters));
            }
        }
    }

    void count(Reason reason) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
        if (reason == Reason.OVERLOADED) {
            overloaded();
        }
    }

    private synchronized void overloaded() {
        if (timer != null) {
            unreported++;
            return;
        }
        timer = vertx.setTimer(periodMillis, due -> report());
        LOG.warn("Requests are refused with 503: as many as there may be are under way. {}", REMEDY);
    }

    private synchronized void report() {
        timer = null;
        if (unreported > 0) {
            LOG.warn(
                    "{} requests refused in the last {}: as many as there may be are under way. {}",
                    unreported,
                    periodMillis == PERIOD_MILLIS ? "minute" : periodMillis + " ms",
                    REMEDY);
            unreported = 0;
            timer = vertx.setTimer(periodMillis, due -> report());
        }
    }

    @Override
    public synchronized void close() {
        if (timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
    }
}
