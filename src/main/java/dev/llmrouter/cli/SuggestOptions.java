package dev.llmrouter.cli;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the user says about suggestions. */
final class SuggestOptions {
    @Option(
            names = "--suggest",
            description =
                    "Propose the cheapest tier that passes for each task of --policy, as a patch. Data sets: --data,"
                            + " else those that the tasks name as 'examples'.")
    boolean suggest;

    @Option(names = "--patch", paramLabel = "FILE", description = "Write the patch there too, with --suggest.")
    @Nullable
    Path patch;

    @Option(
            names = "--volume",
            paramLabel = "TASK=N",
            description = "Requests a day of a task, with --suggest; may be given several times. Others: --per-day.")
    Map<String, Integer> volume = new LinkedHashMap<>();

    /** Why options of suggestions cannot be meant; null if they can. */
    @Nullable
    String fault() {
        if (suggest || patch == null && volume.isEmpty()) {
            return null;
        }
        return (patch == null ? "--volume" : "--patch") + " goes with --suggest: add it, or leave "
                + (patch == null ? "--volume" : "--patch") + " out";
    }

    /** The data sets that the tasks name, each once. @throws IllegalArgumentException if none does */
    static List<Path> dataOf(RoutingPolicy routing, Path policy) {
        Set<Path> files = examplesOf(routing, policy);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no task of " + policy
                    + " names a file with examples; write 'examples: FILE' to its tasks, or give --data FILE");
        }
        return List.copyOf(files);
    }

    /** The same, and none where no task names one. */
    static Set<Path> examplesOf(RoutingPolicy routing, Path policy) {
        Set<Path> files = new LinkedHashSet<>();
        for (Task task : routing.tasks().values()) {
            String examples = task.examples();
            if (examples != null && !examples.startsWith("classpath:")) {
                String name = examples.startsWith("file:") ? examples.substring("file:".length()) : examples;
                files.add(policy.resolveSibling(name));
            }
        }
        return files;
    }

    @Nullable
    Integer perDay(String task, @Nullable Integer other) {
        return volume.getOrDefault(task, other);
    }

    /** @throws IllegalArgumentException if a task is not in the policy, or a number is negative */
    void check(RoutingPolicy routing) {
        volume.forEach((task, count) -> {
            if (!routing.tasks().containsKey(task) || count < 0) {
                throw new IllegalArgumentException("--volume " + task + "=" + count
                        + ": a task of the policy and a number of 0 or more are needed");
            }
        });
    }
}
