package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address gets which key, and how the address ends. */
class ForeignHostsTest extends ForeignGround {
    private static RoutingPolicy resolved(Converted converted) {
        return policy(converted, name -> "https://env.example.com/az/");
    }

    private static Provider provider(Converted converted, String model) {
        RoutingPolicy policy = resolved(converted);
        return Objects.requireNonNull(
                policy.providers().get(policy.model(model).orElseThrow().provider()));
    }

    private static String url(Converted converted, String model) {
        return Objects.requireNonNull(provider(converted, model).baseUrl()).toString();
    }

    /** The own host was sent the real account's key. */
    @Test
    void aHostOfOnesOwnGetsNoKeyThatNobodyGaveIt() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "targets": [
                    { "provider": "openai", "api_key": "sk-real", "override_params": { "model": "gpt-4o" } },
                    { "provider": "openai", "custom_host": "http://192.168.1.9:8000/v1", "override_params": { "model": "mine" } },
                    { "provider": "openai", "api_key": "sk-other", "custom_host": "https://gw.example.com/v1",
                      "override_params": { "model": "other" } } ] }
                """);
        assertThat(converted.policy())
                .containsOnlyOnce("{{env:OPENAI_API_KEY}}")
                .contains("{{env:OPENAI_GW_EXAMPLE_COM_API_KEY}}");
        assertThat(provider(converted, "mine").apiKey()).isNull();
        assertThat(provider(converted, "gpt-4o").apiKey()).isNotNull();
        assertThat(remarks(converted))
                .contains(
                        "targets[1]: names no key for a host of its own, and gets none: if it needs one, add apiKey to its"
                                + " provider by hand",
                        "targets[2].api_key: a key in the file is not taken over: put it into the environment as"
                                + " OPENAI_GW_EXAMPLE_COM_API_KEY");
    }

    @Test
    void aKeyOfAnotherHostDoesNotHaveTheNameOfTheRealOne() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: local, litellm_params: { model: openai/qwen, api_base: "http://10.0.0.5:8000/v1", api_key: none } }
                  - { model_name: env, litellm_params: { model: openai/qwen, api_base: os.environ/MINE, api_key: none-2 } }
                  - { model_name: eu, litellm_params: { model: openai/gpt-4o, api_base: "https://eu.api.openai.com/v1", api_key: sk-1 } }
                """);
        assertThat(converted.policy())
                .contains("{{env:OPENAI_10_0_0_5_API_KEY}}", "{{env:OPENAI_MINE_API_KEY}}", "{{env:OPENAI_API_KEY}}");
    }

    /** They gave /az//openai/deployments/..., which no API has. */
    @Test
    void anAddressInTheEnvironmentMayEndInASlash() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: az, litellm_params: { model: azure/gpt, api_base: os.environ/AZURE_API_BASE, api_version: "2024-10-21" } }
                  - { model_name: ol, litellm_params: { model: ollama/llama3, api_base: os.environ/OL } }
                  - { model_name: op, litellm_params: { model: openai/x, api_base: os.environ/OP } }
                """);
        assertThat(url(converted, "az")).isEqualTo("https://env.example.com/az/openai/deployments/gpt");
        assertThat(url(converted, "ol")).isEqualTo("https://env.example.com/az/v1");
        assertThat(remarks(converted))
                .contains(
                        "model_list[0].litellm_params.api_base: the policy puts '/openai/deployments/gpt' behind it:"
                                + " AZURE_API_BASE must be the address without that",
                        "model_list[1].litellm_params.api_base: the policy puts '/v1' behind it: OL must be the address"
                                + " without that")
                .noneMatch(text -> text.startsWith("model_list[2].litellm_params.api_base"));
    }

    /** Source: Portkey-AI/gateway, providers/azure-openai/api.ts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"resource_name\": \"my-res\", \"deployment_id\": \"dep\", \"api_version\": \"2024-10-21\" | https://my-res.openai.azure.com/openai/deployments/dep | dep",
                "\"azure_resource_name\": \"r\", \"azure_deployment_id\": \"dep\", \"azure_api_version\": \"2024-10-21\" | https://r.openai.azure.com/openai/deployments/dep | dep",
                "\"custom_host\": \"https://x.openai.azure.com/openai\", \"deploymentId\": \"dep\", \"apiVersion\": \"2024-10-21\" | https://x.openai.azure.com/openai/deployments/dep | dep",
                "\"custom_host\": \"https://gw.example.com/az\", \"deployment_id\": \"dep\", \"api_version\": \"2024-10-21\" | https://gw.example.com/az/deployments/dep | dep",
                "\"custom_host\": \"https://gw.example.com/openai/team\", \"deployment_id\": \"d3\", \"api_version\": \"2024-10-21\" | https://gw.example.com/openai/team/deployments/d3 | d3",
                "\"custom_host\": \"https://x.openai.azure.com/openai/deployments/dep/\", \"deployment_id\": \"dep\", \"api_version\": \"2024-10-21\" | https://x.openai.azure.com/openai/deployments/dep | dep",
                "\"custom_host\": \"https://x.openai.azure.com\", \"api_version\": \"2024-10-21\" | https://x.openai.azure.com/openai/deployments/gpt-4o | gpt-4o",
            })
    void azureOfPortkeyIsAskedByItsDeployment(String settings, String url, String id) {
        Converted converted = portkey("{ \"provider\": \"azure-openai\", \"api_key\": \"k\", " + settings
                + ", \"override_params\": { \"model\": \"gpt-4o\" } }");
        assertThat(url(converted, "gpt-4o")).isEqualTo(url);
        assertThat(resolved(converted).model("gpt-4o").orElseThrow().remoteName())
                .isEqualTo(id);
        assertThat(provider(converted, "gpt-4o").query()).containsEntry("api-version", "2024-10-21");
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek, https://gw.example.com/v1",
        "openrouter, https://gw.example.com/v1",
        "together-ai, https://gw.example.com/v1",
        "ollama, https://gw.example.com/v1",
        "groq, https://gw.example.com",
    })
    void theVersionThatPortkeyPutsBehindAHostIsThere(String provider, String url) {
        Converted converted = portkey("{ \"provider\": \"" + provider
                + "\", \"custom_host\": \"https://gw.example.com\", \"override_params\": { \"model\": \"m\" } }");
        assertThat(url(converted, "m")).isEqualTo(url);
    }

    @Test
    void theVersionThatLiteLlmPutsBehindMistralsHostIsThere() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: mistral/x, api_base: "https://foo.models.ai.azure.com/" } }
                  - { model_name: b, litellm_params: { model: mistral/x, api_base: "https://foo.example.com/v1" } }
                """);
        assertThat(url(converted, "a")).isEqualTo("https://foo.models.ai.azure.com/v1");
        assertThat(url(converted, "b")).isEqualTo("https://foo.example.com/v1");
    }

    @Test
    void theVariableThatTheFileSetsIsRead() {
        Converted converted = liteLlm("""
                environment_variables:
                  { TOGETHERAI_API_KEY: t, PERPLEXITYAI_API_KEY: p, HOSTED_VLLM_API_KEY: v, OLLAMA_API_KEY: o }
                model_list:
                  - { model_name: tog, litellm_params: { model: together_ai/meta/llama } }
                  - { model_name: pp, litellm_params: { model: perplexity/sonar } }
                  - { model_name: v, litellm_params: { model: hosted_vllm/qwen, api_base: "http://10.0.0.5:8000/v1" } }
                  - { model_name: ol, litellm_params: { model: ollama_chat/llama3, api_base: "http://ollama:11434" } }
                """);
        assertThat(converted.policy())
                .contains(
                        "{{env:TOGETHERAI_API_KEY}}",
                        "{{env:PERPLEXITYAI_API_KEY}}",
                        "{{env:HOSTED_VLLM_API_KEY}}",
                        "{{env:OLLAMA_API_KEY}}");
        assertThat(remarks(converted))
                .contains(
                        "model_list[1]: has no api_key: the policy reads PERPLEXITYAI_API_KEY, LiteLLM PERPLEXITYAI_API_KEY or"
                                + " PERPLEXITY_API_KEY; so it is for all of 'perplexity' without one");
    }

    /** A gateway of one's own before Azure was sent the real account's key. */
    @Test
    void aHostThatIsNotAzuresGetsNoKeyOfAzure() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "targets": [
                    { "provider": "azure-openai", "api_key": "real", "custom_host": "https://x.openai.azure.com/openai", "deployment_id": "d1",
                      "api_version": "2024-06-01", "override_params": { "model": "one" } },
                    { "provider": "azure-openai", "custom_host": "http://127.0.0.1:19139/mine", "deployment_id": "d2",
                      "api_version": "2024-06-01", "override_params": { "model": "two" } },
                    { "provider": "azure-openai", "api_key": "other", "custom_host": "https://gw.example.com/az", "deployment_id": "d3",
                      "api_version": "2024-06-01", "override_params": { "model": "three" } } ] }
                """);
        assertThat(converted.policy())
                .containsOnlyOnce("{{env:AZURE_API_KEY}}")
                .contains("{{env:AZURE_GW_EXAMPLE_COM_API_KEY}}")
                .doesNotContain("AZURE_API_KEY_2");
        assertThat(provider(converted, "one").apiKey()).isNotNull();
        assertThat(provider(converted, "two").apiKey()).isNull();
        assertThat(remarks(converted))
                .contains(
                        "targets[1]: names no key for a host of its own, and gets none: if it needs one, add apiKey to its"
                                + " provider by hand");
    }

    @ParameterizedTest
    @CsvSource({
        "https://x.example.com/anth/v1/messages, https://x.example.com/anth",
        "https://x.example.com/anth//v1/messages/, https://x.example.com/anth",
        "https://x.example.com/anth, https://x.example.com/anth",
    })
    void thePathOfMessagesIsNotThereTwice(String base, String url) {
        assertThat(url(
                        liteLlm(
                                "model_list: [ { model_name: m, litellm_params: { model: anthropic/claude-x, api_key: k, api_base: \""
                                        + base + "\" } } ]"),
                        "m"))
                .isEqualTo(url);
    }

    @Test
    void eachNameOfAnOwnServerIsToldOf() {
        assertThat(remarks(liteLlm("""
                model_list:
                  - { model_name: lm, litellm_params: { model: lm_studio/foo, api_base: "http://127.0.0.1:1234/v1" } }
                  - { model_name: hv, litellm_params: { model: hosted_vllm/foo, api_base: "http://127.0.0.1:8000/v1" } }
                """)))
                .contains(
                        "model_list[0]: has no api_key: none is sent, where LiteLLM would read LM_STUDIO_API_KEY; so it is for"
                                + " all of 'lm_studio' without one",
                        "model_list[1]: has no api_key: none is sent, where LiteLLM would read HOSTED_VLLM_API_KEY; so it is"
                                + " for all of 'hosted_vllm' without one");
    }

    @Test
    void whichVariableIsReadWithoutAKeyIsTold() {
        Converted converted = liteLlm("""
                model_list:
                  - { model_name: a, litellm_params: { model: openai/gpt-4o } }
                  - { model_name: b, litellm_params: { model: openai/gpt-4o-mini } }
                  - { model_name: v, litellm_params: { model: hosted_vllm/qwen, api_base: "http://10.0.0.5:8000/v1" } }
                """);
        assertThat(remarks(converted))
                .contains(
                        "model_list[0]: has no api_key: the policy reads OPENAI_API_KEY; so it is for all of 'openai' without one",
                        "model_list[2]: has no api_key: none is sent, where LiteLLM would read HOSTED_VLLM_API_KEY; so it is for"
                                + " all of 'hosted_vllm' without one")
                .noneMatch(text -> text.startsWith("model_list[1]: has no api_key"));
    }

    @ParameterizedTest
    @CsvSource({
        "deepinfra/meta-llama/Llama-2, , https://api.deepinfra.com/v1/openai, meta-llama/Llama-2",
        "nvidia_nim/meta/llama3, https://nim.example.com/v1, https://nim.example.com/v1, meta/llama3",
        "litellm_proxy/gpt-4o, http://other:4000, http://other:4000, gpt-4o",
        "llamafile/x, http://127.0.0.1:8080/v1, http://127.0.0.1:8080/v1, x",
        "chatgpt-4o-latest, , https://api.openai.com/v1, chatgpt-4o-latest",
        "ft:gpt-4o-mini-2024-07-18:org::abc, , https://api.openai.com/v1, ft:gpt-4o-mini-2024-07-18:org::abc",
    })
    void whoSpeaksOpenAisApiIsAskedByIt(String model, String base, String url, String id) {
        Converted converted = liteLlm("model_list: [ { model_name: m, litellm_params: { model: \"" + model
                + "\", api_key: k" + (base == null ? "" : ", api_base: \"" + base + "\"") + " } } ]");
        assertThat(url(converted, "m")).isEqualTo(url);
        assertThat(resolved(converted).model("m").orElseThrow().remoteName()).isEqualTo(id);
    }

    @Test
    void aDeploymentOfAzureSaysNothingOfOtherProviders() {
        Converted converted = portkey("""
                { "strategy": { "mode": "fallback" }, "targets": [
                    { "provider": "openai", "api_key": "k", "override_params": { "model": "gpt-4o" } },
                    { "provider": "openai", "api_key": "k", "deployment_id": "dep" } ] }
                """);
        assertThat(resolved(converted).models().keySet()).containsExactly("gpt-4o");
        assertThat(remarks(converted)).anyMatch(text -> text.startsWith("targets[1]: names no model"));
    }
}
