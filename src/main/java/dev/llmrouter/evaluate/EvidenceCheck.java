package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Says which tasks of a policy are routed below the baseline without valid evidence. */
public final class EvidenceCheck {
    private EvidenceCheck() {}

    /**
     * Checks every task whose tier is not the baseline and that has no waiver in force.
     *
     * @return one sentence for each task that lacks evidence; empty if none does
     */
    public static List<String> check(RoutingPolicy policy, Path directory, LocalDate today) {
        List<String> faults = new ArrayList<>();
        for (Task task : policy.tasks().values()) {
            Task.Waiver waiver = task.waiver();
            boolean waived = waiver != null && !today.isAfter(waiver.until());
            if (task.tier().equals(policy.baseline()) || waived) {
                continue;
            }
            List<String> models = policy.tier(task.tier()).stream()
                    .flatMap(tier -> tier.models().stream())
                    .map(Tier.Member::model)
                    .toList();
            Path file = EvidenceFile.path(directory, task.name());
            for (String problem : problems(file, task, models, today)) {
                faults.add("task '" + task.name() + "' on tier '" + task.tier() + "': evidence " + file + " " + problem
                        + "; run validate --accept, or route it to '" + policy.baseline() + "'");
            }
        }
        return faults;
    }

    private static List<String> problems(Path file, Task task, List<String> models, LocalDate today) {
        if (!Files.exists(file)) {
            return List.of("is not there");
        }
        try {
            Double margin =
                    task.margin() == null ? null : Double.valueOf(task.margin().doubleValue());
            return EvidenceFile.read(file).problems(task.name(), models, margin, today);
        } catch (IOException e) {
            return List.of("cannot be read (" + e.getMessage() + ")");
        }
    }
}
