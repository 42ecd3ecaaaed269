package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who is asked after whom, for how long, and under which name, once the configuration of another gateway is a policy. */
class ForeignRoutingTest extends ForeignGround {
    private static Tier tier(RoutingPolicy policy, String name) {
        return policy.tier(name).orElseThrow();
    }

    private static List<String> members(RoutingPolicy policy, String tier) {
        return tier(policy, tier).models().stream().map(Tier.Member::model).toList();
    }

    private static Timeouts timeouts(RoutingPolicy policy, String model) {
        return Objects.requireNonNull(policy.model(model).orElseThrow().timeouts());
    }

    @Test
    void aTimeoutOfLiteLlmIsOneOfEachCallAndNotOfTheRequest() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/first } }
                  - { model_name: cl, litellm_params: { model: anthropic/second, timeout: 0.5, stream_timeout: 3 } }
                router_settings: { fallbacks: [ { gpt: [cl] } ], timeout: 2, num_retries: 0 }
                litellm_settings: { request_timeout: 90 }
                """);
        RoutingPolicy policy = policy(converted);

        assertThat(tier(policy, "gpt").timeout()).hasSeconds(600);
        assertThat(timeouts(policy, "gpt").headers()).hasSeconds(2);
        assertThat(timeouts(policy, "gpt").firstToken()).hasSeconds(2);
        assertThat(timeouts(policy, "cl").headers()).hasMillis(500);
        assertThat(timeouts(policy, "cl").firstToken()).hasSeconds(3);
        assertThat(remarks(converted))
                .contains(
                        "litellm_settings.request_timeout: is not taken over: router_settings.timeout stands above it");
    }

    @Test
    void aRequestHasTimeForAllCallsThatItMayCost() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/first, timeout: 400 } }
                  - { model_name: cl, litellm_params: { model: anthropic/second, timeout: 9000 } }
                  - { model_name: mini, litellm_params: { model: openai/third } }
                router_settings: { fallbacks: [ { gpt: [mini] } ], num_retries: 1 }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(tier(policy, "gpt").timeout()).isEqualTo(Duration.ofSeconds(3 * 400));
        assertThat(tier(policy, "cl").timeout()).hasHours(1);
        assertThat(timeouts(policy, "cl").headers()).hasHours(1);
        assertThat(tier(policy, "mini").timeout()).hasSeconds(600);
        assertThat(policy.model("mini").orElseThrow().timeouts()).isNull();
        assertThat(remarks(converted))
                .contains("model_list[1].litellm_params.timeout: is more than an hour, which is the most that a policy"
                        + " may have: one hour");
    }

    @Test
    void eachTargetOfPortkeyKeepsItsTimeout() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "request_timeout": 30000,
                  "targets": [
                    { "provider": "openai", "override_params": { "model": "mini" }, "request_timeout": 2000, "retry": { "attempts": 2 } },
                    { "provider": "anthropic", "override_params": { "model": "opus" }, "request_timeout": 90000 },
                    { "provider": "openai", "override_params": { "model": "mini" } } ] }
                """);
        RoutingPolicy policy = policy(converted);

        assertThat(members(policy, "main")).containsExactly("mini", "opus", "mini-2");
        assertThat(tier(policy, "main").timeout()).hasSeconds(600);
        assertThat(tier(policy, "main").maxAttempts()).isEqualTo(5);
        assertThat(timeouts(policy, "mini").headers()).hasSeconds(2);
        assertThat(timeouts(policy, "mini").firstToken()).hasSeconds(15);
        assertThat(timeouts(policy, "opus").headers()).hasSeconds(90);
        assertThat(timeouts(policy, "opus").firstToken()).hasSeconds(90);
        assertThat(timeouts(policy, "mini-2").headers()).hasSeconds(30);
        assertThat(remarks(converted))
                .contains(": its targets are tried again different numbers of times: a tier counts the calls of all"
                        + " together, with these 2 more");
    }

    @Test
    void everyModelOfALongRowMayBeAsked() {
        RoutingPolicy liteLlm = policy(liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/a } }
                  - { model_name: a, litellm_params: { model: openai/b } }
                  - { model_name: a, litellm_params: { model: openai/c } }
                  - { model_name: d, litellm_params: { model: openai/d } }
                router_settings: { num_retries: 0, fallbacks: [ { a: [d] } ] }
                """));
        assertThat(tier(liteLlm, "a").maxAttempts()).isEqualTo(4);
        String target = "{ \"provider\": \"openai\", \"override_params\": { \"model\": \"m%s\" } }";
        RoutingPolicy portkey = policy(portkey("{ \"strategy\": { \"mode\": \"fallback\" }, \"targets\": ["
                + String.join(
                        ",",
                        List.of(
                                target.formatted(1),
                                target.formatted(2),
                                target.formatted(3),
                                target.formatted(4),
                                target.formatted(5)))
                + "] }"));
        assertThat(tier(portkey, "main").maxAttempts()).isEqualTo(5);
    }

    private static final String CHAIN = """
            model_list:
              - { model_name: a, litellm_params: { model: openai/a } }
              - { model_name: b, litellm_params: { model: openai/b } }
              - { model_name: c, litellm_params: { model: openai/c } }
              - { model_name: d, litellm_params: { model: openai/d } }
              - { model_name: emb, litellm_params: { model: openai/e }, model_info: { mode: embedding } }
              - { model_name: emb2, litellm_params: { model: openai/f }, model_info: { mode: embedding } }
              - { model_name: gone, litellm_params: { model: bedrock/x } }
            router_settings:
            """;

    @Test
    void fallbacksOfFallbacksAreAskedToo() {
        RoutingPolicy policy = policy(liteLlm(CHAIN + "  fallbacks: [ { a: [b, d] }, { b: [c] }, { c: [a] } ]\n"));
        assertThat(members(policy, "a")).containsExactly("a", "b", "c", "d");
        assertThat(members(policy, "b")).containsExactly("b", "c", "a", "d");
        assertThat(members(policy, "d")).containsExactly("d");
    }

    @Test
    void fallbacksAreFollowedAsFarAsLiteLlmDoes() {
        StringBuilder config = new StringBuilder("model_list:\n");
        StringBuilder chain = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            config.append("  - { model_name: m" + i + ", litellm_params: { model: openai/m" + i + " } }\n");
            chain.append(i == 0 ? "" : ", ").append("{ m" + i + ": [m" + (i + 1) % 8 + "] }");
        }
        config.append("router_settings: { fallbacks: [ " + chain + " ] }\n");
        assertThat(members(policy(liteLlm(config.toString())), "m0"))
                .containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
        String two = config.toString().replace("router_settings: {", "router_settings: { max_fallbacks: 2,");
        assertThat(members(policy(liteLlm(two)), "m0")).containsExactly("m0", "m1", "m2");
    }

    @Test
    void fallbacksOfAnyGroupAreForThoseThatHaveNoneOfTheirOwn() {
        Converted star = liteLlm(CHAIN + "  fallbacks: [ { \"*\": [d] }, { a: [b] } ]\n");
        RoutingPolicy policy = policy(star);
        assertThat(members(policy, "a")).containsExactly("a", "b", "d");
        assertThat(members(policy, "c")).containsExactly("c", "d");
        assertThat(members(policy, "d")).containsExactly("d");

        Converted always = liteLlm(CHAIN + "  default_fallbacks: [d, nobody]\n");
        assertThat(members(policy(always), "a")).containsExactly("a", "d");
        assertThat(members(policy(always), "emb")).containsExactly("emb");
        assertThat(remarks(always))
                .contains(
                        "router_settings.default_fallbacks[1]: names 'nobody', which is no group that could be taken over",
                        "router_settings.default_fallbacks: 'd' is not asked after 'emb': one of them makes embeddings, and"
                                + " the other does not");
    }

    @Test
    void fallbacksThatNobodyHasAreNamed() {
        Converted converted = liteLlm(CHAIN + """
                  fallbacks: [ { gone: [b] }, { none: [a] }, { gpt-4: [c] }, { d: [gpt-4] }, { b: [emb] } ]
                  model_group_alias: { gpt-4: a, old: b }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(members(policy, "gpt-4")).containsExactly("a", "c");
        assertThat(members(policy, "a")).containsExactly("a");
        assertThat(members(policy, "d")).containsExactly("d", "a");
        assertThat(members(policy, "b")).containsExactly("b");
        assertThat(members(policy, "old")).containsExactly("b");
        String left = ", which is no group that could be taken over: its fallbacks are left out";
        assertThat(remarks(converted))
                .contains(
                        "router_settings.fallbacks[0].gone: are those of 'gone'" + left,
                        "router_settings.fallbacks[1].none: are those of 'none'" + left,
                        "router_settings.fallbacks: 'emb' is not asked after 'b': one of them makes embeddings, and the"
                                + " other does not");
    }

    @Test
    void fallbacksOfLongRequestsAreNamedAsThoseOfAll() {
        Converted converted =
                liteLlm(CHAIN + "  context_window_fallbacks: [ { a: [b] } ]\n  fallbacks: [ { a: [c] } ]\n");
        assertThat(members(policy(converted), "a")).containsExactly("a", "c", "b");
        assertThat(remarks(converted))
                .contains(
                        "router_settings.context_window_fallbacks[0].a: are asked after any failure of 'a', not only where"
                                + " a request is too long for it: an outage is paid at their prices");
    }

    @Test
    void callersAreToldWhereANameMeansSomethingElse() {
        Converted converted = liteLlm(CHAIN + """
                  fallbacks: [ { a: [b] } ]
                  model_group_alias: { gpt-4: c, "my gpt": d, same: { model: d, hidden: true } }
                """);
        assertThat(remarks(converted))
                .contains(
                        "model_list: callers that send 'a' get that model alone, none of the others of its tier: write"
                                + " 'tier:a' instead",
                        "router_settings.model_group_alias.gpt-4: an alias is a tier, and no model has its name: callers"
                                + " that send 'gpt-4' write 'tier:gpt-4' instead",
                        "router_settings.model_group_alias.same: an alias is a tier, and no model has its name: callers"
                                + " that send 'same' write 'tier:same' instead")
                .noneMatch(remark -> remark.contains("callers that send 'b' get")
                        || remark.contains("callers that send 'my gpt' write"));
    }

    @Test
    void aTagOfSeveralGroupsIsAskedInTurnAndHasATierForEach() {
        Converted converted = liteLlm("""
                model_list:
                  - model_name: nano
                    litellm_params: { model: gpt-4.1-nano, tags: [paid], input_cost_per_token: 1.0e-07, output_cost_per_token: 4.0e-07 }
                  - model_name: gpt
                    litellm_params: { model: gpt-4o, tags: [paid], rpm: 30, input_cost_per_token: 2.5e-06, output_cost_per_token: 1.0e-05 }
                  - model_name: gpt
                    litellm_params: { model: gpt-4o, api_key: os.environ/B, tags: [paid], rpm: 10, input_cost_per_token: 2.5e-06, output_cost_per_token: 1.0e-05 }
                  - model_name: emb
                    litellm_params: { model: text-embedding-3-small, tags: [paid, vectors] }
                    model_info: { mode: embedding }
                router_settings: { enable_tag_filtering: true }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(members(policy, "tag-paid")).containsExactly("gpt", "gpt-2", "nano");
        assertThat(tier(policy, "tag-paid").strategy()).isEqualTo(Strategy.FAILOVER);
        assertThat(members(policy, "tag-paid/gpt")).containsExactly("gpt", "gpt-2");
        assertThat(tier(policy, "tag-paid/gpt").strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(members(policy, "tag-paid/nano")).containsExactly("nano");
        assertThat(members(policy, "tag-vectors")).containsExactly("emb");
        assertThat(remarks(converted))
                .contains(
                        "model_list: the tag 'paid' is on several groups, of which callers named one by its model: 'auto' asks"
                                + " them in turn, the dearest first; for one alone send 'tier:tag-paid/nano', 'tier:tag-paid/gpt'",
                        "model_list: embeddings with the tag 'paid' are in the tier of their group alone: send 'tier:emb'");
    }

    @Test
    void aDefaultOfSeveralGroupsBeginsWithTheDearest() {
        RoutingPolicy policy = policy(liteLlm("""
                model_list:
                  - { model_name: unpriced, litellm_params: { model: gpt-4.1, tags: [default] } }
                  - { model_name: small, litellm_params: { model: gpt-4o-mini, tags: [default], input_cost_per_token: 1.0e-07, output_cost_per_token: 6.0e-07 } }
                  - { model_name: large, litellm_params: { model: gpt-4o, tags: [default], input_cost_per_token: 2.0e-06, output_cost_per_token: 1.0e-05 } }
                router_settings: { enable_tag_filtering: true }
                """));
        assertThat(policy.baseline()).isEqualTo("tag-default");
        assertThat(members(policy, "tag-default")).containsExactly("large", "small", "unpriced");
        assertThat(tier(policy, "tag-default").strategy()).isEqualTo(Strategy.FAILOVER);
    }

    @Test
    void fallbacksThatATagDoesNotHaveAreNamed() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/a, tags: [paid] } }
                  - { model_name: b, litellm_params: { model: openai/b } }
                router_settings: { enable_tag_filtering: true, fallbacks: [ { a: [b] } ] }
                """);
        assertThat(members(policy(converted), "tag-paid")).containsExactly("a");
        assertThat(remarks(converted))
                .contains(
                        "model_list: requests with the tag 'paid' are not passed on to the fallbacks of 'a': add those"
                                + " that may serve them to the tag's tier by hand");
    }

    @Test
    void embeddingsAreNoBaseline() {
        RoutingPolicy policy = policy(liteLlm("""
                model_list:
                  - { model_name: emb, litellm_params: { model: openai/e, tags: [default] }, model_info: { mode: embedding } }
                  - { model_name: a, litellm_params: { model: openai/a } }
                router_settings: { enable_tag_filtering: true }
                """));
        assertThat(policy.baseline()).isEqualTo("a");
    }

    /** Names alone stand behind all, and what is asked with other parameters is asked as it is. */
    @Test
    void otherWaysToWriteFallbacksAreRead() {
        assertThat(members(policy(liteLlm(CHAIN + "  fallbacks: [ b, c ]\n")), "a"))
                .containsExactly("a", "b", "c");
        assertThat(members(policy(liteLlm(CHAIN + "  fallbacks: { a: [ { model: b, temperature: 0 } ] }\n")), "a"))
                .containsExactly("a", "b");
        assertThat(members(policy(liteLlm(CHAIN + "  default_fallbacks: d\n")), "a"))
                .containsExactly("a", "d");
    }

    @Test
    void aSingleTargetIsAskedAlone() {
        String config = """
                { "strategy": { "mode": "single" },
                  "targets": [ { "provider": "PROVIDER", "override_params": { "model": "gpt-4o" } },
                               { "provider": "anthropic", "override_params": { "model": "claude-sonnet-5" } } ] }
                """;
        Converted converted = portkey(config.replace("PROVIDER", "openai"));
        assertThat(members(policy(converted), "main")).containsExactly("gpt-4o");
        assertThat(remarks(converted))
                .contains("targets[1]: is never asked, for 'single' asks the first alone: left out");
        assertThatThrownBy(() -> portkey(config.replace("PROVIDER", "bedrock")))
                .isInstanceOf(NotConvertibleException.class)
                .hasMessageContaining("no target");
    }

    @Test
    void targetsHaveWhatStandsAboveThem() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "request_timeout": 4000, "retry": { "attempts": 1 },
                  "override_params": { "model": "gpt-4o", "temperature": 0.5 }, "custom_host": "https://gw.example.com/v1",
                  "targets": [ { "provider": "openai", "api_key": "a" },
                               { "provider": "openai", "override_params": { "model": "gpt-4o-mini" } },
                               { "strategy": { "mode": "loadbalance" }, "customHost": "https://other.example.com/v1",
                                 "targets": [ { "provider": "openai" }, { "provider": "openai", "override_params": { "model": "gpt-4.1" } } ] } ] }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(members(policy, "main")).containsExactly("gpt-4o", "gpt-4o-mini", "gpt-4o-2", "gpt-4.1");
        assertThat(policy.providers().values())
                .extracting(provider -> String.valueOf(provider.baseUrl()))
                .containsOnly("https://gw.example.com/v1", "https://other.example.com/v1");
        assertThat(timeouts(policy, "gpt-4.1").headers()).hasSeconds(4);
        assertThat(tier(policy, "main").maxAttempts()).isEqualTo(7);
        assertThat(remarks(converted)).contains("override_params.temperature: has no counterpart");
    }

    @Test
    void targetsOfConditionsHaveWhatStandsAboveThemAndCallersSendMetadataElsewhere() {
        Converted converted = portkey("""
                { "strategy": { "mode": "conditional", "default": "small",
                    "conditions": [ { "query": { "metadata.plan": "paid" }, "then": "big" } ] },
                  "custom_host": "https://gw.example.com/v1", "request_timeout": 7000,
                  "targets": [
                    { "name": "big", "provider": "openai", "override_params": { "model": "gpt-4o" } },
                    { "name": "small", "provider": "openai", "override_params": { "model": "gpt-4o-mini" } } ] }
                """);
        RoutingPolicy policy = policy(converted);
        assertThat(policy.providers().values())
                .extracting(provider -> String.valueOf(provider.baseUrl()))
                .containsOnly("https://gw.example.com/v1");
        assertThat(timeouts(policy, "gpt-4o").headers()).hasSeconds(7);
        assertThat(remarks(converted))
                .contains(
                        "strategy.conditions: read metadata from the header x-portkey-metadata, and the rules from the"
                                + " request's body (\"metadata\": {...}): callers must write it there, or all go to the baseline");
    }

    private static final String TAGGED = """
            model_list:
              - { model_name: gpt, litellm_params: { model: openai/a, api_key: os.environ/KA, tags: [team-a], rpm: 9 } }
              - { model_name: gpt, litellm_params: { model: openai/d, api_key: os.environ/KD, tags: [default], weight: 3 } }
              - { model_name: gpt, litellm_params: { model: openai/e, api_key: os.environ/KE, tags: [default], weight: 1 } }
              - { model_name: gpt, litellm_params: { model: openai/n, api_key: os.environ/KN } }
              - { model_name: cl, litellm_params: { model: anthropic/c } }
            router_settings:
              enable_tag_filtering: true
              model_group_alias: { chat: gpt }
              fallbacks: [ { cl: [gpt] } ]
            """;

    private static List<String> ids(RoutingPolicy policy, String tier) {
        return members(policy, tier).stream()
                .map(model -> policy.model(model).orElseThrow().remoteName())
                .toList();
    }

    @Test
    void aGroupIsOfItsDefaultDeploymentsWhereTagsPartIt() {
        Converted converted = liteLlm(TAGGED);
        RoutingPolicy policy = policy(converted);

        assertThat(ids(policy, "gpt")).containsExactly("d", "e");
        assertThat(ids(policy, "chat")).containsExactly("d", "e");
        assertThat(ids(policy, "cl")).containsExactly("c", "d", "e");
        assertThat(ids(policy, "tag-team-a")).containsExactly("a");
        assertThat(policy.model("gpt").orElseThrow().remoteName()).isEqualTo("d");
        assertThat(remarks(converted))
                .contains(
                        "model_list: 'tier:gpt' and the model 'gpt' do not look at tags: callers with the tag 'team-a'"
                                + " that named 'gpt' must send 'tier:tag-team-a'",
                        "model_list[3].litellm_params: is in no tier: requests without a tag are for those of 'gpt'"
                                + " that have the tag 'default', and it has none")
                .noneMatch(remark -> remark.contains("stands behind"));
    }

    @Test
    void withoutDefaultDeploymentsAGroupIsOfAll() {
        Converted converted = liteLlm(TAGGED.replace("default", "team-b"));
        assertThat(ids(policy(converted), "gpt")).containsExactlyInAnyOrder("a", "d", "e", "n");
        assertThat(ids(policy(converted), "tag-team-b")).containsExactly("d", "e");
        assertThat(remarks(converted))
                .contains("model_list: 'tier:gpt' and the model 'gpt' do not look at tags: callers with the tag"
                        + " 'team-b' that named 'gpt' must send 'tier:tag-team-b'");

        Converted unfiltered = liteLlm(TAGGED.replace("enable_tag_filtering: true", "enable_tag_filtering: false"));
        assertThat(ids(policy(unfiltered), "gpt")).hasSize(4);
    }

    @Test
    void embeddingsOfATagHaveATierWhereTheirGroupHasOthers() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: emb, litellm_params: { model: openai/text-embedding-3-small, tags: [paid] } }
                  - { model_name: emb, litellm_params: { model: openai/text-embedding-3-large, tags: [default] } }
                  - { model_name: gpt, litellm_params: { model: openai/a, tags: [paid] } }
                router_settings: { enable_tag_filtering: true }
                """);
        assertThat(ids(policy(converted), "emb")).containsExactly("text-embedding-3-large");
        assertThat(ids(policy(converted), "tag-paid")).containsExactly("a");
        assertThat(ids(policy(converted), "tag-paid/emb")).containsExactly("text-embedding-3-small");
    }

    @Test
    void theNameOfAGroupIsOfADeploymentThatIsDrawn() {
        RoutingPolicy policy = policy(liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/rests, weight: 0, timeout: 7 } }
                  - { model_name: gpt, litellm_params: { model: openai/works, weight: 1 } }
                """));
        assertThat(policy.model("gpt").orElseThrow().remoteName()).isEqualTo("works");
        assertThat(members(policy, "gpt").get(0)).isEqualTo("gpt");
        assertThat(ids(policy, "gpt")).containsExactly("works", "rests");
        assertThat(timeouts(policy, members(policy, "gpt").get(1)).headers()).hasSeconds(7);
    }

    @Test
    void aWeightIsReadAsYamlHasItAndOneThatIsNoNumberIsNot0() {
        RoutingPolicy policy = policy(liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/a, tpm: 1_000_000 } }
                  - { model_name: gpt, litellm_params: { model: openai/b, tpm: 100000 } }
                """));
        assertThat(weights(policy, "gpt")).containsExactly(1_000_000.0, 100_000.0);

        Converted unknown = liteLlm("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/a, weight: os.environ/W } }
                  - { model_name: gpt, litellm_params: { model: openai/b, weight: 4 } }
                """);
        assertThat(weights(policy(unknown), "gpt")).containsExactly(4.0, 4.0);
        assertThat(remarks(unknown))
                .contains("model_list[0].litellm_params.weight: is no number, so how often it is drawn is not known:"
                        + " as often as the one with the most of its group; write the weight that is meant");
    }

    private static List<Double> weights(RoutingPolicy policy, String tier) {
        return tier(policy, tier).models().stream().map(Tier.Member::weight).toList();
    }

    @Test
    void aTagWithACommaHasNoRule() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/a, tags: ["x,y"] } }
                router_settings: { enable_tag_filtering: true }
                """);
        assertThat(converted.policy()).doesNotContain("rules:");
        assertThat(remarks(converted)).anyMatch(remark -> remark.contains("the tag 'x,y' has no rule"));
    }

    @Test
    void moreRetriesThanAPolicyMayHaveAreTold() {
        Converted converted = liteLlm(CHAIN + "  num_retries: 99\n");
        assertThat(tier(policy(converted), "a").maxAttempts()).isEqualTo(20);
        assertThat(remarks(converted))
                .contains("router_settings.num_retries: is more than a policy may have: 20 calls of one request, the"
                        + " first included");
    }

    @Test
    void theDepthOfFallbacksMayStandAmongTheGeneralSettings() {
        assertThat(members(
                        policy(liteLlm(CHAIN + "  fallbacks: [ { a: [b] }, { b: [c] } ]\n"
                                + "litellm_settings: { max_fallbacks: 1 }\n")),
                        "a"))
                .containsExactly("a", "b");
    }
}
