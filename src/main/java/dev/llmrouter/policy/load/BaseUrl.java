package dev.llmrouter.policy.load;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the base URL of a provider. Its text is never shown: it may hold a password or a key. */
final class BaseUrl {
    private static final Pattern SLASHES = Pattern.compile("(?<!:)/{2,}");

    private BaseUrl() {}

    static @Nullable URI read(String text, Reading reading, YamlNode node, String path) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            reading.problems()
                    .unusable(
                            node.at(), path, "is no URL", "Write it as the provider's documentation does: https://...");
            return null;
        }
        String fault = fault(uri);
        if (!fault.isEmpty()) {
            reading.problems()
                    .unusable(node.at(), path, fault, "Write scheme, host and path only: https://api.example.com/v1.");
            return null;
        }
        return joined(uri);
    }

    /** A variable that ends in a slash, with a path behind it, makes two: no API has such a path. Of an address inside it they stay. */
    private static URI joined(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String text = uri.toString();
        return URI.create(text.substring(0, text.length() - path.length())
                + SLASHES.matcher(path).replaceAll("/"));
    }

    private static String fault(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
            return "is no http or https URL";
        }
        if (uri.getRawUserInfo() != null) {
            return "holds a user name or password; the key belongs in 'apiKey' or 'headers'";
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return "holds a query or fragment; parameters belong in 'query'";
        }
        return uri.getHost() == null || uri.getPort() > 65_535 ? "has no valid host and port" : "";
    }
}
