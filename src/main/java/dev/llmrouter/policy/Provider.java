package dev.llmrouter.policy;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where models are called: a base URL, a Camel endpoint, or the simulator.
 *
 * @param baseUrl base of the provider's API, as its documentation gives it ("https://api.openai.com/v1"); null for the
 *     simulator and where {@code endpoint} is given
 * @param endpoint a Camel endpoint URI that is sent the request body in the provider's protocol instead; null for none
 * @param proxy that the base URL is reached through; null for the JVM's ({@code https.proxyHost})
 * @param apiKey the provider's key; null if it needs none ({@link Secret#isSet()} tells whether the key's placeholder had a value)
 * @param apiKeyHeader name of the request header that the key is sent in, as it is; null: as the protocol has it
 *     ({@code Authorization} with {@code Bearer} for OpenAI's)
 * @param headers more request headers, sent as they are
 * @param query more query parameters, sent as they are (Azure's api-version, say)
 * @param outputLimit the field in which the provider reads the limit of the output, whichever the caller used; of meaning for
 *     {@link Protocol#OPENAI} only; null: the caller's own, or {@link OutputLimit#MAX_COMPLETION_TOKENS} in a translated request
 * @param simulator how the simulator behaves; used where {@code protocol} is {@link Protocol#SIMULATOR} or simulation stands in
 */
public record Provider(
        String name,
        Protocol protocol,
        @Nullable URI baseUrl,
        @Nullable String endpoint,
        @Nullable HttpProxy proxy,
        @Nullable Secret apiKey,
        @Nullable String apiKeyHeader,
        Map<String, String> headers,
        Map<String, String> query,
        @Nullable OutputLimit outputLimit,
        Timeouts timeouts,
        BreakerSettings breaker,
        SimulatorSettings simulator) {

    public Provider {
        headers = Ordered.copyOf(headers);
        query = Ordered.copyOf(query);
    }

    /** Of the name alone: every request looks health up by its providers, and their names are distinct in a policy. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Whether it has a key whose placeholder has a value. */
    public boolean hasKey() {
        return apiKey != null && apiKey.isSet();
    }

    /** Whether it needs a key that is not set, so that it cannot be called. */
    public boolean lacksKey() {
        return protocol != Protocol.SIMULATOR && apiKey != null && !apiKey.isSet();
    }

    /** Whether lines of files can be answered there in batches: it is called over HTTP, in a protocol of which a batch API is known. */
    public boolean hasBatchApi() {
        return endpoint == null
                && switch (protocol) {
                    case OPENAI, ANTHROPIC -> true;
                    case OPENAI_RESPONSES, GEMINI, SIMULATOR -> false;
                };
    }

    /** Whether both send to one address, whatever their keys. */
    boolean isSamePlace(Provider other) {
        return name.equals(other.name)
                || baseUrl != null && other.baseUrl != null && plain(baseUrl).equals(plain(other.baseUrl))
                || endpoint != null && endpoint.equals(other.endpoint);
    }

    private static String plain(URI base) {
        String text = base.normalize().toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** A provider without a proxy of its own, that reads the key and the limit of the output as its protocol has them. */
    public Provider(
            String name,
            Protocol protocol,
            @Nullable URI baseUrl,
            @Nullable String endpoint,
            @Nullable Secret apiKey,
            Map<String, String> headers,
            Map<String, String> query,
            Timeouts timeouts,
            BreakerSettings breaker,
            SimulatorSettings simulator) {
        this(name, protocol, baseUrl, endpoint, null, apiKey, null, headers, query, null, timeouts, breaker, simulator);
    }

    /** For logs: of headers and query the names alone, whose values may be keys as well, and no address, which may hold one. */
    @Override
    public String toString() {
        return "Provider[name=" + name + ", protocol=" + protocol + ", apiKey=" + apiKey + ", headers="
                + headers.keySet() + ", query=" + query.keySet() + "]";
    }
}
