package dev.llmrouter.policy.convert;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** The text of a configuration as a tree of YAML, within bounds. No message quotes the text, for keys may stand there. */
final class ForeignFile {
    /** A configuration of another gateway has a few hundred lines. */
    static final int MAX_CHARACTERS = 5_000_000;

    static final int MAX_DEPTH = 50;
    private static final int MAX_ALIASES = 1_000;

    private ForeignFile() {}

    /**
     * @param name of the file, for messages
     * @throws IllegalArgumentException if it is no mapping in YAML or JSON, too long or nested too deep
     */
    static MappingNode read(String text, String name) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(name + " has " + text.length() + " characters; allowed are "
                    + MAX_CHARACTERS + ". Take out what is no part of the configuration.");
        }
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setCodePointLimit(MAX_CHARACTERS)
                    .setMaxAliasesForCollections(MAX_ALIASES)
                    .build();
            String spaced = spaced(text);
            checkDepth(new Parse(settings).parseString(spaced));
            Node root = new Compose(settings).composeString(spaced).orElse(null);
            if (!(root instanceof MappingNode mapping)) {
                throw new IllegalArgumentException(name + " is not a mapping: is it the configuration?");
            }
            return mapping;
        } catch (MarkedYamlEngineException e) {
            // not its message, nor itself as the cause: both quote the lines around the place, and keys may stand there
            String line = e.getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1))
                    .orElse("");
            throw new IllegalArgumentException(name + " cannot be read as YAML or JSON" + line + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    name + " cannot be read: it has more than " + MAX_ALIASES + " aliases, or is no YAML or JSON");
        }
    }

    /** Before a tree is made of it, for that takes a frame of the stack for each level. */
    private static void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw tooDeep(
                        event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
            }
        }
    }

    static IllegalArgumentException tooDeep(int line) {
        return new IllegalArgumentException("line " + line + ": nested deeper than " + MAX_DEPTH + " levels");
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
}
