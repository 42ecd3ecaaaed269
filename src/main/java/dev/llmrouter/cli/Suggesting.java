package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.suggest.PartialRoute;
import dev.llmrouter.evaluate.suggest.Seen;
import dev.llmrouter.evaluate.suggest.Suggestions;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyEdit;
import dev.llmrouter.report.Proposal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a validation into suggestions and a patch of the policy's file. */
final class Suggesting {
    private final Path policy;
    private final RoutingPolicy routing;
    private final SuggestOptions options;

    Suggesting(Path policy, RoutingPolicy routing, SuggestOptions options) {
        this.policy = policy;
        this.routing = routing;
        this.options = options;
    }

    /** @param perDay requests a day of a task that has no volume of its own; null if not known */
    Proposal propose(Validation validation, Seen seen, @Nullable Integer perDay, Path evidence, LocalDate today)
            throws IOException {
        Suggestions suggestions = Suggestions.of(
                routing,
                validation,
                task -> options.perDay(task, perDay),
                seen,
                EvidenceCheck.read(evidence, routing, policy.toString()),
                today);
        String text = Files.readString(policy);
        PolicyEdit edit = PolicyEdit.of(text, policy.toString());
        List<String> byHand = new ArrayList<>();
        for (TaskSuggestion task : suggestions.changes()) {
            try {
                change(PolicyEdit.of(text, policy.toString()), task); // all of a task's change, or nothing
                change(edit, task);
            } catch (IllegalArgumentException e) {
                byHand.add(byHand(task) + " (" + e.getMessage() + ")");
            }
            writeGate(task);
        }
        String patch = edit.patch(pathForPatch(policy));
        if (options.patch != null) {
            PartFile.writeText(options.patch, patch);
        }
        return new Proposal(suggestions, patch, byHand);
    }

    /** Which inputs stay on the baseline is written down with the tier. */
    private static void change(PolicyEdit edit, TaskSuggestion task) {
        if (!task.from().equals(task.to())) {
            edit.tier(task.task(), task.to());
        }
        PartialRoute partial = task.partial();
        if (partial == null) {
            return;
        }
        if (partial.gate() == null) {
            edit.addPremiumWhen(task.task(), partial.condition());
        } else {
            edit.add(task.task(), "gate", gate(task.task(), partial.gate()));
        }
    }

    private static String byHand(TaskSuggestion task) {
        List<String> changes = new ArrayList<>();
        if (!task.from().equals(task.to())) {
            changes.add("tier: " + task.to());
        }
        PartialRoute partial = task.partial();
        if (partial != null) {
            changes.add(
                    partial.gate() == null
                            ? "premiumWhen: [" + partial.condition() + "], before those that are there"
                            : "gate: " + gate(task.task(), partial.gate()));
        }
        return "task '" + task.task() + "': " + String.join(", and ", changes);
    }

    private static String gate(String task, GateFile.Kept gate) {
        return "{ file: \"" + gateFile(task, gate) + "\" }";
    }

    private static String gateFile(String task, GateFile.Kept gate) {
        String name = String.valueOf(EvidenceFile.path(Path.of(""), task)).replaceFirst("\\.json$", "");
        return "gates/" + name + "-" + gate.gate().id() + ".gate";
    }

    /** Into a file of its own, where the patch has one. */
    private void writeGate(TaskSuggestion task) throws IOException {
        GateFile.Kept gate = task.partial() == null ? null : task.partial().gate();
        if (gate != null && options.patch != null) {
            Path target = policy.toAbsolutePath().resolveSibling(gateFile(task.task(), gate));
            Files.createDirectories(target.resolveSibling(""));
            GateFile.write(gate, target);
        }
    }

    /** As the tool will find it from here; a file elsewhere by its name, for use in its folder. */
    static String pathForPatch(Path policy) {
        Path here = Path.of("").toAbsolutePath();
        Path file = policy.toAbsolutePath().normalize();
        Path path = file.startsWith(here) ? here.relativize(file) : file.getFileName();
        return String.valueOf(path).replace('\\', '/');
    }
}
