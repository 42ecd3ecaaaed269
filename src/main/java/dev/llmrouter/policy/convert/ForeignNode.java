package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A part of a configuration in YAML or JSON, with its path and line. It remembers which of its parts were read, so that
 * nothing is passed over in silence.
 */
final class ForeignNode {
    private static final int MAX_DIGITS = 60;
    private static final int MAX_WHOLE_PLACES = 15;
    private static final int MAX_DECIMAL_PLACES = 30;
    private static final Set<String> NULL = Set.of("null", "Null", "NULL", "~");
    private static final Set<String> TRUTHS = Set.of("true", "false");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    /** YAML 1.1 has them in numbers: {@code 1_000_000}. */
    private static final Pattern BETWEEN_DIGITS = Pattern.compile("(?<=\\d)_+(?=\\d)");

    private final Node node;
    private final String path;
    private final int line;
    /** The key that it stands under; an item has that of its list. */
    private final String name;

    private final Map<String, ForeignNode> entries = new LinkedHashMap<>();
    private final List<ForeignNode> items = new ArrayList<>();
    /** Mappings that are merged into this one. */
    private final List<Node> merged = new ArrayList<>();
    /** Parts whose key stands here once more, and which that one replaces. */
    private final List<ForeignNode> doubled = new ArrayList<>();

    private boolean used;

    private ForeignNode(Node node, String path, String name, int line, int depth, AtomicInteger parts) {
        if (depth > ForeignFile.MAX_DEPTH) {
            throw ForeignFile.tooDeep(line);
        }
        this.node = node;
        this.path = path;
        this.name = name;
        this.line = line;
        ForeignMerges.count(parts, line);
        if (node instanceof MappingNode mapping) {
            ForeignMerges.Parts all = new ForeignMerges(line, parts, merged).of(mapping);
            all.merged().forEach(tuple -> add(tuple, depth, parts));
            Set<String> own = new HashSet<>();
            for (NodeTuple tuple : all.own()) {
                ForeignNode earlier = add(tuple, depth, parts);
                if (tuple.getKeyNode() instanceof ScalarNode key && !own.add(key.getValue()) && earlier != null) {
                    doubled.add(earlier);
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            int i = 0;
            for (Node item : sequence.getValue()) {
                items.add(new ForeignNode(item, path + "[" + i + "]", name, lineOf(item, line), depth + 1, parts));
                i++;
            }
        }
    }

    /** @return what stood under the same key before; null for nothing */
    private @Nullable ForeignNode add(NodeTuple tuple, int depth, AtomicInteger parts) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            return null;
        }
        String below = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
        return entries.put(
                key.getValue(),
                new ForeignNode(tuple.getValueNode(), below, key.getValue(), lineOf(key, line), depth + 1, parts));
    }

    private ForeignNode(ForeignNode first, ForeignNode other) {
        this.node = first.node;
        this.path = first.path;
        this.name = first.name;
        this.line = first.line;
        this.used = true;
        entries.putAll(first.entries);
        other.entries.forEach((name, part) -> {
            ForeignNode own = entries.get(name);
            if (own == null || own.isEmpty()) {
                entries.put(name, part);
            } else {
                part.settle();
            }
            if (own != null && own.isEmpty()) {
                own.settle();
            }
        });
    }

    /** This, with the parts of another one where it has none of that name that says anything; what is not taken counts as read. */
    ForeignNode over(ForeignNode other) {
        return new ForeignNode(this, other);
    }

    /** Names of its parts that say anything, which do not count as read by that. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        entries.forEach((name, part) -> {
            if (!part.isEmpty()) {
                names.add(name);
            }
        });
        return names;
    }

    /** Whether it is null, or a text without a character: then it counts as not there. */
    private boolean isEmpty() {
        return node instanceof ScalarNode scalar
                && (scalar.getValue().isEmpty() || scalar.isPlain() && NULL.contains(scalar.getValue()));
    }

