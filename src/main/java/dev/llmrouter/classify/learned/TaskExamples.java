package dev.llmrouter.classify.learned;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The examples that the tasks of a policy name ({@code examples:}), relative to the policy. A line's own task counts; a line
 * without one is of the task that names the file. Stateless apart from the policy's name; safe for use by many threads.
 */
public final class TaskExamples {
    /** Fewer examples of a task than this are few. Source: docs/quality.md, accuracy by examples per task. */
    public static final int FEW = 20;

    private static final int LEAST = 2;
    private static final String CLASSPATH = "classpath:";
    private static final String FILE = "file:";

    private final String policyUri;

    /** @param policyUri where the policy lies: a path, {@code file:} or {@code classpath:} */
    public TaskExamples(String policyUri) {
        this.policyUri = policyUri;
    }

    /** How a classifier for this policy is trained: with the defaults, so that all who train it get the same model. */
    public static TrainingSettings settings(RoutingPolicy policy) {
        TrainingSettings defaults = TrainingSettings.ofDefaults();
        Set<String> none = new TreeSet<>(defaults.noneNames());
        none.removeAll(policy.tasks().keySet());
        return none.isEmpty() ? defaults : new TrainingSettings(defaults.seed(), none, defaults.keep());
    }

    /** Id that a model of these examples will have; see {@link LearnedModel#id}. */
    public static String id(List<LabelledExample> examples, TrainingSettings settings) {
        return TrainingSet.hash(examples, settings);
    }

    /** Where a model for this policy is kept: beside it, {@code policy.model} for {@code policy.yaml}; null on the class path. */
    public @Nullable Path modelFile() {
        if (policyUri.startsWith(CLASSPATH)) {
            return null;
        }
        Path policy = Path.of(plain(policyUri));
        String name = String.valueOf(policy.getFileName()).replaceFirst("\\.[^.]*$", "");
        return policy.toAbsolutePath().resolveSibling(name + ".model");
    }

    /**
     * All examples, in the order of the policy. Those of unknown tasks, and single ones, are left out.
     *
     * @param warnings is told what was left out
     * @throws ExamplesException if no task names examples, or a file cannot be used
     */
    public List<LabelledExample> read(RoutingPolicy policy, Consumer<String> warnings) throws ExamplesException {
        Map<String, List<LabelledExample>> byFile = new LinkedHashMap<>();
        for (Task task : policy.tasks().values()) {
            if (task.examples() != null && !byFile.containsKey(task.examples())) {
                byFile.put(task.examples(), readFile(task.examples()));
            }
        }
        if (byFile.isEmpty()) {
            throw new ExamplesException(
                    "no task of the policy names examples. Write 'examples: FILE' to at least 2 tasks.");
        }
        List<LabelledExample> all = new ArrayList<>();
        Set<String> none = settings(policy).noneNames();
        for (Map.Entry<String, List<LabelledExample>> file : byFile.entrySet()) {
            String owner = owner(policy, file.getKey());
            Set<String> unknown = new TreeSet<>();
            for (LabelledExample example : file.getValue()) {
                String task = example.task() == null ? owner : example.task();
                if (task != null && (policy.tasks().containsKey(task) || none.contains(task))) {
                    all.add(new LabelledExample(example.id(), task, example.text(), null, Map.of()));
                } else {
                    unknown.add(task == null ? "(none)" : task);
                }
            }
            if (!unknown.isEmpty()) {
                warnings.accept(
                        file.getKey() + ": lines of these tasks are left out, because the policy does not have them: "
                                + String.join(", ", unknown));
            }
        }
        Map<String, Integer> counts = counts(all);
        counts.forEach((task, count) -> {
            if (count < LEAST && !none.contains(task)) {
                warnings.accept("task '" + task + "' has 1 example and is left out; at least 2 are needed, " + FEW
                        + " to 200 are good");
            }
        });
        all.removeIf(e -> !none.contains(e.task()) && counts.getOrDefault(String.valueOf(e.task()), 0) < LEAST);
        return all;
    }

    private static @Nullable String owner(RoutingPolicy policy, String file) {
        List<String> owners = policy.tasks().values().stream()
                .filter(task -> file.equals(task.examples()))
                .map(Task::name)
                .toList();
        return owners.size() == 1 ? owners.get(0) : null;
    }

    private static Map<String, Integer> counts(List<LabelledExample> examples) {
        Map<String, Integer> counts = new TreeMap<>();
        examples.forEach(example -> counts.merge(String.valueOf(example.task()), 1, Integer::sum));
        return counts;
    }

