package dev.llmrouter.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of the conversation. @param name the speaker's name, where the dialect has one */
public record ChatMessage(
        Role role, List<Part> parts, @Nullable String name) {
    public ChatMessage {
        parts = List.copyOf(parts);
    }

    public static ChatMessage of(Role role, String text) {
        return new ChatMessage(role, List.of(new Part.Text(text)), null);
    }

    /** The text parts, joined by line feeds; empty if there is none. */
    public String text() {
        if (parts.size() == 1 && parts.get(0) instanceof Part.Text only) {
            return only.text();
        }
        StringBuilder joined = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text text) {
                if (joined.length() > 0) {
                    joined.append('\n');
                }
                joined.append(text.text());
            }
        }
        return joined.toString();
    }
}
