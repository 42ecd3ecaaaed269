package dev.llmrouter.record;

/** Every meter of the router. The Javadoc of each name is its documentation. */
public enum MeterNames {
    /** OpenTelemetry GenAI: duration of one call to a provider, in seconds. */
    OPERATION_DURATION("gen_ai.client.operation.duration"),
    /** OpenTelemetry GenAI: tokens of one call, by {@code gen_ai.token.type} input or output. */
    TOKEN_USAGE("gen_ai.client.token.usage"),
    /** OpenTelemetry GenAI: time to the first token of a streamed call, in seconds. */
    TIME_TO_FIRST_CHUNK("gen_ai.client.operation.time_to_first_chunk"),
    /** Requests, by task, tier, model, provider, source and outcome. */
    REQUESTS("llm.router.requests"),
    /** Cost in USD of requests whose cost is known, all attempts and the classification together. */
    COST("llm.router.cost"),
    /** Requests whose cost is unknown: they are not in {@link #COST}. */
    COST_UNKNOWN("llm.router.cost.unknown"),
    /** Calls to the classifying model, by its outcome. */
    CLASSIFIER_CALLS("llm.router.classifier.calls"),
    /**
     * Cost in USD of calls to the classifying model whose cost is known; part of {@link #COST}, but for those that compared steps,
     * which are part of {@link #SHADOW_COST}.
     */
    CLASSIFIER_COST("llm.router.classifier.cost"),
    /**
     * Sampled requests, by {@code task}, by {@code steps} (the one that named it and one behind it: {@code rule-learned}) and
     * by {@code agreed}: true, false, or unknown where the later step knew no task.
     */
    CLASSIFIER_AGREEMENT("llm.router.classifier.agreement"),
    /** Cost in USD that the same tokens would have had at the baseline tier, of requests of which it is known. */
    BASELINE_COST("llm.router.baseline.cost"),
    /** Cost in USD of the requests that are in {@link #BASELINE_COST}; part of {@link #COST}. The difference of the two was saved. */
    COMPARED_COST("llm.router.compared.cost"),
    /** Cost in USD of shadow calls whose cost is known; not part of {@link #COST}. */
    SHADOW_COST("llm.router.shadow.cost"),
    /** Shadow calls whose cost is unknown: they are not in {@link #SHADOW_COST}. */
    SHADOW_COST_UNKNOWN("llm.router.shadow.cost.unknown"),
    /** Cost in USD of models that judged pairs of answers for evidence, by {@code task}, where it is known; not part of {@link #COST}. */
    JUDGE_COST("llm.router.judge.cost"),
    /** Pairs whose judges' cost is unknown, by {@code task}: they are not in {@link #JUDGE_COST}. */
    JUDGE_COST_UNKNOWN("llm.router.judge.cost.unknown"),
    /** Calls that failed and were followed by another, by the outcome of the failed one. */
    FAILOVERS("llm.router.failovers"),
    /** Calls that made a deployment rest (rate limit, key or quota). */
    COOLDOWNS("llm.router.cooldowns"),
    /** Time from the body read to the decision, in seconds. */
    DECISION_DURATION("llm.router.decision.duration"),
    /** 1 while a policy's file cannot be used as it is now, so that the policy before it stays in force; else 0. */
    POLICY_RELOAD_FAILED("llm.router.policy.reload.failed"),
    /** Decided requests by task and by what the evidence for it was worth ({@code evidence}: valid, missing, ...). */
    EVIDENCE("llm.router.evidence"),
    /** Requests whose task was not recognised. */
    UNCLASSIFIED("llm.router.unclassified"),
    /**
     * Requests that the gateway answers before any route sees them, by {@code reason}: key (401), host (403), not_found (404),
     * method (405), too_slow (408), too_large (413), encoding (415), expectation (417), overloaded and stopping (503),
     * malformed (400: no HTTP). They are not in {@link #REQUESTS}.
     */
    REFUSED("llm.router.refused"),
    /** Outputs of the last 7 days that feedback or the task's check found useful, by task and tier. A gauge. */
    USEFUL("llm.router.useful"),
    /** Share of useful outputs among those of the last 7 days that were judged, by task and tier. A gauge, 0 to 1. */
    QUALITY("llm.router.quality"),
    /** Entries of the ledger, by {@code state}: written to the database, spooled until it takes them, or lost. */
    LEDGER_ENTRIES("llm.router.ledger.entries"),
    /** 1 while the ledger's database takes entries, else 0. */
    LEDGER_UP("llm.router.ledger.up"),
    /** Lines of files of work, by {@code outcome}: answered, failed, or skipped because they were done before. */
    FILES_LINES("llm.router.files.lines"),
    /** Lines of the files of work under way that have neither a result nor an error yet. */
    FILES_REMAINING("llm.router.files.remaining"),
    /** Lines of the files of work under way that wait in batches of providers. */
    FILES_WAITING("llm.router.files.waiting");

    private final String meter;

    MeterNames(String meter) {
        this.meter = meter;
    }

    /** The name as Micrometer knows it. */
    public String meter() {
        return meter;
    }
}
