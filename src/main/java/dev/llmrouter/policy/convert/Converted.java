package dev.llmrouter.policy.convert;

import java.util.List;

/**
 * A configuration of another gateway as a policy.
 *
 * @param policy the policy's YAML
 * @param remarks what has no counterpart, in the order of the other configuration's lines
 */
public record Converted(String policy, List<Remark> remarks) {
    public Converted {
        remarks = List.copyOf(remarks);
    }
}
