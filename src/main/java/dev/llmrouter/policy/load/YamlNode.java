package dev.llmrouter.policy.load;

import java.util.List;
import java.util.Map;

/** A YAML document as it stands in the file: text, lists and mappings, each with its place. */
sealed interface YamlNode {
    Position at();

    /** A scalar; {@code plain} if it is not quoted and no block, so that {@code true}, {@code null} and numbers count. */
    record Scalar(String text, boolean plain, Position at) implements YamlNode {
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    record Sequence(List<YamlNode> items, Position at) implements YamlNode {}

    record Mapping(Map<String, Entry> entries, Position at) implements YamlNode {}

    /** Something that was refused and reported already; readers pass over it. */
    record Refused(Position at) implements YamlNode {}

    record Entry(Position at, YamlNode value) {}

    /** Both from 1. */
    record Position(int line, int column) {
        static final Position START = new Position(1, 1);
    }

    /** What kind of thing it is, for messages. */
    default String kind() {
        if (this instanceof Scalar scalar) {
            return scalar.isNull() ? "empty" : "a single value";
        }
        return this instanceof Sequence ? "a list" : "a mapping";
    }
}
