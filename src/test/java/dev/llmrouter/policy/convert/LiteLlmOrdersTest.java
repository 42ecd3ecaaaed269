package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deployments of one group that LiteLLM asks by their order. */
class LiteLlmOrdersTest extends ForeignGround {
    private static List<String> members(RoutingPolicy policy, String tier) {
        Tier found = policy.tier(tier).orElseThrow();
        return found.models().stream()
                .map(member -> policy.model(member.model()).orElseThrow().remoteName()
                        + (found.strategy() == Strategy.WEIGHTED ? " " + member.weight() : ""))
                .toList();
    }

    /** It was a share of one to one. */
    @Test
    void aStandbyIsAskedWhenTheOthersFail() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/none, weight: 3 } }
                  - { model_name: gpt, litellm_params: { model: openai/second, order: 2, rpm: 900 } }
                  - { model_name: gpt, litellm_params: { model: openai/first, rpm: 1 }, model_info: { order: 1 } }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(policy.tier("gpt").orElseThrow().strategy()).isEqualTo(Strategy.FAILOVER);
        assertThat(members(policy, "gpt")).containsExactly("first", "second", "none");
        assertThat(policy.model("gpt").orElseThrow().remoteName()).isEqualTo("first");
        assertThat(remarks(converted))
                .contains(
                        "model_list[1].litellm_params: is of a higher order than others of its group, or of none: it stands"
                                + " behind them and is asked when they fail")
                .noneMatch(text -> text.contains("order: has no counterpart"));
    }

    @Test
    void severalOfTheLowestOrderAreDrawnAndTheOthersStandBehindThem() {
        String config = """
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/a, order: 1, weight: 3 } }
                  - { model_name: gpt, litellm_params: { model: openai/b, order: 1, weight: 1 } }
                  - { model_name: gpt, litellm_params: { model: openai/c, order: 2, weight: 9 } }
                  - { model_name: last, litellm_params: { model: openai/d } }
                """;
        assertThat(members(policy(liteLlm(config)), "gpt")).containsExactly("a 3.0", "b 1.0", "c 1.0E-6");
        assertThat(remarks(liteLlm(config)))
                .contains(
                        "model_list: tier 'gpt' has deployments of a higher order behind several deployments: 'gpt-3', with"
                                + " the weight 0.000001, so asked first about once in a million requests");

        Converted busy =
                liteLlm(config + "router_settings: { routing_strategy: least-busy, fallbacks: [ { gpt: [last] } ] }");
        assertThat(members(policy(busy), "gpt")).containsExactly("a 1.0", "b 1.0", "c 1.0E-6", "d 1.0E-6");
        assertThat(remarks(busy))
                .contains(
                        "router_settings.routing_strategy: tier 'gpt' is 'weighted', not 'least-busy', because of others"
                                + " behind several deployments: 'gpt-3', 'last', with the weight 0.000001 each, so asked first about"
                                + " once in a million requests, and among themselves in any order, whatever their order or list"
                                + " says");
    }

    @Test
    void aTagOfSeveralGroupsAsksStandbysLast() {
        RoutingPolicy policy = policy(liteLlm("""
                model_list:
                  - { model_name: x, litellm_params: { model: openai/d, tags: [default] } }
                  - { model_name: a, litellm_params: { model: openai/a2, order: 2, tags: [t], input_cost_per_token: 0.00001, output_cost_per_token: 0.00001 } }
                  - { model_name: a, litellm_params: { model: openai/a1, order: 1, tags: [t], input_cost_per_token: 0.000001, output_cost_per_token: 0.000001 } }
                  - { model_name: b, litellm_params: { model: openai/b, tags: [t], input_cost_per_token: 0.000002, output_cost_per_token: 0.000002 } }
                router_settings: { enable_tag_filtering: true }
                """));
        assertThat(members(policy, "tag-t")).containsExactly("b", "a1", "a2");
        assertThat(members(policy, "tag-t/a")).containsExactly("a1", "a2");
    }

    @Test
    void aStrategyWithoutCounterpartNeedsNoneWhereEachOrderHasOne() {
        assertThat(remarks(liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/a, order: 1 } }
                  - { model_name: gpt, litellm_params: { model: openai/b, order: 2 } }
                router_settings: { routing_strategy: usage-based-routing-v2 }
                """)))
                .contains(
                        "router_settings.routing_strategy: 'usage-based-routing-v2' has no counterpart, and needs none: no"
                                + " group has several deployments of the same, lowest order");
    }

    /** LiteLLM takes the general setting where the router's is empty. */
    @Test
    void anEmptyListOfFallbacksIsAsNone() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/a } }
                  - { model_name: b, litellm_params: { model: openai/b } }
                  - { model_name: c, litellm_params: { model: openai/c } }
                router_settings: { fallbacks: [], default_fallbacks: [], context_window_fallbacks: [], num_retries: 2 }
                litellm_settings:
                  fallbacks: [ { a: [b] } ]
                  default_fallbacks: [c]
                  context_window_fallbacks: [ { b: [a] } ]
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(members(policy, "a")).containsExactly("a", "b", "c");
        assertThat(members(policy, "b")).containsExactly("b", "c", "a");
        assertThat(remarks(converted)).noneMatch(text -> text.contains("stands above it"));
    }

    @Test
    void anOrderThatIsNoNumberIsToldOf() {
        assertThat(remarks(liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/a, order: first } }
                """)))
                .contains("model_list[0].litellm_params.order: is no number: taken as no order, which comes last");
    }
}
