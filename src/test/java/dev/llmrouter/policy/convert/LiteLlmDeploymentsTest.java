package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a deployment of LiteLLM's proxy asks, and what leaves the file with it. */
class LiteLlmDeploymentsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    private static Converted convert(String yaml) {
        return ForeignConfigs.convert(From.LITELLM, yaml, "config.yaml", DAY);
    }

    private static RoutingPolicy policy(Converted converted) {
        PolicyCheck check = PolicyLoader.builder(CLOCK)
                .placeholders(name -> "https://env.example.com")
                .build()
                .check(converted.policy(), "policy.yaml");
        assertThat(check.policy()).as(converted.policy() + check.text()).isNotNull();
        return Objects.requireNonNull(check.policy());
    }

    private static Model model(Converted converted, String name) {
        return policy(converted).model(name).orElseThrow();
    }

    private static Provider provider(Converted converted, String model) {
        RoutingPolicy policy = policy(converted);
        return Objects.requireNonNull(
                policy.providers().get(policy.model(model).orElseThrow().provider()));
    }

    private static String host(Converted converted, String model) {
        return String.valueOf(provider(converted, model).baseUrl());
    }

    private static List<String> told(Converted converted) {
        return converted.remarks().stream()
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }

    @Test
    void whatAMappingMergesHoldsForIt() {
        Converted converted = convert("""
                x-all: { inner: &inner { organization: org-1 } }
                x-mine: &mine
                  <<: *inner
                  api_base: https://mine.example.com/v1
                  api_key: os.environ/MINE
                  frequency_penalty: 1
                x-prices: &prices { input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 }
                x-lost: { a: 1 }
                model_list:
                  - model_name: one
                    litellm_params: { <<: *mine, model: openai/gpt-4o }
                    model_info: { <<: [*prices, *inner], output_cost_per_token: 0.000003 }
                  - model_name: two
                    litellm_params: { <<: *mine, model: gpt-4o, api_base: "https://other.example.com/v1" }
                """);

        assertThat(host(converted, "one")).isEqualTo("https://mine.example.com/v1");
        assertThat(host(converted, "two")).isEqualTo("https://other.example.com/v1");
        assertThat(provider(converted, "one").headers()).containsEntry("OpenAI-Organization", "org-1");
        assertThat(Objects.requireNonNull(model(converted, "one").price()).output())
                .isEqualByComparingTo("3");
        assertThat(converted.policy()).contains("env:MINE").doesNotContain("OPENAI_API_KEY", "api.openai.com");
        // a mapping that is there to be merged is told of where it is merged, and one that nobody merges by itself
        assertThat(told(converted))
                .contains("model_list[0].litellm_params.frequency_penalty: has no counterpart")
                .contains("x-lost: has no counterpart")
                .noneMatch(
                        text -> text.startsWith("x-mine") || text.startsWith("x-all") || text.startsWith("x-prices"));
    }

    @Test
    void anAliasIsToldOfWhereItIsReadOrElseOnce() {
        assertThat(told(convert("""
                x-mine: &mine { model: openai/gpt-4o, api_base: "https://mine.example.com/v1" }
                x-lost: &lost { a: 1 }
                x-more: *lost
                model_list: [ { model_name: one, litellm_params: *mine } ]
                """)))
                .contains("x-lost: has no counterpart")
                .noneMatch(text -> text.startsWith("x-mine"));
    }

    @Test
    void aMergeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> convert("model_list: [ { model_name: a, litellm_params: { <<: gpt } } ]"))
                .isInstanceOf(NotConvertibleException.class)
                .hasMessageContaining("line 1: '<<' merges what is no mapping");
        assertThatThrownBy(() -> convert("model_list: [ { model_name: a, litellm_params: &p { <<: *p } } ]"))
                .isInstanceOf(NotConvertibleException.class);
    }

    /** Nine aliases of nine aliases, and so on: a file of a few lines with billions of parts. */
    @Test
    void aFileThatAliasesMakeEndlessIsRefused() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 12; i++) {
            yaml.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, String.join(",", List.of(("*a" + (i - 1) + " ,").repeat(8) + "x"))));
        }
        assertThatThrownBy(() -> convert(yaml + "model_list: []\n"))
                .isInstanceOf(NotConvertibleException.class)
                .hasMessageContaining("500000 parts");
    }

    @Test
    void aHostIsTakenByEitherOfItsNames() {
        Converted converted = convert("""
                model_list:
                  - { model_name: base, litellm_params: { model: openai/gpt-4o, base_url: "https://mine.example.com/v1" } }
                  - { model_name: both, litellm_params: { model: openai/gpt-4o, base_url: "https://a.example.com/v1",
                      api_base: "https://b.example.com/v1" } }
                  - { model_name: same, litellm_params: { model: openai/gpt-4o, base_url: "https://a.example.com/v1",
                      api_base: "https://a.example.com/v1/" } }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("base", "same");
        assertThat(host(converted, "base")).isEqualTo("https://mine.example.com/v1");
        assertThat(host(converted, "same")).isEqualTo("https://a.example.com/v1");
        assertThat(told(converted))
                .anyMatch(text -> text.startsWith("model_list[1]: names several hosts"))
                .noneMatch(text -> text.endsWith("base_url: has no counterpart"));
    }

    @Test
    void aCredentialSaysWhomToAsk() {
        Converted converted = convert("""
                model_list:
                  - { model_name: mine, litellm_params: { model: openai/gpt-4o, litellm_credential_name: mine } }
                  - { model_name: own, litellm_params: { model: openai/gpt-4o, litellm_credential_name: mine,
                      api_base: "https://own.example.com/v1" } }
                  - { model_name: gone, litellm_params: { model: openai/gpt-4o, litellm_credential_name: gone } }
                  - { model_name: cloud, litellm_params: { model: gpt-4o, litellm_credential_name: cloud } }
                credential_list:
                  - credential_name: mine
                    credential_values: { api_base: "https://mine.example.com/v1", api_key: sk-secret }
                    credential_info: { description: ours }
                  - { credential_name: cloud, credential_values: { aws_region_name: eu-west-1 } }
                  - { credential_name: spare, credential_values: { api_key: sk-spare } }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("mine", "own");
        assertThat(host(converted, "mine")).isEqualTo("https://mine.example.com/v1");
        assertThat(host(converted, "own")).isEqualTo("https://own.example.com/v1");
        assertThat(converted.policy() + converted.remarks()).doesNotContain("sk-secret", "sk-spare", "api.openai.com");
        assertThat(told(converted))
                .contains(
                        "credential_list[0].credential_values.api_key: a key in the file is not taken over: put it into the"
                                + " environment as OPENAI_MINE_EXAMPLE_COM_API_KEY",
                        "credential_list[2]: no deployment names this credential: not taken over")
                .anyMatch(text -> text.startsWith("model_list[2]: its credential 'gone' is not in the credential_list"))
                .anyMatch(text -> text.startsWith("model_list[3]: has aws_region_name"));
    }

    @Test
    void whatTheRouterSaysForAllDeploymentsHoldsForEach() {
        Converted converted = convert("""
                model_list:
                  - { model_name: mine, litellm_params: { model: openai/gpt-4o } }
                  - { model_name: two, litellm_params: { model: openai/gpt-4o, api_base: "https://other.example.com/v1" } }
                router_settings:
                  default_litellm_params: { api_base: "https://mine.example.com/v1", api_key: os.environ/MINE, max_tokens: 5 }
                """);
        assertThat(host(converted, "mine")).isEqualTo("https://mine.example.com/v1");
        assertThat(converted.policy()).contains("env:MINE").doesNotContain("OPENAI_API_KEY", "api.openai.com");
        assertThat(policy(converted).models().keySet()).containsExactly("mine");
        assertThat(told(converted))
                .contains("router_settings.default_litellm_params.max_tokens: has no counterpart")
                .anyMatch(text -> text.startsWith("model_list[1]: names several hosts"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "litellm_settings: { api_base: 'https://mine.example.com/v1' }",
                "environment_variables: { OPENAI_API_BASE: 'https://mine.example.com/v1' }",
                "environment_variables: { OPENAI_BASE_URL: 'https://mine.example.com/v1' }"
            })
    void aHostForAllOfAProviderHoldsWhereNoOtherIsNamed(String settings) {
        Converted converted = convert("""
                model_list:
                  - { model_name: mine, litellm_params: { model: gpt-4o } }
                  - { model_name: own, litellm_params: { model: gpt-4o, api_base: "https://own.example.com/v1" } }
                """ + settings);
        assertThat(host(converted, "mine")).isEqualTo("https://mine.example.com/v1");
        assertThat(host(converted, "own")).isEqualTo("https://own.example.com/v1");
    }

    /** LiteLLM asks Vertex for a model of Google that nothing else is said of. */
    @Test
    void aModelOfGoogleWithoutAProviderIsLeftOut() {
        Converted converted = convert("""
                model_list:
                  - { model_name: vertex, litellm_params: { model: gemini-1.5-pro, vertex_project: p } }
                  - { model_name: bare, litellm_params: { model: gemini-1.5-pro } }
                  - { model_name: bed, litellm_params: { model: claude-sonnet-5, aws_region_name: eu-west-1 } }
                  - { model_name: studio, litellm_params: { model: gemini/gemini-1.5-pro } }
                """);
        assertThat(policy(converted).models().keySet()).containsExactly("studio");
        assertThat(told(converted))
                .anyMatch(text -> text.startsWith("model_list[0]: has vertex_project"))
                .anyMatch(text -> text.startsWith("model_list[1]: LiteLLM asks Vertex"))
                .anyMatch(text -> text.startsWith("model_list[2]: has aws_region_name"));
    }

    /** Whatever a header is called, its value may be a secret. */
    @Test
    void valuesOfHeadersStayInTheFile() {
        Converted converted = convert("""
                model_list:
                  - model_name: a
                    litellm_params: { model: gpt-4o, extra_headers: { X-Gateway: Bearer SECRET2, X-Passwd: SECRET3, User-Agent: us,
                      HTTP-Referer: "https://example.com/?t=SECRET4", X-Env: os.environ/HEADER_X_PASSWD } }
                  - model_name: b
                    litellm_params: { model: gpt-4o, extra_headers: { X-Gateway: SECRET5 } }
                  - model_name: c
                    litellm_params: { model: gpt-4o-mini, extra_headers: { X-Gateway: SECRET5 } }
                """);
        policy(converted);
        assertThat(converted.policy())
                .doesNotContain("SECRET")
                .contains(
                        "\"X-Gateway\": \"{{env:HEADER_X_GATEWAY}}\"",
                        "\"X-Passwd\": \"{{env:HEADER_X_PASSWD_2}}\"",
                        "\"User-Agent\": \"us\"",
                        "\"HTTP-Referer\": \"{{env:HEADER_HTTP_REFERER}}\"",
                        "\"X-Env\": \"{{env:HEADER_X_PASSWD}}\"")
                .containsOnlyOnce("{{env:HEADER_X_GATEWAY_2}}");
        assertThat(converted.remarks().toString()).doesNotContain("SECRET");
        assertThat(told(converted))
                .contains(
                        "model_list[0].litellm_params.extra_headers.X-Passwd: the value of a header may be a secret and is not"
                                + " taken over: put it, as it stands here, into the environment as HEADER_X_PASSWD_2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "~", "", "Null", "NULL"})
    void anEmptyValueDoesNotHideTheHostAndKeyOfTheCredential(String empty) {
        Converted converted = convert("""
                model_list:
                  - model_name: gpt
                    litellm_params:
                      model: openai/gpt-4o
                      api_base: %s
                      api_key: %s
                      vertex_project: %s
                      litellm_credential_name: corp
                credential_list:
                  - credential_name: corp
                    credential_values: { api_base: https://corp.example.com/v1, api_key: os.environ/CORP }
                """.formatted(empty, empty, empty));

        assertThat(host(converted, "gpt")).isEqualTo("https://corp.example.com/v1");
        assertThat(converted.policy()).contains("{{env:CORP}}").doesNotContain("OPENAI_API_KEY");
    }

    @Test
    void anEmptyKeyOfADeploymentLeavesTheKeyOfItsCredential() {
        Converted converted = convert("""
                model_list:
                  - model_name: gpt
                    litellm_params:
                      model: openai/gpt-4o
                      api_base: https://own.example.com/v1
                      api_key: NULL
                      litellm_credential_name: corp
                credential_list:
                  - credential_name: corp
                    credential_values: { api_key: os.environ/CORP }
                """);

        assertThat(host(converted, "gpt")).isEqualTo("https://own.example.com/v1");
        assertThat(converted.policy()).contains("{{env:CORP}}").doesNotContain("OPENAI_API_KEY");
        assertThat(told(converted)).noneMatch(remark -> remark.contains("a key in the file"));
    }

    @Test
    void anEmptyHostLeavesThoseThatHoldForAll() {
        Converted converted = convert("""
                model_list:
                  - { model_name: az, litellm_params: { model: azure/one, api_base: null, api_version: null } }
                router_settings: { default_litellm_params: { api_base: https://az.example.com } }
                litellm_settings: { api_base: }
                environment_variables: { AZURE_API_VERSION: 2024-10-21 }
                """);
        assertThat(host(converted, "az")).isEqualTo("https://az.example.com/openai/deployments/one");
        assertThat(provider(converted, "az").query()).containsEntry("api-version", "2024-10-21");

        Converted general = convert("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/one } }
                litellm_settings: { api_base: null }
                environment_variables: { OPENAI_BASE_URL: , OPENAI_API_BASE: https://env.example.org/v1 }
                """);
        assertThat(host(general, "gpt")).isEqualTo("https://env.example.org/v1");
    }

    @Test
    void aKeyThatSeveralProvidersShareHasARemarkForEachOfItsVariables() {
        Converted converted = convert("""
                model_list:
                  - { model_name: gpt, litellm_params: { model: openai/one, litellm_credential_name: corp } }
                  - { model_name: cl, litellm_params: { model: anthropic/two, litellm_credential_name: corp } }
                  - { model_name: gr, litellm_params: { model: groq/three, litellm_credential_name: corp } }
                credential_list:
                  - { credential_name: corp, credential_values: { api_key: sk-shared } }
                """);

        for (String variable : List.of("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY")) {
            assertThat(converted.policy()).contains("{{env:" + variable + "}}");
            assertThat(told(converted))
                    .contains("credential_list[0].credential_values.api_key: a key in the file is not taken over:"
                            + " put it into the environment as " + variable);
        }
        assertThat(converted.policy()).doesNotContain("sk-shared");
    }

    @Test
    void whatAnAnchorBringsUnderAnotherNameIsNotReadByThat() {
        Converted converted = convert("""
                x-time: &time 7
                model_list:
                  - model_name: gpt
                    litellm_params:
                      model: openai/one
                      timeout: &n 100
                      max_parallel_requests: *n
                      extra_headers: &h { User-Agent: a }
                      extra_body: *h
                  - { model_name: cl, litellm_params: { model: anthropic/two, timeout: *time } }
                """);

        assertThat(told(converted))
                .contains("model_list[0].litellm_params.max_parallel_requests: has no counterpart")
                .contains("model_list[0].litellm_params.extra_body: has no counterpart")
                .noneMatch(remark -> remark.startsWith("x-time"));
    }

    @Test
    void mergesOfMergesAreBounded() {
        StringBuilder yaml = new StringBuilder("x:\n  - &a0 {}\n");
        for (int i = 1; i <= 25; i++) {
            String below = "*a" + (i - 1);
            yaml.append("  - &a" + i + " { <<: [" + String.join(", ", Collections.nCopies(8, below)) + "] }\n");
        }
        yaml.append("model_list: [ { model_name: gpt, litellm_params: { model: openai/one } } ]\n");

        assertThatThrownBy(() -> assertTimeoutPreemptively(Duration.ofSeconds(30), () -> convert(yaml.toString())))
                .isInstanceOf(NotConvertibleException.class)
                .hasMessageContaining("merges");
    }

    @Test
    void hostsInTheEnvironmentAreReadByTheNamesThatLiteLlmHasForThem() {
        Converted converted = convert("""
                model_list:
                  - { model_name: to, litellm_params: { model: together_ai/a } }
                  - { model_name: mi, litellm_params: { model: mistral/b } }
                  - { model_name: vl, litellm_params: { model: hosted_vllm/c } }
                  - { model_name: lm, litellm_params: { model: d, custom_llm_provider: lm_studio } }
                environment_variables:
                  TOGETHER_AI_API_BASE: https://to.example.com/v1
                  MISTRAL_API_BASE: https://not-asked.example.com/v1
                  MISTRAL_AZURE_API_BASE: https://mi.example.com/v1
                  HOSTED_VLLM_API_BASE: https://vl.example.com/v1
                  LM_STUDIO_API_BASE: https://lm.example.com/v1
                """);
        for (String model : List.of("to", "mi", "vl", "lm")) {
            assertThat(host(converted, model)).isEqualTo("https://" + model + ".example.com/v1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "use_litellm_proxy: true } } ]",
                "a: 1 } } ]\nlitellm_settings: { use_litellm_proxy: true }",
                "a: 1 } } ]\nenvironment_variables: { USE_LITELLM_PROXY: 'true' }"
            })
    void whatAsksAnotherProxyIsLeftOut(String setting) {
        assertThatThrownBy(() -> convert(
                        "model_list: [ { model_name: gpt, litellm_params: { model: openai/a, " + setting + "\n"))
                .isInstanceOfSatisfying(
                        NotConvertibleException.class,
                        left -> assertThat(left.remarks())
                                .anyMatch(remark -> remark.text().contains("asks another proxy of LiteLLM")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"o_series", "gpt5_series"})
    void theSeriesOfAnAzureDeploymentIsNoPartOfItsName(String series) {
        Converted converted = convert("""
                model_list:
                  - model_name: az
                    litellm_params: { model: azure/%s/mine, api_base: https://az.example.com, api_version: 2024-10-21 }
                """.formatted(series));
        assertThat(model(converted, "az").remoteName()).isEqualTo("mine");
        assertThat(host(converted, "az")).isEqualTo("https://az.example.com/openai/deployments/mine");
    }
}
