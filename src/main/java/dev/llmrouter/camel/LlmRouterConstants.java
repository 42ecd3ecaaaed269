package dev.llmrouter.camel;

import org.apache.camel.spi.Metadata;

/** Names of the message headers and exchange properties that the routes set. */
public final class LlmRouterConstants {
    @Metadata(description = "Task that the request was recognised as", javaType = "String")
    public static final String TASK = "CamelLlmRouterTask";

    @Metadata(description = "Tier that served the request", javaType = "String")
    public static final String TIER = "CamelLlmRouterTier";

    @Metadata(
            description =
                    "What the evidence for the task is worth: valid, missing, invalid, expired, waived, not-needed",
            javaType = "String")
    public static final String EVIDENCE = "CamelLlmRouterEvidence";

    @Metadata(description = "Model that answered, by its name in the policy", javaType = "String")
    public static final String MODEL = "CamelLlmRouterModel";

    @Metadata(description = "Provider that answered, by its name in the policy", javaType = "String")
    public static final String PROVIDER = "CamelLlmRouterProvider";

    @Metadata(
            description =
                    "How the task was recognised: explicit, rule, learned, embedding, llm, or default where it was not",
            javaType = "String")
    public static final String TASK_SOURCE = "CamelLlmRouterTaskSource";

    @Metadata(description = "True where the built-in simulator answered; absent otherwise", javaType = "Boolean")
    public static final String SIMULATED = "CamelLlmRouterSimulated";

    @Metadata(description = "Number of calls to providers, failed ones included", javaType = "Integer")
    public static final String ATTEMPTS = "CamelLlmRouterAttempts";

    @Metadata(
            description =
                    "How the check of the output ended: passed, escalated, failed or recorded; of llm-verify-action unconfirmed too, where a check was left out; absent without a check",
            javaType = "String")
    public static final String VERIFY = "CamelLlmRouterVerify";

    @Metadata(
            description =
                    "What is wrong with an output that failed its check, or was not asked about it, without quoting it",
            javaType = "String")
    public static final String VERIFY_FAULT = "CamelLlmRouterVerifyFault";

    @Metadata(description = "In: instructions that stand before a body of plain text", javaType = "String")
    public static final String SYSTEM_PROMPT = "CamelLlmRouterSystemPrompt";

    @Metadata(description = "In: temperature for a body of plain text, 0 to 2", javaType = "Double")
    public static final String TEMPERATURE = "CamelLlmRouterTemperature";

    @Metadata(description = "In: most tokens of the answer to a body of plain text, from 1", javaType = "Integer")
    public static final String MAX_TOKENS = "CamelLlmRouterMaxTokens";

    @Metadata(
            description = "In: what is to embed a text or a list of texts: auto, tier:NAME, task:NAME or a model",
            javaType = "String",
            defaultValue = "auto")
    public static final String EMBEDDING_MODEL = "CamelLlmRouterEmbeddingModel";

    @Metadata(description = "In: dimensions that the vectors are to be shortened to, from 1", javaType = "Integer")
    public static final String DIMENSIONS = "CamelLlmRouterDimensions";

    @Metadata(description = "Confidence of the classification, 0 to 1", javaType = "Double")
    public static final String CONFIDENCE = "CamelLlmRouterConfidence";

    @Metadata(
            description = "Cost of the request in USD, all attempts and the classification together; absent if unknown."
                    + " As text, one below 0.000001 has an exponent (4E-8): toPlainString writes it out",
            javaType = "java.math.BigDecimal")
    public static final String COST_USD = "CamelLlmRouterCostUsd";

    @Metadata(
            description = "What asking a model for the task cost, in USD, a part of the cost; absent if none was asked."
                    + " As text, one below 0.000001 has an exponent (4E-8): toPlainString writes it out",
            javaType = "java.math.BigDecimal")
    public static final String CLASSIFIER_COST_USD = "CamelLlmRouterClassifierCostUsd";

    @Metadata(description = "Id of the request", javaType = "String")
    public static final String REQUEST_ID = "CamelLlmRouterRequestId";

    @Metadata(description = "Input tokens of the answer, cached ones included", javaType = "Long")
    public static final String INPUT_TOKENS = "CamelLlmRouterInputTokens";

    @Metadata(description = "Output tokens of the answer, reasoning included", javaType = "Long")
    public static final String OUTPUT_TOKENS = "CamelLlmRouterOutputTokens";

    @Metadata(description = "What came of a feedback: recorded, duplicate or unknown", javaType = "String")
    public static final String FEEDBACK_STATUS = "CamelLlmRouterFeedbackStatus";

    @Metadata(
            description = "What an alarm of drift is about, the same as long as it lasts, as quality/TASK/TIER",
            javaType = "String")
    public static final String ALARM = "CamelLlmRouterAlarm";

    @Metadata(description = "The week, month or quarter that a routing audit is about, as 2026-Q3", javaType = "String")
    public static final String AUDIT_PERIOD = "CamelLlmRouterAuditPeriod";

    @Metadata(description = "How many changes of the policy a routing audit recommends", javaType = "Long")
    public static final String AUDIT_CHANGES = "CamelLlmRouterAuditChanges";

    @Metadata(
            description =
                    "In: most USD that all runs of a validation on one data set may cost together; holds under parallel calls",
            javaType = "java.math.BigDecimal")
    public static final String VALIDATE_MAX_COST = "CamelLlmRouterValidateMaxCost";

    @Metadata(description = "In: calls of a validation at a time, 1 to 512", javaType = "Integer", defaultValue = "8")
    public static final String VALIDATE_PARALLEL = "CamelLlmRouterValidateParallel";

