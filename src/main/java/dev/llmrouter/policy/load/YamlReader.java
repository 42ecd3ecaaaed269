package dev.llmrouter.policy.load;

import dev.llmrouter.policy.load.YamlNode.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Reads YAML 1.2 into {@link YamlNode}s, within bounds: the parser's events are taken one by one, without recursion, so
 * depth, aliases and tags are refused before they cost anything.
 */
final class YamlReader {
    /** Levels of lists and mappings; a policy needs six, a JSON schema inside it some more. */
    static final int MAX_DEPTH = 50;

    private static final int SMALLEST_BUFFER = 1_024;

    private final Problems problems;
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable YamlNode root;

    private YamlReader(Problems problems) {
        this.problems = problems;
    }

    /** The document; null if there is none that can be read, which is then among the problems. */
    static @Nullable YamlNode read(String text, String source, Problems problems) {
        YamlReader reader = new YamlReader(problems);
        return reader.readDocument(text.startsWith("\uFEFF") ? text.substring(1) : text, source);
    }

    private @Nullable YamlNode readDocument(String text, String source) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setCodePointLimit(PolicyLoader.MAX_CHARACTERS)
                // the parser copies what it holds of a scalar once per buffer: one buffer keeps that linear
                .setBufferSize(Math.max(SMALLEST_BUFFER, text.length()))
                .build();
        int documents = 0;
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                if (event.getEventId() == Event.ID.DocumentStart && ++documents > 1) {
                    problems.unusable(
                            position(event.getStartMark()),
                            "",
                            "holds more than one YAML document",
                            "Remove the second '---' and what follows it.");
                    return null;
                }
                if (!take(event)) {
                    return null;
                }
            }
        } catch (MarkedYamlEngineException e) {
            problems.unusable(
                    syntaxPosition(e, text),
                    "",
                    "is no valid YAML: " + syntaxProblem(e),
                    "Check indentation, quotes and brackets here and in the line above.");
            return null;
        } catch (RuntimeException e) {
            // The parser throws exceptions of many kinds at characters that YAML does not allow.
            problems.unusable(
                    firstControlCharacter(text),
                    "",
                    "is no valid YAML: a character here is not allowed in YAML or the text ends too early",
                    "Save the file as UTF-8 text without control characters.");
            return null;
        }
        if (root == null) {
            problems.unusable(Position.START, "", "is empty", "Start from the example policy.");
        }
        return root;
    }

    /** Takes one event; false if reading on makes no sense. */
    private boolean take(Event event) {
        if (event instanceof CollectionStartEvent start) {
            return open(start, event.getEventId() == Event.ID.MappingStart);
        }
        switch (event.getEventId()) {
            case Scalar -> {
                ScalarEvent scalar = (ScalarEvent) event;
                Position at = position(event.getStartMark());
                refuseExtras(scalar, scalar.getTag().filter(tag -> !tag.equals("!")), at);
                put(new YamlNode.Scalar(scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, at));
            }
            case Alias -> {
                Position at = position(event.getStartMark());
                problems.unusable(
                        at,
                        "",
                        "uses the alias *"
                                + Quoted.bare(((AliasEvent) event).getAlias().getValue())
                                + "; aliases are not allowed in a policy",
                        "Write the value out.");
                put(new YamlNode.Refused(at));
            }
            case MappingEnd, SequenceEnd -> put(levels.pop().close());
            default -> {
                // the start and the end of the stream and of the document hold nothing
            }
        }
        return true;
    }

    private boolean open(CollectionStartEvent start, boolean mapping) {
        Position at = position(start.getStartMark());
        refuseExtras(start, start.getTag(), at);
        if (levels.size() >= MAX_DEPTH) {
            problems.unusable(
                    at,
                    "",
                    "is nested deeper than the " + MAX_DEPTH + " levels that are allowed",
                    "Check the indentation and the brackets.");
            return false;
        }
        levels.push(mapping ? new MappingLevel(at) : new SequenceLevel(at));
        return true;
    }

    private void refuseExtras(NodeEvent event, Optional<String> tag, Position at) {
        event.getAnchor()
                .ifPresent(anchor -> problems.unusable(
                        at,
                        "",
                        "defines the anchor &" + Quoted.bare(anchor.getValue())
                                + "; anchors are not allowed in a policy",
                        "Remove the anchor and write the value out where it is used."));
        tag.ifPresent(name -> problems.unusable(
                at,
                "",
                "uses the tag " + Quoted.of(name) + "; tags are not allowed in a policy",
                "Remove the tag; put quotes around a value that has to stay text."));
    }

    private void put(YamlNode node) {
        Level level = levels.peek();
        if (level == null) {
            root = node;
        } else {
            level.add(node);
        }
    }

    /** Where the fault shows; if that is the end of the text, where the part begins that has no end. */
    private static Position syntaxPosition(MarkedYamlEngineException e, String text) {
        boolean atEnd = e.getProblemMark()
                .map(mark -> mark.getLine() >= text.lines().count())
                .orElse(true);
        return position(atEnd && e.getContextMark().isPresent() ? e.getContextMark() : e.getProblemMark());
    }

    private static String syntaxProblem(MarkedYamlEngineException e) {
        String problem = e.getProblem();
        if (problem != null && problem.contains("(TAB)")) {
            return "a tab stands where YAML takes spaces only";
        }
        return problem == null ? "it cannot be read here" : Quoted.bare(problem);
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
    }

    private static Position firstControlCharacter(String text) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean loneSurrogate = Character.isSurrogate(c)
                    && !(Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1)));
            if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F || loneSurrogate || c > 0xFFFD) {
                return new Position(line, column);
            }
            if (Character.isHighSurrogate(c)) {
                i++;
            }
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
        }
        return Position.START;
    }

    /** A list or mapping whose end has not come yet. */
    private interface Level {
        void add(YamlNode node);

        YamlNode close();
    }

    private static final class SequenceLevel implements Level {
        private final Position at;
        private final List<YamlNode> items = new ArrayList<>();

        SequenceLevel(Position at) {
            this.at = at;
        }

        @Override
        public void add(YamlNode node) {
            items.add(node);
        }

        @Override
        public YamlNode close() {
            return new YamlNode.Sequence(List.copyOf(items), at);
        }
    }

    private final class MappingLevel implements Level {
        private final Position at;
        private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        private @Nullable YamlNode key;

        MappingLevel(Position at) {
            this.at = at;
        }

        @Override
        public void add(YamlNode node) {
            YamlNode pending = key;
            if (pending == null) {
                key = node;
                return;
            }
            key = null;
            if (pending instanceof YamlNode.Scalar scalar) {
                addEntry(scalar, node);
            } else if (!(pending instanceof YamlNode.Refused)) {
                problems.unusable(
                        pending.at(), "", "has " + pending.kind() + " as a key", "Use plain text as the key.");
            }
        }

        private void addEntry(YamlNode.Scalar name, YamlNode value) {
            YamlNode.Entry earlier = entries.putIfAbsent(name.text(), new YamlNode.Entry(name.at(), value));
            if (earlier != null) {
                problems.unusable(
                        name.at(),
                        "",
                        "has the key " + Quoted.of(name.text()) + " twice in one mapping: in line "
                                + earlier.at().line() + " and in line "
                                + name.at().line(),
                        "Remove one of them, or rename it.");
            }
        }

        @Override
        public YamlNode close() {
            return new YamlNode.Mapping(entries, at);
        }
    }
}
