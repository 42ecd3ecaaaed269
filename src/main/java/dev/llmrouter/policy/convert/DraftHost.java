package dev.llmrouter.policy.convert;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address that a configuration names for a deployment.
 *
 * @param at the setting that names it
 * @param stated as it stands there; a placeholder where it is in the environment
 * @param url that is asked, without a slash at its end
 */
record DraftHost(ForeignNode at, String stated, String url) {
    private static final String V1 = "/v1";
    private static final int MAX_NAME = 80;
    /** Domains below which Azure has its users' hosts for models; {@code azure-api.net} is for gateways of their own. */
    private static final List<String> OF_AZURE = List.of(
            ".openai.azure.com",
            ".cognitiveservices.azure.com",
            ".services.ai.azure.com",
            ".openai.azure.us",
            ".openai.azure.cn");

    private static final Pattern IN_ENVIRONMENT = Pattern.compile("^\\{\\{env:([^}]*)}}");

    /** The address of a setting; null where there is none. */
    static @Nullable DraftHost of(@Nullable ForeignNode setting) {
        String stated = setting == null ? null : DraftDeployment.value(setting);
        return setting == null || stated == null ? null : new DraftHost(setting, stated, trimmed(stated));
    }

    private static String trimmed(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    /** With the version at its end that the other gateway puts there. */
    DraftHost withVersion() {
        return url.endsWith(V1) ? this : new DraftHost(at, stated, url + V1);
    }

    /** Without a path at its end, where it has that. */
    DraftHost without(String path) {
        return url.endsWith(path)
                ? new DraftHost(at, stated, trimmed(url.substring(0, url.length() - path.length())))
                : this;
    }

    /** With a path behind it. */
    DraftHost below(String path) {
        return new DraftHost(at, stated, url + path);
    }

    /** The variable of the environment that has its beginning; null where it stands in the file. */
    @Nullable
    String variable() {
        Matcher matcher = IN_ENVIRONMENT.matcher(stated);
        return matcher.find() ? matcher.group(1) : null;
    }

    /**
     * Whether it may be another host than the provider's own, or one below it; never where every user has a host of his own, but
     * at Azure, which has domains for these.
     */
    boolean isElsewhere(KnownProvider known) {
        String host = host(url);
        if (known.isAzure()) {
            return host == null || OF_AZURE.stream().noneMatch(host::endsWith);
        }
        String own = known.baseUrl() == null ? null : host(known.baseUrl());
        return own != null && (host == null || !host.equals(own) && !host.endsWith("." + own));
    }

    private static @Nullable String host(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null ? null : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return null; // a placeholder, or what lint will refuse
        }
    }

    /**
     * What a key for it is called in the environment. A host that is not the provider's own has a name of its own there: the
     * provider's usual variable may hold the real key already.
     */
    String keyVariable(KnownProvider known) {
        if (!isElsewhere(known)) {
            return known.variable();
        }
        String inEnvironment = variable();
        String host = host(url);
        String name = inEnvironment != null ? inEnvironment : host != null ? host : "OWN_HOST";
        String plain = name.substring(0, Math.min(MAX_NAME, name.length())).replaceAll("[^A-Za-z0-9]", "_");
        return KnownProvider.stem(known.name()) + "_" + plain.toUpperCase(Locale.ROOT) + "_API_KEY";
    }
}
