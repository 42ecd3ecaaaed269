package dev.llmrouter.policy.load;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.util.List;

/** Warns of tasks below the baseline that do not say what may be lost there. */
final class MarginChecks {
    private final Problems problems;
    private final Places places;
    private final RoutingPolicy policy;

    MarginChecks(Problems problems, Places places, RoutingPolicy policy) {
        this.problems = problems;
        this.places = places;
        this.policy = policy;
    }

    /** @param unproven the tasks whose tier needs a proof */
    void run(List<Task> unproven) {
        if (policy.evidence() == EvidenceMode.OFF) {
            return;
        }
        for (Task task : unproven) {
            boolean isToldByCollect = policy.evidence() == EvidenceMode.COLLECT && task.collect() != null;
            if (task.margin() == null && task.waiver() == null && !isToldByCollect) {
                problems.warning(
                        places.of("tasks", task.name()),
                        "tasks." + Quoted.bare(task.name()) + ".margin",
                        "is missing: nobody has said how much quality may be lost at tier " + Quoted.of(task.tier())
                                + ", so evidence counts only up to a margin of 0.1",
                        "State the loss of quality that is acceptable, as in margin: 0.05.");
            }
        }
    }
}
