package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the system messages say, for the dialects that have one place for it beside the messages. */
final class SystemText {
    private SystemText() {}

    /** All of it in one text; empty if there is none. */
    static String join(List<ChatMessage> messages) {
        StringBuilder system = new StringBuilder();
        for (ChatMessage message : messages) {
            String text = message.role() == Role.SYSTEM ? message.text() : "";
            if (!text.isEmpty()) {
                system.append(system.length() == 0 ? "" : "\n\n").append(text);
            }
        }
        return system.toString();
    }

    /** Anthropic's {@code system}: one text, or blocks where one of them asks to be cached. Nothing if there is none. */
    static void write(List<ChatMessage> messages, ObjectNode body) {
        ArrayNode blocks = Json.array();
        boolean cached = false;
        for (ChatMessage message : messages) {
            for (Part part : message.role() == Role.SYSTEM ? message.parts() : List.<Part>of()) {
                if (part instanceof Part.Text text && !text.text().isBlank()) {
                    blocks.add(AnthropicRequestWriter.text(text));
                    cached |= text.cacheControl() != null;
                }
            }
        }
        if (cached) {
            body.set("system", blocks);
        } else if (!blocks.isEmpty()) {
            body.put("system", join(messages));
        }
    }
}
