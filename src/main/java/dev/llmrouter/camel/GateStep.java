package dev.llmrouter.camel;

import dev.llmrouter.classify.Input;
import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.decide.Difficulty;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The difficulty gates of a policy, read anew when a file changes. One that cannot be used, or lets nothing through, is a
 * WARN, and everything of its task goes to the baseline tier. Safe for use by many threads.
 */
final class GateStep {
    private static final Logger LOG = LoggerFactory.getLogger(GateStep.class);

    private final TaskGates files;
    private volatile Map<String, TaskGate> gates = Map.of();
    private final SeenStamp seen = new SeenStamp(System::nanoTime);

    /** @param policyUri where the policy lies */
    GateStep(String policyUri) {
        this.files = new TaskGates(policyUri);
    }

    /** Reads the gates if they may have changed. @return whether they may have */
    synchronized boolean renew(RoutingPolicy policy) {
        String stamp = files.stamp(policy);
        if (!seen.isDue(stamp)) {
            return false;
        }
        try {
            gates = Map.copyOf(files.read(policy));
            seen.see(stamp);
        } catch (Error e) {
            seen.fail(stamp);
            gates = TaskGates.unusable(
                    policy,
                    "an error came while it was read (" + e.getClass().getSimpleName() + "); it is tried again in "
                            + SeenStamp.REST.toSeconds() + " s");
            LOG.error("{}: the difficulty gates cannot be read", policy.source(), e);
        }
        gates.forEach((task, gate) -> {
            GateFile.Kept kept = gate.kept();
            if (kept == null) {
                LOG.warn(
                        "{}: the difficulty gate of task '{}' cannot be used, the baseline tier serves the task: {}",
                        policy.source(),
                        task,
                        gate.fault());
            } else if (gate.letsNothingThrough()) {
                LOG.warn(
                        "{}: the difficulty gate of task '{}' {}: the baseline tier serves the task. {}",
                        policy.source(),
                        task,
                        TaskGate.CLOSED,
                        TaskGate.OPEN_IT);
            } else {
                LOG.info(
                        "{}: task '{}' has the difficulty gate {}",
                        policy.source(),
                        task,
                        kept.gate().id());
            }
        });
        return true;
    }

    /** The gates as they are now: what judges inputs and what evidence is compared with are of one reading. */
    InForce inForce() {
        return new InForce(gates);
    }

    /** Gates of one reading. Immutable. */
    record InForce(Map<String, TaskGate> gates) implements Difficulty {
        @Override
        public @Nullable Verdict judge(Task task, Input input, boolean explain) {
            if (task.gate() == null) {
                return null;
            }
            TaskGate gate = gates.get(task.name());
            if (gate == null) {
                return new Verdict(true, "difficulty gate: cannot be used, it has not been read");
            }
            TaskGate.Finding found = gate.judge(task.name(), input.request(), explain);
            return new Verdict(found.isHard(), found.why());
        }

        @Override
        public @Nullable String version(Task task) {
            TaskGate gate = task.gate() == null ? null : gates.get(task.name());
            return gate == null ? null : gate.sha256();
        }
    }
}
