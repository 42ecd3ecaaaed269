package dev.llmrouter.evaluate;

import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a task may be served by the models of its tier, from the evidence of one directory as it was when it was
 * read. Immutable and safe for use by many threads; asking reads no file and costs a few microseconds.
 */
public final class EvidenceCheck {
    /** Largest one-sided error level at which evidence counts. */
    public static final double MAX_ALPHA = Gate.DEFAULT_ALPHA;

    /** Largest margin at which evidence counts for a task whose policy states none. Assumption: who accepts more says so there. */
    public static final double MAX_UNSTATED_MARGIN = 0.1;

    private static final String NOT_ACCEPTED = "was not accepted: ";

    private final Map<String, EvidenceFile> byTask;
    private final Map<String, String> unreadable;
    private final Map<String, String> gates;

    private EvidenceCheck(Map<String, EvidenceFile> byTask, Map<String, String> unreadable, Map<String, String> gates) {
        this.byTask = Map.copyOf(byTask);
        this.unreadable = Map.copyOf(unreadable);
        this.gates = Map.copyOf(gates);
    }

    /** What the evidence of a task is worth. */
    public enum State {
        /** Every model of the tier is proven, and nothing that the proofs bind has changed. */
        VALID,
        /** A model of the tier was never compared. */
        MISSING,
        /** A proof failed, or something that it binds has changed. */
        INVALID,
        /** Proven once, too long ago. */
        EXPIRED;

        /** The name as headers and JSON write it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The answer for one task.
     *
     * @param id of the evidence file; null if there is none
     * @param until last day on which every proof holds; null where that is not known
     * @param problems what keeps it from being valid, in words that follow the file's name; empty if it is valid
     */
    public record Finding(
            State state, @Nullable String id, @Nullable LocalDate until, List<String> problems) {
        public Finding {
            problems = List.copyOf(problems);
        }
    }

    /** Nothing was ever compared. */
    public static EvidenceCheck none() {
        return new EvidenceCheck(Map.of(), Map.of(), Map.of());
    }

    /** Whether both know the same evidence, the same gates and the same faults. */
    public boolean isSame(EvidenceCheck other) {
        return byTask.equals(other.byTask) && unreadable.equals(other.unreadable) && gates.equals(other.gates);
    }

    /**
     * The same evidence beside the gates that are in force. Without them no evidence of a task with a gate is valid.
     *
     * @param inForce SHA-256 of the gates' files as they are used, by task ({@link TaskGates#hashes})
     */
    public EvidenceCheck with(Map<String, String> inForce) {
        return new EvidenceCheck(byTask, unreadable, inForce);
    }

    /** SHA-256 of the gate that a task's evidence has to be about; null if it has none that can be used. */
    public @Nullable String gate(Task task) {
        return task.gate() == null ? null : gates.get(task.name());
    }

    /**
     * Reads the evidence of a policy, and the gates that its tasks name.
     *
     * @param policyUri where the policy lies: gates are beside it
     * @throws IOException if the evidence's directory cannot be listed
     */
    public static EvidenceCheck read(Path directory, RoutingPolicy policy, String policyUri) throws IOException {
        return read(directory).with(TaskGates.hashes(new TaskGates(policyUri).read(policy)));
    }

