package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.dispatch.OutputVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
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

/** What the start of a user's own application says of the policy that it uses, and of settings that it cannot use. */
class PolicyNoticesTest {
    private static final String ROUTE = """
            - from:
                uri: direct:in
                steps:
                  - to: "kamelet:llm-route-action"
                  - to: "kamelet:llm-classify-action"
            """;

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

    private void start() throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", ROUTE));
        camel.start();
    }

    private void policy(String more, String verify) throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                %s
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1", apiKey: "{{no.such.key}}" }
                  two: { protocol: simulator }
                models:
                  small: { provider: two, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: one, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  a: { tier: economy, description: d, rationale: r, verify: { %s } }
                  b: { tier: economy, description: d, rationale: r, verify: { %s } }
                """.formatted(more, verify, verify));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + file);
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** {@code llm-router.polcy=...} was ignored without a word, and made-up answers came. */
    @ParameterizedTest
    @ValueSource(strings = {"llm-router.polcy", "llm-router.policy"})
    void theExamplePolicyThatNobodyNamedIsWarnedOfOnce(String name) throws Exception {
        camel.getPropertiesComponent().addOverrideProperty(name, name.endsWith("policy") ? " " : "file:mine.yaml");
        start();
        assertThat(warnings())
                .filteredOn(warning -> !warning.contains("is set, and read by nobody"))
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .contains(
                                "No routing policy is named",
                                "llm-router.policy=file:policy.yaml",
                                "the simulator makes up"));
        boolean isMistyped = name.endsWith("polcy");
        assertThat(warnings().stream().filter(warning -> warning.contains("Did you mean 'llm-router.policy'?")))
                .hasSize(isMistyped ? 1 : 0);
        int said = warnings().size();
        Exchange answer = camel.createProducerTemplate()
                .request("direct:in", exchange -> exchange.getMessage().setBody("Summarise: It rains."));
        assertThat(answer.getException()).isNull();
        assertThat(warnings()).hasSize(said);
    }

    @ParameterizedTest
    @CsvSource({"without-keys, no key of a provider is set", "always, simulation: always"})
    void aSimulatorInPlaceOfTheProvidersOfOnesOwnPolicyIsWarnedOfOnce(String simulation, String why) throws Exception {
        policy("simulation: " + simulation, "minLength: 1");
        start();
        assertThat(warnings())
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning).contains("The simulator makes up all answers", "policy.yaml", why));
    }

    @Test
    void aPolicyThatIsWhatItLooksLikeIsNotWarnedOf() throws Exception {
        policy("", "bean: fine");
        camel.getRegistry().bind("fine", (OutputVerifier) (request, output) -> null);
        start();
        assertThat(warnings()).isEmpty();
    }

    /** Every request was escalated and warned of, for ever, and the start said nothing. */
    @Test
    void aMissingBeanIsNamedWhenTheContextHasStarted() throws Exception {
        policy("", "bean: nobody");
        start();
        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .contains("verify.bean", "'nobody'", "has nothing", OutputVerifier.class.getName()));
        for (int i = 0; i < 2; i++) {
            camel.createProducerTemplate().request("direct:in", exchange -> {
                exchange.getMessage().setBody("Hi");
                exchange.getMessage().setHeader("x-llm-task", "a");
            });
        }
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void aBeanOfAnotherTypeIsNamedWithTheTypeThatItHas() throws Exception {
        policy("", "bean: text");
        camel.getRegistry().bind("text", "some text");
        start();
        assertThat(warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains("'text'", "a java.lang.String"));
    }

    @Test
    void aBeanThatIsBoundAfterTheRoutesAreLoadedIsThere() throws Exception {
        policy("", "bean: late");
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", ROUTE));
        LlmRouterContext.of(camel).defaultPolicy();
        camel.getRegistry().bind("late", (OutputVerifier) (request, output) -> null);
        camel.start();
        assertThat(warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "llm-router.policy-reload, soon",
        "llm-router.policy-reload, 0",
        "llm-router.policy-reload, 9",
        "llm-router.policy-reload, 2s",
        "llm-router.collect.look-ms, soon"
    })
    void aTimeThatIsNoneNamesItsProperty(String name, String value) throws Exception {
        policy("", "minLength: 1");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.data", folder.toString());
        camel.getPropertiesComponent().addOverrideProperty(name, value);
        assertThatThrownBy(this::start)
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        name + " is '" + value + "'; allowed is a whole number of milliseconds from 10 to 999999999.");
    }

    @Test
    void aTimeThatIsBlankIsNotSet() throws Exception {
        policy("", "minLength: 1");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy-reload", " ");
        start();
        assertThat(LlmRouterContext.of(camel).policies()).hasSize(1);
    }

    @Test
    void whatBecomesOfAChangedFileIsLoggedOnce() throws Exception {
        policy("", "minLength: 1");
        start();
        Path file = folder.resolve("policy.yaml");
        String good = Files.readString(file);
        LoadedPolicy loaded = LlmRouterContext.of(camel).policyOf(null);
        Logger all = (Logger) LoggerFactory.getLogger("dev.llmrouter");
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        all.addAppender(told);
        try {
            Files.writeString(file, good.replace("baseline: premium", "baseline: no-such-tier"));
            assertThat(loaded.reload()).isFalse();
            assertThat(messages(told))
                    .filteredOn(text -> text.contains("no-such-tier"))
                    .hasSize(1);
            assertThat(messages(told))
                    .filteredOn(text -> text.contains("stays in force"))
                    .hasSize(1);
            told.list.clear();
            Files.delete(file);
            assertThat(loaded.reload()).isFalse();
            assertThat(messages(told))
                    .filteredOn(text -> text.contains("stays in force"))
                    .hasSize(1);
            told.list.clear();
            Files.writeString(file, good.replace(", rationale: r", ""));
            assertThat(loaded.reload()).isTrue();
            assertThat(messages(told))
                    .filteredOn(text -> text.contains("rationale"))
                    .singleElement()
                    .satisfies(text -> assertThat(text).contains("replaces", file.toString()));
        } finally {
            all.detachAppender(told);
        }
    }

    private static List<String> messages(ListAppender<ILoggingEvent> told) {
        return List.copyOf(told.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Camel ignores such a name, and the Kamelet worked by the example policy. */
    @Test
    void aMistypedParameterOfAKameletIsWarnedOf() throws Exception {
        policy("", "minLength: 1");
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("mistyped.yaml", """
                - from:
                    uri: direct:mistyped
                    steps:
                      - to: "kamelet:llm-route-action?polcy=file:mine.yaml&maxTokens=5"
                      - to: "kamelet:llm-verify-action?task=a&zzzzzz=1"
                      - to: "kamelet:llm-feedback-sink?polcy=file:mine.yaml"
                """));
        start();
        assertThat(warnings())
                .filteredOn(warning -> warning.contains("which it does not have"))
                .containsExactlyInAnyOrder(
                        "'llm-route-action' is given a parameter 'polcy', which it does not have: nobody reads it. Did you mean 'policy'?",
                        "'llm-feedback-sink' is given a parameter 'polcy', which it does not have: nobody reads it. Did you mean 'policy'?",
                        "'llm-verify-action' is given a parameter 'zzzzzz', which it does not have: nobody reads it. It has: onFailure, policy, task.");
    }
}
