package dev.llmrouter.policy.convert;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a deployment of LiteLLM's proxy: its own parameters, those of the credential that it names, and the router's
 * for all of them. Prompts go to the host that these name, or to nobody.
 */
final class LiteLlmParams {
    private static final String PROXY = "use_litellm_proxy";
    private static final String CREDENTIAL = "litellm_credential_name";
    /** Parameters of Vertex and Bedrock begin so. */
    private static final List<String> CLOUDS = List.of("vertex_", "aws_");

    private final PolicyDraft draft;
    private final Map<String, ForeignNode> credentials = new LinkedHashMap<>();
    private final Map<String, ForeignNode> unnamed = new LinkedHashMap<>();
    private final @Nullable ForeignNode defaults;
    private final @Nullable ForeignNode general;
    private final @Nullable ForeignNode settings;
    private final @Nullable ForeignNode environment;

    LiteLlmParams(ForeignNode root, PolicyDraft draft) {
        this.draft = draft;
        this.defaults = part(root, "router_settings", "default_litellm_params");
        this.general = part(root, "litellm_settings", "api_base");
        this.settings = root.get("litellm_settings");
        this.environment = root.get("environment_variables");
        ForeignNode list = root.get("credential_list");
        if (list != null) {
            for (ForeignNode credential : list.list()) {
                String name = credential.text("credential_name");
                ForeignNode values = credential.get("credential_values");
                if (name != null && values != null) {
                    credentials.put(name, values);
                    unnamed.put(name, credential);
                    ForeignNode info = credential.get("credential_info");
                    if (info != null) {
                        info.settle();
                    }
                }
            }
        }
    }

    private static @Nullable ForeignNode part(ForeignNode root, String first, String second) {
        ForeignNode part = root.get(first);
        return part == null ? null : part.get(second);
    }

    /** All that holds for it, its own first; null if it cannot be told whom it asks, which is then remarked. */
    @Nullable
    ForeignNode of(ForeignNode deployment, ForeignNode own) {
        ForeignNode params = own;
        ForeignNode name = own.get(CREDENTIAL);
        if (name != null) {
            ForeignNode credential = credentials.get(name.text());
            unnamed.remove(name.text());
            if (credential == null) {
                return leftOut(
                        deployment,
                        own,
                        "its credential '" + name.text()
                                + "' is not in the credential_list, so nobody knows whom it asks:"
                                + " left out; write its host and key by hand");
            }
            params = params.over(credential);
        }
        Set<String> hosts = hosts(params);
        if (hosts.isEmpty() && defaults != null) {
            hosts = hosts(defaults);
        } else if (defaults != null) {
            hosts.addAll(hosts(defaults));
        }
        if (hosts.size() > 1) {
            return leftOut(
                    deployment,
                    params,
                    "names several hosts (api_base, base_url, default_litellm_params): left out; write the one that is meant");
        }
        return defaults == null ? params : params.over(defaults);
    }

    private static Set<String> hosts(ForeignNode params) {
        Set<String> hosts = new HashSet<>();
        for (String name : List.of("api_base", "base_url")) {
            String host = params.text(name);
            if (host != null) {
                hosts.add(host.replaceAll("/+$", ""));
            }
        }
        return hosts;
    }

    private @Nullable ForeignNode leftOut(ForeignNode deployment, ForeignNode params, String why) {
        draft.remark(deployment, why);
        deployment.settle();
        params.settle();
        return null;
    }

    /**
     * Why the parameters speak of another host than the provider's own; null if they do not.
     *
     * @param params all of them
     * @param own those of the deployment alone
     * @param stated the provider that is stated by itself; null for none
     */
    static @Nullable String elsewhere(ForeignNode params, ForeignNode own, @Nullable String stated, String called) {
        boolean isBare = stated == null && called.indexOf('/') < 0;
        for (String name : isBare ? params.names() : own.names()) {
            if (CLOUDS.stream().anyMatch(name::startsWith)) {
                return "has " + name
                        + ", a parameter of Vertex or Bedrock, which are called in a way of their own: left out;"
                        + " give its provider a Camel endpoint (endpoint:) by hand";
            }
        }
        return isBare && KnownProvider.ofModel(called) == KnownProvider.of("gemini")
                ? "LiteLLM asks Vertex for '" + called
                        + "', which is called in a way of its own: left out; write gemini/" + called
                        + " if Google AI Studio is meant"
                : null;
    }

    /**
     * The setting that names the host; null for none, as it is the provider's own then.
     *
     * @param provider what the file calls the provider
     */
    @Nullable
    ForeignNode base(ForeignNode params, KnownProvider known, String provider) {
        for (String name : List.of("api_base", "base_url")) {
            ForeignNode base = params.get(name);
            if (base != null && (base.text() != null || !base.isSingle())) {
                return base;
            }
        }
        if (general != null) {
            return general;
        }
        if (environment != null) {
            for (String variable : variables(known, provider)) {
                ForeignNode base = environment.get(variable);
                if (base != null) {
                    return base;
                }
            }
        }
        return null;
    }

    /** Variables that a host may be in, by the name that the file has for the provider, and by the usual one. */
    private static List<String> variables(KnownProvider known, String provider) {
        List<String> variables = new ArrayList<>();
        if (known.name().equals("mistral")) {
            variables.add("MISTRAL_AZURE_API_BASE");
        }
        for (String name : List.of(provider, known.name())) {
            String stem = name.toUpperCase(Locale.ROOT).replace('-', '_');
            variables.add(stem + "_BASE_URL");
            variables.add(stem + "_API_BASE");
        }
        return variables;
    }

    /**
     * Why a deployment asks nobody that a policy could name, or not for everybody; null if it does.
     *
     * @param params all that holds for it
     * @param info its {@code model_info}; null for none
     */
    @Nullable
    String nobody(ForeignNode params, @Nullable ForeignNode info) {
        if (params.isTrue(PROXY)
                || settings != null && settings.isTrue(PROXY)
                || environment != null && environment.isTrue(PROXY.toUpperCase(Locale.ROOT))) {
            return "asks another proxy of LiteLLM (use_litellm_proxy): left out; give that proxy a provider with its"
                    + " base URL by hand";
        }
        if (params.get("mock_response") != null) {
            return "answers with a text of its own (mock_response) and calls nobody: left out";
        }
        ForeignNode team = info == null ? null : info.get("team_id");
        return team == null
                ? null
                : "is for the team '" + team.text()
                        + "' alone (team_id), and a tier is for all callers: left out; give the team a tier of its own"
                        + " by hand, and its callers' keys that tier";
    }

    /** The version of Azure's API; null for none. */
    @Nullable
    ForeignNode azureVersion(ForeignNode params) {
        ForeignNode version = params.get("api_version");
        return version != null || environment == null ? version : environment.get("AZURE_API_VERSION");
    }

    /** Says which credentials no deployment names. Once all deployments are read. */
    void tellUnnamed() {
        unnamed.values().forEach(credential -> {
            draft.remark(credential, "no deployment names this credential: not taken over");
            credential.settle();
        });
    }
}
