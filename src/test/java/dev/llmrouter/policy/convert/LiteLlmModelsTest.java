package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a deployment of LiteLLM's proxy costs and can do, and its share of the group. */
class LiteLlmModelsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    private static Converted convert(String yaml) {
        return ForeignConfigs.convert(From.LITELLM, yaml, "config.yaml", DAY);
    }

    private static Converted one(String params, String info) {
        return convert("model_list: [ { model_name: one, litellm_params: { " + params + " }, model_info: { " + info
                + " } } ]");
    }

    private static PolicyCheck check(Converted converted) {
        return PolicyLoader.builder(CLOCK)
                .placeholders(name -> name.equals("env:AZ") ? "2024-10-21" : "k")
                .build()
                .check(converted.policy(), "policy.yaml");
    }

    private static RoutingPolicy policy(Converted converted) {
        PolicyCheck check = check(converted);
        assertThat(check.policy()).as(converted.policy() + check.text()).isNotNull();
        return Objects.requireNonNull(check.policy());
    }

    private static Model model(Converted converted) {
        return policy(converted).model("one").orElseThrow();
    }

    private static Price price(Converted converted) {
        return Objects.requireNonNull(model(converted).price(), converted.policy());
    }

    private static Provider provider(Converted converted) {
        RoutingPolicy policy = policy(converted);
        return Objects.requireNonNull(policy.providers().get(model(converted).provider()));
    }

    private static List<String> told(Converted converted) {
        return converted.remarks().stream()
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }

    /** A long request was booked at half of what it costs. */
    @Test
    void aPriceForLongRequestsMakesTheirCostUnknown() {
        Converted converted = one(
                "model: gemini/gemini-2.5-pro",
                "input_cost_per_token: 1.25e-06, output_cost_per_token: 1e-05,"
                        + " input_cost_per_token_above_272k_tokens: 3e-06,"
                        + " input_cost_per_token_above_200k_tokens: 2.5e-06, output_cost_per_token_above_200k_tokens: 1.5e-05");
        assertThat(price(converted).upTo()).isEqualTo(200_000);
        assertThat(told(converted))
                .contains(
                        "model_list[0].model_info.input_cost_per_token_above_200k_tokens: a policy has one price: what requests"
                                + " of more than 200000 input tokens cost is unknown (price.upTo), rather than too low")
                .noneMatch(text -> text.contains("has no counterpart"));
        assertThat(price(one(
                                "model: gpt-4o",
                                "input_cost_per_token: 1e-06, output_cost_per_token: 1e-05,"
                                        + " input_cost_per_token_above_128k_tokens: 1e-06"))
                        .upTo())
                .as("the same price")
                .isNull();
    }

    @Test
    void aPriceInABatchIsAShareOfTheOthers() {
        String prices =
                "input_cost_per_token: 2.5e-06, output_cost_per_token: 1e-05, input_cost_per_token_batches: 1.25e-06,";
        assertThat(price(one("model: gpt-4o", prices + "output_cost_per_token_batches: 5e-06"))
                        .batch())
                .isEqualByComparingTo("0.5");
        Converted uneven = one("model: gpt-4o", prices + "output_cost_per_token_batches: 6e-06");
        assertThat(price(uneven).batch()).isNull();
        assertThat(told(uneven))
                .anyMatch(text ->
                        text.startsWith("model_list[0].model_info.input_cost_per_token_batches: prices in a batch"));
    }

    @Test
    void pricesAsPythonWritesThemAreRoundedToWhatTheLedgerHolds() {
        Converted noise = one(
                "model: gpt-4o",
                "input_cost_per_token: 1.4e-07, output_cost_per_token: 7.900000000000001e-07,"
                        + " cache_read_input_token_cost: 7.000000000000001e-08");
        assertThat(price(noise).cachedInput()).isEqualByComparingTo("0.07");
        assertThat(price(noise).output()).isEqualByComparingTo("0.79");
        assertThat(check(noise).text()).doesNotContain("decimals");
        assertThat(told(noise)).noneMatch(text -> text.contains("rounded"));

        Converted third =
                one("model: gpt-4o", "input_cost_per_token: 0.0000033333333333, output_cost_per_token: 1e-05");
        assertThat(price(third).input()).isEqualByComparingTo("3.333333");
        assertThat(told(third))
                .contains(
                        "model_list[0].model_info.input_cost_per_token: is rounded to 3.333333 USD per million tokens: a policy"
                                + " takes six decimals");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input_cost_per_token: 2.5, output_cost_per_token: 1e-05 | input_cost_per_token: is no price of a token",
                "input_cost_per_token: 0.1000001, output_cost_per_token: 1e-05 | input_cost_per_token: is no price of a token",
                "input_cost_per_token: 1e-06, output_cost_per_token: -1 | output_cost_per_token: is no price of a token",
                "input_cost_per_token: 1e-14, output_cost_per_token: 1e-05 | input_cost_per_token: is below what a policy can say",
                "output_cost_per_token: 1e-05 | output_cost_per_token: is half of a price",
                "input_cost_per_token: 1e-06 | input_cost_per_token: is half of a price"
            })
    void aPriceThatIsUnknownIsToldOf(String prices, String said) {
        Converted converted = one("model: gpt-4o", prices);
        assertThat(model(converted).price()).isNull();
        assertThat(told(converted)).anyMatch(text -> text.startsWith("model_list[0].model_info." + said));
    }

    private static List<String> weights(String... params) {
        StringBuilder yaml = new StringBuilder("model_list:\n");
        for (int i = 0; i < params.length; i++) {
            yaml.append("  - { model_name: g, litellm_params: { model: gpt-4o, api_key: os.environ/K%d, %s } }\n"
                    .formatted(i, params[i]));
        }
        Tier tier = policy(convert(yaml.toString())).tier("g").orElseThrow();
        return tier.models().stream()
                .map(member -> member.model() + " "
                        + java.math.BigDecimal.valueOf(member.weight())
                                .stripTrailingZeros()
                                .toPlainString())
                .toList();
    }

    /** A deployment with the weight 0 had half of the traffic. */
    @Test
    void aGroupIsDrawnByOneFieldAndWhoHasItNotStandsBehind() {
        assertThat(weights("weight: 0", "weight: 1")).containsExactly("g 1", "g-2 0.000001");
        assertThat(weights("rpm: 900", "tpm: 100000")).containsExactly("g 900", "g-2 0.000001");
        assertThat(weights("rpm: 5, weight: 2", "rpm: 900, weight: 1")).containsExactly("g 2", "g-2 1");
        assertThat(weights("weight: 0, rpm: 3", "weight: 0, rpm: 1")).containsExactly("g 3", "g-2 1");
        assertThat(weights("tpm: 2000000", "tpm: 10000000")).containsExactly("g 200000", "g-2 1000000");
        assertThat(weights("tpm: 1", "tpm: 999999999999999")).containsExactly("g 0.000001", "g-2 1000000");
    }

    @Test
    void limitsThatShareNothingOutAreNamed() {
        assertThat(told(one("model: gpt-4o, rpm: 5, tpm: 7, weight: 1", "")))
                .contains("model_list[0].litellm_params.rpm: has no counterpart")
                .contains("model_list[0].litellm_params.tpm: has no counterpart")
                .noneMatch(text -> text.contains("litellm_params.weight"));
        Converted mixed = convert("""
                model_list:
                  - { model_name: g, litellm_params: { model: gpt-4o, rpm: 900 } }
                  - { model_name: g, litellm_params: { model: gpt-4o, tpm: 100000, api_key: os.environ/K } }
                """);
        assertThat(told(mixed))
                .contains("model_list[1].litellm_params.tpm: has no counterpart")
                .anyMatch(text -> text.startsWith("model_list[1].litellm_params: has no rpm above 0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "supports_vision: false, supports_function_calling: off | JSON_OBJECT JSON_SCHEMA",
                "supports_audio_input: true | AUDIO JSON_OBJECT JSON_SCHEMA TOOLS VISION",
                "supports_vision: yes, supports_response_schema: no | JSON_OBJECT TOOLS VISION",
            })
    void whatIsSaidOfAbilitiesIsSetOverTheUsualOnes(String info, String abilities) {
        Set<Capability> expected = new java.util.TreeSet<>();
        for (String name : abilities.split(" ", -1)) {
            expected.add(Capability.valueOf(name));
        }
        Converted converted = one("model: gpt-4o", info);
        assertThat(model(converted).capabilities()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(told(converted)).anyMatch(text -> text.startsWith("model_list[0]: says not all of what it can do"));
    }

    /** LiteLLM's max_tokens is a limit of the output. */
    @Test
    void theLimitOfTheOutputIsNoContext() {
        Model old = model(one("model: gpt-4o", "max_tokens: 4096"));
        assertThat(old.context()).isNull();
        assertThat(old.maxOutput()).isEqualTo(4096);
        Model both = model(one("model: gpt-4o", "max_tokens: 9, max_input_tokens: 128000, max_output_tokens: 16384"));
        assertThat(both.context()).isEqualTo(128_000);
        assertThat(both.maxOutput()).isEqualTo(16_384);
        Converted more = one("model: gpt-4o", "max_input_tokens: 8192, max_output_tokens: 16384");
        assertThat(model(more).maxOutput()).isNull();
        assertThat(told(more)).anyMatch(text -> text.contains("max_output_tokens: is more than max_input_tokens"));
    }

    @Test
    void yesIsTrueForTagsToo() {
        Converted converted = convert("""
                model_list:
                  - { model_name: one, litellm_params: { model: gpt-4o, tags: [bulk] } }
                router_settings: { enable_tag_filtering: yes }
                """);
        assertThat(policy(converted).rules()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example.com/ | os.environ/AZ | https://a.example.com/openai/deployments/dep | 2024-10-21",
                "https://a.example.com/openai/v1/ | preview | https://a.example.com/openai/v1 | preview",
                "https://a.example.com/openai/v1 | 2024-10-21 | https://a.example.com/openai/v1 | ",
                "https://a.example.com | v1 | https://a.example.com/openai/v1 | ",
                "https://a.example.com/openai/deployments/x/ | 2024-10-21 | https://a.example.com/openai/deployments/x | 2024-10-21",
            })
    void azureIsAskedWhereItIs(String base, String version, String url, String query) {
        Converted converted = one(
                "model: azure/dep, api_key: os.environ/K, api_base: '" + base + "', api_version: '" + version + "'",
                "");
        assertThat(provider(converted).baseUrl()).hasToString(url);
        assertThat(provider(converted).query().getOrDefault("api-version", ""))
                .isEqualTo(Objects.requireNonNullElse(query, ""));
    }

    @Test
    void aMissingVersionOfAzureIsNamed() {
        String base = "model: azure/dep, api_key: os.environ/K, api_base: 'https://a.example.com";
        assertThat(told(one(base + "'", ""))).anyMatch(text -> text.startsWith("model_list[0]: has no api_version"));
        assertThat(told(one(base + "/openai/v1'", ""))).noneMatch(text -> text.contains("api_version"));
        Converted environment = convert("""
                model_list:
                  - { model_name: one, litellm_params: { model: azure/dep, api_base: "https://a.example.com" } }
                environment_variables: { AZURE_API_VERSION: "2024-10-21" }
                """);
        assertThat(provider(environment).query()).containsEntry("api-version", "2024-10-21");
    }

    @Test
    void aModelThatIsAskedForResponsesStaysSo() {
        for (Converted converted : List.of(
                one("model: openai/responses/gpt-5-codex", ""), one("model: openai/gpt-5-codex", "mode: responses"))) {
            assertThat(model(converted).remoteName()).isEqualTo("gpt-5-codex");
            assertThat(provider(converted).protocol()).isEqualTo(Protocol.OPENAI_RESPONSES);
        }
    }

    @Test
    void anEmbeddingIsKnownByItsName() {
        Converted converted = convert("""
                model_list:
                  - { model_name: one, litellm_params: { model: text-embedding-3-large } }
                  - { model_name: chat, litellm_params: { model: gpt-4o } }
                """);
        assertThat(model(converted).capabilities()).containsExactly(Capability.EMBEDDINGS);
        assertThat(policy(converted).baseline()).isEqualTo("chat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text-completion-openai/davinci-003",
                "openai/gpt-3.5-turbo-instruct",
                "openai/whisper-1",
                "os.environ/MODEL"
            })
    void whatIsNoChatIsLeftOutWithItsReason(String called) {
        Converted converted = convert("""
                model_list:
                  - { model_name: one, litellm_params: { model: CALLED } }
                  - { model_name: chat, litellm_params: { model: gpt-4o } }
                """.replace("CALLED", called));
        assertThat(policy(converted).models().keySet()).containsExactly("chat");
        assertThat(told(converted))
                .anyMatch(text -> text.startsWith("model_list[0]: is for completion")
                        || text.startsWith("model_list[0]: is called after a model for")
                        || text.startsWith("model_list[0]: its model is read from the environment"));
    }

    /** Proofs weigh input three times. */
    @Test
    void theDearestIsSoByTheFigureThatProofsUse() {
        assertThat(policy(convert("""
                model_list:
                  - { model_name: talks, litellm_params: { model: gpt-4o, input_cost_per_token: 1e-06, output_cost_per_token: 9e-06 } }
                  - { model_name: reads, litellm_params: { model: gpt-4.1, input_cost_per_token: 4e-06, output_cost_per_token: 5e-06 } }
                """)).baseline()).isEqualTo("reads");
    }

    @Test
    void retriesAreToldOfAsRetries() {
        assertThat(told(convert("""
                model_list: [ { model_name: one, litellm_params: { model: gpt-4o } } ]
                router_settings: { retry_policy: { TimeoutErrorRetries: 3 }, cooldown_time: 5 }
                """)))
                .anyMatch(text -> text.startsWith("router_settings.retry_policy: how often"))
                .anyMatch(text -> text.startsWith("router_settings.cooldown_time: how long a failing model rests"));
    }
}