    /**
     * Reads all evidence files of a directory, and no gate; one that does not exist holds none. A file that cannot be read or was changed
     * makes its task's evidence invalid, never the others'.
     *
     * @throws IOException if the directory itself cannot be listed
     */
    public static EvidenceCheck read(Path directory) throws IOException {
        Map<String, EvidenceFile> byTask = new HashMap<>();
        Map<String, String> unreadable = new HashMap<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
                for (Path file : files) {
                    read(file, byTask, unreadable);
                }
            }
        }
        return new EvidenceCheck(byTask, unreadable, Map.of());
    }

    private static void read(Path file, Map<String, EvidenceFile> byTask, Map<String, String> unreadable) {
        String name = String.valueOf(file.getFileName());
        try {
            EvidenceFile evidence = EvidenceFile.read(file);
            if (!name.equals(fileName(evidence.task()))) {
                unreadable.put(name, "is for task '" + evidence.task() + "'");
            } else if (evidence.isIntact()) {
                byTask.put(evidence.task(), evidence);
            } else {
                unreadable.put(name, "was changed after it was accepted (its hash does not fit)");
            }
        } catch (IOException e) {
            unreadable.put(name, "cannot be read (" + e.getMessage() + ")");
        }
    }

    private static String fileName(String task) {
        return String.valueOf(EvidenceFile.path(Path.of(""), task).getFileName());
    }

    /** Falls of quality that revoked a proof which has been renewed since, of all tasks. */
    public List<AnsweredDrift> answeredDrifts() {
        return byTask.values().stream()
                .flatMap(file -> file.answeredDrifts().stream())
                .toList();
    }

    /** What was found out about a model for a task, whatever it is worth; empty if they were never compared. */
    public Optional<Proof> proof(String task, String model) {
        EvidenceFile file = byTask.get(task);
        return file == null ? Optional.empty() : file.proof(model);
    }

    /**
     * What the evidence for a task is worth.
     *
     * @param models all models that may serve it, as the policy calls them
     * @param today {@link LocalDate#MIN} for whatever day it is
     */
    public Finding finding(RoutingPolicy policy, Task task, List<String> models, LocalDate today) {
        String fault = unreadable.get(fileName(task.name()));
        if (fault != null) {
            return new Finding(State.INVALID, null, null, List.of(fault));
        }
        EvidenceFile file = byTask.get(task.name());
        if (file == null) {
            return new Finding(State.MISSING, null, null, List.of("is not there"));
        }
        List<String> invalid = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> expired = new ArrayList<>();
        LocalDate until = null;
        for (String model : models) {
            Proof proof = file.proof(model).orElse(null);
            if (proof == null) {
                missing.add("proves nothing about model '" + model + "', which may serve the task");
                continue;
            }
            problems(policy, task, proof).forEach(p -> invalid.add("model '" + model + "' " + p));
            LocalDate last = proof.lastDay();
            String later = last == null || today.equals(LocalDate.MIN) ? null : tooLate(model, last, today);
            if (later != null) {
                invalid.add(later);
            }
            if (last == null) {
                invalid.add("model '" + model + "' has no readable expiry date");
            } else {
                until = until == null || last.isBefore(until) ? last : until;
                if (today.isAfter(last)) {
                    expired.add("model '" + model + "' expired on " + last);
                }
            }
        }
        State state = !invalid.isEmpty()
                ? State.INVALID
                : !missing.isEmpty() ? State.MISSING : !expired.isEmpty() ? State.EXPIRED : State.VALID;
        invalid.addAll(missing);
        invalid.addAll(expired);
        return new Finding(state, file.id(), until, invalid);
    }

    /**
     * What is wrong with a proof that would hold longer than any does; null if nothing is.
     *
     * @param last day on which it holds
     */
    public static @Nullable String tooLate(String model, LocalDate last, LocalDate today) {
        // a day more: whoever accepted it may be in another time zone
        return last.isAfter(today.plusDays(EvidenceFile.VALID_DAYS + 1L))
                ? "model '" + model + "' expires on " + last + ", more than " + EvidenceFile.VALID_DAYS
                        + " days from today, which no proof does: was a clock wrong? Run validate --accept again"
                : null;
    }

    private List<String> problems(RoutingPolicy policy, Task task, Proof proof) {
        List<String> all = new ArrayList<>();
        if (!proof.isAccepted()) {
            all.add(NOT_ACCEPTED + proof.acceptance());
        }
        if (!proof.faults().isEmpty() && proof.override() == null) {
            all.add("stands on data with faults that nobody has overridden");
        }
        if (task.margin() != null && proof.margin() > task.margin().doubleValue() + 1e-12) {
            all.add("was proven at margin " + proof.margin() + "; the policy allows " + task.margin());
        }
        if (task.margin() == null && !(proof.margin() <= MAX_UNSTATED_MARGIN + 1e-12)) {
            all.add("was proven at margin " + proof.margin()
                    + "; the policy states no margin for the task, and then at most " + MAX_UNSTATED_MARGIN
                    + " counts: write the task's margin into the policy");
        }
        if (!(proof.alpha() <= MAX_ALPHA + 1e-12)) {
            all.add("was proven at error level " + proof.alpha() + "; at most " + MAX_ALPHA + " counts");
        }
        String baseline = TaskDefinition.baseline(policy).orElse("");
        if (!baseline.equals(proof.baseline())) {
            all.add("was compared with '" + proof.baseline() + "'; the baseline tier asks '" + baseline + "' first");
        }
        differs(all, "the model", proof.modelVersion(), TaskDefinition.version(policy, proof.model()));
        differs(all, "the baseline", proof.baselineVersion(), TaskDefinition.version(policy, proof.baseline()));
        otherDefinition(all, task, proof);
        otherGate(all, task, proof.gate());
        otherScorers(all, policy, task, proof);
        return all;
    }

    private static void otherDefinition(List<String> all, Task task, Proof proof) {
        String hash = TaskDefinition.hash(task);
        String now = proof.isLive() ? hash : TaskDefinition.compared(task);
        if (hash.equals(proof.definition()) && !hash.equals(now)) {
            all.add(
                    "was proven by an older version, which tested the conditions of premiumWhen on system prompt and latest user"
                            + " message as one text, and the gateway tests them on the whole request; run validate --accept again");
        } else {
            differs(all, "the task's definition", proof.definition(), now);
        }
    }

    /** Which inputs reach the model depends on the gate's content, not on the name of its file. */
    private void otherGate(List<String> all, Task task, @Nullable String proven) {
        if (task.gate() == null) {
            return; // a proof made with a gate is of another definition
        }
        String file = "the difficulty gate '" + task.gate().file() + "'";
        String now = gates.get(task.name());
        if (proven == null) {
            all.add("does not say with which content of " + file
                    + " it was proven, because an older version wrote it; run validate --accept again");
        } else if (now == null) {
            all.add("was proven with " + file + ", which cannot be used now (lint says why); put the file with SHA-256 "
                    + cut(proven) + "... back");
        } else if (!proven.equals(now)) {
            all.add("was proven with another content of " + file + " (SHA-256 " + cut(proven) + "..., now " + cut(now)
                    + "...); put the old file back, or prove the new one on examples that it has not learned from");
        }
    }

    /** Live pairs are scored as {@code collect} says; where the policy names no scorers, any are accepted. */
    private static void otherScorers(List<String> all, RoutingPolicy policy, Task task, Proof proof) {
        List<String> proven = proof.scorer();
        if (ScorerSpec.areBareCosines(proven)) {
            all.add(
                    "was scored by cosines as they are, by an older version: answers to other questions have high ones, too;"
                            + " run validate --accept again");
            return;
        }
        if (task.score() == null || proof.isLive()) {
            return;
        }
        List<String> now = TaskDefinition.scorers(policy, task.score().specs());
        if (!now.equals(proven)) {
            all.add("was scored by " + (proven.isEmpty() ? "what fits the expected answer" : proven)
                    + "; the task's score is now " + now + ": run validate --accept again");
        }
    }

    private static String cut(String sha256) {
        return sha256.substring(0, Math.min(12, sha256.length()));
    }

    private static void differs(List<String> all, String what, @Nullable String proven, @Nullable String now) {
        if (proven == null) {
            all.add("does not say what " + what + " was; accept it with --policy");
        } else if (!proven.equals(now)) {
            all.add("was proven when " + what + " was " + proven + "; now it is " + now);
        }
    }

    /**
     * A task that needs evidence, and what it is worth.
     *
     * @param models those of its tier that need proof, its canary included, as the policy calls them
     */
    public record CheapRoute(Task task, List<String> models, Finding finding) {
        public CheapRoute {
            models = List.copyOf(models);
        }
    }

    /**
     * Checks every task whose tier is cheaper than the baseline and that has no waiver in force. The model that quality is measured
     * against needs no proof.
     */
    public List<CheapRoute> cheapRoutes(RoutingPolicy policy, LocalDate today) {
        List<CheapRoute> routes = new ArrayList<>();
        String baseline = TaskDefinition.baseline(policy).orElse("");
        for (Task task : policy.tasks().values()) {
            Task.Waiver waiver = task.waiver();
            boolean waived = waiver != null && !today.isAfter(waiver.until());
            boolean isBelow = policy.tier(task.tier())
                    .filter(policy.tiersBelowBaseline()::contains)
                    .isPresent();
            if (!isBelow || waived) {
                continue;
            }
            List<String> models = policy.tier(task.tier()).stream()
                    .flatMap(EvidenceCheck::served)
                    .filter(model -> !model.equals(baseline))
                    .distinct()
                    .toList();
            if (!models.isEmpty()) {
                routes.add(new CheapRoute(task, models, finding(policy, task, models, today)));
            }
        }
        return routes;
    }

    /** Its models, and the canary, which serves as they do. */
    private static Stream<String> served(Tier tier) {
        return Stream.concat(
                tier.models().stream().map(Tier.Member::model),
                Stream.ofNullable(tier.canary()).map(Tier.Share::model));
    }

    /**
     * What is wrong with the evidence of {@link #cheapRoutes}, for people.
     *
     * @param directory where the evidence lies, for the messages
     * @return one sentence for each problem; empty if every cheap route is proven
     */
    public static List<String> faults(List<CheapRoute> routes, RoutingPolicy policy, Path directory) {
        List<String> faults = new ArrayList<>();
        for (CheapRoute route : routes) {
            Task task = route.task();
            Path file = EvidenceFile.path(directory, task.name());
            for (String problem : route.finding().problems()) {
                faults.add("task '" + task.name() + "' on tier '" + task.tier() + "': evidence " + file + " " + problem
                        + "; " + remedy(problem) + ", or route it to '" + policy.baseline() + "'");
            }
        }
        return faults;
    }

    /** What helps. A result that stands is not changed by asking for it again. */
    private static String remedy(String problem) {
        int at = problem.indexOf(NOT_ACCEPTED);
        String acceptance = at < 0 ? "" : problem.substring(at + NOT_ACCEPTED.length());
        if (acceptance.equals(Acceptance.NET_LOSS.key())) {
            return "it is good enough, but costs more than it saves, and validating it again says the same as long as these stay:"
                    + " correct the task's errorCost or the prices if they are wrong and run validate --accept (answers that"
                    + " are kept cost nothing), or name a tier that costs less or errs less, and say in rationale why";
        }
        if (acceptance.equals(Acceptance.FAILED.key())) {
            return "it is shown to be worse than the margin allows: name a dearer tier, or mend what it does wrong and run"
                    + " validate --accept on its new answers";
        }
        if (acceptance.equals(Acceptance.NOT_USABLE.key())) {
            return "mend the data, whose faults the file names, and run validate --accept";
        }
        if (acceptance.equals(Acceptance.NOT_PROVEN.key())) {
            return "give more examples, and run validate --accept";
        }
        if (acceptance.equals(Acceptance.SPENT.key())) {
            return "give new answers (--fresh) or new examples, and run validate --accept";
        }
        return "run validate --accept";
    }
}
