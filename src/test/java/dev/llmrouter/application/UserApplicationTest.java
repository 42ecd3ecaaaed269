package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** The library on the class path of somebody's Spring Boot application: it brings nothing unasked, and uses what is there. */
class UserApplicationTest {
    private static final List<RequestRecord> RECORDS = new CopyOnWriteArrayList<>();

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Plain {}

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class WithBeans {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean(destroyMethod = "close")
        Vertx vertx() {
            return Vertx.vertx();
        }

        @Bean
        Recorder recorder() {
            return RECORDS::add;
        }
    }

    private static ConfigurableApplicationContext started(Class<?> application) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "camel.main.jmx-enabled=false")
                .run();
    }

    private static String ask(ConfigurableApplicationContext application) {
        return application
                .getBean(ProducerTemplate.class)
                .requestBody(
                        "kamelet:llm-route-action?task=short-summary", "Summarise: It rains. It pours.", String.class);
    }

    @Test
    void bringsNoBeanAndNoRouteThatNobodyAskedFor() {
        try (ConfigurableApplicationContext application = started(Plain.class)) {
            assertThat(application.getBeanDefinitionNames()).noneMatch(name -> {
                Class<?> type = application.getType(name);
                return type != null
                        && type.getName().startsWith("dev.llmrouter.")
                        && !Plain.class.isAssignableFrom(type);
            });
            CamelContext camel = application.getBean(CamelContext.class);
            assertThat(camel.getRoutes()).isEmpty();
            assertThat(camel.getCamelContextExtension().getContextPlugin(LlmRouterContext.class))
                    .isNull();
            assertThat(ask(application)).startsWith("[simulated gpt-4o-mini]");
        }
    }

    @Test
    void usesTheMetersTheVertxAndTheRecordersOfTheApplication() {
        RECORDS.clear();
        try (ConfigurableApplicationContext application = started(WithBeans.class)) {
            assertThat(ask(application)).startsWith("[simulated gpt-4o-mini]");
            LlmRouterContext router = LlmRouterContext.of(application.getBean(CamelContext.class));
            assertThat(router.vertx()).isSameAs(application.getBean(Vertx.class));
            Awaitility.await().untilAsserted(() -> {
                assertThat(RECORDS)
                        .singleElement()
                        .satisfies(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.OK));
                assertThat(application
                                .getBean(MeterRegistry.class)
                                .get("llm.router.requests")
                                .tag("task", "short-summary")
                                .counter()
                                .count())
                        .isEqualTo(1);
            });
        }
    }
}
