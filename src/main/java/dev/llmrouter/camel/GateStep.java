package dev.llmrouter.camel;

import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.decide.Difficulty;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The difficulty gates of a policy, read anew when a file changes. One that cannot be used is a WARN, and everything of its
 * task goes to the baseline tier. Safe for use by many threads.
 */
final class GateStep {
    private static final Logger LOG = LoggerFactory.getLogger(GateStep.class);

    private final TaskGates files;
    private volatile Map<String, TaskGate> gates = Map.of();
    private String seen = "";

    /** @param policyUri where the policy lies */
    GateStep(String policyUri) {
        this.files = new TaskGates(policyUri);
    }

    /** Reads the gates if they may have changed. @return whether they may have */
    synchronized boolean renew(RoutingPolicy policy) {
        String stamp = files.stamp(policy);
        if (stamp.equals(seen)) {
            return false;
        }
        seen = stamp;
        gates = Map.copyOf(files.read(policy));
        gates.forEach((task, gate) -> {
            if (gate.kept() == null) {
                LOG.warn(
                        "{}: the difficulty gate of task '{}' cannot be used, the baseline tier serves the task: {}",
                        policy.source(),
                        task,
                        gate.fault());
            } else {
                LOG.info(
                        "{}: task '{}' has the difficulty gate {}",
                        policy.source(),
                        task,
                        gate.kept().gate().id());
            }
        });
        return true;
    }

    /** The gates as they are now. */
    Difficulty difficulty() {
        Map<String, TaskGate> now = gates;
        return (task, input, explain) -> {
            TaskGate gate = task.gate() == null ? null : now.get(task.name());
            if (gate == null) {
                return null;
            }
            TaskGate.Finding found = gate.judge(task.name(), input.request(), explain);
            return new Difficulty.Verdict(found.isHard(), found.why());
        };
    }
}
