package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Tool;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that a model was asked, as a judge reads it: a single question as it is; else system prompt, turns, tool calls with their
 * results and the tools that were offered, in their order. Thoughts of earlier turns are left out.
 *
 * @param text what can be read
 * @param unseen what is in the request and cannot be read: {@code image}, {@code audio}, {@code document}, or something that only a
 *     dialect knows
 */
public record Conversation(String text, Set<String> unseen) {
    public Conversation {
        unseen = Set.copyOf(unseen);
    }

    /** A question without anything else. */
    public static Conversation of(String text) {
        return new Conversation(text, Set.of());
    }

    /** What a request asks. */
    public static Conversation of(ChatRequest request) {
        Writer writer = new Writer();
        for (ChatMessage message : request.messages()) {
            writer.turn(message.role().name());
            message.parts().forEach(part -> add(writer, part));
        }
        for (Tool tool : request.tools()) {
            writer.tool(tool.name(), tool.description(), tool.schema());
        }
        for (String kept : List.of("previous_response_id", "conversation", "prompt")) {
            if (request.dialect() == Dialect.Name.RESPONSES
                    && request.body() != null
                    && request.body().hasNonNull(kept)) {
                writer.unseen(kept);
            }
        }
        return writer.conversation();
    }

    /** What one message says. */
    static String said(ChatMessage message) {
        Writer writer = new Writer();
        message.parts().forEach(part -> add(writer, part));
        return writer.all.toString();
    }

    /** How an offered tool reads. */
    static String offered(Tool tool) {
        Writer writer = new Writer();
        writer.tool(tool.name(), tool.description(), tool.schema());
        return writer.all.toString();
    }

    private static void add(Writer writer, Part part) {
        if (part instanceof Part.Text text) {
            writer.line(text.text());
        } else if (part instanceof Part.Refusal refusal) {
            writer.line(refusal.text());
        } else if (part instanceof Part.ToolCall call) {
            writer.call(call.name(), call.arguments());
        } else if (part instanceof Part.ToolResult result) {
            writer.result(result.isError());
            result.content().forEach(each -> add(writer, each));
        } else if (part instanceof Part.Image) {
            writer.unseen("image");
        } else if (part instanceof Part.Audio) {
            writer.unseen("audio");
        } else if (part instanceof Part.Document) {
            writer.unseen("document");
        } else if (part instanceof Part.Opaque opaque) {
            writer.unseen(opaque.json().path("type").asText("part"));
        } else if (part instanceof Part.Tokens) {
            writer.unseen("tokens");
        }
    }

    /** Adds up turns. */
    static final class Writer {
        private final StringBuilder all = new StringBuilder();
        private final StringBuilder only = new StringBuilder();
        private final Set<String> unseen = new TreeSet<>();
        private int turns;
        private boolean isPlain = true;

        /** A turn begins. @param role of who speaks */
        void turn(String role) {
            String said = role.toUpperCase(Locale.ROOT);
            boolean isSystem = said.equals(Role.SYSTEM.name()) || said.equals("DEVELOPER");
            turns += isSystem ? 0 : 1;
            all.append(isSystem ? Role.SYSTEM.name() : said.equals("MODEL") ? Role.ASSISTANT.name() : said)
                    .append(":\n");
        }

        void line(String text) {
            if (!text.isEmpty()) {
                all.append(text).append('\n');
                only.append(only.isEmpty() ? "" : "\n").append(text);
            }
        }

        void call(String name, String arguments) {
            isPlain = false;
            all.append("[calls the tool ")
                    .append(name)
                    .append(" with ")
                    .append(arguments)
                    .append("]\n");
        }

        void result(boolean isError) {
            isPlain = false;
            all.append(isError ? "[the tool failed:]\n" : "[the tool answers:]\n");
        }

        /** Something that is not text. @param kind as {@code image} */
        void unseen(String kind) {
            isPlain = false;
            unseen.add(kind);
            all.append('[').append(kind).append(", not shown]\n");
        }

        void tool(String name, @Nullable String description, @Nullable JsonNode schema) {
            isPlain = false;
            all.append("[may call the tool ").append(name);
            if (description != null && !description.isBlank()) {
                all.append(": ").append(description.strip());
            }
            if (schema != null && !schema.isNull()) {
                all.append(", arguments ").append(schema);
            }
            all.append("]\n");
        }

        Conversation conversation() {
            boolean isSingle = turns <= 1 && isPlain;
            return new Conversation(isSingle ? only.toString() : all.toString().strip(), unseen);
        }
    }

    /** What of it a judge is not shown, in words; empty where it is shown all. */
    public String missing() {
        return String.join(", ", new TreeSet<>(unseen));
    }
}
