package dev.llmrouter.camel;

import dev.llmrouter.decide.Evidence;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evidence of a directory as it was when it was last looked at. A file that is broken makes its task's evidence
 * invalid; a directory that is not there holds none. Safe for use by many threads.
 */
final class EvidenceFolder {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFolder.class);
    private static final int LOOKS_PER_READ = 5;

    private final Path directory;
    private volatile EvidenceCheck check = EvidenceCheck.none();
    private String seen = "";
    private boolean isUnreadable;
    private int looks;
    private Map<String, EvidenceFinding> told = Map.of();

    EvidenceFolder(Path directory) {
        this.directory = directory;
        look();
    }

    /** What was read last. */
    EvidenceCheck check() {
        return check;
    }

    Path directory() {
        return directory;
    }

    /**
     * Reads the files anew if one has come, changed or gone, and every fifth time besides, for changes that leave no trace
     * in a file's time and size.
     *
     * @return whether anything is different now
     */
    synchronized boolean look() {
        try {
            String now = stamp();
            if (now.equals(seen) && (now.isEmpty() || ++looks % LOOKS_PER_READ != 0)) {
                return false;
            }
            EvidenceCheck next = EvidenceCheck.read(directory);
            seen = now;
            isUnreadable = false;
            if (next.isSame(check)) {
                return false;
            }
            check = next;
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            if (!isUnreadable) {
                isUnreadable = true;
                LOG.warn("Evidence {} cannot be read; what was known stays in force: {}", directory, e.toString());
            }
            return false;
        }
    }

    private String stamp() throws IOException {
        if (!Files.isDirectory(directory)) {
            return "";
        }
        TreeSet<String> files = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : found) {
                files.add(stamp(file));
            }
        }
        return String.join("\n", files);
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return file + "|" + is.lastModifiedTime().toInstant() + "|" + is.size() + "|" + is.fileKey();
        } catch (IOException e) {
            // gone since it was listed, or a link to nowhere
            return file + "|" + e.getClass().getSimpleName();
        }
    }

    /** The evidence for the tasks of a policy; nothing is read or computed when it is asked. */
    static Evidence in(RoutingPolicy policy, EvidenceCheck check) {
        Map<String, Map<String, EvidenceFinding>> byTask = byTask(policy, check);
        return (task, model, today) -> {
            EvidenceFinding finding =
                    byTask.getOrDefault(task.name(), Map.of()).getOrDefault(model, EvidenceFinding.MISSING);
            LocalDate until = finding.until();
            String later = until == null ? null : EvidenceCheck.tooLate(model, until, today);
            if (finding.isValid() && later != null) {
                return new EvidenceFinding(EvidenceState.INVALID, finding.id(), until, List.of("of " + later));
            }
            if (!finding.isValid() || until == null || !today.isAfter(until)) {
                return finding;
            }
            return new EvidenceFinding(
                    EvidenceState.EXPIRED,
                    finding.id(),
                    until,
                    List.of("of model '" + model + "' expired on " + until));
        };
    }

    private static Map<String, Map<String, EvidenceFinding>> byTask(RoutingPolicy policy, EvidenceCheck check) {
        Map<String, Map<String, EvidenceFinding>> byTask = new HashMap<>();
        for (Task task : policy.tasks().values()) {
            Tier tier = policy.tiers().get(task.tier());
            if (tier == null || tier.name().equals(policy.baseline())) {
                continue;
            }
            Map<String, EvidenceFinding> byModel = new LinkedHashMap<>();
            for (Tier.Member member : tier.models()) {
                byModel.put(member.model(), finding(policy, task, member.model(), check));
            }
            Tier.Share canary = tier.canary();
            if (canary != null) {
                byModel.put(canary.model(), finding(policy, task, canary.model(), check));
            }
            byTask.put(task.name(), byModel);
        }
        return byTask;
    }

    /** Whatever day it is: expiry is judged when a decision is made. */
    private static EvidenceFinding finding(RoutingPolicy policy, Task task, String model, EvidenceCheck check) {
        try {
            EvidenceCheck.Finding found = check.finding(policy, task, List.of(model), LocalDate.MIN);
            List<String> problems = found.problems().stream()
                    .map(problem -> problem.startsWith("model ") ? "of " + problem : problem)
                    .toList();
            return new EvidenceFinding(state(found.state()), found.id(), found.until(), problems);
        } catch (RuntimeException e) {
            LOG.warn("Evidence for task '{}' and model '{}' cannot be judged", task.name(), model, e);
            return new EvidenceFinding(
                    EvidenceState.INVALID,
                    null,
                    null,
                    List.of("cannot be judged; write it anew with validate --accept"));
        }
    }

    private static EvidenceState state(EvidenceCheck.State state) {
        return switch (state) {
            case VALID -> EvidenceState.VALID;
            case MISSING -> EvidenceState.MISSING;
            case INVALID -> EvidenceState.INVALID;
            case EXPIRED -> EvidenceState.EXPIRED;
        };
    }

    /** Tells the log what has changed since it was told last; what never was there is no news. */
    synchronized void tell(RoutingPolicy policy, EvidenceCheck known, Evidence evidence, LocalDate today) {
        Map<String, EvidenceFinding> now = new LinkedHashMap<>();
        byTask(policy, known)
                .forEach((task, models) -> models.keySet().forEach(model -> {
                    EvidenceFinding finding = evidence.of(policy.task(task).orElseThrow(), model, today);
                    String about = "task '" + task + "', model '" + model + "'";
                    now.put(about, finding);
                    EvidenceFinding before = told.getOrDefault(about, EvidenceFinding.MISSING);
                    if (before.equals(finding)) {
                        return;
                    }
                    if (finding.isValid()) {
                        LOG.info("Evidence for {} is valid until {} ({})", about, finding.until(), finding.id());
                    } else {
                        LOG.warn(
                                "Evidence for {} is {}: evidence {}",
                                about,
                                finding.state().key(),
                                String.join("; ", finding.problems()));
                    }
                }));
        told.forEach((about, finding) -> {
            if (finding.isValid() && !now.containsKey(about)) {
                LOG.warn(
                        "Evidence for {} ({}) is of no use any more: the policy has no such task, or no longer sends it to that model",
                        about,
                        finding.id());
            }
        });
        told = now;
    }
}
