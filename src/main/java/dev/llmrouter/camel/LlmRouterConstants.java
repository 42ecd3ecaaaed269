package dev.llmrouter.camel;

import org.apache.camel.spi.Metadata;

/** Names of the message headers and exchange properties that the routes set. */
public final class LlmRouterConstants {
    @Metadata(description = "Task that the request was recognised as", javaType = "String")
    public static final String TASK = "CamelLlmRouterTask";

    @Metadata(description = "Tier that served the request", javaType = "String")
    public static final String TIER = "CamelLlmRouterTier";

    @Metadata(description = "Model that answered, by its name in the policy", javaType = "String")
    public static final String MODEL = "CamelLlmRouterModel";

    @Metadata(description = "Provider that answered, by its name in the policy", javaType = "String")
    public static final String PROVIDER = "CamelLlmRouterProvider";

    @Metadata(description = "Confidence of the classification, 0 to 1", javaType = "Double")
    public static final String CONFIDENCE = "CamelLlmRouterConfidence";

    @Metadata(
            description = "Cost of the request in USD, all attempts together; absent if unknown",
            javaType = "java.math.BigDecimal")
    public static final String COST_USD = "CamelLlmRouterCostUsd";

    @Metadata(description = "Id of the request", javaType = "String")
    public static final String REQUEST_ID = "CamelLlmRouterRequestId";

    @Metadata(description = "Input tokens of the answer, cached ones included", javaType = "Long")
    public static final String INPUT_TOKENS = "CamelLlmRouterInputTokens";

    @Metadata(description = "Output tokens of the answer, reasoning included", javaType = "Long")
    public static final String OUTPUT_TOKENS = "CamelLlmRouterOutputTokens";

    /** Exchange property: the {@code Cancellation} of the request, set by the gateway's consumer. */
    public static final String CANCELLATION = "CamelLlmRouterCancellation";

    /** Exchange property: the {@code ProviderCall} that a provider endpoint has to make. */
    public static final String PROVIDER_CALL = "CamelLlmRouterProviderCall";

    /** Exchange property: {@code Map<String, String>} of headers that the gateway's consumer sends with the response. */
    public static final String RESPONSE_HEADERS = "CamelLlmRouterResponseHeaders";

    /** Exchange property: true if the output is not usable and the route has to ask again. */
    public static final String ESCALATE = "CamelLlmRouterEscalate";

    /** Exchange property: true if the shadow model has to be asked as well. */
    public static final String SHADOW = "CamelLlmRouterShadow";

    private LlmRouterConstants() {}
}
