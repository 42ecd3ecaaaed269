package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Camel's own health checks, as a user switches them on for producers. */
class ModelsHealthCheckTest {
    private final Main main = new Main();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;

    @BeforeEach
    void open() throws Exception {
        provider = new ScriptedProvider();
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  b: { protocol: simulator }
                models:
                  small: { provider: a, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: b, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small], timeout: 5s, maxAttempts: 1 }
                  premium: { models: [large], timeout: 5s, maxAttempts: 1 }
                tasks:
                  colour: { tier: economy, description: d, rationale: r }
                """.formatted(provider.port()));
        Files.writeString(folder.resolve("route.xml"), """
                <camel xmlns="http://camel.apache.org/schema/xml-io">
                  <route id="colour" streamCache="false">
                    <from uri="direct:colour"/>
                    <to uri="llm-provider:small"/>
                  </route>
                </camel>
                """);
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        provider.close();
    }

    private void start(String... properties) throws Exception {
        for (int i = 0; i < properties.length; i += 2) {
            main.addInitialProperty(properties[i], properties[i + 1]);
        }
        main.addInitialProperty("camel.main.routes-include-pattern", "file:" + folder.resolve("route.xml"));
        main.addInitialProperty("llm-router.policy", "file:" + folder.resolve("policy.yaml"));
        main.start();
    }

    private Optional<HealthCheck.Result> result() {
        Collection<HealthCheck.Result> all = HealthCheckHelper.invokeReadiness(main.getCamelContext(), "full");
        return all.stream()
                .filter(each -> each.getCheck().getId().equals(ModelsHealthCheck.ID))
                .findFirst();
    }

    @Test
    void aTierWithoutAModelIsDownAndTheDetailsSayWhoRests() throws Exception {
        start("camel.health.enabled", "true", "camel.health.producers-enabled", "true");
        provider.does(ScriptedProvider.says("red"));
        assertThat(main.getCamelTemplate().requestBody("direct:colour", "Which?", String.class))
                .isEqualTo("red");

        HealthCheck.Result up = result().orElseThrow();
        assertThat(up.getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(up.getDetails())
                .containsEntry("tier.economy", "available")
                .containsEntry("tier.premium", "available")
                .containsKey("policy");

        provider.does(ScriptedProvider.status(429, "retry-after: 60\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        main.getCamelTemplate()
                .request("direct:colour", exchange -> exchange.getMessage().setBody("Which?"));

        HealthCheck.Result down = result().orElseThrow();
        assertThat(down.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(down.getMessage())
                .hasValueSatisfying(text -> assertThat(text)
                        .isEqualTo(
                                "No model is available now for tier economy. See the details for who rests and why."));
        assertThat(down.getDetails())
                .containsEntry("tier.economy", "unavailable")
                .containsEntry("tier.premium", "available");
        assertThat(String.valueOf(down.getDetails().get("resting.small@a")))
                .startsWith("rate limit of provider 'a', for ");
        assertThat(HealthCheckHelper.invokeLiveness(main.getCamelContext(), "full"))
                .as("a restart would not help")
                .noneMatch(each -> each.getCheck().getId().equals(ModelsHealthCheck.ID));
    }

    @Test
    void itIsNotThereUnlessProducersAreChecked() throws Exception {
        start("camel.health.enabled", "true");

        assertThat(result()).isEmpty();
    }

    @Test
    void theComponentsOptionLeavesItOut() throws Exception {
        start(
                "camel.health.enabled", "true",
                "camel.health.producers-enabled", "true",
                "camel.component.llm-provider.health-check-producer-enabled", "false");

        assertThat(result().filter(each -> each.getState() == HealthCheck.State.DOWN))
                .isEmpty();
    }
}
