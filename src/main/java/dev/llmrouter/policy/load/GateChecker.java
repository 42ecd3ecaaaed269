package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.Map;

/** Looks into the difficulty gates that the tasks of a policy name. */
@FunctionalInterface
public interface GateChecker {
    /**
     * Gates that cannot be used.
     *
     * @return by task, words that follow its place in a message; empty if all can be used
     */
    Map<String, String> faults(RoutingPolicy policy);
}
