package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Enters the results of a validation into the evidence of a directory. What is accepted becomes a proof; what failed
 * revokes an older one; a look that settles nothing is recorded and leaves an older proof as it is.
 *
 * @param policy what the proofs are bound to; null if the validation was made without one, then no gateway takes them
 * @param gates SHA-256 of the difficulty gates that the comparison was made with, by task
 * @param by who accepts
 * @param today day of acceptance; proofs expire {@value EvidenceFile#VALID_DAYS} days later
 * @param tool name and version of what writes
 */
public record EvidenceBook(
        Path directory,
        @Nullable RoutingPolicy policy,
        Map<String, String> gates,
        String by,
        LocalDate today,
        String tool) {

    public EvidenceBook {
        gates = Map.copyOf(gates);
    }

    /**
     * Writes one file for each task of the validation.
     *
     * @return the files by task, in the order of the validation
     */
    public Map<String, Path> enter(Validation validation) throws IOException {
        Map<String, EvidenceFile> files = new LinkedHashMap<>();
        for (TaskResult result : validation.tasks()) {
            EvidenceFile file = files.get(result.task());
            if (file == null) {
                EvidenceFile old = EvidenceFile.find(directory, result.task());
                boolean isUsable = old != null && old.task().equals(result.task()) && old.isIntact();
                file = isUsable && old != null ? old : EvidenceFile.of(result.task(), List.of());
            }
            files.put(result.task(), file.with(next(validation, result, file)));
        }
        Map<String, Path> written = new LinkedHashMap<>();
        for (EvidenceFile file : files.values()) {
            written.put(file.task(), file.write(directory));
        }
        return written;
    }

    private Proof next(Validation validation, TaskResult result, EvidenceFile file) {
        Proof old = file.proof(result.candidate()).orElse(null);
        Look look = new Look(
                today.toString(),
                validation.sha256(),
                result.gate().n(),
                result.verdict().key(),
                result.gate().method());
        boolean settlesNothing =
                result.acceptance() == Acceptance.NOT_PROVEN || result.acceptance() == Acceptance.NOT_USABLE;
        if (old != null && old.isAccepted() && settlesNothing) {
            return isKnown(old.looks(), look) ? old : old.with(look);
        }
        List<Look> looks = new ArrayList<>();
        if (old != null && isSameQuestion(old, validation, result)) {
            looks.addAll(old.looks());
        }
        if (!isKnown(looks, look)) {
            looks.add(look);
        }
        return proof(validation, result, looks);
    }

    /** The same data once more are no other look. */
    private static boolean isKnown(List<Look> looks, Look look) {
        return looks.stream().anyMatch(known -> known.dataHash().equals(look.dataHash()));
    }

    private static boolean isSameQuestion(Proof old, Validation validation, TaskResult result) {
        return old.isSameQuestion(
                result.baseline(), result.gate().margin(), words(validation, result), result.systemPrompt());
    }

    private static List<String> words(Validation validation, TaskResult result) {
        return validation.settings().scoring(result.task()).words();
    }

    private Proof proof(Validation validation, TaskResult result, List<Look> looks) {
        GateResult gate = result.gate();
        Task task = policy == null ? null : policy.tasks().get(result.task());
        return new Proof(
                result.candidate(),
                policy == null ? null : TaskDefinition.version(policy, result.candidate()),
                result.baseline(),
                policy == null ? null : TaskDefinition.version(policy, result.baseline()),
                task == null ? null : TaskDefinition.hash(task),
                task == null || task.gate() == null ? null : gates.get(task.name()),
                result.systemPrompt(),
                words(validation, result),
                gate.margin(),
                validation.settings().alpha(),
                gate.alpha(),
                result.verdict().key(),
                result.acceptance().key(),
                gate.n(),
                result.outcomes().candidateQuality(),
                result.outcomes().baselineQuality(),
                gate.difference(),
                gate.low(),
                gate.high(),
                gate.pValue(),
                gate.method(),
                validation.settings().correction().key(),
                validation.dataSet(),
                validation.sha256(),
                result.faults(),
                result.override(),
                result.warnings(),
                by,
                today.toString(),
                today.plusDays(EvidenceFile.VALID_DAYS).toString(),
                tool,
                looks);
    }

    /**
     * Looks before this one at the same question: same baseline, margin, scorers and system prompts, other data. The same
     * data again are the same look.
     */
    static int earlierLooks(
            @Nullable EvidenceFile file,
            String candidate,
            Terms terms,
            List<String> scorers,
            String prompt,
            String hash) {
        Proof proof = file == null ? null : file.proof(candidate).orElse(null);
        if (proof == null || !proof.isSameQuestion(terms.baseline(), terms.margin(), scorers, prompt)) {
            return 0;
        }
        int first = 0;
        for (Look look : proof.looks()) {
            if (look.dataHash().equals(hash)) {
                return first;
            }
            first++;
        }
        return first;
    }
}
