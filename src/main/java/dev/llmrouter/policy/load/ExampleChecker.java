package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.Map;

/** Looks into the files with examples that the tasks of a policy name. */
@FunctionalInterface
public interface ExampleChecker {
    /**
     * What keeps the learned classifier from telling the tasks apart.
     *
     * @return by task, words that follow its place in a message; the empty name stands for the whole policy
     */
    Map<String, String> doubts(RoutingPolicy policy);
}
