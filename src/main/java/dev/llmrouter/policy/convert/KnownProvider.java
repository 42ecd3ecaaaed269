package dev.llmrouter.policy.convert;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What other gateways know of a provider by its name.
 *
 * @param protocol of its API, as a policy names it
 * @param baseUrl of its API; null where every user has his own
 * @param keyVariable environment variable that its key is usually in; null where it needs none
 */
record KnownProvider(
        String name,
        String protocol,
        @Nullable String baseUrl,
        @Nullable String keyVariable) {
    private static final Map<String, KnownProvider> BY_NAME = Map.ofEntries(
            known("openai", "openai", "https://api.openai.com/v1"),
            known("anthropic", "anthropic", "https://api.anthropic.com"),
            known("gemini", "gemini", "https://generativelanguage.googleapis.com"),
            known("groq", "openai", "https://api.groq.com/openai/v1"),
            known("mistral", "openai", "https://api.mistral.ai/v1"),
            known("deepseek", "openai", "https://api.deepseek.com/v1"),
            known("openrouter", "openai", "https://openrouter.ai/api/v1"),
            known("together", "openai", "https://api.together.xyz/v1"),
            known("fireworks", "openai", "https://api.fireworks.ai/inference/v1"),
            known("cerebras", "openai", "https://api.cerebras.ai/v1"),
            known("perplexity", "openai", "https://api.perplexity.ai"),
            known("xai", "openai", "https://api.x.ai/v1"),
            Map.entry("ollama", new KnownProvider("ollama", "openai", "http://localhost:11434/v1", null)),
            known("deepinfra", "openai", "https://api.deepinfra.com/v1/openai"),
            known("nvidia-nim", "openai", "https://integrate.api.nvidia.com/v1"),
            Map.entry("llamafile", new KnownProvider("llamafile", "openai", "http://127.0.0.1:8080/v1", null)),
            Map.entry("litellm-proxy", new KnownProvider("litellm-proxy", "openai", null, "LITELLM_PROXY_API_KEY")),
            Map.entry("azure", new KnownProvider("azure", "openai", null, "AZURE_API_KEY")),
            Map.entry("vllm", new KnownProvider("vllm", "openai", null, null)));

    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            Map.entry("azure-openai", "azure"),
            Map.entry("google", "gemini"),
            Map.entry("google-ai-studio", "gemini"),
            Map.entry("mistral-ai", "mistral"),
            Map.entry("together-ai", "together"),
            Map.entry("fireworks-ai", "fireworks"),
            Map.entry("perplexity-ai", "perplexity"),
            Map.entry("x-ai", "xai"),
            Map.entry("ollama-chat", "ollama"),
            Map.entry("hosted-vllm", "vllm"),
            Map.entry("openai-like", "vllm"),
            Map.entry("custom-openai", "vllm"),
            Map.entry("lm-studio", "vllm"));

    /** Parts of names that people give to accounts at providers with an API of their own, or at hosts that only they know. */
    private static final Set<String> NOT_CALLABLE = Set.of(
            "azure",
            "foundry",
            "vertex",
            "bedrock",
            "aws",
            "amazon",
            "sagemaker",
            "databricks",
            "snowflake",
            "cortex",
            "oracle",
            "watsonx",
            "cloudflare",
            "workers",
            "huggingface",
            "hugging-face",
            "cohere",
            "nvidia",
            "replicate",
            "sambanova",
            "github",
            "compatible");

    /**
     * What the name that a user has given to an account says of its provider.
     *
     * @param isSaid whether it speaks of a provider
     * @param provider the one it speaks of; null if that is none that a policy can call, or if it speaks of several
     */
    record Hint(boolean isSaid, @Nullable KnownProvider provider) {}

    /** By the name of an account, such as {@code openai-eu}. */
    static Hint ofAccount(String account) {
        KnownProvider exactly = of(account);
        if (exactly != null) {
            return new Hint(true, exactly);
        }
        String plain = account.toLowerCase(Locale.ROOT).replace('_', '-');
        if (NOT_CALLABLE.stream().anyMatch(plain::contains)) {
            return new Hint(true, null);
        }
        Set<KnownProvider> named = new HashSet<>();
        for (String word : plain.split("[^a-z]+", -1)) {
            KnownProvider known = of(word);
            if (known != null) {
                named.add(known);
            }
        }
        return new Hint(!named.isEmpty(), named.size() == 1 ? named.iterator().next() : null);
    }

    private static Map.Entry<String, KnownProvider> known(String name, String protocol, String baseUrl) {
        return Map.entry(name, new KnownProvider(name, protocol, baseUrl, stem(name) + "_API_KEY"));
    }

    /** By the name that another gateway has for it; null for one that a policy cannot call. */
    static @Nullable KnownProvider of(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return BY_NAME.get(OTHER_NAMES.getOrDefault(plain, plain));
    }

    /** By how its models are called; null where that says nothing. */
    static @Nullable KnownProvider ofModel(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        if (name.startsWith("claude-")) {
            return BY_NAME.get("anthropic");
        }
        if (name.startsWith("gemini-")) {
            return BY_NAME.get("gemini");
        }
        return name.startsWith("gpt-")
                        || name.startsWith("chatgpt-")
                        || name.startsWith("ft:gpt-")
                        || name.matches("o\\d.*")
                        || name.startsWith("text-embedding-")
                ? BY_NAME.get("openai")
                : null;
    }

    /** The same provider, asked by its API for responses; itself where only chat completions are known of it. */
    KnownProvider forResponses() {
        return name.equals("openai") ? new KnownProvider(name, "openai-responses", baseUrl, keyVariable) : this;
    }

    boolean isAzure() {
        return name.equals("azure");
    }

    /** What a variable for its key is called: its usual one, or else one of its name. */
    String variable() {
        return keyVariable == null ? stem(name) + "_API_KEY" : keyVariable;
    }

    /** The name as variables of the environment have it. */
    static String stem(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
