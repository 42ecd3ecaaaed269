package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.Betas;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** What is sent to a provider: nothing of it comes from the caller's headers, but for the betas of Anthropic's. */
final class ProviderRequest {
    /** Tokens to ask for where the dialect demands a limit and neither caller nor policy gives one. */
    static final int DEFAULT_MAX_OUTPUT = 4_096;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ProviderRequest() {}

    static byte[] body(ProviderDialect dialect, ChatRequest request, Model model) throws JsonProcessingException {
        Integer known = model.maxOutput();
        return JSON.writeValueAsBytes(
                dialect.writeRequest(request, model.remoteName(), known == null ? DEFAULT_MAX_OUTPUT : known));
    }

    /** Path and query below the provider's base URL. */
    static String uri(Provider provider, Model model, ChatRequest request) {
        return uri(provider, path(provider.protocol(), prefix(provider), model, request));
    }

    /** The path of the provider's base URL, without a slash at its end. */
    static String prefix(Provider provider) {
        URI base = Objects.requireNonNull(provider.baseUrl(), "baseUrl");
        String prefix = base.getRawPath() == null ? "" : base.getRawPath();
        while (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        return prefix;
    }

    /** A path at the provider, with the query that its base URL and the policy ask for. */
    static String uri(Provider provider, String path) {
        URI base = Objects.requireNonNull(provider.baseUrl(), "baseUrl");
        StringBuilder uri = new StringBuilder(path);
        char separator = uri.indexOf("?") < 0 ? '?' : '&';
        if (base.getRawQuery() != null) {
            uri.append(separator).append(base.getRawQuery());
            separator = '&';
        }
        for (Map.Entry<String, String> one : provider.query().entrySet()) {
            uri.append(separator).append(encoded(one.getKey())).append('=').append(encoded(one.getValue()));
            separator = '&';
        }
        return uri.toString();
    }

    private static String path(Protocol protocol, String prefix, Model model, ChatRequest request) {
        return switch (protocol) {
            case OPENAI -> prefix + (request.isEmbeddings() ? "/embeddings" : "/chat/completions");
            case OPENAI_RESPONSES -> prefix + "/responses";
            case ANTHROPIC -> prefix + (prefix.endsWith("/v1") ? "/messages" : "/v1/messages");
            case GEMINI -> {
                boolean versioned = prefix.endsWith("/v1beta") || prefix.endsWith("/v1");
                String call = request.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
                yield prefix + (versioned ? "" : "/v1beta") + "/models/" + encoded(model.remoteName()) + call;
            }
            case SIMULATOR ->
                throw new IllegalArgumentException("The simulator is not called over HTTP; its client must be given.");
        };
    }

    /** Percent-encodes all but unreserved characters, the slash too. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** The headers of one request: those of its provider and, at Anthropic's, the betas that the caller names. */
    static void headers(Provider provider, ChatRequest request, BiConsumer<String, String> set) {
        headers(provider, request.stream(), set);
        if (provider.protocol() == Protocol.ANTHROPIC && request.betas() != null) {
            String own = provider.headers().entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(Betas.HEADER))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
            set.accept(Betas.HEADER, Objects.requireNonNull(Betas.joined(own, request.betas())));
        }
    }

    /** Content type, accepted type, key, and the provider's own headers, which win over ours. */
    static void headers(Provider provider, boolean stream, BiConsumer<String, String> set) {
        set.accept("content-type", "application/json");
        set.accept("accept", stream ? "text/event-stream, application/json" : "application/json");
        Secret key = provider.apiKey();
        String value = key != null && key.isSet() ? key.reveal() : "";
        switch (provider.protocol()) {
            case ANTHROPIC -> set.accept("anthropic-version", "2023-06-01");
            case OPENAI, OPENAI_RESPONSES, GEMINI, SIMULATOR -> {}
        }
        if (!value.isEmpty()) {
            key(provider, value, set);
        }
        provider.headers().forEach(set);
    }

    private static void key(Provider provider, String value, BiConsumer<String, String> set) {
        String header = provider.apiKeyHeader();
        if (header != null) {
            set.accept(header, value);
            return;
        }
        switch (provider.protocol()) {
            case OPENAI, OPENAI_RESPONSES -> set.accept("authorization", "Bearer " + value);
            case ANTHROPIC -> set.accept("x-api-key", value);
            case GEMINI -> set.accept("x-goog-api-key", value);
            case SIMULATOR -> {}
        }
    }
}
