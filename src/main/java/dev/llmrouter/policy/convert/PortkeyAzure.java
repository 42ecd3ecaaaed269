package dev.llmrouter.policy.convert;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a target of Portkey's gateway says of Azure OpenAI: its resource, which is its host, its deployment and the version of
 * the API. Source: Portkey-AI/gateway, {@code providers/azure-openai/api.ts}, as of 2026-10.
 *
 * @param deployment null where none is named, as with the others
 * @param version of the API
 * @param resource setting that names the resource
 */
record PortkeyAzure(
        @Nullable ForeignNode deployment,
        @Nullable ForeignNode version,
        @Nullable ForeignNode resource) {
    private static final Pattern RESOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final Pattern DEPLOYMENT = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final String AZURE = ".openai.azure.com";

    /** What a target says of it. */
    static PortkeyAzure of(ForeignNode target) {
        return new PortkeyAzure(
                setting(target, "deployment_id", "deploymentId", "azure_deployment_id", "azureDeploymentId"),
                setting(target, "api_version", "apiVersion", "azure_api_version", "azureApiVersion"),
                setting(target, "resource_name", "resourceName", "azure_resource_name", "azureResourceName"));
    }

    private static @Nullable ForeignNode setting(ForeignNode target, String... names) {
        for (String name : names) {
            ForeignNode setting = target.get(name);
            if (setting != null && setting.text() != null) {
                return setting;
            }
        }
        return null;
    }

    /**
     * The id of the model at Azure: the deployment, or else the model's name.
     *
     * @throws IllegalArgumentException for a deployment that is no part of an address
     */
    String id(String model) {
        return deployment == null ? model : matching(deployment, DEPLOYMENT);
    }

    /** The query that goes along. */
    Map<String, String> query() {
        String text = version == null ? null : DraftDeployment.value(version);
        return text == null ? Map.of() : Map.of(DraftAzure.VERSION, text);
    }

    /**
     * The host: the one that is stated, or else that of the resource; null for neither.
     *
     * @throws IllegalArgumentException for a resource that is no part of an address
     */
    @Nullable
    DraftHost host(@Nullable DraftHost stated) {
        if (stated != null) {
            // Portkey puts /deployments/... behind what is stated, and /openai behind a resource alone
            String url = stated.url();
            boolean isWhole = url.endsWith("/openai") || url.endsWith("/openai/v1") || url.endsWith(AZURE);
            return isWhole || deployment == null || url.contains("/openai/deployments/")
                    ? stated
                    : stated.below("/deployments/" + matching(deployment, DEPLOYMENT));
        }
        if (resource == null) {
            return null;
        }
        String own = "https://" + matching(resource, RESOURCE) + AZURE;
        return new DraftHost(resource, own, own);
    }

    private static String matching(ForeignNode setting, Pattern allowed) {
        String text = Objects.requireNonNull(setting.text());
        if (!allowed.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "line " + setting.line() + ": " + setting.path()
                            + " is no part of an address; allowed are letters, digits and signs as in my-gpt-4o. Write its name at Azure.");
        }
        return text;
    }
}
