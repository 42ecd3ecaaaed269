package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.gateway.RefusalMeter.Reason;
import io.vertx.core.Vertx;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How often overload is warned of. */
class RefusalMeterTest {
    private final Vertx vertx = Vertx.vertx();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusalMeter.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @AfterEach
    void close() {
        logger.detachAppender(log);
        vertx.close();
    }

    @Test
    void overloadIsWarnedOfWhenItBeginsAndOnceAPeriodWhileItLasts() {
        log.start();
        logger.addAppender(log);
        try (RefusalMeter meter = new RefusalMeter(null, vertx, 500)) {
            meter.count(Reason.KEY);
            assertThat(log.list).isEmpty();
            for (int i = 0; i < 8; i++) {
                meter.count(Reason.OVERLOADED);
            }
            assertThat(log.list).hasSize(1);
            Awaitility.await().until(() -> log.list.size() > 1);
            assertThat(log.list.get(1).getFormattedMessage()).startsWith("7 requests refused in the last");
            // a period without any is not told, and the next overload begins anew
            Awaitility.await().until(() -> {
                meter.count(Reason.OVERLOADED);
                return log.list.size() > 2;
            });
        }
    }
}
