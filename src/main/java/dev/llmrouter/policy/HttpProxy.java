package dev.llmrouter.policy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that a provider is reached through: by {@code CONNECT} where its base URL is https.
 *
 * @param host name or address; null for a direct connection, whatever the JVM's settings are
 * @param port from 1 to 65535; of no meaning without a host
 * @param user who the proxy is told to ask for; null for nobody
 * @param password of the user; null without one
 */
public record HttpProxy(
        @Nullable String host,
        int port,
        @Nullable String user,
        @Nullable Secret password) {
    /** How a policy writes {@link #DIRECT}. */
    public static final String DIRECT_WORD = "direct";

    /** With a letter: what has none is an address, and not for a name to be. */
    private static final Pattern NAME_AND_PORT =
            Pattern.compile("(?=[^:]*[A-Za-z])([A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.?):([0-9]{1,5})");

    /** No proxy. */
    public static final HttpProxy DIRECT = new HttpProxy(null, 0, null, null);

    /**
     * Reads {@code http://[USER[:PASSWORD]@]HOST:PORT}, as {@code HTTPS_PROXY} has it in most environments (user and password are
     * percent-encoded), or {@code direct}.
     *
     * @throws IllegalArgumentException if it is neither; the message repeats nothing of the text
     */
    public static HttpProxy parse(String text) {
        String stripped = text.strip();
        if (stripped.toLowerCase(Locale.ROOT).equals(DIRECT_WORD)) {
            return DIRECT;
        }
        URI uri;
        try {
            uri = URI.create(stripped.contains("://") ? stripped : "http://" + stripped);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "is no address of a proxy"); // the cause holds the text, a password with it
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("is no HTTP proxy");
        }
        boolean isBare = (uri.getRawPath() == null
                        || uri.getRawPath().isEmpty()
                        || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        // java.net.URI knows no host with an underscore, as names of containers have them
        Matcher named = NAME_AND_PORT.matcher(authority.substring(at + 1));
        String host = uri.getHost() != null ? uri.getHost() : named.matches() ? named.group(1) : null;
        int port = uri.getHost() != null ? uri.getPort() : host == null ? 0 : Integer.parseInt(named.group(2));
        if (host == null || port < 1 || port > 65_535 || !isBare) {
            throw new IllegalArgumentException("is no address of a proxy");
        }
        String user = at < 0 ? null : authority.substring(0, at);
        int colon = user == null ? -1 : user.indexOf(':');
        return new HttpProxy(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                user == null ? null : decoded(colon < 0 ? user : user.substring(0, colon)),
                user == null || colon < 0 ? null : Secret.of(decoded(user.substring(colon + 1))));
    }

    /** A plus sign is one: this is no form. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return host == null ? DIRECT_WORD : host + ":" + port;
    }
}
