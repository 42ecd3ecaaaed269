package dev.llmrouter.policy;

/** What happens to a task whose tier is cheaper than the baseline while no valid evidence allows it. */
public enum EvidenceMode {
    /** The baseline tier serves it, and the decision says why. */
    ENFORCE,
    /** The baseline tier serves it while evidence is collected in shadow. */
    COLLECT,
    /** Its own tier serves it, and the decision says that this is unproven. */
    WARN,
    /** Its own tier serves it. */
    OFF
}
