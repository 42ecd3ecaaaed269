package dev.llmrouter.camel.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells browsers which web pages of other hosts may read what the gateway answers. Off without origins. Only listed origins
 * are answered, each by its own name; credentials of the browser (cookies, remembered passwords) are never allowed, a key in
 * a header is. Source: the Fetch standard of WHATWG, section "HTTP CORS protocol". Safe for use by many threads.
 */
final class Cors {
    /** How long a browser may remember what a path allows. In seconds. */
    private static final String MAX_AGE = "600";

    /** Beyond this length, names of headers that a page asks for are not repeated. In characters. */
    private static final int MAX_NAMES = 2_000;

    /** Names of headers, as RFC 9110 has them, separated by commas. */
    private static final Pattern NAMES =
            Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+(\\s*,\\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*");

    /** What a page may read of an answer beside its body. */
    private static final String EXPOSED =
            "Retry-After, x-should-retry, x-llm-request-id, x-llm-task, x-llm-task-source,"
                    + " x-llm-confidence, x-llm-tier, x-llm-model, x-llm-provider, x-llm-attempts, x-llm-cost-usd,"
                    + " x-llm-classifier-cost-usd, x-llm-policy, x-llm-evidence, x-llm-verify, x-llm-simulated,"
                    + " x-llm-tokens-estimated";

    private final Set<String> origins;

    private Cors(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /**
     * @param listed origins, as {@code https://app.example}, separated by commas; empty for none
     * @throws IllegalArgumentException if one of them is no origin
     */
    static Cors of(String listed) {
        Set<String> origins = new TreeSet<>();
        for (String each : listed.split(",")) {
            String origin = each.strip();
            if (!origin.isEmpty()) {
                origins.add(checked(origin));
            }
        }
        return new Cors(origins);
    }

    private static String checked(String origin) {
        try {
            URI uri = URI.create(origin);
            String scheme = uri.getScheme();
            boolean web = scheme != null && (scheme.equals("https") || scheme.equals("http"));
            if (web
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return origin.toLowerCase(Locale.ROOT);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new IllegalArgumentException("llm-router.cors-origins (option corsOrigins of llm-gateway) has '" + origin
                + "'; allowed are origins as https://app.example or http://localhost:3000, without a path and without *."
                + " Name each origin.");
    }

    /** Whether pages of this origin may read answers. */
    boolean allows(@Nullable String origin) {
        return origin != null && origins.contains(origin);
    }

    /** Marks an answer, whatever comes of the request. */
    void mark(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (allows(origin)) {
            response.putHeader("Access-Control-Allow-Origin", origin);
            response.putHeader("Access-Control-Expose-Headers", EXPOSED);
        }
    }

    /** Adds what a browser asks before it sends a request of a listed origin. @param methods separated by commas */
    void preflight(HttpServerRequest request, String methods) {
        if (!allows(request.getHeader("Origin")) || request.getHeader("Access-Control-Request-Method") == null) {
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader("Access-Control-Allow-Methods", methods);
        response.putHeader("Access-Control-Max-Age", MAX_AGE);
        String names = request.getHeader("Access-Control-Request-Headers");
        if (names != null
                && names.length() <= MAX_NAMES
                && NAMES.matcher(names.strip()).matches()) {
            response.putHeader("Access-Control-Allow-Headers", names.strip());
        }
    }
}
