package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DashboardProcessorTest {
    @TempDir
    private Path folder;

    /** Nobody listens at port 1. */
    @Test
    void aDatabaseThatIsAwayIsNamedInTheLogOnceAndNotOnThePage() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(DashboardProcessor.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addOverrideProperty("llm-router.data", folder.toString());
            camel.getPropertiesComponent()
                    .addOverrideProperty("llm-router.ledger.url", "jdbc:postgresql://127.0.0.1:1/books");
            camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.user", "bookkeeper");
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:dashboard").process(new DashboardProcessor());
                }
            });
            camel.start();
            for (int i = 0; i < 3; i++) {
                String page = camel.createProducerTemplate().requestBody("direct:dashboard", "", String.class);
                assertThat(page)
                        .contains("does not answer; the log says why")
                        .doesNotContain("127.0.0.1")
                        .doesNotContain("bookkeeper");
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getFormattedMessage()).contains("127.0.0.1");
        assertThat(log.list.get(0).getThrowableProxy()).isNull();
    }
}
