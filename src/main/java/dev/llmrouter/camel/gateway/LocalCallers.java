package dev.llmrouter.camel.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from a gateway that asks for no key because it listens on this machine only: a page in a developer's
 * browser may send requests to it (the header {@code Origin} says from where), and may pass for it by a name that its owner
 * points to 127.0.0.1 (the header {@code Host} says by which name).
 */
final class LocalCallers {
    private static final Pattern IPV4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final Set<String> allowed;
    private final Cors cors;
    /** Nearly all requests name the same host. */
    private volatile @Nullable String lastAllowed;

    /**
     * @param allowed further names of hosts, in lower case, that requests may come to and from
     * @param cors further origins that web pages may come from
     */
    LocalCallers(Set<String> allowed, Cors cors) {
        this.allowed = Set.copyOf(allowed);
        this.cors = cors;
    }

    /** Whether a name or an address stands for this machine, whatever a name server says. */
    static boolean isLoopback(String host) {
        String name = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.endsWith(".localhost")
                || lower.equals("::1")
                || IPV4.matcher(lower).matches();
    }

    /**
     * What is wrong with where a request comes from, for people; null if nothing is.
     *
     * @param keyed whether the policy has keys, which are not asked for at this path
     */
    @Nullable
    String refusal(HttpServerRequest request, boolean keyed) {
        HostAndPort host = request.authority();
        String named = request.getHeader("Host");
        if (host == null ? named != null : !isAllowed(host.host())) {
            return asking(keyed) + " it answers to names of this machine only (localhost, 127.0.0.1), which the header"
                    + " Host does not name. " + remedy(keyed) + ", or the name to llm-router.allowed-hosts.";
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !cors.allows(origin) && !isAllowedOrigin(origin)) {
            return asking(keyed) + " it serves no web page of another host, which the header Origin names. "
                    + remedy(keyed)
                    + ", or the host to llm-router.allowed-hosts, or the origin to llm-router.cors-origins.";
        }
        return null;
    }

    private static String asking(boolean keyed) {
        return keyed ? "This path asks for no key, so" : "This gateway asks for no key, so";
    }

    /** A key keeps web pages away as well. */
    private static String remedy(boolean keyed) {
        return keyed
                ? "Add llm-router.protect-operations=true, which asks for a key of the policy at the pages of operations"
                        + " (a route of your own: keys=true)"
                : "Add keys to the policy";
    }

    private boolean isAllowedOrigin(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && isAllowed(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isAllowed(String host) {
        if (host.equals(lastAllowed)) {
            return true;
        }
        boolean isAllowed = isLoopback(host) || allowed.contains(host.toLowerCase(Locale.ROOT));
        if (isAllowed) {
            lastAllowed = host;
        }
        return isAllowed;
    }
}
