package dev.llmrouter.provider;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;

/** What is too large to be parsed or written on an event loop, where everybody else would wait for it. */
final class Weight {
    /** In bytes of JSON; about 1 ms of work. */
    static final int LARGE = 256 * 1024;

    private Weight() {}

    /** Whether a request's texts and files together are large; its settings and tools are left out of account. */
    static boolean isLarge(ChatRequest request) {
        long characters = 0;
        for (ChatMessage message : request.messages()) {
            for (Part part : message.parts()) {
                characters += charactersOf(part);
            }
            if (characters > LARGE) {
                return true;
            }
        }
        return false;
    }

    private static long charactersOf(Part part) {
        if (part instanceof Part.Text text) {
            return text.text().length();
        } else if (part instanceof Part.Tokens tokens) {
            return tokens.count() * 6L;
        } else if (part instanceof Part.Image image) {
            return lengthOf(image.url()) + lengthOf(image.base64());
        } else if (part instanceof Part.Audio audio) {
            return lengthOf(audio.url()) + lengthOf(audio.base64());
        } else if (part instanceof Part.Document document) {
            return lengthOf(document.base64());
        } else if (part instanceof Part.ToolCall call) {
            return call.arguments().length();
        } else if (part instanceof Part.ToolResult result) {
            return result.content().stream().mapToLong(Weight::charactersOf).sum();
        } else if (part instanceof Part.Reasoning reasoning) {
            return reasoning.text().length();
        }
        return 0;
    }

    private static long lengthOf(@org.jspecify.annotations.Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
