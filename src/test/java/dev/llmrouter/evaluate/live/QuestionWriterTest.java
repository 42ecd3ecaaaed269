package dev.llmrouter.evaluate.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BodyShape;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Question question(String input, String system) throws Exception {
        RoutingPolicy policy = PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: team
                baseline: premium
                providers:
                  p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: "k" }
                models:
                  big: { provider: p, price: unknown }
                tiers:
                  premium: { models: [big] }
                """, "policy.yaml");
        ObjectNode body = QuestionWriter.body(JSON.readTree(input), system, 500);
        return new QuestionWriter(policy, false, new Dialects(Clock.systemUTC()))
                .question(1, "1", "", "big", body, false);
    }

    /** No field {@code system} tells it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}",
                "\"tools\":[{\"name\":\"find\",\"input_schema\":{\"type\":\"object\"}}]",
                "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                "\"stop_sequences\":[\"END\"]",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}"
            })
    void aRequestInAnthropicsFormatIsAskedAsOne(String field) throws Exception {
        Question question =
                question("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}]," + field + "}", "Be brief.");
        assertThat(question.request().dialect()).isEqualTo(Dialect.Name.ANTHROPIC);
        assertThat(question.request().messages().get(0).text()).isEqualTo("Be brief.");
        assertThat(question.mostOutputTokens()).isEqualTo(500);
    }

    /** As gateways of OpenAI's format log them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\",\"content\":\"Hi.\"}],"
                        + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}],\"max_completion_tokens\":9,\"tools\":[{\"type\":"
                        + "\"web_search_20250305\",\"name\":\"web_search\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}],\"stop\":[\"a\"],\"thinking\":{\"type\":\"adaptive\"}}"
            })
    void aRequestInOpenAisFormatMayHaveFieldsOfAnthropics(String input) throws Exception {
        assertThat(BodyShape.chatOf((ObjectNode) JSON.readTree(input))).isEqualTo(Dialect.Name.OPENAI);
    }

    @Test
    void aRequestThatAnyOfThemTakesIsAskedInOpenAisFormat() throws Exception {
        Question question = question("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}],\"top_k\":4}", "");
        assertThat(question.request().dialect()).isEqualTo(Dialect.Name.OPENAI);
    }
}
