package dev.llmrouter.chat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who of several speaks, for dialects whose messages have no name. Where one side has two names or more, each of its named
 * messages begins with the name; one name alone tells nobody apart. Names of assistants are left off, as clients of these dialects do:
 * a model would go on writing them, and agents that take turns name each of their messages.
 */
final class Speakers {
    private Speakers() {}

    /** The messages, with the names in their texts where they are needed. */
    static List<ChatMessage> named(List<ChatMessage> messages) {
        Set<Role> several = several(messages);
        several.remove(Role.ASSISTANT);
        if (several.isEmpty()) {
            return messages;
        }
        List<ChatMessage> named = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            String name = message.name();
            named.add(
                    name == null || name.isBlank() || !several.contains(message.role())
                            ? message
                            : named(message, name));
        }
        return named;
    }

    private static ChatMessage named(ChatMessage message, String name) {
        List<Part> parts = new ArrayList<>(message.parts());
        if (!parts.isEmpty() && parts.get(0) instanceof Part.Text text) {
            parts.set(0, new Part.Text(name + ": " + text.text(), text.cacheControl()));
        } else {
            parts.add(0, new Part.Text(name + ":"));
        }
        return new ChatMessage(message.role(), parts, name);
    }

    /** The sides that have two names or more. The name of a tool's message is the tool's. */
    private static Set<Role> several(List<ChatMessage> messages) {
        Map<Role, Set<String>> names = new EnumMap<>(Role.class);
        for (ChatMessage message : messages) {
            @Nullable String name = message.name();
            if (name != null && !name.isBlank() && message.role() != Role.TOOL) {
                names.computeIfAbsent(message.role(), any -> new HashSet<>()).add(name);
            }
        }
        names.values().removeIf(given -> given.size() < 2);
        return names.keySet();
    }
}
