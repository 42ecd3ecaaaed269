package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify: { noRefusal: true }} in the shipped routes: who declines is not the one whose answer is returned. */
class RefusedOutputTest {
    @TempDir
    private Path folder;

    @Test
    void aCheapModelThatDeclinesIsFollowedByTheBaseline() throws Exception {
        try (ScriptedProvider small = new ScriptedProvider();
                ScriptedProvider large = new ScriptedProvider();
                DefaultCamelContext camel = context(small.port(), large.port())) {
            large.does(says("It is 42."));
            camel.start();

            small.does(says("I'm sorry, but I can't help with that."));
            assertThat(answer(camel)).isEqualTo("It is 42.");
            small.does(status(
                    200,
                    "",
                    "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No.\"},"
                            + "\"finish_reason\":\"stop\"}]}"));
            assertThat(answer(camel)).isEqualTo("It is 42.");
            small.does(status(
                    200,
                    "",
                    "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"It\"},"
                            + "\"finish_reason\":\"content_filter\"}]}"));
            assertThat(answer(camel)).isEqualTo("It is 42.");
            assertThat(large.requests).hasSize(3);

            small.does(says("It is 41."));
            assertThat(answer(camel)).isEqualTo("It is 41.");
            assertThat(large.requests).hasSize(3);
        }
    }

    /** A try before, of Camel's redelivery, was sampled; this one is not. */
    @Test
    void whatATryBeforeWasComparedWithIsForgotten() throws Exception {
        try (ScriptedProvider small = new ScriptedProvider();
                DefaultCamelContext camel = context(small.port(), small.port())) {
            camel.start();
            String error = "{\"error\":{\"message\":\"not that\",\"type\":\"invalid_request_error\"}}";
            small.does(status(400, "", error));
            Exchange answer = camel.createProducerTemplate().request("direct:llm-route", exchange -> {
                exchange.setProperty(LlmRouterConstants.COLLECT, true);
                exchange.getMessage().setBody("How much is it?");
            });
            assertThat(answer.getException()).isNotNull();
            assertThat(answer.getProperty(LlmRouterConstants.COLLECT)).isNull();
        }
    }

    private static String answer(DefaultCamelContext camel) {
        Exchange answer = camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody("How much is it?"));
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getBody(String.class);
    }

    private DefaultCamelContext context(int small, int large) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  two: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: one, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: two, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  sum: { tier: economy, description: add, rationale: r, verify: { noRefusal: true } }
                rules:
                  - { id: sum, when: { keywords: [much] }, task: sum }
                """.formatted(small, large));
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        ShippedRoutes.load(camel, folder);
        return camel;
    }
}
