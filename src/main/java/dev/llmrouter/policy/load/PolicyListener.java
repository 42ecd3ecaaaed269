package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;

/** Is told what becomes of the policy file. Called on the reloader's thread, one call at a time; must return soon. */
public interface PolicyListener {
    /**
     * A new policy is about to be in force. Whoever throws here refuses it: the running policy stays, and the exception is told as the
     * reason.
     */
    default void prepare(RoutingPolicy next) {}

    /** A new policy is in force. @param previous the one before @param check the new one with its errors and warnings */
    void changed(RoutingPolicy previous, RoutingPolicy current, PolicyCheck check);

    /** The file has changed and cannot be loaded; the running policy stays. Told once for each text. */
    default void refused(RoutingPolicy running, PolicyCheck check) {}

    /** The file cannot be read; the running policy stays. Told once until it can be read again. @param reason one line */
    default void unreadable(RoutingPolicy running, String reason) {}
}
