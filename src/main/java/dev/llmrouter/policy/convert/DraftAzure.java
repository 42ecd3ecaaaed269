package dev.llmrouter.policy.convert;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Where a model at Azure OpenAI is asked: by its deployment, with a version, or by the API whose address ends in {@code /openai/v1}. */
final class DraftAzure {
    /** Parameter of the query. */
    static final String VERSION = "api-version";

    private static final String V1 = "/openai/v1";
    private static final String PREVIEW = "preview";
    /** Versions that stand for the API without versions. Source: LiteLLM, {@code _is_azure_v1_api_version}. */
    private static final Set<String> OF_V1 = Set.of("v1", "latest", PREVIEW);

    private static final Pattern CHAT = Pattern.compile("/chat/completions$");
    private static final Pattern OPENAI = Pattern.compile("/openai$");

    private DraftAzure() {}

    /** @param base without a slash at its end */
    static String url(String base, String model, Map<String, String> query) {
        if (base.endsWith(V1)) {
            return base;
        }
        if (base.contains("/deployments/")) {
            return CHAT.matcher(base).replaceFirst("");
        }
        String host = OPENAI.matcher(base).replaceFirst("");
        return OF_V1.contains(query.getOrDefault(VERSION, "")) ? host + V1 : host + "/openai/deployments/" + model;
    }

    /** The query that goes with it; a remark where its version is missing, or is none that this address has. */
    static Map<String, String> query(PolicyDraft draft, ForeignNode at, String url, Map<String, String> query) {
        String version = query.get(VERSION);
        if (!url.endsWith(V1)) {
            if (version == null) {
                draft.remark(
                        at,
                        "has no api_version, and Azure refuses requests without one: add query: { api-version: ... } to its"
                                + " provider");
            }
            return query;
        }
        if (version == null || version.equals(PREVIEW)) {
            return query;
        }
        if (!OF_V1.contains(version)) {
            draft.remark(at, "its api_version is left out: an address that ends in " + V1 + " has no versions by date");
        }
        return Map.of();
    }
}
