package dev.llmrouter.policy.convert;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys of deployments of LiteLLM's proxy: what {@code api_key} states, or else a variable that LiteLLM reads for the provider.
 * Source of their names: BerriAI/litellm, {@code get_llm_provider_logic.py} and {@code main.py}, as of 2026-10.
 */
final class LiteLlmKeys {
    /** Variables by provider, in the order in which LiteLLM reads them; of any other provider, its name with {@code _API_KEY}. */
    private static final Map<String, List<String>> VARIABLES = Map.of(
            "together", List.of("TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"),
            "perplexity", List.of("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),
            "fireworks",
                    List.of("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"),
            "gemini", List.of("GOOGLE_API_KEY", "GEMINI_API_KEY"),
            "mistral", List.of("MISTRAL_AZURE_API_KEY", "MISTRAL_API_KEY"),
            "openrouter", List.of("OPENROUTER_API_KEY", "OR_API_KEY"),
            "azure", List.of("AZURE_OPENAI_API_KEY", "AZURE_API_KEY"));

    private final PolicyDraft draft;
    /** Variables that the file sets itself; null for none. */
    private final @Nullable ForeignNode environment;
    /** Providers whose variables are told already. */
    private final Set<String> told = new HashSet<>();

    LiteLlmKeys(ForeignNode root, PolicyDraft draft) {
        this.draft = draft;
        this.environment = root.get("environment_variables");
    }

    /**
     * The key of a deployment; null where it sends none.
     *
     * @param params all that holds for it
     * @param provider what the file calls its provider
     * @param host that the file names; null for the provider's own
     */
    @Nullable
    DraftKey of(
            ForeignNode deployment,
            ForeignNode params,
            KnownProvider known,
            String provider,
            @Nullable DraftHost host) {
        ForeignNode key = params.get("api_key");
        String given = key == null ? null : key.text();
        if (key != null && given != null) {
            return DraftDeployment.stated(draft, key, given, host == null ? known.variable() : host.keyVariable(known));
        }
        List<String> read = VARIABLES.getOrDefault(known.name(), usual(known, provider));
        String variable = known.keyVariable();
        for (String name : read) {
            if (environment != null && environment.names().contains(name)) {
                variable = name;
                break;
            }
        }
        if (told.add(known.name() + " " + variable + " " + read)) {
            String others = String.join(" or ", read);
            draft.remark(
                    deployment,
                    "has no api_key: "
                            + (variable == null
                                    ? "none is sent, where LiteLLM would read " + others
                                    : "the policy reads " + variable
                                            + (read.equals(List.of(variable)) ? "" : ", LiteLLM " + others))
                            + "; so it is for all of '"
                            + (known.name().equals("vllm") ? provider : known.name()) + "' without one");
        }
        return variable == null ? null : DraftKey.inEnvironment(variable);
    }

    private static List<String> usual(KnownProvider known, String provider) {
        if (known.keyVariable() != null) {
            return List.of(known.keyVariable());
        }
        // Ollama's two ways to be asked share a key
        return List.of(
                known.name().equals("ollama")
                        ? "OLLAMA_API_KEY"
                        : KnownProvider.stem(provider.replace('_', '-')) + "_API_KEY");
    }
}
