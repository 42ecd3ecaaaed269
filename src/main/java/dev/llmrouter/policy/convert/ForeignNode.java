package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
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
    /** A configuration of another gateway has a few hundred lines. */
    private static final int MAX_CHARACTERS = 5_000_000;

    private static final int MAX_ALIASES = 1_000;

    private static final int MAX_DIGITS = 60;
    private static final int MAX_WHOLE_PLACES = 15;
    private static final int MAX_DECIMAL_PLACES = 30;
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private final Node node;
    private final String path;
    private final int line;
    private final Map<String, ForeignNode> entries = new LinkedHashMap<>();
    private final List<ForeignNode> items = new ArrayList<>();
    private boolean used;

    private ForeignNode(Node node, String path, int line, int depth) {
        if (depth > 50) {
            throw new IllegalArgumentException("line " + line + ": nested deeper than 50 levels");
        }
        this.node = node;
        this.path = path;
        this.line = line;
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    String below = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    entries.put(
                            key.getValue(), new ForeignNode(tuple.getValueNode(), below, lineOf(key, line), depth + 1));
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            int i = 0;
            for (Node item : sequence.getValue()) {
                items.add(new ForeignNode(item, path + "[" + i + "]", lineOf(item, line), depth + 1));
                i++;
            }
        }
    }

    private static int lineOf(Node node, int otherwise) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(otherwise);
    }

    /**
     * @param name of the file, for messages
     * @throws IllegalArgumentException if it is no mapping in YAML or JSON
     */
    static ForeignNode parse(String text, String name) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setCodePointLimit(MAX_CHARACTERS)
                    .setMaxAliasesForCollections(MAX_ALIASES)
                    .build();
            Node root = new Compose(settings).composeString(spaced(text)).orElse(null);
            if (!(root instanceof MappingNode)) {
                throw new IllegalArgumentException(name + " is not a mapping: is it the configuration?");
            }
            return new ForeignNode(root, "", 1, 0);
        } catch (MarkedYamlEngineException e) {
            // not its message, nor itself as the cause: both quote the lines around the place, and keys may stand there
            String line = e.getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1))
                    .orElse("");
            throw new IllegalArgumentException(name + " cannot be read as YAML or JSON" + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    name + " cannot be read: it is too large, has too many aliases, or is no YAML or JSON");
        }
    }

    /** YAML has no tabs between its parts, but JSON may: there, each outside of a string is a space, and all keep their places. */
    private static String spaced(String text) {
        if (text.indexOf('\t') < 0 || !text.replace("\uFEFF", "").stripLeading().startsWith("{")) {
            return text;
        }
        StringBuilder spaced = new StringBuilder(text);
        boolean inString = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString && c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (c == '\t' && !inString) {
                spaced.setCharAt(i, ' ');
            }
        }
        return spaced.toString();
    }

    String path() {
        return path;
    }

    int line() {
        return line;
    }

    /** The part of this name, which counts as read; null if there is none. */
    @Nullable
    ForeignNode get(String name) {
        used = true;
        ForeignNode part = entries.get(name);
        if (part != null) {
            part.used = true;
        }
        return part;
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
        String value = scalar.getValue();
        return value.isEmpty() || value.equals("null") || value.equals("~") ? null : value;
    }

    /** Whether it is a single value, and not a mapping or a list. */
    boolean isSingle() {
        return node instanceof ScalarNode;
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

    boolean isTrue(String name) {
        return "true".equalsIgnoreCase(text(name));
    }

    /** This and all below it count as read. */
    void settle() {
        used = true;
        entries.values().forEach(ForeignNode::settle);
        items.forEach(ForeignNode::settle);
    }

    /** The topmost parts that nobody has read. */
    List<ForeignNode> unread() {
        if (!used) {
            return List.of(this);
        }
        List<ForeignNode> unread = new ArrayList<>();
        entries.values().forEach(part -> unread.addAll(part.unread()));
        items.forEach(item -> unread.addAll(item.unread()));
        return unread;
    }
}