    @Metadata(
            description = "In: tokens of the longest answer where an example of a validation states no limit, from 1",
            javaType = "Integer",
            defaultValue = "4096")
    public static final String VALIDATE_MAX_OUTPUT = "CamelLlmRouterValidateMaxOutput";

    @Metadata(
            description = "In: true has a validation use recorded answers alone and call nobody",
            javaType = "Boolean",
            defaultValue = "false")
    public static final String VALIDATE_RECORDED = "CamelLlmRouterValidateRecorded";

    @Metadata(
            description =
                    "In: acceptable quality loss of a validation, above 0 and below 1; by default the task's margin",
            javaType = "Double")
    public static final String VALIDATE_MARGIN = "CamelLlmRouterValidateMargin";

    @Metadata(
            description = "In: requests a day in production, for what errors and savings come to",
            javaType = "Integer")
    public static final String VALIDATE_PER_DAY = "CamelLlmRouterValidatePerDay";

    @Metadata(
            description =
                    "In: name of the person who accepts the result of a validation as evidence; without it none is written",
            javaType = "String")
    public static final String VALIDATE_ACCEPTED_BY = "CamelLlmRouterValidateAcceptedBy";

    @Metadata(
            description =
                    "How a validation ended: passed, not-passed, stopped or unusable; error where a file of the watched folder failed",
            javaType = "String")
    public static final String VERDICT = "CamelLlmRouterVerdict";

    @Metadata(
            description =
                    "What the command validate would end with: 0 all tasks pass, 1 not all or stopped, 2 unusable",
            javaType = "Integer")
    public static final String EXIT_CODE = "CamelLlmRouterExitCode";

    @Metadata(description = "Why a validation stopped or could not begin, and what to do", javaType = "String")
    public static final String VALIDATE_REASON = "CamelLlmRouterValidateReason";

    @Metadata(description = "Path of the HTML report of a validation", javaType = "String")
    public static final String REPORT = "CamelLlmRouterReport";

    /** Exchange property: the {@code Cancellation} of the request, set by the gateway's consumer. */
    public static final String CANCELLATION = "CamelLlmRouterCancellation";

    /**
     * Exchange property: true lets an exchange go on wherever the provider's answer comes, and no thread waits for it. Without it
     * the thread that brought the exchange waits and goes on with it, so that its transaction holds. The gateway sets it.
     */
    public static final String ASYNCHRONOUS = "CamelLlmRouterAsynchronous";

    /**
     * Exchange property: true says that who gets the answer takes it as a stream, and subscribes to it. Only then a request that asks
     * for a stream gets one, a {@code Flow.Publisher<byte[]>}; without it the answer is whole, in the same dialect. The gateway sets it.
     */
    public static final String TAKES_STREAM = "CamelLlmRouterTakesStream";

    /** Exchange property: the {@code ProviderCall} that a provider endpoint has to make. */
    public static final String PROVIDER_CALL = "CamelLlmRouterProviderCall";

    /** Exchange property: {@code Map<String, String>} of headers that the gateway's consumer sends with the response. */
    public static final String RESPONSE_HEADERS = "CamelLlmRouterResponseHeaders";

    /** Exchange property: true if others are to confirm the output. */
    public static final String CROSS_CHECK = "CamelLlmRouterCrossCheck";

    /** Exchange property: true if the later steps of the chain are to say whether they agree. */
    public static final String AGREEMENT = "CamelLlmRouterAgreement";

    /** Exchange property: true if embedder or model were to be asked for the task, which may have cost something. */
    public static final String CLASSIFIER_ASKED = "CamelLlmRouterClassifierAsked";

    /** Exchange property: whether the vector of the text is to be compared with those of the examples. */
    public static final String ASK_EMBEDDER = "CamelLlmRouterAskEmbedder";

    /** Exchange property: true if nobody recognised the task and a model is to be asked for it. */
    public static final String ASK_CLASSIFIER = "CamelLlmRouterAskClassifier";

    /** Exchange property: true while a tier is to be asked: after the decision, and again where an output is not usable. */
    public static final String CALL = "CamelLlmRouterCall";

    /** Exchange property: true if a batch of the provider has answered, and nobody is to be called. */
    public static final String BATCHED = "CamelLlmRouterBatched";

    /** Exchange property: true if the shadow model has to be asked as well. */
    public static final String SHADOW = "CamelLlmRouterShadow";

    /** Exchange property: the comparison that a sampled request is for; absent where none is. */
    public static final String COLLECT = "CamelLlmRouterCollect";

    /** Exchange property: the stream whose end a comparison waits for, with what it has said; absent where the answer is whole. */
    public static final String COLLECT_STREAM = "CamelLlmRouterCollectStream";

    /** Exchange property: true if nobody answered a shadow, whoever is to blame: the next one had better wait. */
    public static final String COLLECT_UNANSWERED = "CamelLlmRouterCollectUnanswered";

    /** Exchange property: true if the other model of a comparison was asked. */
    public static final String COLLECT_ASKED = "CamelLlmRouterCollectAsked";

    /** Exchange property: when the request was over, in ns on the clock of {@link System#nanoTime}; set for its record. */
    public static final String ENDED = "CamelLlmRouterEnded";

    /** Exchange property: a future that lets a stream end; the step that commits its record completes it. */
    public static final String COMMITTED = "CamelLlmRouterCommitted";

    /** Exchange property: true if the body is an entry for the ledger. */
    public static final String LEDGER = "CamelLlmRouterLedger";

    private LlmRouterConstants() {}
}
