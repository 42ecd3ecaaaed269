package dev.llmrouter.policy.load;

import dev.llmrouter.policy.load.YamlNode.Mapping;
import dev.llmrouter.policy.load.YamlNode.Position;
import dev.llmrouter.policy.load.YamlNode.Scalar;
import dev.llmrouter.policy.load.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes single values of a policy's text and leaves every other character as it is: comments, order, quotes, line ends.
 * Not safe for use by many threads.
 */
public final class PolicyEdit {
    private static final String CANARY = "canary";

    /** In a mapping on one line: the comma before it goes too, or the one after it where it is the first. */
    private static final Pattern FLOW_CANARY =
            Pattern.compile(",\\s*canary:\\s*\\{[^{}]*\\}|canary:\\s*\\{[^{}]*\\}\\s*,\\s*");

    private final String source;
    private final List<String> lines;
    private final Map<String, YamlNode.Entry> tasks;
    private final Map<String, YamlNode.Entry> tiers;
    private final List<Change> changes = new ArrayList<>();
    private final Map<Integer, List<String>> before = new TreeMap<>();
    private final Set<Integer> removed = new TreeSet<>();

    /** In line {@code line}, from 0: {@code length} characters from {@code from} on become {@code text}. */
    private record Change(int line, int from, int length, String text) {}

    private PolicyEdit(String source, List<String> lines, Mapping policy) {
        this.source = source;
        this.lines = lines;
        this.tasks = entries(policy, "tasks");
        this.tiers = entries(policy, "tiers");
    }

    /**
     * Opens a policy's text.
     *
     * @param source name for messages
     * @throws IllegalArgumentException if it is no YAML with tasks
     */
    public static PolicyEdit of(String text, String source) {
        YamlNode root = YamlReader.read(text, source, new Problems());
        if (root instanceof Mapping policy && !entries(policy, "tasks").isEmpty()) {
            return new PolicyEdit(source, List.of(text.split("(?<=\n)", -1)), policy);
        }
        throw new IllegalArgumentException(source + ": has no tasks that could be changed");
    }

    private static Map<String, YamlNode.Entry> entries(Mapping policy, String key) {
        YamlNode.Entry entry = policy.entries().get(key);
        return entry != null && entry.value() instanceof Mapping mapping ? mapping.entries() : Map.of();
    }

    /** Names another tier for a task. @throws IllegalArgumentException if the place cannot be found in the text */
    public PolicyEdit tier(String task, String tier) {
        YamlNode.Entry entry = entry(task, "tier");
        if (!(entry.value() instanceof Scalar value)) {
            throw cannot(task, "tier");
        }
        int line = value.at().line() - 1;
        int from = column(value.at());
        String rest = lines.get(line).substring(from);
        String found = value.plain() ? value.text() : rest.substring(0, Math.min(rest.length(), 1)) + value.text();
        if (!rest.startsWith(found)) {
            throw cannot(task, "tier");
        }
        int skip = value.plain() ? 0 : 1;
        changes.add(new Change(line, from + skip, value.text().length(), tier));
        return this;
    }

    /** Adds a key that the task does not have. @param value as YAML on one line */
    public PolicyEdit add(String task, String key, String value) {
        if (mapping(task).entries().containsKey(key)) {
            throw new IllegalArgumentException(source + ": tasks." + task + "." + key + " is there already");
        }
        YamlNode.Entry first = entry(task, "tier");
        int line = first.at().line() - 1;
        int column = column(first.at());
        String indent = lines.get(line).substring(0, column);
        if (isFlow(mapping(task))) {
            changes.add(new Change(line, column, 0, key + ": " + value + ", "));
        } else if (indent.isBlank()) {
            insert(line, indent + key + ": " + value);
        } else {
            throw cannot(task, key);
        }
        return this;
    }

    /** Adds a condition to {@code premiumWhen}, as the first of them. @param condition as YAML on one line */
    public PolicyEdit addPremiumWhen(String task, String condition) {
        YamlNode.Entry known = mapping(task).entries().get("premiumWhen");
        if (known == null) {
            return add(task, "premiumWhen", "[" + condition + "]");
        }
        if (!(known.value() instanceof Sequence list)) {
            throw cannot(task, "premiumWhen");
        }
        int line = list.at().line() - 1;
        int column = column(list.at());
        char sign = lines.get(line).charAt(column);
        String indent = lines.get(line).substring(0, column);
        if (sign == '[') {
            changes.add(
                    new Change(line, column + 1, 0, condition + (list.items().isEmpty() ? "" : ", ")));
        } else if (sign == '-' && indent.isBlank()) {
            insert(line, indent + "- " + condition);
        } else {
            throw cannot(task, "premiumWhen");
        }
        return this;
    }