    /**
     * What keeps the classifier from telling the tasks apart.
     *
     * @return by task, words that follow its name; the empty name stands for the whole policy
     */
    public Map<String, String> doubts(RoutingPolicy policy) {
        Map<String, String> doubts = new LinkedHashMap<>();
        for (Task task : policy.tasks().values()) {
            try {
                if (task.examples() != null) {
                    readFile(task.examples());
                }
            } catch (ExamplesException e) {
                doubts.put(task.name(), "names examples that cannot be used: " + oneLine(e));
            }
        }
        if (!doubts.isEmpty()) {
            return doubts;
        }
        if (policy.tasks().values().stream().allMatch(task -> task.examples() == null)) {
            return Map.of("", "has a step that learns from examples, but no task of the policy names any");
        }
        try {
            Map<String, Integer> counts = counts(read(policy, warning -> {}));
            long taught =
                    policy.tasks().keySet().stream().filter(counts::containsKey).count();
            if (taught < LEAST) {
                doubts.put("", "has examples of " + taught + " task(s); at least 2 are needed to tell them apart");
            }
            for (String task : policy.tasks().keySet()) {
                int count = counts.getOrDefault(task, 0);
                if (count == 0) {
                    doubts.put(task, "has fewer than 2 examples, so no step that learns from examples ever names it");
                } else if (count < FEW) {
                    doubts.put(task, "has " + count + " examples, which are few to learn from");
                }
            }
        } catch (ExamplesException e) {
            doubts.put("", "has a step that learns from examples, but " + oneLine(e));
        }
        return doubts;
    }

    /** A finding is one line of the policy's check: what stands on lines of its own is parted by semicolons. */
    private static String oneLine(ExamplesException e) {
        return String.valueOf(e.getMessage()).replaceFirst(":\\R\\s*", ": ").replaceAll("\\R\\s*", "; ");
    }

    /** Something that changes whenever the examples may have changed, found without reading them. */
    public String stamp(RoutingPolicy policy) {
        StringBuilder stamp = new StringBuilder();
        for (Task task : policy.tasks().values()) {
            stamp.append(task.name()).append('=').append(task.examples()).append('|');
            if (task.examples() != null) {
                stamp.append(stamp(task.examples()));
            }
            stamp.append('\n');
        }
        return stamp.toString();
    }

    private String stamp(String examples) {
        try {
            String resource = resource(examples);
            if (resource.startsWith(CLASSPATH)) {
                return "";
            }
            BasicFileAttributes is = Files.readAttributes(Path.of(resource), BasicFileAttributes.class);
            return is.lastModifiedTime().toInstant() + "|" + is.size() + "|" + is.fileKey();
        } catch (IOException | InvalidPathException e) {
            return e.getClass().getSimpleName();
        }
    }

    private List<LabelledExample> readFile(String examples) throws ExamplesException {
        try {
            String resource = resource(examples);
            return resource.startsWith(CLASSPATH) ? readFromClassPath(resource) : Examples.read(Path.of(resource));
        } catch (InvalidPathException | IOException | URISyntaxException e) {
            throw new ExamplesException(examples + ": cannot be read ("
                    + e.getClass().getSimpleName() + "). Name a file relative to the policy, or classpath:NAME.");
        }
    }

    private static List<LabelledExample> readFromClassPath(String resource)
            throws IOException, URISyntaxException, ExamplesException {
        String name = resource.substring(CLASSPATH.length()).replaceFirst("^/+", "");
        URL url = TaskExamples.class.getClassLoader().getResource(name);
        if (url == null) {
            throw new ExamplesException(resource + ": is not on the class path.");
        }
        if (url.getProtocol().equals("file")) {
            return Examples.read(Path.of(url.toURI()));
        }
        Path copy = Files.createTempFile("examples", ".jsonl");
        try (InputStream in = url.openStream()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return Examples.read(copy);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** A path, or {@code classpath:} and a name. */
    private String resource(String examples) {
        if (examples.startsWith(CLASSPATH)) {
            return examples;
        }
        String name = plain(examples);
        if (!policyUri.startsWith(CLASSPATH)) {
            return Path.of(plain(policyUri))
                    .toAbsolutePath()
                    .resolveSibling(name)
                    .toString();
        }
        boolean isFile = examples.startsWith(FILE) || name.startsWith("/");
        return isFile
                ? name
                : policyUri.substring(0, Math.max(CLASSPATH.length(), policyUri.lastIndexOf('/') + 1)) + name;
    }

    private static String plain(String uri) {
        return uri.startsWith(FILE) ? uri.substring(FILE.length()) : uri;
    }
}
