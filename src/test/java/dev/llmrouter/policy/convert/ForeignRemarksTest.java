package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is dropped is told of, and what is told is true. */
class ForeignRemarksTest extends ForeignGround {
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
                "citation_cost_per_token: 0.000002"
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

    /** LiteLLM's map of prices has it for most models of Claude and Gemini, which search for a few requests alone. */
    @Test
    void thePriceOfSearchesDoesNotMakeThatOfTokensUnknown() {
        Converted converted = liteLlm("""
                model_list:
                  - model_name: claude
                    litellm_params: { model: anthropic/claude-sonnet-4-5 }
                    model_info: { input_cost_per_token: 0.000003, output_cost_per_token: 0.000015,
                      search_context_cost_per_query: { search_context_size_low: 0.01 } }
                  - model_name: sonar
                    litellm_params: { model: perplexity/sonar }
                    model_info: { input_cost_per_token: 0.000001, output_cost_per_token: 0.000001,
                      search_context_cost_per_query: { search_context_size_low: 0.005 } }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(policy.model("claude").orElseThrow().price()).isNotNull();
        assertThat(policy.model("sonar").orElseThrow().price()).isNull();
        assertThat(converted.policy()).contains("baseline: \"claude\"");
        assertThat(remarks(converted))
                .contains(
                        "model_list[0].model_info.search_context_cost_per_query: a policy has no such price: what requests"
                                + " cost in which the model searches is booked without that")
                .anyMatch(text -> text.startsWith("model_list[1].model_info.search_context_cost_per_query: ")
                        && text.contains("the price is unknown"));
    }

    /** The baseline went from the dearest to the cheapest, for its price alone was known. */
    @Test
    void whoseTokensAreTheDearestIsTheBaselineThoughMoreIsPaid() {
        Converted converted = liteLlm("""
                model_list:
                  - model_name: cheap
                    litellm_params: { model: openai/gpt-4o-mini, input_cost_per_token: 0.0000001, output_cost_per_token: 0.0000004 }
                  - model_name: dear
                    litellm_params: { model: openai/o3, input_cost_per_token: 0.000002, output_cost_per_token: 0.00001,
                      output_cost_per_reasoning_token: 0.000035 }
                """);
        assertThat(policy(converted).model("dear").orElseThrow().price()).isNull();
        assertThat(converted.policy()).contains("baseline: \"dear\"");
    }

    /** What is only assumed of a model is no reason to send a tenant's request to the baseline's host. */
    @Test
    void modelsOfTagsHaveAllThatTheFileDoesNotDeny() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: groq/a, tags: [default] } }
                  - model_name: gpt
                    litellm_params: { model: groq/b, tags: [team-a] }
                    model_info: { supports_vision: false }
                router_settings: { enable_tag_filtering: true }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(policy.model("gpt").orElseThrow().capabilities()).containsExactly(Capability.TOOLS);
        assertThat(policy.model("gpt-2").orElseThrow().capabilities())
                .contains(Capability.JSON_SCHEMA, Capability.DOCUMENTS, Capability.AUDIO)
                .as("whoever is told of thoughts that are switched off may refuse them")
                .doesNotContain(Capability.VISION, Capability.EMBEDDINGS, Capability.REASONING);
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("model_list[1]: says not all of what it can do: assumed are")
                        && text.endsWith(
                                "(all but reasoning, so that no request of its tag or condition goes to the baseline because of"
                                        + " this)"));
    }

    @Test
    void whereConditionsOnMetadataLeadModelsHaveAllAsWell() {
        RoutingPolicy policy = policy(portkey("""
                { "strategy": { "mode": "conditional", "default": "us", "conditions": [
                    { "query": { "$and": [ { "metadata.region": { "$eq": "eu" } } ] }, "then": "eu" },
                    { "query": { "params.model": "x" }, "then": "other" } ] }, "targets": [
                    { "name": "us", "provider": "groq", "override_params": { "model": "one" } },
                    { "name": "eu", "provider": "groq", "override_params": { "model": "two" } },
                    { "name": "other", "provider": "groq", "override_params": { "model": "three" } } ] }
                """));
        assertThat(policy.model("two").orElseThrow().capabilities()).contains(Capability.TOOLS, Capability.AUDIO);
        assertThat(policy.model("one").orElseThrow().capabilities())
                .as("all others go there, whatever it can do")
                .containsExactly(Capability.TOOLS);
        assertThat(policy.model("three").orElseThrow().capabilities()).containsExactly(Capability.TOOLS);
    }

    @Test
    void aPlaceholderInATagOrInMetadataGetsIntoNoRule() {
        assertThatThrownBy(() -> liteLlm("""
                model_list: [ { model_name: a, litellm_params: { model: openai/x, tags: ["{{env:HOME}}"] } } ]
                router_settings: { enable_tag_filtering: true }
                """)).hasMessageContaining("{{");
        assertThatThrownBy(() -> portkey("""
                { "strategy": { "mode": "conditional", "default": "{{env:HOME}}" }, "targets": [
                    { "name": "{{env:HOME}}", "provider": "openai", "override_params": { "model": "gpt-4o" } } ] }
                """)).hasMessageContaining("{{");
        Converted converted = portkey("""
                { "strategy": { "mode": "conditional", "default": "a", "conditions": [
                    { "query": { "metadata.{{env:HOME}}": "x" }, "then": "b" },
                    { "query": { "metadata.plan": "{{env:HOME}}" }, "then": "b" } ] }, "targets": [
                    { "name": "a", "provider": "openai", "override_params": { "model": "gpt-4o" } },
                    { "name": "b", "provider": "openai", "override_params": { "model": "gpt-4o-mini" } } ] }
                """);
        assertThat(converted.policy()).doesNotContain("{{env:HOME}}");
    }

    @Test
    void sampleIsAStrategyOfPortkeys() {
        assertThat(remarks(portkey("""
                { "strategy": { "mode": "sample" }, "targets": [
                    { "provider": "openai", "override_params": { "model": "gpt-4o" } },
                    { "provider": "groq", "override_params": { "model": "llama" } } ] }
                """)))
                .contains(
                        ": 'sample' asks all targets at once and takes the first that succeeds: they are asked in turn here");
    }

    /** Source: Portkey-AI/gateway, handlers/handlerUtils.ts: a config whose strategy is none asks itself. */
    @Test
    void aProviderBesideTargetsWithoutAStrategyIsAskedAlone() {
        Converted converted = portkey("""
                { "provider": "openai", "override_params": { "model": "gpt-4o" }, "targets": [
                    { "provider": "groq", "override_params": { "model": "llama" } } ] }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("gpt-4o");
        assertThat(policy(converted).providers().keySet()).containsExactly("openai");
        assertThat(remarks(converted))
                .contains(
                        "targets: are never asked, for without a strategy that it has Portkey asks the provider that stands"
                                + " beside them: left out");
    }

    /** Conditions part regions as tags do, and with prices stated the policy would have said 'enforce'. */
    @Test
    void conditionsOnMetadataPartRequestsToo() {
        Converted converted = portkey("""
                { "strategy": { "mode": "conditional", "default": "us", "conditions": [
                    { "query": { "metadata.region": { "$eq": "eu" } }, "then": "eu" } ] }, "targets": [
                    { "name": "us", "provider": "openai", "custom_host": "https://us.example.com/v1", "override_params": { "model": "gpt-4o" } },
                    { "name": "eu", "provider": "openai", "custom_host": "https://eu.example.com/v1", "override_params": { "model": "gpt-4o-mini" } } ] }
                """);
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith(": the policy says 'evidence: warn': tags and metadata")
                        && text.contains("(https://us.example.com/v1)")
                        && text.contains("a key with tiers: [eu]"));
        assertThat(policy(converted).model("gpt-4o-mini").orElseThrow().capabilities())
                .contains(Capability.DOCUMENTS, Capability.LOGPROBS);
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
