package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is dropped is told of, and what is told is true. */
class ForeignRemarksTest {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    private static Converted liteLlm(String config) {
        return ForeignConfigs.convert(From.LITELLM, config, "config.yaml", DAY);
    }

    private static Converted portkey(String config) {
        return ForeignConfigs.convert(From.PORTKEY, config, "config.json", DAY);
    }

    private static RoutingPolicy policy(Converted converted) {
        PolicyCheck check = PolicyLoader.builder(CLOCK).build().check(converted.policy(), "policy.yaml");
        assertThat(check.policy()).as(converted.policy() + check.text()).isNotNull();
        return Objects.requireNonNull(check.policy());
    }

    private static List<String> remarks(Converted converted) {
        return converted.remarks().stream()
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "request_timeout", "stream_timeout", "num_retries"})
    void aTimeOrACountThatIsNoNumberIsToldOf(String name) {
        for (String value : List.of("os.environ/X", "30s")) {
            assertThat(remarks(liteLlm("""
                    model_list: [ { model_name: a, litellm_params: { model: openai/gpt-4o } } ]
                    router_settings: { NAME: VALUE }
                    """.replace("NAME", name).replace("VALUE", value))))
                    .anyMatch(text -> text.startsWith("router_settings." + name + ": is no number"));
        }
    }

    @Test
    void timesOfPortkeyThatAreNoNumbersAreToldOf() {
        assertThat(remarks(portkey("""
                { "provider": "openai", "override_params": { "model": "gpt-4o" }, "request_timeout": "5s",
                  "retry": { "attempts": "two", "on_status_codes": [429] } }
                """)))
                .anyMatch(text -> text.startsWith("request_timeout: is no number"))
                .anyMatch(text -> text.startsWith("retry.attempts: is no number"));
    }

    @Test
    void aStrategyThatPortkeyDoesNotHaveIsCalledSo() {
        String targets = """
                 "targets": [ { "provider": "openai", "override_params": { "model": "gpt-4o" } },
                              { "provider": "openai", "override_params": { "model": "gpt-4.1" } } ] }
                """;
        assertThat(remarks(portkey("{ \"strategy\": { \"mode\": \"random\" }," + targets)))
                .anyMatch(text -> text.startsWith(": 'random' is no strategy of Portkey's"))
                .noneMatch(text -> text.contains("inside of another"));
        assertThat(remarks(portkey("{" + targets))).anyMatch(text -> text.startsWith(": has targets and no strategy"));
    }

    @Test
    void whichOfTwoPartsCountsIsTold() {
        assertThat(remarks(liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/gpt-4o } }
                  - { model_name: b, litellm_params: { model: openai/gpt-4.1 } }
                router_settings: { fallbacks: [ { a: [b] } ] }
                litellm_settings: { fallbacks: [ { b: [a] } ] }
                """)))
                .contains("litellm_settings.fallbacks: is not taken over: router_settings.fallbacks stands above it")
                .noneMatch(text -> text.startsWith("litellm_settings") && text.contains("no counterpart"));
    }

    @Test
    void filesThatAreIncludedAreNamed() {
        assertThatThrownBy(() -> liteLlm("include: [ models.yaml, more.yaml ]"))
                .hasMessageContaining(
                        "there is no model_list, and included files are not read (models.yaml, more.yaml)");
        assertThat(remarks(liteLlm("""
                include: [ models.yaml ]
                model_list: [ { model_name: a, litellm_params: { model: openai/gpt-4o } } ]
                """)))
                .anyMatch(text -> text.startsWith("include: included files are not read (models.yaml)"));
    }

    @Test
    void aFileThatIsTooLongSaysSoAtOnce() {
        assertThatThrownBy(() -> liteLlm("a: b\n".repeat(1_000_001)))
                .hasMessage("config.yaml has 5000005 characters; allowed are 5000000. Take out what is no part of the"
                        + " configuration.");
    }

    /** It was a StackOverflowError. */
    @ParameterizedTest
    @ValueSource(ints = {51, 2_000, 200_000})
    void aFileThatIsNestedTooDeepIsRefused(int depth) {
        assertThatThrownBy(() -> liteLlm("model_list: " + "[".repeat(depth) + "]".repeat(depth)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested deeper than 50 levels");
    }

    @Test
    void aKeyThatStandsTwiceIsToldOf() {
        assertThat(remarks(liteLlm("""
                model_list:
                  - model_name: a
                    litellm_params: { model: openai/gpt-4o }
                    litellm_params: { model: openai/gpt-4.1 }
                """)))
                .contains(
                        "model_list[0].litellm_params: stands here once more, and the last one counts: this one is not read");
    }

    @Test
    void whatAMergeBringsAndAKeyReplacesIsNoKeyThatStandsTwice() {
        assertThat(remarks(liteLlm("""
                base: &base { model: openai/gpt-4o }
                model_list: [ { model_name: a, litellm_params: { <<: *base, model: openai/gpt-4.1 } } ]
                """))).noneMatch(text -> text.contains("once more"));
    }

    @Test
    void moreModelsThanOneRequestMayAskAreToldOf() {
        String deployments = "  - { model_name: a, litellm_params: { model: openai/gpt-4o } }\n".repeat(20);
        String last = "  - { model_name: b, litellm_params: { model: openai/gpt-4.1 } }\n";
        String settings = "router_settings: { fallbacks: [ { a: [b] } ] }\n";
        assertThat(remarks(liteLlm("model_list:\n" + deployments + last + settings)))
                .anyMatch(text -> text.startsWith("model_list: tier 'a' has 21 models, and a request asks 20 of them"));
        assertThat(remarks(liteLlm("model_list:\n" + deployments + last)))
                .noneMatch(text -> text.contains("models, and a request asks"));
    }

    @Test
    void aPlaceholderInAModelsIdIsRefused() {
        assertThatThrownBy(() -> liteLlm(
                        "model_list: [ { model_name: a, litellm_params: { model: \"openai/{{env:HOME}}\" } } ]"))
                .hasMessageContaining("{{");
        assertThatThrownBy(() ->
                        portkey("{ \"provider\": \"openai\", \"override_params\": { \"model\": \"{{env:HOME}}\" } }"))
                .hasMessageContaining("{{");
    }

    @Test
    void whatCallsNobodyOrIsForATeamIsLeftOut() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/gpt-4o } }
                  - { model_name: a, litellm_params: { model: openai/gpt-4.1 }, model_info: { team_id: red } }
                  - { model_name: mock, litellm_params: { model: openai/gpt-4o, mock_response: hello } }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("a");
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("model_list[1]: is for the team 'red' alone"))
                .anyMatch(text -> text.startsWith("model_list[2]: answers with a text of its own (mock_response)"));
    }

    @Test
    void targetsOfPortkeyThatMakeEmbeddingsAreNotInTiersOfChat() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "targets": [
                    { "provider": "openai", "override_params": { "model": "gpt-4o" } },
                    { "provider": "openai", "override_params": { "model": "text-embedding-3-small" } } ] }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("gpt-4o");
        assertThat(remarks(converted)).anyMatch(text -> text.startsWith("targets[1]: makes embeddings"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "output_cost_per_reasoning_token: 0.000035",
                "input_cost_per_query: 0.005",
                "citation_cost_per_token: 0.000002",
                "search_context_cost_per_query: { search_context_size_low: 0.006 }"
            })
    void whatIsPaidBesidesMakesThePriceUnknown(String besides) {
        Converted converted = liteLlm("""
                model_list:
                  - model_name: a
                    litellm_params: { model: openai/o3, input_cost_per_token: 0.000002, output_cost_per_token: 0.00001, BESIDES }
                """.replace("BESIDES", besides));
        assertThat(policy(converted).model("a").orElseThrow().price()).isNull();
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("model_list[0].litellm_params." + besides.split(":")[0])
                        && text.contains("the price is unknown"));
    }

    @Test
    void aPriceOfReasoningThatIsThatOfTheOutputChangesNothing() {
        Converted converted = liteLlm("""
                model_list:
                  - model_name: a
                    litellm_params: { model: openai/o3, input_cost_per_token: 0.000002, output_cost_per_token: 0.00001,
                      output_cost_per_reasoning_token: 1.0e-05, input_cost_per_query: 0 }
                """);
        assertThat(policy(converted).model("a").orElseThrow().price()).isNotNull();
        assertThat(remarks(converted)).noneMatch(text -> text.contains("besides") || text.contains("_query"));
    }
}