    /**
     * Takes the canary off a tier, with the comments inside it.
     *
     * @throws IllegalArgumentException if it has none, or it cannot be taken off without touching something else
     */
    public PolicyEdit withoutCanary(String tier) {
        YamlNode.Entry entry = tiers.get(tier);
        YamlNode.Entry canary = entry != null && entry.value() instanceof Mapping mapping
                ? mapping.entries().get(CANARY)
                : null;
        if (entry == null || canary == null) {
            throw new IllegalArgumentException(source + ": tier '" + tier + "' has no canary");
        }
        int line = canary.at().line() - 1;
        int column = column(canary.at());
        List<Change> changedBefore = List.copyOf(changes);
        Set<Integer> removedBefore = Set.copyOf(removed);
        if (lines.get(line).substring(0, column).isBlank()) {
            removed.add(line);
            for (int next = line + 1; next < lines.size() && isWithin(next, column); next++) {
                removed.add(next);
            }
        } else {
            Matcher found = FLOW_CANARY.matcher(lines.get(line));
            while (found.find()) {
                if (found.start() <= column && column < found.end()) {
                    changes.add(new Change(line, found.start(), found.end() - found.start(), ""));
                }
            }
        }
        if (!isOnlyWithoutCanary(tier, entry.value())) {
            changes.retainAll(changedBefore);
            removed.retainAll(removedBefore);
            throw new IllegalArgumentException(
                    source + ": tiers." + tier + ".canary cannot be taken off in place; remove it by hand");
        }
        return this;
    }

    /** Whether a line, with what is blank before it, is of a value whose key stands in a column. */
    private boolean isWithin(int line, int column) {
        int at = line;
        while (at < lines.size() && lines.get(at).isBlank()) {
            at++;
        }
        if (at == lines.size()) {
            return false;
        }
        String text = lines.get(at);
        return text.length() - text.stripLeading().length() > column;
    }

    private boolean isOnlyWithoutCanary(String tier, YamlNode before) {
        if (!(YamlReader.read(text(), source, new Problems()) instanceof Mapping policy)) {
            return false;
        }
        Map<String, YamlNode.Entry> others = entries(policy, "tiers");
        YamlNode.Entry after = others.get(tier);
        return others.keySet().equals(tiers.keySet())
                && entries(policy, "tasks").keySet().equals(tasks.keySet())
                && after != null
                && keys(after.value()).equals(without(keys(before), CANARY));
    }

    private static Set<String> keys(YamlNode node) {
        return node instanceof Mapping mapping ? mapping.entries().keySet() : Set.of();
    }

    private static Set<String> without(Set<String> names, String one) {
        Set<String> others = new TreeSet<>(names);
        others.remove(one);
        return others;
    }

    private void insert(int line, String text) {
        String end = lines.get(line).endsWith("\r\n") ? "\r\n" : "\n";
        before.computeIfAbsent(line, k -> new ArrayList<>()).add(text + end);
    }

    private boolean isFlow(Mapping mapping) {
        String line = lines.get(mapping.at().line() - 1);
        int column = column(mapping.at());
        return column < line.length() && line.charAt(column) == '{';
    }

    private Mapping mapping(String task) {
        YamlNode.Entry entry = tasks.get(task);
        if (entry == null || !(entry.value() instanceof Mapping mapping)) {
            throw new IllegalArgumentException(source + ": has no task '" + task + "'");
        }
        return mapping;
    }

    private YamlNode.Entry entry(String task, String key) {
        YamlNode.Entry entry = mapping(task).entries().get(key);
        if (entry == null) {
            throw cannot(task, key);
        }
        return entry;
    }

    private IllegalArgumentException cannot(String task, String key) {
        return new IllegalArgumentException(
                source + ": tasks." + task + "." + key + " cannot be changed in place; change it by hand");
    }

    /** Positions count code points. */
    private int column(Position at) {
        String line = lines.get(at.line() - 1);
        int start = at.line() == 1 && line.startsWith("\uFEFF") ? 1 : 0;
        return line.offsetByCodePoints(start, Math.min(at.column() - 1, line.codePointCount(start, line.length())));
    }

    /** Whether anything was changed. */
    public boolean isChanged() {
        return !changes.isEmpty() || !before.isEmpty() || !removed.isEmpty();
    }

    /** The whole text with the changes. */
    public String text() {
        StringBuilder out = new StringBuilder();
        edited().forEach(replaced -> replaced.forEach(out::append));
        return out.toString();
    }

    /**
     * The changes in unified format, for {@code patch -p0} and {@code git apply -p0}; empty if there are none.
     *
     * @param path of the file, as the tool will find it
     */
    public String patch(String path) {
        return UnifiedDiff.of(path, lines, edited());
    }

    /** What each line of the text becomes. */
    private List<List<String>> edited() {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int at = i;
            StringBuilder line = new StringBuilder(lines.get(i));
            changes.stream()
                    .filter(change -> change.line() == at)
                    .sorted(Comparator.comparingInt(Change::from).reversed())
                    .forEach(change -> line.replace(change.from(), change.from() + change.length(), change.text()));
            List<String> replaced = new ArrayList<>(before.getOrDefault(i, List.of()));
            if (!removed.contains(i)) {
                replaced.add(line.toString());
            }
            all.add(replaced);
        }
        return all;
    }
}
