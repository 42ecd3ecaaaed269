package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.PolicyNotices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the application takes from its settings, and what it refuses. */
class GatewayApplicationTest {
    @TempDir
    private Path folder;

    private GatewayApplication application(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--llm-router.data=" + folder.resolve("data")));
        all.addAll(List.of(arguments));
        return new GatewayApplication(all);
    }

    @Test
    void nobodyGetsAnOpenGatewayByCamelsOwnNameOfTheSetting() {
        assertThatThrownBy(() -> application("--camel.component.llm-gateway.host=0.0.0.0")
                        .start())
                .hasStackTraceContaining("server.address is 0.0.0.0, and the policy has no keys");
        assertThatThrownBy(() -> application("--server.address=0.0.0.0").start())
                .hasStackTraceContaining("server.address is 0.0.0.0, and the policy has no keys");
    }

    /** The banner names the policy and who is simulated. A policy that a container names with nothing is not named. */
    @ParameterizedTest
    @ValueSource(strings = {"classpath:llm-router/example-policy.yaml", " "})
    void whatTheBannerSaysIsNotWarnedOf(String policy) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        System.setProperty("llm-router.policy", policy);
        try (GatewayApplication application = application()) {
            Logger notices = (Logger) LoggerFactory.getLogger(PolicyNotices.class);
            notices.addAppender(log);
            application.start();
            assertThat(LlmRouterContext.of(application.camel()).policies())
                    .containsOnlyKeys("classpath:llm-router/example-policy.yaml");
            notices.detachAppender(log);
        } finally {
            System.clearProperty("llm-router.policy");
        }
        assertThat(log.list).isEmpty();
    }

    @Test
    void aPlaceholderThatNobodyHereResolvesIsRefused() {
        assertThatThrownBy(() ->
                        application("--llm-router.ledger.password=${SECRET_1}").start())
                .hasStackTraceContaining("llm-router.ledger.password has ${NAME} in it")
                .hasStackTraceContaining("{{env:NAME}}")
                .satisfies(failure -> assertThat(failure).hasMessageNotContaining("SECRET_1"));
    }

    @Test
    void aFolderOfRoutesMayHaveAnyName() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("a, b {c}"));
        Files.writeString(routes.resolve("mine.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: direct:mine
                      steps:
                        - to: direct:llm-answer
                """);
        try (GatewayApplication application =
                application("--llm-router.routes=" + routes).start()) {
            assertThat(application.camel().getRouteController().getRouteStatus("mine"))
                    .isEqualTo(ServiceStatus.Started);
            assertThat(application.camel().getRoute("llm-gateway-openai")).isNotNull();
        }
    }

    @Test
    void levelsOfTheLogComeFromSystemPropertiesToo() throws Exception {
        System.setProperty("logging.level.some.library", "trace");
        try (GatewayApplication application =
                application("--logging.level.other.library=debug").start()) {
            assertThat(LoggerFactory.getLogger("some.library").isTraceEnabled()).isTrue();
            assertThat(LoggerFactory.getLogger("other.library").isDebugEnabled())
                    .isTrue();
            assertThat(LoggerFactory.getLogger("org.third.library").isInfoEnabled())
                    .isFalse();
            assertThat(LoggerFactory.getLogger("a-route-of-mine").isInfoEnabled())
                    .isTrue();
            assertThat(application.camel().isStarted()).isTrue();
        } finally {
            System.clearProperty("logging.level.some.library");
        }
    }

    @Test
    void aFolderOfRoutesThatIsNamedHasToBeThere() throws Exception {
        Path file = Files.writeString(folder.resolve("routes.xml"), "<routes/>");
        assertThatThrownBy(() -> application("--llm-router.routes=" + folder.resolve("none"))
                        .start())
                .hasStackTraceContaining(folder.resolve("none") + " is not there: name a folder with --routes DIR");
        assertThatThrownBy(() -> application("--llm-router.routes=" + file).start())
                .hasStackTraceContaining(file + " is a file: name a folder with --routes DIR");
    }
}
