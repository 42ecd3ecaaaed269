package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A route of the user's own that was copied before there were turns. */
class CollectRequestProcessorTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(CollectRequestProcessor.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    /** Nobody had set aside what it may cost; and what fails behind a wire tap nobody hears of. */
    @Test
    void whatHasHadNoTurnIsNotComparedAndTheLogSaysSoOnce() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            CollectRequestProcessor processor = new CollectRequestProcessor();
            for (int i = 0; i < 3; i++) {
                DefaultExchange exchange = new DefaultExchange(camel);
                exchange.setProperty(LlmRouterConstants.COLLECT, true); // a stream's
                processor.process(exchange);
                assertThat(exchange.isRouteStop()).isTrue();
            }
        }
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .contains("No evidence is collected")
                    .contains("llmCollectTurn");
        });
    }
}
