package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.Severity;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ForeignConfigsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    private static final String LITELLM = """
            model_list:
              - model_name: gpt-4o
                litellm_params:
                  model: azure/my-gpt-4o
                  api_base: https://mine.openai.azure.com/
                  api_key: os.environ/AZURE_KEY
                  api_version: "2024-10-21"
                  rpm: 600
                model_info: { max_input_tokens: 128000, max_output_tokens: 16384, input_cost_per_token: 0.0000025,
                  output_cost_per_token: 0.00001, supports_vision: true, supports_function_calling: true }
              - model_name: gpt-4o
                litellm_params: { model: openai/gpt-4o, api_key: sk-in-clear, rpm: 200 }
                model_info: { input_cost_per_token: 2.5e-06, output_cost_per_token: 1.0e-05 }
              - model_name: cheap
                litellm_params: { model: gpt-4o-mini, tags: [bulk], max_parallel_requests: 5 }
              - model_name: sonnet
                litellm_params: { model: anthropic/claude-sonnet-5, api_key: os.environ/ANTHROPIC_API_KEY }
              - model_name: bedrock
                litellm_params: { model: bedrock/anthropic.claude, aws_region_name: us-east-1 }
            router_settings:
              routing_strategy: simple-shuffle
              enable_tag_filtering: true
              num_retries: 2
              timeout: 30
              fallbacks: [ { gpt-4o: [sonnet] }, { cheap: [gpt-4o] } ]
              model_group_alias: { gpt-4: gpt-4o }
            litellm_settings:
              drop_params: true
              cache: true
            general_settings:
              master_key: sk-1234
            """;

    private static PolicyCheck check(Converted converted) {
        return PolicyLoader.builder(CLOCK).build().check(converted.policy(), "policy.yaml");
    }

    private static RoutingPolicy usable(Converted converted) {
        PolicyCheck check = check(converted);
        RoutingPolicy policy = check.policy();
        assertThat(policy).as(converted.policy() + check.text()).isNotNull();
        return java.util.Objects.requireNonNull(policy);
    }

    private static List<String> members(RoutingPolicy policy, String tier) {
        return policy.tier(tier).orElseThrow().models().stream()
                .map(Tier.Member::model)
                .toList();
    }

    @Test
    void aModelWithoutAPriceMayBeTheBestAndIsNamed() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: cheap
                    litellm_params: { model: openai/gpt-4o-mini, input_cost_per_token: 0.00000015, output_cost_per_token: 0.0000006 }
                  - model_name: best
                    litellm_params: { model: openai/gpt-4o }
                """, "config.yaml", DAY);

        assertThat(converted.remarks())
                .extracting(Remark::text)
                .anyMatch(text -> text.contains("the prices of 'best' are not known"));
    }

    @Test
    void groupsOfLiteLlmBecomeTiersWithTheirFallbacksBehind() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, LITELLM, "config.yaml", DAY);
        RoutingPolicy policy = usable(converted);

        assertThat(policy.baseline()).isEqualTo("gpt-4o");
        assertThat(members(policy, "gpt-4o")).containsExactly("gpt-4o", "gpt-4o-2", "sonnet");
        assertThat(policy.tier("gpt-4o").orElseThrow().strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(policy.tier("gpt-4o").orElseThrow().models())
                .extracting(Tier.Member::weight)
                .containsExactly(600.0, 200.0, 0.000001);
        assertThat(java.util.Objects.requireNonNull(
                                policy.model("gpt-4o").orElseThrow().timeouts())
                        .headers())
                .hasSeconds(30);
        assertThat(members(policy, "cheap")).containsExactly("cheap", "gpt-4o", "gpt-4o-2", "sonnet");
        assertThat(policy.tier("cheap").orElseThrow().strategy()).isEqualTo(Strategy.FAILOVER);
        assertThat(members(policy, "gpt-4")).isEqualTo(members(policy, "gpt-4o"));

        Model azure = policy.model("gpt-4o").orElseThrow();
        assertThat(azure.remoteName()).isEqualTo("my-gpt-4o");
        assertThat(azure.price())
                .isEqualTo(policy.model("gpt-4o-2").orElseThrow().price());
        Provider provider = java.util.Objects.requireNonNull(policy.providers().get(azure.provider()));
        assertThat(provider.baseUrl()).hasToString("https://mine.openai.azure.com/openai/deployments/my-gpt-4o");
        assertThat(provider.query()).containsEntry("api-version", "2024-10-21");
        assertThat(policy.rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.task()).isEqualTo("bulk"));
    }

    private static Converted balanced(String strategy, String fallbacks) {
        return ForeignConfigs.convert(
                From.LITELLM, """
                model_list:
                  - { model_name: two, litellm_params: { model: gpt-4o } }
                  - { model_name: two, litellm_params: { model: gpt-4.1 } }
                  - { model_name: pair, litellm_params: { model: gpt-5 } }
                  - { model_name: pair, litellm_params: { model: gpt-5-mini } }
                  - { model_name: one, litellm_params: { model: gpt-4o-mini } }
                router_settings:
                  num_retries: 1
                STRATEGY
                  fallbacks: [ FALLBACKS ]
                """.replace("STRATEGY", strategy).replace("FALLBACKS", fallbacks), "config.yaml", DAY);
    }

    private static List<String> ofTiers(Converted converted) {
        return converted.remarks().stream()
                .filter(remark ->
                        remark.text().contains("tier '") && remark.path().startsWith("router_settings"))
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }

    /** The strategy that is asked for, and what became of it, is told for each tier where it is another. */
    @Test
    void aStrategyThatFallbacksDisplaceIsNamed() {
        String behind =
                " fallbacks behind several deployments: 'one', with the weight 0.000001, so asked first about once in a"
                        + " million requests";
        Converted known = balanced("  routing_strategy: cost-based-routing", "{ two: [one] }");
        assertThat(usable(known).tier("two").orElseThrow().strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(usable(known).tier("pair").orElseThrow().strategy()).isEqualTo(Strategy.LEAST_COST);
        assertThat(ofTiers(known))
                .containsExactly("router_settings.routing_strategy: tier 'two' is 'weighted', not 'cost-based-routing',"
                        + " because of" + behind);

        Converted unknown = balanced("  routing_strategy: usage-based-routing", "{ two: [one] }");
        assertThat(usable(unknown).tier("pair").orElseThrow().strategy()).isEqualTo(Strategy.LEAST_BUSY);
        assertThat(ofTiers(unknown))
                .containsExactlyInAnyOrder(
                        "router_settings.routing_strategy: tier 'two' is 'weighted', not 'usage-based-routing', because of"
                                + behind,
                        "router_settings.routing_strategy: 'usage-based-routing' has no counterpart: tier 'pair' is"
                                + " 'least-busy', where the models with the fewest requests come first");

        Converted drawn = balanced("", "{ two: [one] }");
        assertThat(ofTiers(drawn)).containsExactly("router_settings.fallbacks: tier 'two' has" + behind);
        assertThat(ofTiers(balanced("  routing_strategy: least-busy", "{ one: [two] }")))
                .isEmpty();
    }

    @Test
    void aStrategyWithoutCounterpartIsNamedWhereNothingIsChosen() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - { model_name: one, litellm_params: { model: gpt-4o-mini } }
                router_settings:
                  routing_strategy: usage-based-routing
                """, "config.yaml", DAY);
        assertThat(converted.remarks())
                .extracting(Remark::text)
                .contains("'usage-based-routing' has no counterpart, and needs none: no group has several deployments");
    }

    private static List<String> sent(RoutingPolicy policy, String tier) {
        return members(policy, tier).stream()
                .map(name -> policy.model(name).orElseThrow().remoteName())
                .toList();
    }

    @Test
    void namesThatAPolicyCannotHaveNeitherMeetNorChangeInSilence() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: "team a/gpt"
                    litellm_params: { model: gpt-4o, tags: [a b] }
                  - model_name: "team-a/gpt"
                    litellm_params: { model: gpt-4o-mini, tags: [a-b] }
                  - model_name: auto
                    litellm_params: { model: gpt-4.1 }
                router_settings:
                  model_group_alias: { "my gpt": "team a/gpt", "my-gpt": "team-a/gpt" }
                  enable_tag_filtering: true
                  fallbacks: [ { auto: ["team a/gpt"] } ]
                """, "config.yaml", DAY);
        RoutingPolicy policy = usable(converted);

        assertThat(sent(policy, "team-a/gpt")).containsExactly("gpt-4o-mini");
        assertThat(sent(policy, "team-a/gpt-2")).containsExactly("gpt-4o");
        assertThat(sent(policy, "my-gpt")).containsExactly("gpt-4o-mini");
        assertThat(sent(policy, "my-gpt-2")).containsExactly("gpt-4o");
        assertThat(sent(policy, "model-auto")).containsExactly("gpt-4.1", "gpt-4o");
        assertThat(sent(policy, "tag-a-b")).containsExactly("gpt-4o");
        assertThat(sent(policy, "tag-a-b-2")).containsExactly("gpt-4o-mini");
        assertThat(policy.model("team-a/gpt").orElseThrow().remoteName()).isEqualTo("gpt-4o-mini");
        assertThat(converted.remarks())
                .filteredOn(remark -> remark.text().contains("must send"))
                .extracting(remark -> remark.line() + " " + remark.text())
                .containsExactly(
                        "2 a policy cannot have the name 'team a/gpt': it is 'team-a/gpt-2' there, and callers that send"
                                + " 'team a/gpt' must send 'tier:team-a/gpt-2'",
                        "6 a policy cannot have the name 'auto': it is 'model-auto' there, and callers that send 'auto'"
                                + " must send 'tier:model-auto'",
                        "9 a policy cannot have the name 'my gpt': it is 'my-gpt-2' there, and callers that send 'my gpt'"
                                + " must send 'tier:my-gpt-2'");
    }

    @Test
    void aNameThatAPolicyMayHaveStays() {
        String longest = "g".repeat(100);
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - { model_name: gpt, litellm_params: { model: gpt-4o, rpm: 2 } }
                  - { model_name: gpt, litellm_params: { model: gpt-4o, rpm: 1, api_key: os.environ/OTHER } }
                  - { model_name: gpt-2, litellm_params: { model: gpt-4o-mini } }
                  - { model_name: LONGEST, litellm_params: { model: gpt-4.1 } }
                  - { model_name: LONGEST, litellm_params: { model: gpt-4.1-mini } }
                """.replace("LONGEST", longest), "config.yaml", DAY);
        RoutingPolicy policy = usable(converted);

        assertThat(members(policy, "gpt")).containsExactly("gpt", "gpt-3");
        assertThat(members(policy, "gpt-2")).containsExactly("gpt-2");
        assertThat(policy.model("gpt-2").orElseThrow().remoteName()).isEqualTo("gpt-4o-mini");
        assertThat(members(policy, longest)).containsExactly(longest, "g".repeat(90) + "-2");
        assertThat(converted.remarks()).noneMatch(remark -> remark.text().contains("must send"));
    }

    /** Neither prompts nor keys go to anybody else than the provider that is stated. */
    @Test
    void aStatedProviderThatAPolicyCannotCallIsLeftOut() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: gem
                    litellm_params: { model: gemini-1.5-pro, custom_llm_provider: vertex_ai }
                  - model_name: az
                    litellm_params: { model: gpt-4o, custom_llm_provider: azure_ai, api_base: "https://x.example.com" }
                  - model_name: bed
                    litellm_params: { model: openai/gpt-4o, custom_llm_provider: bedrock }
                  - model_name: listed
                    litellm_params: { model: gpt-4o, custom_llm_provider: [azure_ai] }
                  - model_name: same
                    litellm_params: { model: gpt-4o, custom_llm_provider: openai, rpm: many }
                """, "config.yaml", DAY);

        assertThat(usable(converted).models().keySet()).containsExactly("same");
        assertThat(converted.policy()).doesNotContain("example.com", "google");
        assertThat(converted.remarks())
                .extracting(remark -> remark.path() + ": " + remark.text())
                .contains(
                        "model_list[0]: 'gemini-1.5-pro' of 'vertex_ai' is called in a way of its own, or is not known here: if"
                                + " it speaks OpenAI's API, give it a provider with protocol: openai and its baseUrl by hand,"
                                + " else a Camel endpoint (endpoint:)",
                        "model_list[4].litellm_params.rpm: has no counterpart")
                .anyMatch(text -> text.startsWith("model_list[1]: "))
                .anyMatch(text -> text.startsWith("model_list[2]: "))
                .anyMatch(text -> text.startsWith("model_list[3]: "));
    }

    @Test
    void targetsOfPortkeyWhoseNamesAreAlikeStayTwo() {
        Converted converted = ForeignConfigs.convert(From.PORTKEY, """
                { "strategy": { "mode": "conditional", "default": "team-a",
                    "conditions": [ { "query": { "metadata.plan": "paid" }, "then": "team a" } ] },
                  "targets": [
                    { "name": "team-a", "provider": "openai", "override_params": { "model": "gpt-4o-mini" } },
                    { "name": "team a", "provider": "openai", "override_params": { "model": "gpt-4o" } } ] }
                """, "config.json", DAY);
        RoutingPolicy policy = usable(converted);
        assertThat(sent(policy, "team-a")).containsExactly("gpt-4o-mini");
        assertThat(sent(policy, "team-a-2")).containsExactly("gpt-4o");
        assertThat(converted.remarks()).anyMatch(remark -> remark.text().contains("its tier is 'team-a-2'"));
    }

    @Test
    void eachKeyOfAProviderHasAVariableOfItsOwn() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - { model_name: gpt, litellm_params: { model: gpt-4o, api_key: sk-aaaa } }
                  - { model_name: gpt, litellm_params: { model: gpt-4o, api_key: sk-bbbb } }
                  - { model_name: mini, litellm_params: { model: gpt-4o-mini, api_key: sk-aaaa } }
                  - { model_name: nano, litellm_params: { model: gpt-4.1-nano, api_key: os.environ/OPENAI_API_KEY_2 } }
                """, "config.yaml", DAY);
        RoutingPolicy policy = usable(converted);

        assertThat(policy.providers()).hasSize(3);
        assertThat(policy.model("gpt").orElseThrow().provider())
                .isEqualTo(policy.model("mini").orElseThrow().provider())
                .isNotEqualTo(policy.model("gpt-2").orElseThrow().provider());
        assertThat(converted.policy())
                .containsOnlyOnce("{{env:OPENAI_API_KEY}}")
                .containsOnlyOnce("{{env:OPENAI_API_KEY_2}}")
                .containsOnlyOnce("{{env:OPENAI_API_KEY_3}}")
                .doesNotContain("sk-");
        assertThat(converted.remarks())
                .filteredOn(remark -> remark.path().endsWith("api_key"))
                .extracting(remark ->
                        remark.line() + remark.text().substring(remark.text().lastIndexOf(' ')))
                .containsExactly("2 OPENAI_API_KEY", "3 OPENAI_API_KEY_3", "4 OPENAI_API_KEY");
        // a key of the environment keeps its name, and a key of the file is never taken for it
        assertThat(ForeignConfigs.convert(From.LITELLM, """
                        model_list:
                          - { model_name: a, litellm_params: { model: gpt-4o, api_key: sk-aaaa } }
                          - { model_name: b, litellm_params: { model: gpt-4o-mini } }
                        """, "config.yaml", DAY).policy())
                .contains("{{env:OPENAI_API_KEY}}", "{{env:OPENAI_API_KEY_2}}");
    }

    @Test
    void theKeyOfAzureIsAKeyInAHeaderOfItsOwn() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, LITELLM, "config.yaml", DAY);
        Provider azure =
                java.util.Objects.requireNonNull(usable(converted).providers().get("azure"));
        assertThat(azure.apiKeyHeader()).isEqualTo("api-key");
        assertThat(azure.headers()).isEmpty();
        PolicyCheck check = PolicyLoader.builder(CLOCK)
                .placeholders(name -> name.equals("env:OPENAI_API_KEY") ? "k" : null)
                .keysRequired(true)
                .build()
                .check(converted.policy(), "policy.yaml");
        assertThat(check.text()).contains("providers.azure.apiKey has no value").doesNotContain("plain text");
        Converted own = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: gpt
                    litellm_params: { model: azure/gpt, api_base: "https://mine.openai.azure.com", api_key: os.environ/A,
                      extra_headers: { Api-Key: os.environ/B } }
                """, "config.yaml", DAY);
        assertThat(own.policy()).contains("Api-Key").doesNotContain("env:A}}", "apiKeyHeader");
    }

    @Test
    void anHourInTheCacheKeepsThePriceThatLiteLlmHasForIt() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: sonnet
                    litellm_params: { model: anthropic/claude-sonnet-4-5, api_key: os.environ/ANTHROPIC_API_KEY }
                    model_info: { input_cost_per_token: 3.0e-06, output_cost_per_token: 1.5e-05,
                      cache_creation_input_token_cost: 3.75e-06, cache_creation_input_token_cost_above_1hr: 6.0e-06 }
                """, "config.yaml", DAY);
        Price price = java.util.Objects.requireNonNull(
                usable(converted).model("sonnet").orElseThrow().price());
        assertThat(price.cacheWrite()).isEqualByComparingTo("3.75");
        assertThat(price.cacheWriteHour()).isEqualByComparingTo("6");
    }

    @Test
    void whatHasNoCounterpartIsNamedWithItsLine() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, LITELLM, "config.yaml", DAY);
        assertThat(converted.remarks())
                .extracting(remark -> remark.line() + " " + remark.path())
                .contains(
                        "12 model_list[1].litellm_params.api_key",
                        "15 model_list[2].litellm_params.max_parallel_requests",
                        "18 model_list[4]",
                        "28 litellm_settings.drop_params",
                        "29 litellm_settings.cache",
                        "31 general_settings.master_key");
        // keys in clear stay where they are
        assertThat(converted.policy() + converted.remarks()).doesNotContain("sk-in-clear", "sk-1234");
    }

    /** Issue 16: the result passes lint, but for what only a person knows. */
    @Test
    void lintAsksForRationalesAndPricesOnly() {
        for (Converted converted : List.of(
                ForeignConfigs.convert(From.LITELLM, LITELLM, "config.yaml", DAY),
                ForeignConfigs.convert(From.PORTKEY, CONDITIONAL, "config.json", DAY))) {
            assertThat(check(converted).problems().stream().filter(problem -> problem.severity() != Severity.WARNING))
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.toString()).containsAnyOf("rationale", "price"));
        }
    }

    private static final String CONDITIONAL = """
            {
              "strategy": {
                "mode": "conditional",
                "conditions": [
                  { "query": { "metadata.plan": { "$eq": "paid" } }, "then": "best" },
                  { "query": { "$or": [ { "metadata.team": { "$in": ["sales", "legal"] } }, { "metadata.plan": "gold" } ] }, "then": "best" },
                  { "query": { "params.temperature": { "$gt": 1 } }, "then": "quick" }
                ],
                "default": "quick"
              },
              "targets": [
                { "name": "best",
                  "strategy": { "mode": "loadbalance" },
                  "targets": [
                    { "provider": "anthropic", "api_key": "sk-ant-clear", "weight": 3, "override_params": { "model": "claude-sonnet-5" } },
                    { "provider": "openai", "weight": 1, "override_params": { "model": "gpt-4o" } }
                  ] },
                { "name": "quick", "provider": "openai", "override_params": { "model": "gpt-4o-mini" },
                  "retry": { "attempts": 3 }, "request_timeout": 20000, "cache": { "mode": "simple" } },
                { "name": "rest", "virtual_key": "vk-123" }
              ]
            }
            """;

    @Test
    void conditionsOfPortkeyBecomeRulesAndTheirTargetsTiers() {
        Converted converted = ForeignConfigs.convert(From.PORTKEY, CONDITIONAL, "config.json", DAY);
        RoutingPolicy policy = usable(converted);

        assertThat(policy.baseline()).isEqualTo("quick");
        assertThat(members(policy, "best")).containsExactly("claude-sonnet-5", "gpt-4o");
        assertThat(policy.tier("best").orElseThrow().strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(java.util.Objects.requireNonNull(
                                policy.model("gpt-4o-mini").orElseThrow().timeouts())
                        .headers())
                .hasSeconds(20);
        assertThat(policy.rules()).hasSize(4);
        assertThat(policy.rules().stream().map(rule -> rule.when().metadata()).toList())
                .contains(
                        java.util.Map.of("plan", "paid"),
                        java.util.Map.of("team", "sales"),
                        java.util.Map.of("team", "legal"),
                        java.util.Map.of("plan", "gold"));
        assertThat(converted.remarks())
                .extracting(Remark::path)
                .contains(
                        "strategy.conditions[2].query.params.temperature",
                        "targets[0].targets[0].api_key",
                        "targets[1].cache",
                        "targets[2]");
        assertThat(converted.policy() + converted.remarks()).doesNotContain("sk-ant-clear", "vk-123");
    }

    /** The baseline, taken for the better tier, would have served those who pay for the other one. */
    @Test
    void withoutPricesRequestsGoWhereTheyWent() {
        Converted converted = ForeignConfigs.convert(From.PORTKEY, """
                { "strategy": { "mode": "conditional", "default": "small",
                    "conditions": [ { "query": { "metadata.tier": "paid" }, "then": "big" } ] },
                  "targets": [
                    { "name": "big", "provider": "openai", "override_params": { "model": "gpt-4o" } },
                    { "name": "small", "provider": "openai", "override_params": { "model": "gpt-4o-mini" } } ] }
                """, "config.json", DAY);
        assertThat(usable(converted).evidence()).isEqualTo(EvidenceMode.WARN);
        assertThat(converted.remarks())
                .extracting(remark -> remark.path() + ": " + remark.text())
                .contains(
                        "strategy: the baseline, which quality is measured against, is 'small', as requests go there that no"
                                + " condition fits; no price is known, of 'big' neither: if one of these is your best, write it"
                                + " as baseline",
                        ": the policy says 'evidence: warn': without prices nobody knows whether the tiers of these tasks cost"
                                + " less than the baseline 'small', and with 'enforce' it would serve them all: big. State the"
                                + " prices")
                .anyMatch(text ->
                        text.startsWith(": the policy says 'evidence: warn': tags and metadata may part tenants"))
                .noneMatch(text -> text.contains("then write 'enforce'"));
        assertThat(converted.policy()).doesNotContain("Write enforce");
        assertThat(check(new Converted(converted.policy().replace("evidence: warn", "evidence: enforce"), List.of()))
                        .text())
                .contains(
                        "tasks.big.tier is 'big', which counts as cheaper than the baseline 'small' because the price of"
                                + " 'gpt-4o', 'gpt-4o-mini' is not known. Evidence is 'enforce'");
    }

    /** Tags part tenants, keys and regions: under 'enforce' the default deployment's host got their requests until proven. */
    @Test
    void requestsWithATagStayWhereTheyWent() {
        String config = """
                model_list:
                  - model_name: large
                    litellm_params: { model: gpt-4o, tags: [default], input_cost_per_token: 0.000002, output_cost_per_token: 0.00001 }
                  - model_name: small
                    litellm_params: { model: gpt-4o-mini, api_base: "https://eu.example.com/v1", tags: [bulk],
                      input_cost_per_token: 0.0000001, output_cost_per_token: 0.0000006 }
                router_settings: { enable_tag_filtering: true }
                """;
        Converted priced = ForeignConfigs.convert(From.LITELLM, config, "config.yaml", DAY);
        assertThat(usable(priced).evidence()).isEqualTo(EvidenceMode.WARN);
        assertThat(priced.remarks())
                .extracting(Remark::text)
                .contains(
                        "the policy says 'evidence: warn': tags and metadata may part tenants, keys or regions, and with 'enforce'"
                                + " the baseline 'tag-default' (https://api.openai.com/v1) would serve these tasks until their tiers"
                                + " are proven: bulk. With 'warn' it still serves requests that their tier cannot: those that its"
                                + " models are too small for or lack an ability for, and all of them while its key is not set. Who"
                                + " must never get there needs a key with tiers: [tag-bulk], or sends model: tier:NAME with one"
                                + " of these: then the request is refused instead. Write 'enforce' only if the baseline may serve"
                                + " them all");
        assertThat(check(new Converted(priced.policy().replace("evidence: warn", "evidence: enforce"), List.of()))
                        .text())
                .contains("tasks.bulk.tier is 'tag-bulk', but evidence is 'enforce'");

        Converted unpriced = ForeignConfigs.convert(
                From.LITELLM, config.replace(", output_cost_per_token: 0.0000006", ""), "config.yaml", DAY);
        assertThat(usable(unpriced).evidence()).isEqualTo(EvidenceMode.WARN);
        assertThat(unpriced.remarks())
                .anyMatch(remark -> remark.text().startsWith("the policy says 'evidence: warn': without prices")
                        && remark.text().contains(": bulk."));
    }

    @Test
    void withoutTasksNothingHoldsAProofBack() {
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: large
                    litellm_params: { model: gpt-4o, input_cost_per_token: 0.000002, output_cost_per_token: 0.00001 }
                """, "config.yaml", DAY);
        assertThat(usable(converted).evidence()).isEqualTo(EvidenceMode.ENFORCE);
        assertThat(converted.remarks()).noneMatch(remark -> remark.text().contains("evidence"));
    }

    @Test
    void aFallbackOfPortkeyIsOneTier() {
        RoutingPolicy policy = usable(ForeignConfigs.convert(From.PORTKEY, """
                { "strategy": { "mode": "fallback", "on_status_codes": [429] },
                  "targets": [ { "provider": "openai", "override_params": { "model": "gpt-4o" } },
                               { "provider": "anthropic", "override_params": { "model": "claude-sonnet-5" } } ] }
                """, "config.json", DAY));
        assertThat(members(policy, "main")).containsExactly("gpt-4o", "claude-sonnet-5");
        assertThat(policy.tier("main").orElseThrow().strategy()).isEqualTo(Strategy.FAILOVER);
    }

    @Test
    void whatIsNoConfigurationSaysSo() {
        assertThatThrownBy(() -> ForeignConfigs.convert(From.LITELLM, "a: 1", "x.yaml", DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no model_list");
        assertThatThrownBy(() -> ForeignConfigs.convert(From.LITELLM, "a: [1", "x.yaml", DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> ForeignConfigs.convert(From.PORTKEY, "[]", "x.json", DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a mapping");
        assertThatThrownBy(() -> ForeignConfigs.convert(
                        From.LITELLM,
                        "model_list: [ { model_name: a, litellm_params: { model: openai/x, api_base: 'http://{{env:HOME}}' } } ]",
                        "x.yaml",
                        DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{{");
    }

    /** Whatever is wrong with the file or stands in it: its secrets reach neither messages nor the policy. */
    @Test
    void secretsOfTheFileStayInIt() {
        assertThatThrownBy(() -> ForeignConfigs.convert(
                        From.LITELLM, "model_list:\n  - api_key: sk-secret\n   wrong: [\n", "x.yaml", DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x.yaml cannot be read as YAML or JSON at line 3")
                .hasNoCause()
                .hasMessageNotContaining("sk-secret");
        Converted converted = ForeignConfigs.convert(From.LITELLM, """
                model_list:
                  - model_name: a
                    litellm_params: { model: openai/a, extra_headers: { Helicone-Auth: Bearer sk-secret, x-team: blue } }
                  - model_name: b
                    litellm_params: { model: openai/b, api_base: "https://me:sk-secret@example.com/v1" }
                  - model_name: c
                    litellm_params: { model: openai/c, api_base: "https://example.com/v1?key=sk-secret" }
                """, "x.yaml", DAY);
        assertThat(converted.policy()).contains("x-team").doesNotContain("sk-secret");
        assertThat(converted.remarks().toString()).doesNotContain("sk-secret");
        assertThat(converted.remarks())
                .extracting(Remark::path)
                .contains(
                        "model_list[0].litellm_params.extra_headers.Helicone-Auth",
                        "model_list[1].litellm_params.api_base",
                        "model_list[2].litellm_params.api_base");
    }

    /** Text of another file never becomes YAML, a placeholder or a failure of another kind. */
    @Property(tries = 300)
    void anyTextInItsPlaceIsConvertedOrRefused(
            @ForAll From from, @ForAll String text, @ForAll @IntRange(min = 0, max = 40) int at) {
        String[] words = (from == From.LITELLM ? LITELLM : CONDITIONAL).split("(?<=[ \\n])");
        words[at * words.length / 41] = text;
        try {
            Converted converted = ForeignConfigs.convert(from, String.join("", words), "x.yaml", DAY);
            assertThat(check(converted).policy()).as(converted.policy()).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageNotContainingAny("Exception");
        }
    }
}
