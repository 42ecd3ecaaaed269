package dev.llmrouter.provider;

import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;

/** How our own Vert.x is set up. */
public final class VertxSettings {
    private VertxSettings() {}

    /** Native transport where it is on the class path; an event loop for each core, two at least. */
    public static VertxOptions ofDefaults() {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setWarningExceptionTime(5)
                .setWarningExceptionTimeUnit(TimeUnit.SECONDS);
    }
}
