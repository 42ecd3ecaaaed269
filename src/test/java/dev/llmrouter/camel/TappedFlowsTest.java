package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the start says where a policy wants requests looked at off the caller's way, and no route does it: it was left out in silence. */
class TappedFlowsTest {
    private static final String COLLECT = "evidence: collect";
    private static final String AGREEMENT =
            "classifier: { chain: [explicit, rules, llm], llm: { model: small }, agreement: 0.5 }";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        notices().addAppender(log);
    }

    @AfterEach
    void stop() {
        notices().detachAppender(log);
        camel.stop();
    }

    private static Logger notices() {
        return (Logger) LoggerFactory.getLogger(PolicyNotices.class);
    }

    private Path policy(String evidence, String classifier, String shadow) throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                %s
                %s
                providers: { sim: { protocol: simulator } }
                models:
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small]%s }
                  premium: { models: [large] }
                tasks:
                  a:
                    tier: economy
                    description: d
                    rationale: r
                    margin: 0.2
                    collect: { scorer: exact, perDay: 5, open: accept }
                """.formatted(evidence, classifier, shadow));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + file);
        camel.getPropertiesComponent()
                .addOverrideProperty("llm-router.data", folder.resolve("data").toString());
        return file;
    }

    private void kamelet(String name) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", """
                        - from:
                            uri: direct:in
                            steps:
                              - to: "kamelet:%s"
                        """.formatted(name)));
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void assertWarnsOf(String what, String route) {
        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .contains(
                                "policy.yaml",
                                what,
                                "no route starts from direct:" + route,
                                "classpath:routes-xml/" + route + ".xml",
                                "direct:llm-route",
                                "Kamelets"));
    }

    @Test
    void kameletsAloneCollectNothingAndTheStartSaysSo() throws Exception {
        policy(COLLECT, "", "");
        kamelet("llm-route-action");
        camel.start();
        assertWarnsOf(COLLECT, "llm-collect");
    }

    @ParameterizedTest
    @CsvSource({"true, classifier.agreement, llm-agreement", "false, shadow, llm-shadow"})
    void agreementAndShadowNeedTheirRoutesToo(boolean isAgreement, String what, String route) throws Exception {
        policy(
                "evidence: off",
                isAgreement ? AGREEMENT : "",
                isAgreement ? "" : ", shadow: { model: large, percent: 5 }");
        kamelet("llm-route-action");
        camel.start();
        assertWarnsOf(what, route);
    }

    @Test
    void aPolicyThatBeginsToCollectIsWarnedOfWhenItIsReadAnew() throws Exception {
        Path file = policy("evidence: off", "", "");
        kamelet("llm-route-action");
        camel.start();
        assertThat(warnings()).isEmpty();
        Files.writeString(file, Files.readString(file).replace("evidence: off", COLLECT));
        assertThat(LlmRouterContext.of(camel).defaultPolicy().reload()).isTrue();
        assertWarnsOf(COLLECT, "llm-collect");
    }

    @Test
    void withTheRoutesThereIsNothingToSay() throws Exception {
        policy(COLLECT, AGREEMENT, ", shadow: { model: large, percent: 5 }");
        ShippedRoutes.load(camel, folder);
        camel.start();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aLedgerThatNoRouteWritesIsToldOf() throws Exception {
        policy("evidence: off", "", "");
        for (String file : RouteFiles.locate(folder.resolve("none"))) {
            if (!file.contains("llm-ledger")) {
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource(file));
            }
        }
        camel.start();
        assertThat(warnings()).singleElement().asString().contains("llm-router.data", "direct:llm-ledger");
    }

    /** Nobody answers requests there. */
    @ParameterizedTest
    @ValueSource(strings = {"llm-classify-action", "llm-feedback-sink", "llm-verify-action"})
    void whoAnswersNobodyIsNotWarned(String name) throws Exception {
        policy(COLLECT, AGREEMENT, "");
        kamelet(name);
        camel.start();
        assertThat(warnings()).isEmpty();
    }
}
