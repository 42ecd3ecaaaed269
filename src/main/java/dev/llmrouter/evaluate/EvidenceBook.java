package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Enters the results of a validation into the evidence of a directory. What is accepted becomes a proof; what failed
 * revokes an older one; a look that settles nothing is recorded and leaves an older proof as it is, whether it speaks for the
 * model or against it. Data whose evidence was
 * revoked by drift, has expired or is about another model behind the same name renew nothing ({@link SpentData}). Where a
 * result is another look by now than it was judged as, because others have entered theirs meanwhile, nothing is entered.
 *
 * @param policy what the proofs are bound to; null if the validation was made without one, then no gateway takes them
 * @param gates SHA-256 of the difficulty gates that the comparison was made with, by task
 * @param by who accepts
 * @param today day of acceptance; proofs expire {@value EvidenceFile#VALID_DAYS} days after the first look at their data
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
     * What was entered.
     *
     * @param files by task, in the order of the validation; empty if it has to be judged anew
     * @param refused results that passed and are not accepted all the same, or all where it has to be judged anew; each with
     *     a sentence that says what to do
     * @param stayed what the file goes on saying ({@link Acceptance#key}, or that drift revoked it) where a result that settles nothing was
     *     recorded as a look alone
     */
    public record Entered(Map<String, Path> files, Map<TaskResult, String> refused, Map<TaskResult, String> stayed) {
        public Entered {
            files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
            refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
            stayed = Collections.unmodifiableMap(new LinkedHashMap<>(stayed));
        }

        /** Whether a result is not entered as it was judged. */
        public boolean isRefused(TaskResult result) {
            return refused.containsKey(result);
        }
    }

    /**
     * Writes one file for each task of the validation, or none if it has to be judged anew.
     *
     * @throws IllegalArgumentException if a task's name is too long for a file's; nothing is written then
     */
    public Entered enter(Validation validation) throws IOException {
        validation.tasks().forEach(result -> EvidenceFile.requireName(result.task()));
        return EvidenceLock.whileLocked(directory, () -> write(validation));
    }

    private Entered write(Validation validation) throws IOException {
        Map<TaskResult, String> refused = overtaken(validation);
        if (!refused.isEmpty()) {
            return new Entered(Map.of(), refused, Map.of());
        }
        Map<TaskResult, String> stayed = new LinkedHashMap<>();
        Map<String, EvidenceFile> files = new LinkedHashMap<>();
        Validation marked = SpentData.marked(validation, this::old, policy, today); // others may have written since
        for (TaskResult result : marked.tasks()) {
            EvidenceFile file = files.get(result.task());
            if (file == null) {
                EvidenceFile old = old(result.task());
                file = old == null ? EvidenceFile.of(result.task(), List.of()) : old;
            }
            Proof next = next(validation, result, file, refused);
            if (next == null) {
                continue; // nothing stood there, and nothing is entered
            }
            if (!refused.containsKey(result)
                    && !next.acceptance().equals(result.acceptance().key())) {
                stayed.put(result, next.acceptance());
            }
            files.put(result.task(), file.with(next));
        }
        Map<String, Path> written = new LinkedHashMap<>();
        for (EvidenceFile file : files.values()) {
            written.put(file.task(), file.write(directory));
        }
        return new Entered(written, refused, stayed);
    }

    /**
     * All results, each with why it is not entered, where one of them is not the look any more that it was judged as: its error
     * level was that of another look, and the others may share it.
     *
     * @return empty if all are still what they were
     */
    private Map<TaskResult, String> overtaken(Validation validation) {
        List<TaskResult> results = validation.tasks();
        String tasks = results.stream()
                .filter(result -> result.gate().look() != look(validation, result))
                .map(result -> "'" + result.task() + "'")
                .distinct()
                .collect(Collectors.joining(", "));
        Map<TaskResult, String> refused = new LinkedHashMap<>();
        if (!tasks.isEmpty()) {
            results.forEach(
                    result -> refused.put(
                            result,
                            "task '" + result.task() + "', model '" + result.candidate()
                                    + "': not entered, because another look at task " + tasks
                                    + " was entered meanwhile; run again (without --fresh and --anew nothing is paid for again)"));
        }
        return refused;
    }

    /** Which look a result is by the evidence as it stands, read as for the comparison. */
    private int look(Validation validation, TaskResult result) {
        return looks(
                        EvidenceFile.find(directory, result.task()),
                        result.candidate(),
                        question(validation, result),
                        List.of(validation.sha256()),
                        result.lifted(),
                        true)
                .look();
    }

    private @Nullable EvidenceFile old(String task) {
        EvidenceFile old = EvidenceFile.find(directory, task);
        return old != null && old.task().equals(task) && old.isIntact() ? old : null;
    }

    /** The proof as it is to stand there; null where there was none and none is entered. */
    private @Nullable Proof next(
            Validation validation, TaskResult result, EvidenceFile file, Map<TaskResult, String> refused) {
        Proof old = file.proof(result.candidate()).orElse(null);
        List<Look> looks = new ArrayList<>(old == null ? List.of() : old.completedLooks());
        Map<String, String> versions = SpentData.versions(result, policy);
        LookQuestion question = question(validation, result);
        Look look = new Look(
                today.toString(),
                validation.sha256(),
                validation.answersSha256().equals(validation.sha256()) ? null : validation.answersSha256(),
                result.gate().n(),
                result.verdict().key(),
                result.gate().method(),
                question.hash(),
                result.lifted(),
                result.answeredSince() == null ? null : result.answeredSince().toString(),
                versions,
                null,
                null);
        if (result.acceptance() == Acceptance.SPENT) {
            refused.put(
                    result,
                    "task '" + result.task() + "', model '" + result.candidate() + "': not accepted, because "
                            + result.spent());
            return old;
        }
        boolean isKnown = looks.stream() // the same data once more are no other look
                .anyMatch(each -> each.isSame(question, look.dataHash(), result.lifted()));
        if (isKnown) {
            looks.replaceAll(
                    each -> each.isSame(question, look.dataHash(), result.lifted()) ? each.knowing(look) : each);
        } else {
            looks.add(look);
        }
        boolean settlesNothing =
                result.acceptance() == Acceptance.NOT_PROVEN || result.acceptance() == Acceptance.NOT_USABLE;
        if (old != null && (old.isAccepted() || old.isRefused()) && settlesNothing) {
            return old.withLooks(looks);
        }
        return proof(validation, result, looks);
    }

    /**
     * Whether a result is a look that the file has already: at the same question, on the same data with the same answers, of which
     * the policy kept the same examples from the candidate.
     * Entered again, it would not be counted.
     *
     * @param file evidence of the task; null if there is none
     */
    public static boolean isEntered(@Nullable EvidenceFile file, Validation validation, TaskResult result) {
        Proof proof = file == null || !file.task().equals(result.task()) || !file.isIntact()
                ? null
                : file.proof(result.candidate()).orElse(null);
        LookQuestion question = question(validation, result);
        return proof != null
                && proof.completedLooks().stream()
                        .anyMatch(look -> look.isSame(question, validation.sha256(), result.lifted()));
    }

    private static LookQuestion question(Validation validation, TaskResult result) {
        return LookQuestion.of(
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
                task == null ? null : TaskDefinition.compared(task),
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
                SpentData.lastDay(looks, validation, result, today).toString(),
                tool,
                looks);
    }

    /**
     * Which look at a question one is, and which the next one will be.
     *
     * @param look from 1
     * @param next from 1, of other data than these
     */
    record LookNumbers(int look, int next) {}

    /**
     * Counts the looks that were entered at the same question: same baseline, scorers and system prompts. The same data again are the
     * same look, whatever the margin; with other examples kept from the candidate they are another one, because of several conditions or
     * thresholds that are tried on the same data some one passes by chance.
     *
     * <p>Several files are looked at together by suggestions alone, and a suggestion is never entered. Together they are another test than each
     * alone, so that they are a new look also where each was entered.
     *
     * @param hashes of the files with examples of the task, each with the answers that it has not recorded; at least one
     * @param lifted as {@link TaskResult#lifted}
     * @param isEntered whether this look is entered too, so that the next one comes after it
     */
    static LookNumbers looks(
            @Nullable EvidenceFile file,
            String candidate,
            LookQuestion question,
            List<String> hashes,
            String lifted,
            boolean isEntered) {
        Proof proof = file == null ? null : file.proof(candidate).orElse(null);
        int entered = 0;
        int same = 0;
        String only = hashes.size() == 1 ? hashes.get(0) : null;
        for (Look look : proof == null ? List.<Look>of() : proof.completedLooks()) {
            if (question.isOf(look)) {
                entered++;
                same = same == 0 && only != null && look.isSame(question, only, lifted) ? entered : same;
            }
        }
        return same > 0
                ? new LookNumbers(same, entered + 1)
                : new LookNumbers(entered + 1, entered + (isEntered ? 2 : 1));
    }
}
