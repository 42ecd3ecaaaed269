package dev.llmrouter.camel;

import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;

/** How our own Vert.x is set up. */
final class VertxSettings {
    private VertxSettings() {}

    /** Native transport where it is on the class path; an event loop for each core, two at least. */
    static VertxOptions ofDefaults() {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setWarningExceptionTime(5)
                .setWarningExceptionTimeUnit(TimeUnit.SECONDS);
    }
}
