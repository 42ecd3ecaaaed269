package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.load.GateChecker;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The difficulty gates that the tasks of a policy name ({@code gate: { file: FILE }}), relative to the policy; beside a policy
 * on the class path, relative to the working directory. Stateless apart from the policy's name; safe for use by many threads.
 */
public final class TaskGates {
    private static final String FILE = "file:";

    /** Bytes of a file that may be a gate: the largest that is written has less than half of it. */
    private static final long MOST_BYTES = 256L << 20;

    private final String policyUri;

    /** @param policyUri where the policy lies: a path, {@code file:} or {@code classpath:} */
    public TaskGates(String policyUri) {
        this.policyUri = policyUri;
    }

    /** All gates by task, also those that cannot be used. */
    public Map<String, TaskGate> read(RoutingPolicy policy) {
        Map<String, TaskGate> gates = new LinkedHashMap<>();
        for (Task task : policy.tasks().values()) {
            Task.Gate settings = task.gate();
            if (settings != null) {
                gates.put(task.name(), read(policy, task, settings));
            }
        }
        return gates;
    }

    private TaskGate read(RoutingPolicy policy, Task task, Task.Gate settings) {
        try {
            Path file = path(settings);
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                return unusable(
                        settings,
                        String.format(
                                Locale.ROOT,
                                "%s has %,d bytes; a gate has at most %,d. Name a file that 'train --difficulty' has written.",
                                settings.file(),
                                size,
                                MOST_BYTES));
            }
            MessageDigest hash = sha256();
            GateFile.Kept kept;
            try (InputStream in = // read once, so that the hash is of the gate that is used
                    new BufferedInputStream(new DigestInputStream(Files.newInputStream(file), hash), 1 << 16)) {
                kept = GateFile.read(in, file.toString());
                in.transferTo(OutputStream.nullOutputStream());
            }
            String misfit = misfit(policy, task, kept.gate());
            return misfit == null
                    ? new TaskGate(settings, kept, HexFormat.of().formatHex(hash.digest()), null)
                    : unusable(settings, misfit);
        } catch (ModelFormatException e) {
            return unusable(settings, String.valueOf(e.getMessage()));
        } catch (IOException | InvalidPathException e) {
            return unusable(
                    settings,
                    settings.file() + ": cannot be read (" + e.getClass().getSimpleName()
                            + "). Name a file relative to the policy that 'train --difficulty' has written.");
        }
    }

    private static TaskGate unusable(Task.Gate settings, String fault) {
        return new TaskGate(settings, null, null, fault);
    }

    /** All gates of a policy by task, none of which can be used. @param fault why, for people */
    public static Map<String, TaskGate> unusable(RoutingPolicy policy, String fault) {
        Map<String, TaskGate> gates = new LinkedHashMap<>();
        for (Task task : policy.tasks().values()) {
            Task.Gate settings = task.gate();
            if (settings != null) {
                gates.put(task.name(), unusable(settings, fault));
            }
        }
        return Map.copyOf(gates);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    /** Content of the gates that can be used, by task: SHA-256 of the files, which evidence binds. */
    public static Map<String, String> hashes(Map<String, TaskGate> gates) {
        Map<String, String> hashes = new LinkedHashMap<>();
        gates.forEach((task, gate) -> {
            if (gate.sha256() != null) {
                hashes.put(task, gate.sha256());
            }
        });
        return hashes;
    }

    /** A gate says something about the two models that it was made from, and of no others. */
    private static @Nullable String misfit(RoutingPolicy policy, Task task, DifficultyGate gate) {
        if (!has(policy, task.tier(), gate.weak())) {
            return "it is about '" + gate.weak() + "', which is no model of the task's tier '" + task.tier()
                    + "'. Train it with --weak and a model of that tier.";
        }
        if (!has(policy, policy.baseline(), gate.strong())) {
            return "it compares with '" + gate.strong() + "', which is no model of the baseline tier '"
                    + policy.baseline() + "'. Train it with --strong and a model of that tier.";
        }
        return null;
    }

    private static boolean has(RoutingPolicy policy, String tierName, String model) {
        Tier tier = policy.tier(tierName).orElseThrow();
        for (Tier.Member member : tier.models()) {
            String remote = policy.model(member.model()).map(Model::remoteName).orElse("");
            if (member.model().equals(model) || remote.equals(model)) {
                return true;
            }
        }
        return false;
    }

    /** Gates that let nothing through, by task; see {@link GateChecker}. */
    public Map<String, GateChecker.Finding> findings(RoutingPolicy policy) {
        Map<String, GateChecker.Finding> findings = new LinkedHashMap<>();
        read(policy).forEach((task, gate) -> {
            if (gate.fault() != null) {
                findings.put(task, new GateChecker.Finding("cannot be used: " + gate.fault(), false));
            } else if (gate.letsNothingThrough()) {
                findings.put(task, new GateChecker.Finding(TaskGate.CLOSED + ". " + TaskGate.OPEN_IT, true));
            }
        });
        return findings;
    }

    /** Something that changes whenever the gates may have changed, found without reading them. */
    public String stamp(RoutingPolicy policy) {
        StringBuilder stamp = new StringBuilder();
        for (Task task : policy.tasks().values()) {
            Task.Gate gate = task.gate();
            if (gate != null) {
                stamp.append(policy.hash()).append('|').append(stamp(gate)).append('\n');
            }
        }
        return stamp.toString();
    }

    private String stamp(Task.Gate gate) {
        try {
            BasicFileAttributes is = Files.readAttributes(path(gate), BasicFileAttributes.class);
            return gate.file() + '|' + is.lastModifiedTime().toInstant() + '|' + is.size() + '|' + is.fileKey();
        } catch (IOException | InvalidPathException e) {
            return gate.file() + '|' + e.getClass().getSimpleName();
        }
    }

    private Path path(Task.Gate gate) {
        Path named = Path.of(plain(gate.file()));
        return policyUri.startsWith("classpath:")
                ? named
                : Path.of(plain(policyUri)).toAbsolutePath().resolveSibling(named);
    }

    private static String plain(String uri) {
        return uri.startsWith(FILE) ? uri.substring(FILE.length()) : uri;
    }
}
