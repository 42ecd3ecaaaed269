package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.Map;

/** Looks into the difficulty gates that the tasks of a policy name. */
@FunctionalInterface
public interface GateChecker {
    /**
     * What is to be said of a gate.
     *
     * @param words follow the gate's place in a message
     * @param isUsable whether it is in order, and yet lets nothing through; else it cannot be used
     */
    record Finding(String words, boolean isUsable) {}

    /**
     * Gates that let nothing through: those that cannot be used, and those for which no threshold could be proved.
     *
     * @return by task; empty if all may let something through
     */
    Map<String, Finding> findings(RoutingPolicy policy);
}
