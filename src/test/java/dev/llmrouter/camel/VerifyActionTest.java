package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.dispatch.OutputVerifier;
import dev.llmrouter.route.OutputUnusableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The Kamelet that checks a text by itself, for tasks whose {@code verify} asks somebody. */
class VerifyActionTest {
    private final List<ChatRequest> shown = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ExecutorService callers = Executors.newFixedThreadPool(8);
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        log.start();
        notices().addAppender(log);
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: simulator }
                models:
                  small: { provider: one, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  twin:  { provider: one, context: 8000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  large: { provider: one, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  own: { tier: economy, description: d, rationale: r, verify: { regex: "[0-9]", bean: even } }
                  together: { tier: economy, description: d, rationale: r, verify: { bean: together } }
                  missing: { tier: economy, description: d, rationale: r, verify: { bean: nobody } }
                  both: { tier: economy, description: d, rationale: r,
                          verify: { regex: "[0-9]", bean: even, samples: { count: 3 }, second: { model: twin }, judge: { model: twin } } }
                """);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("even", (OutputVerifier) (request, output) -> {
            shown.add(request);
            return Integer.parseInt(output) % 2 == 0 ? null : "the output is odd";
        });
        CyclicBarrier all = new CyclicBarrier(8);
        camel.getRegistry().bind("together", (OutputVerifier) (request, output) -> {
            all.await(10, TimeUnit.SECONDS);
            return null;
        });
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("user.yaml", """
                - from:
                    uri: direct:strict
                    steps:
                      - to: "kamelet:llm-verify-action"
                - from:
                    uri: direct:lenient
                    steps:
                      - to: "kamelet:llm-verify-action?onFailure=continue"
                - from:
                    uri: direct:asked
                    steps:
                      - setHeader: { name: x-llm-task, constant: own }
                      - to: "kamelet:llm-classify-action"
                      - setBody: { constant: "42" }
                      - to: "kamelet:llm-verify-action"
                - from:
                    uri: direct:both
                    steps:
                      - to: "kamelet:llm-verify-action?task=both"
                """));
        camel.start();
    }

    @AfterEach
    void stop() {
        notices().detachAppender(log);
        callers.shutdownNow();
        camel.stop();
    }

    private static Logger notices() {
        return (Logger) LoggerFactory.getLogger(PolicyNotices.class);
    }

    private Exchange send(String uri, String task, String body) {
        return camel.createProducerTemplate().request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(Map.of(LlmRouterConstants.TASK, task));
        });
    }

    private static String verify(Exchange exchange) {
        return exchange.getMessage().getHeader(LlmRouterConstants.VERIFY) + ": "
                + exchange.getMessage().getHeader(LlmRouterConstants.VERIFY_FAULT);
    }

    private long warningsOf(String part) {
        return log.list.stream()
                .filter(event -> event.getFormattedMessage().contains(part))
                .count();
    }

    @Test
    void theBeanOfTheTaskIsAsked() {
        assertThat(verify(send("direct:lenient", "own", "42"))).isEqualTo("passed: null");
        assertThat(verify(send("direct:lenient", "own", "41"))).isEqualTo("failed: Task 'own': the output is odd");
        assertThat(send("direct:strict", "own", "42").getException()).isNull();
        assertThat(send("direct:strict", "own", "41").getException())
                .isInstanceOf(OutputUnusableException.class)
                .hasMessage("Task 'own': the output is odd");
        assertThat(shown)
                .hasSize(4)
                .allSatisfy(request -> assertThat(request.messages()).isEmpty());
    }

    /** One thread served all: whoever came beside another, or right behind, was told that the check is busy. */
    @Test
    void severalOutputsAreCheckedAtATime() {
        List<CompletableFuture<Exchange>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> send("direct:lenient", "together", "42"), callers));
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(verify(answer.join())).isEqualTo("passed: null"));
    }

    @Test
    void theBeanIsNotAskedAboutWhatIsUnusableAnyway() {
        assertThat(verify(send("direct:lenient", "own", "none")))
                .isEqualTo("failed: Task 'own': the output does not match the regex");
        assertThat(shown).isEmpty();
    }

    @Test
    void theBeanIsShownTheRequestOfThatTaskInTheSameExchange() {
        Exchange answer = send("direct:asked", "", "What is 6 times 7?");
        assertThat(answer.getException()).isNull();
        assertThat(verify(answer)).isEqualTo("passed: null");
        assertThat(shown)
                .singleElement()
                .satisfies(request -> assertThat(request.messages().toString()).contains("What is 6 times 7?"));
    }

    @Test
    void aBeanThatIsMissingConfirmsNothing() {
        assertThat(verify(send("direct:lenient", "missing", "42")))
                .startsWith("failed: Task 'missing': its check 'nobody' is missing");
    }

    /** It said passed, and neither samples nor second model nor judge had been asked. */
    @Test
    void whatCannotBeAskedHereHasNotConfirmedTheOutput() {
        assertThat(warningsOf("llm-verify-action confirms no output of task 'both'"))
                .isOne();

        assertThat(verify(send("direct:lenient", "both", "42")))
                .isEqualTo(
                        "unconfirmed: Task 'both': the output is not confirmed, because samples, second, judge of its verify"
                                + " can be asked only where a model answers, as in llm-route-action.");
        assertThat(verify(send("direct:lenient", "both", "41"))).isEqualTo("failed: Task 'both': the output is odd");
        assertThat(send("direct:both", "", "42").getException())
                .isInstanceOf(OutputUnusableException.class)
                .hasMessageContaining("samples, second, judge");

        assertThat(warningsOf("llm-verify-action confirms no output of task 'both'"))
                .isOne();
    }
}
