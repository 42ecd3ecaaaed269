package dev.llmrouter.policy;

/** How a tier orders the models that can serve a request. */
public enum Strategy {
    /** In the order of the policy. */
    FAILOVER,
    /** At random by weight, anew for each request. */
    WEIGHTED,
    /** The smallest expected cost of this request first; unknown costs last. */
    LEAST_COST,
    /** The smallest moving average of the time to the first token first. */
    LEAST_LATENCY,
    /** The fewest requests in flight first. */
    LEAST_BUSY
}
