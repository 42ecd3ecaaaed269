package dev.llmrouter.policy;

/** When the built-in simulator answers in place of the policy's real providers. */
public enum Simulation {
    /** Never: a provider without its key is left out. The default. */
    NEVER,
    /** As long as not one provider of the policy has its key: made for examples and first steps. */
    WITHOUT_KEYS,
    /** Always, keys or not: for load tests and demonstrations of a real policy. */
    ALWAYS
}
