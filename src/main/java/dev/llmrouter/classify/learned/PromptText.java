package dev.llmrouter.classify.learned;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a request that says what is asked for: the system prompt and the latest user message, in this order.
 *
 * <p>The same from a parsed request and from the JSON of OpenAI's, Anthropic's and Gemini's dialects, so that examples
 * teach what requests will look like. Earlier turns are left out: they say what was asked before.
 */
public final class PromptText {
    /** Characters below which a message is seldom a request of its own. */
    private static final int FOLLOW_UP = 60;

    private PromptText() {}

    /** Text of a parsed request; empty if it has none. */
    public static String of(ChatRequest request) {
        if (request.messages().size() == 1) {
            return request.messages().get(0).text();
        }
        List<String> system = new ArrayList<>();
        String user = "";
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.SYSTEM) {
                system.add(message.text());
            } else if (message.role() == Role.USER && !message.text().isEmpty()) {
                user = message.text();
            }
        }
        return join(system, user);
    }

    /**
     * The same of the earlier turn that the latest one goes on from: where the latest user message has fewer than {@value
     * #FOLLOW_UP} characters (<em>Go on</em>, <em>And in French?</em>), with the last user message before it that has more in
     * its place, or with the longest one if none has.
     *
     * @return null if the latest message is longer, or is the first one with text
     */
    public static @Nullable String ofTurnBefore(ChatRequest request) {
        List<String> system = new ArrayList<>();
        List<String> user = new ArrayList<>();
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.SYSTEM) {
                system.add(message.text());
            } else if (message.role() == Role.USER && !message.text().isBlank()) {
                user.add(message.text());
            }
        }
        int last = user.size() - 1;
        if (last < 1 || isWhole(user.get(last))) {
            return null;
        }
        String before = "";
        for (int i = last - 1; i >= 0 && !isWhole(before); i--) {
            before = isWhole(user.get(i)) || user.get(i).length() > before.length() ? user.get(i) : before;
        }
        return join(system, before);
    }

    private static boolean isWhole(String message) {
        return message.strip().length() >= FOLLOW_UP;
    }

    /** Text of {@code input} in a data set: a string, or a chat request; null if it is neither, empty for images alone. */
    static @Nullable String of(@Nullable JsonNode input) {
        if (input == null) {
            return null;
        }
        if (input.isTextual()) {
            return input.textValue();
        }
        JsonNode messages = input.has("contents") ? input.get("contents") : input.get("messages");
        if (messages == null || !messages.isArray() || messages.isEmpty()) {
            return null;
        }
        List<String> system = new ArrayList<>();
        for (String field : List.of("system", "systemInstruction")) {
            addNotEmpty(system, textOf(input.get(field)));
        }
        String user = "";
        for (JsonNode message : messages) {
            String role = message.path("role").asText("user");
            String text = textOf(message.has("parts") ? message.get("parts") : message.get("content"));
            if (role.equals("system") || role.equals("developer") || messages.size() == 1 && !role.equals("user")) {
                addNotEmpty(system, text);
            } else if (role.equals("user") && !text.isEmpty()) {
                user = text;
            }
        }
        String all = join(system, user);
        return all.isEmpty() && !hasOtherParts(messages) ? null : all;
    }

    /** Whether a user's message holds something else than text, such as an image. */
    private static boolean hasOtherParts(JsonNode messages) {
        for (JsonNode message : messages) {
            if (message.path("role").asText("user").equals("user")) {
                for (JsonNode part : message.has("parts") ? message.get("parts") : message.path("content")) {
                    if (part.isObject() && !part.isEmpty() && !part.has("text")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static void addNotEmpty(List<String> texts, String text) {
        if (!text.isEmpty()) {
            texts.add(text);
        }
    }

    private static String textOf(@Nullable JsonNode content) {
        if (content == null) {
            return "";
        }
        if (content.isTextual()) {
            return content.textValue();
        }
        if (content.has("parts")) {
            return textOf(content.get("parts"));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode part : content) {
            if (part.path("text").isTextual()) {
                texts.add(part.get("text").textValue());
            }
        }
        return String.join("\n", texts);
    }

    private static String join(List<String> system, String user) {
        if (system.isEmpty()) {
            return user;
        }
        String first = String.join("\n", system);
        return user.isEmpty() ? first : first + "\n" + user;
    }
}
