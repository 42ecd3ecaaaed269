package dev.llmrouter.application;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says in five lines what is configured, which providers are real, and how to try it. */
final class StartupBanner {
    private StartupBanner() {}

    /** @param scheme http or https */
    static void print(LoadedPolicy loaded, String scheme, String host, int port) {
        lines(loaded, scheme, host, port).forEach(System.out::println);
    }

    static List<String> lines(LoadedPolicy loaded, String scheme, String host, int port) {
        RoutingPolicy policy = loaded.policy();
        String base = scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        List<String> lines = new ArrayList<>();
        lines.add("camel-llm-router listens on " + base + " (OpenAI: " + base + "/v1, Anthropic: " + base + ")");
        lines.add(String.format(
                Locale.ROOT,
                "policy %s (%s): %d tasks, %d rules, %d tiers, %d models; evidence: %s; keys: %s",
                policy.source(),
                policy.hash(),
                policy.tasks().size(),
                policy.rules().size(),
                policy.tiers().size(),
                policy.models().size(),
                policy.evidence().name().toLowerCase(Locale.ROOT),
                policy.keys().isEmpty()
                        ? "none, open to this machine"
                        : policy.keys().size()));
        lines.add("providers: " + providers(loaded, policy));
        lines.add(
                "try: curl -i " + base + "/v1/chat/completions"
                        + (policy.keys().isEmpty() ? "" : " -H 'Authorization: Bearer KEY'")
                        + " -H 'Content-Type: application/json' -d"
                        + " '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise in two sentences: ...\"}]}'");
        lines.add("see: " + base + "/ and " + base + "/metrics");
        return lines;
    }

    private static String providers(LoadedPolicy loaded, RoutingPolicy policy) {
        List<String> states = new ArrayList<>();
        for (Provider provider : policy.providers().values()) {
            String state;
            if (loaded.isSimulated() || provider.protocol() == Protocol.SIMULATOR) {
                state = "SIMULATED";
            } else if (provider.apiKey() != null && !provider.apiKey().isSet()) {
                state = "left out, its key is not set";
            } else {
                state = "real";
            }
            states.add(provider.name() + " (" + state + ")");
        }
        return String.join(", ", states);
    }
}
