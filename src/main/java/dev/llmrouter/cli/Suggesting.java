package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.GateFile;
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
        PolicyEdit edit = PolicyEdit.of(Files.readString(policy), policy.toString());
        for (TaskSuggestion task : suggestions.changes()) {
            if (!task.from().equals(task.to())) {
                edit.tier(task.task(), task.to());
            }
            if (task.partial() != null) {
                part(edit, task.task(), task.partial());
            }
        }
        String patch = edit.patch(pathForPatch(policy));
        if (options.patch != null) {
            Files.writeString(options.patch, patch);
        }
        return new Proposal(suggestions, patch);
    }

    /** Writes down which inputs stay on the baseline; a gate goes into a file of its own, if the patch does. */
    private void part(PolicyEdit edit, String task, PartialRoute partial) throws IOException {
        GateFile.Kept gate = partial.gate();
        if (gate == null) {
            edit.addPremiumWhen(task, partial.condition());
            return;
        }
        String name = String.valueOf(EvidenceFile.path(Path.of(""), task)).replaceFirst("\\.json$", "");
        String file = "gates/" + name + "-" + gate.gate().id() + ".gate";
        edit.add(task, "gate", "{ file: \"" + file + "\" }");
        if (options.patch != null) {
            Path target = policy.toAbsolutePath().resolveSibling(file);
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
