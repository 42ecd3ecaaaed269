package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftHeader;
import dev.llmrouter.policy.convert.PolicyDraft.DraftProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a deployment that both kinds of configuration have: whom to call, with which key. */
final class DraftDeployment {
    /** Headers whose values are no secrets. What is in any other may be one, whatever it is called. */
    private static final Set<String> HARMLESS = Set.of(
            "accept",
            "accept-language",
            "anthropic-beta",
            "anthropic-version",
            "http-referer",
            "openai-beta",
            "openai-organization",
            "openai-project",
            "referer",
            "user-agent",
            "x-title");

    /** A base URL with a user or a query: both may be secrets, and a policy takes neither. */
    private static final Pattern SECRET_IN_URL = Pattern.compile("[^/]*//[^/]*@.*|.*\\?.*", Pattern.DOTALL);

    private static final String FROM_ENVIRONMENT = "os.environ/";
    private static final int MAX_HEADER = 80;
    private static final String AZURE_KEY = "api-key";

    private DraftDeployment() {}

    /**
     * Whom a deployment asks.
     *
     * @param model its id at the provider
     * @param host that the configuration names; null for the provider's own
     */
    record Asked(
            KnownProvider known,
            String model,
            @Nullable DraftHost host,
            Map<String, DraftHeader> headers,
            Map<String, String> query) {}

    /**
     * The name of the provider in the draft; null if it cannot be called, which is then remarked.
     *
     * @param at the deployment
     * @param key its key, which is asked for only once it can be called otherwise; null for none
     */
    static @Nullable String provider(PolicyDraft draft, ForeignNode at, Asked asked, Supplier<@Nullable DraftKey> key) {
        KnownProvider known = asked.known();
        DraftHost host = asked.host();
        Map<String, DraftHeader> headers = asked.headers();
        String url = host == null ? known.baseUrl() : host.url();
        if (url == null) {
            draft.remark(at, "has no base URL, and " + known.name() + " has one for each user: left out");
            return null;
        }
        if (host != null && SECRET_IN_URL.matcher(url).matches()) {
            draft.remark(host.at(), "has a user or a query, which a base URL of a policy may not have: left out");
            return null;
        }
        DraftKey secret = key.get();
        String keyHeader = null;
        Map<String, String> sent = asked.query();
        if (known.isAzure()) {
            url = DraftAzure.url(url, asked.model(), asked.query());
            sent = DraftAzure.query(draft, at, url, asked.query());
            if (headers.keySet().stream().anyMatch(AZURE_KEY::equalsIgnoreCase)) {
                secret = null; // the key is among the headers already
            }
            // a bearer token is for Azure one of Entra
            keyHeader = secret == null ? null : AZURE_KEY;
        }
        if (host != null) {
            tellBehind(draft, host, url);
        }
        return draft.provider(
                known.name(),
                new DraftProvider(
                        known.protocol(),
                        url,
                        secret,
                        keyHeader,
                        new LinkedHashMap<>(headers),
                        new LinkedHashMap<>(sent)));
    }

    /** Of an address in the environment nobody knows here how it ends. */
    private static void tellBehind(PolicyDraft draft, DraftHost host, String url) {
        String variable = host.variable();
        if (variable != null
                && url.startsWith(host.stated())
                && url.length() > host.stated().length()) {
            draft.remark(
                    host.at(),
                    "the policy puts '" + url.substring(host.stated().length()) + "' behind it: " + variable
                            + " must be the address without that");
        }
    }

    /** The key that a setting states. @param variable for it if it stands in the file, and were the only one */
    static DraftKey stated(PolicyDraft draft, ForeignNode key, String text, String variable) {
        return text.startsWith(FROM_ENVIRONMENT)
                ? DraftKey.inEnvironment(variable(key, text))
                : draft.keys().inFile(key, variable, text);
    }

    /** The text of a setting that is never read from the environment. @throws IllegalArgumentException for a placeholder of ours */
    static String plain(ForeignNode setting, String text) {
        if (text.contains("{{")) {
            throw new IllegalArgumentException("line " + setting.line() + ": " + setting.path()
                    + " has '{{', which a policy takes for a placeholder: change it, and convert again");
        }
        return text;
    }

    /** The text of a setting, from the environment where it says so. @throws IllegalArgumentException for a placeholder of ours */
    static @Nullable String value(ForeignNode setting) {
        String text = setting.text();
        if (text == null) {
            return null;
        }
        plain(setting, text);
        if (!text.startsWith(FROM_ENVIRONMENT)) {
            return text;
        }
        return "{{env:" + variable(setting, text) + "}}";
    }

    private static String variable(ForeignNode setting, String text) {
        String name = text.substring(FROM_ENVIRONMENT.length());
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,200}")) {
            throw new IllegalArgumentException(
                    "line " + setting.line() + ": " + setting.path() + " names no environment variable");
        }
        return name;
    }

    /** Headers that go along; what may be a secret is read from the environment instead. */
    static Map<String, DraftHeader> headers(PolicyDraft draft, @Nullable ForeignNode headers) {
        Map<String, DraftHeader> kept = new LinkedHashMap<>();
        if (headers != null) {
            headers.all().forEach((name, setting) -> {
                String value = value(setting);
                if (value == null) {
                    draft.remark(setting, "a header without a single value is left out");
                } else if (value.startsWith("{{env:") || isHarmless(name, value)) {
                    kept.put(name, DraftHeader.text(value));
                } else {
                    String variable = "HEADER_"
                            + name.toUpperCase(Locale.ROOT)
                                    .substring(0, Math.min(MAX_HEADER, name.length()))
                                    .replaceAll("[^A-Z0-9]", "_");
                    kept.put(name, DraftHeader.secret(draft.keys().headerInFile(setting, variable, value)));
                }
            });
        }
        return kept;
    }

    private static boolean isHarmless(String name, String value) {
        return HARMLESS.contains(name.toLowerCase(Locale.ROOT))
                && !SECRET_IN_URL.matcher(value).matches();
    }

    /** Behind what is assumed of a model whose requests are parted from others. */
    static final String WHY_ALL =
            " (all but reasoning, so that no request of its tag or condition goes to the baseline because of this)";

    /** All that a model of chat may be able to do, but reasoning: whoever says that he wants none sends words that models without it refuse. */
    static Set<String> allOfChat() {
        return new TreeSet<>(List.of(
                "tools",
                "vision",
                "audio",
                "documents",
                "json-object",
                "json-schema",
                "logprobs",
                "prefill",
                "multiple-choices"));
    }

    /** What models of a provider can usually do, where nobody has said it. */
    static Set<String> usual(KnownProvider known) {
        return new TreeSet<>(
                switch (known.name()) {
                    case "openai", "azure", "gemini" -> List.of("tools", "vision", "json-object", "json-schema");
                    case "anthropic" -> List.of("tools", "vision", "documents");
                    default -> List.of("tools");
                });
    }
}