    static int lineOf(Node node, int otherwise) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(otherwise);
    }

    /**
     * @param name of the file, for messages
     * @throws IllegalArgumentException if it is no mapping in YAML or JSON
     */
    static ForeignNode parse(String text, String name) {
        return new ForeignNode(ForeignFile.read(text, name), "", "", 1, 0, new AtomicInteger());
    }

    String path() {
        return path;
    }

    int line() {
        return line;
    }

    /** The part of this name, which counts as read; null if there is none, or if it is null. */
    @Nullable
    ForeignNode get(String name) {
        used = true;
        ForeignNode part = entries.get(name);
        if (part != null) {
            part.used = true;
        }
        return part == null || part.isEmpty() ? null : part;
    }

    /** The first that is there, of names for the same. */
    @Nullable
    ForeignNode get(String name, String otherwise) {
        ForeignNode part = get(name);
        return part != null ? part : get(otherwise);
    }

    /** All parts by name; each counts as read. */
    Map<String, ForeignNode> all() {
        used = true;
        entries.values().forEach(part -> part.used = true);
        return entries;
    }

    /** The items; of a single value, that value alone. */
    List<ForeignNode> list() {
        used = true;
        if (node instanceof SequenceNode) {
            items.forEach(item -> item.used = true);
            return items;
        }
        return List.of(this);
    }

    /** Its text; null if it is no single value, or null. */
    @Nullable
    String text() {
        used = true;
        if (!(node instanceof ScalarNode scalar)) {
            return null;
        }
        return isEmpty() ? null : scalar.getValue();
    }

    /** Whether it is a list or a mapping without anything in it. */
    boolean hasNoParts() {
        return !isSingle() && entries.isEmpty() && items.isEmpty();
    }

    /** Whether it is a single value, and not a mapping or a list. */
    boolean isSingle() {
        return node instanceof ScalarNode;
    }

    /** Whether it is a single value that is a number, true or false, and no text. */
    boolean isNumberOrTruth() {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && (NUMBER.matcher(scalar.getValue()).matches()
                        || TRUTHS.contains(scalar.getValue().toLowerCase(Locale.ROOT)));
    }

    /** The text of a part; null if it is not there, or no single value. */
    @Nullable
    String text(String name) {
        ForeignNode part = get(name);
        return part == null ? null : part.text();
    }

    /**
     * The number of a part; null if it is not there, or no number: then it counts as not read.
     *
     * @throws IllegalArgumentException for a number of 10^15 or more, or one that has more than 30 decimal places
     */
    @Nullable
    BigDecimal number(String name) {
        ForeignNode part = get(name);
        String text = part == null ? null : part.text();
        if (part == null || text == null) {
            return null;
        }
        if (part.node instanceof ScalarNode scalar && scalar.isPlain()) {
            text = BETWEEN_DIGITS.matcher(text).replaceAll("");
        }
        if (text.length() > MAX_DIGITS || !NUMBER.matcher(text).matches()) {
            part.used = false;
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            // in this order: the places before the point are counted without writing the number out
            if ((long) number.precision() - number.scale() <= MAX_WHOLE_PLACES
                    && number.scale() <= MAX_DECIMAL_PLACES) {
                return number;
            }
        } catch (NumberFormatException e) {
            // its exponent has more digits than any number that is meant
        }
        throw new IllegalArgumentException("line " + part.line + ": " + part.path + " is " + text
                + "; allowed are numbers below 10^15 with at most " + MAX_DECIMAL_PLACES
                + " decimal places. Write one that is meant.");
    }

    /** Whether a part says true, as YAML 1.1 has it: {@code yes} and {@code on}, too. */
    boolean isTrue(String name) {
        return isOne(TRUE, name);
    }

    /** Whether a part says false, as YAML 1.1 has it: {@code no} and {@code off}, too; not where it is not there. */
    boolean isFalse(String name) {
        return isOne(FALSE, name);
    }

    private boolean isOne(Set<String> words, String name) {
        String text = text(name);
        return text != null && words.contains(text.toLowerCase(Locale.ROOT));
    }

    /** This and all below it count as read. */
    void settle() {
        used = true;
        entries.values().forEach(ForeignNode::settle);
        items.forEach(ForeignNode::settle);
    }

    /**
     * The topmost parts that nobody has read, neither here nor where an alias or a merge brings them to the same key. What stands
     * at the top and is read under any key is there to be brought elsewhere.
     */
    List<ForeignNode> unread() {
        Map<Node, Set<String>> read = new IdentityHashMap<>();
        collectRead(read);
        List<ForeignNode> unread = new ArrayList<>();
        for (ForeignNode part : entries.values()) {
            if (part.used) {
                part.collectUnread(read, unread);
            } else if (!part.isBrought(read)) {
                unread.add(part);
            }
        }
        return unread;
    }

    /** All parts that a later one of the same key replaces, as YAML's readers have it: they say nothing. */
    List<ForeignNode> doubled() {
        List<ForeignNode> all = new ArrayList<>(doubled);
        entries.values().forEach(part -> all.addAll(part.doubled()));
        items.forEach(item -> all.addAll(item.doubled()));
        return all;
    }

    /** @param read the keys under which each was read; a mapping that is merged has none */
    private void collectRead(Map<Node, Set<String>> read) {
        if (used) {
            read.computeIfAbsent(node, any -> new HashSet<>()).add(name);
            merged.forEach(other -> read.computeIfAbsent(other, any -> new HashSet<>()));
        }
        entries.values().forEach(part -> part.collectRead(read));
        items.forEach(item -> item.collectRead(read));
    }

    private void collectUnread(Map<Node, Set<String>> read, List<ForeignNode> unread) {
        if (!used) {
            if (!read.getOrDefault(node, Set.of()).contains(name)) {
                unread.add(this);
            }
            return;
        }
        entries.values().forEach(part -> part.collectUnread(read, unread));
        items.forEach(item -> item.collectUnread(read, unread));
    }

    private boolean isBrought(Map<Node, Set<String>> read) {
        return read.containsKey(node)
                || !(entries.isEmpty() && items.isEmpty())
                        && entries.values().stream().allMatch(part -> part.isBrought(read))
                        && items.stream().allMatch(item -> item.isBrought(read));
    }
}
