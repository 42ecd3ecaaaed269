package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tier with a route of its own, from the route template, beside shipped files that nobody has edited. Issue 14, 3. */
class OwnTierTest {
    private final Main main = new Main();
    private final List<String> throughOurs = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private ScriptedProvider first;
    private ScriptedProvider second;

    @BeforeEach
    void open() throws Exception {
        first = new ScriptedProvider();
        second = new ScriptedProvider();
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  b: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: b, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small], timeout: 5s, maxAttempts: 1 }
                  premium: { models: [large, small], timeout: 5s, maxAttempts: 2 }
                tasks:
                  colour: { tier: economy, description: d, rationale: r, verify: { oneOf: [red, green], onFailure: escalate } }
                """.formatted(first.port(), second.port()));
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        first.close();
        second.close();
    }

    private void start(String shipped, String own) throws Exception {
        main.addInitialProperty("camel.main.routes-include-pattern", shipped + "," + own);
        main.addInitialProperty("llm-router.policy", "file:" + folder.resolve("policy.yaml"));
        main.start();
        org.apache.camel.builder.AdviceWith.adviceWith(
                main.getCamelContext(),
                "our-attempt",
                route -> route.weaveById("our-attempt-call")
                        .before()
                        .process(exchange ->
                                throughOurs.add(exchange.getProperty(LlmRouterConstants.TIER, String.class))));
    }

    private Exchange ask(String model, Map<String, Object> headers) throws Exception {
        return main.getCamelTemplate().request("direct:llm-route", exchange -> {
            exchange.getMessage()
                    .setBody("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "classpath:routes-xml/llm-*.xml, file:examples/own-tier/xml/premium.xml",
        "classpath:routes-xml/llm-*.xml, file:examples/own-tier/yaml/premium.yaml",
        "file:examples/routes-yaml/llm-*.yaml, file:examples/own-tier/yaml/premium.yaml",
        "file:examples/routes-yaml/llm-*.yaml, file:examples/own-tier/xml/premium.xml"
    })
    void oneTemplatedRouteOfTheUsersGetsItsTierAndNoOther(String shipped, String own) throws Exception {
        start(shipped, own);
        first.does(ScriptedProvider.says("large"));
        second.does(ScriptedProvider.says("small"));

        Exchange premium = ask("tier:premium", Map.of());
        assertThat(premium.getException()).isNull();
        assertThat(premium.getMessage().getBody(String.class)).contains("large");
        assertThat(throughOurs).containsExactly("premium");

        assertThat(ask("tier:economy", Map.of()).getMessage().getBody(String.class))
                .contains("small");
        assertThat(throughOurs).hasSize(1);
    }

    @Test
    void eachAttemptGoesThroughItAlsoAfterAFailureAndAnEscalation() throws Exception {
        start("classpath:routes-xml/llm-*.xml", "file:examples/own-tier/xml/premium.xml");
        first.does(ScriptedProvider.error(500, "down"));
        second.does(ScriptedProvider.says("blue"));

        Exchange answer = ask("auto", Map.of("x-llm-task", "colour"));

        assertThat(answer.getException()).isNull();
        assertThat(throughOurs).containsExactly("premium", "premium");
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.ATTEMPTS)).isEqualTo(3);
        assertThat(answer.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("premium");
    }

    /** A route without the error handler of the shipped ones: Camel's own gives up first, and the next model is asked all the same. */
    @Test
    void anAttemptWithAnErrorHandlerOfItsOwnFailsOverAsWell() throws Exception {
        Path own = Files.writeString(
                folder.resolve("own.xml"),
                Files.readString(Path.of("examples/own-tier/xml/premium.xml"))
                        .replace(
                                "<route id=\"our-attempt\" routeConfigurationId=\"llm-failing\"",
                                "<route id=\"our-attempt\""));
        assertThat(own).content().doesNotContain("llm-failing");
        start("classpath:routes-xml/llm-*.xml", "file:" + own);
        first.does(ScriptedProvider.error(500, "down"));
        second.does(ScriptedProvider.says("small"));

        Exchange answer = ask("tier:premium", Map.of());

        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(String.class)).contains("small");
        assertThat(throughOurs).hasSize(2);
    }
}
