package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call of a tool is a step on the way: the output that the task's {@code verify} is about comes later. */
class VerifiedToolCallTest {
    private static final String CALL =
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
                    + "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{}\"}}]},"
                    + "\"finish_reason\":\"tool_calls\"}]}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json: true",
                "json: true, onFailure: fail",
                "minLength: 10",
                "oneOf: [yes, no]",
                "regex: sum",
                "samples: { count: 2 }"
            })
    void reachesTheCallerAsItIs(String verify) throws Exception {
        try (ScriptedProvider small = new ScriptedProvider();
                ScriptedProvider large = new ScriptedProvider();
                DefaultCamelContext camel = context(verify, small.port(), large.port())) {
            small.does(status(200, "", CALL));
            camel.start();

            Exchange answer = ask(camel, TOOLS);

            assertThat(new String(answer.getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
                    .contains("\"tool_calls\"");
            assertThat(small.requests).hasSize(1);
            assertThat(large.requests).isEmpty();
            assertThat(answer.getMessage().getHeader(LlmRouterConstants.VERIFY)).isNull();
        }
    }

    @Test
    void anEscalationThatEndsInOneIsStillAnEscalation() throws Exception {
        try (ScriptedProvider small = new ScriptedProvider();
                ScriptedProvider large = new ScriptedProvider();
                DefaultCamelContext camel = context("json: true", small.port(), large.port())) {
            small.does(ScriptedProvider.says("It is 42."));
            large.does(status(200, "", CALL));
            camel.start();

            Exchange answer = ask(camel, TOOLS);

            assertThat(answer.getMessage().getHeader(LlmRouterConstants.TIER)).isEqualTo("premium");
            assertThat(answer.getMessage().getHeader(LlmRouterConstants.VERIFY)).isEqualTo("escalated");
        }
    }

    @Test
    void aCallOfAToolThatNobodyOffersIsNoAnswer() throws Exception {
        try (ScriptedProvider small = new ScriptedProvider();
                ScriptedProvider large = new ScriptedProvider();
                DefaultCamelContext camel = context("json: true", small.port(), large.port())) {
            small.does(status(200, "", CALL));
            large.does(ScriptedProvider.says("{}"));
            camel.start();

            assertThat(ask(camel, "").getMessage().getHeader(LlmRouterConstants.VERIFY))
                    .isEqualTo("escalated");
            assertThat(large.requests).hasSize(1);
        }
    }

    private static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\"}}]";

    private static Exchange ask(DefaultCamelContext camel, String tools) {
        Exchange answer = camel.createProducerTemplate().request("direct:llm-route", exchange -> {
            exchange.setProperty(ReceiverProcessor.DIALECT, "openai");
            exchange.getMessage()
                    .setBody("{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"How much is it?\"}]"
                            + tools + "}");
        });
        assertThat(answer.getException()).isNull();
        return answer;
    }

    private DefaultCamelContext context(String verify, int small, int large) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  two: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: one, context: 100000, capabilities: [tools], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: two, context: 100000, capabilities: [tools], price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  sum: { tier: economy, description: add, rationale: r, verify: { %s } }
                rules:
                  - { id: sum, when: { keywords: [much] }, task: sum }
                """.formatted(small, large, verify));
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        ShippedRoutes.load(camel, folder);
        return camel;
    }
}
