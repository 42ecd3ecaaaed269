package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Role;
import java.util.List;
import java.util.Locale;

/**
 * What a request says.
 *
 * @param system all system messages
 * @param user the latest user message
 * @param all every text of the conversation: what decides which answer is the right one
 * @param toolResult what a tool answered, if the conversation ends with that; else empty
 */
record PromptParts(String system, String user, String all, String toolResult) {
    private static final List<String> STRICT = List.of(
            "one word",
            "single word",
            "nothing else",
            "no other text",
            "no explanation",
            "yes or no",
            "reply only",
            "answer only",
            "respond only",
            "only the",
            "only with",
            "only json",
            "just the");
    private static final int INSTRUCTION = 2000;

    static PromptParts of(ChatRequest request) {
        StringBuilder system = new StringBuilder();
        StringBuilder all = new StringBuilder();
        String user = "";
        for (ChatMessage message : request.messages()) {
            String text = message.text();
            if (message.role() == Role.SYSTEM) {
                append(system, text);
            } else if (message.role() == Role.USER && !text.isEmpty()) {
                user = text;
            }
            append(all, text);
        }
        String toolResult = toolResult(request.messages());
        append(all, toolResult);
        return new PromptParts(system.toString(), user, all.toString(), toolResult);
    }

    private static void append(StringBuilder to, String text) {
        if (!text.isEmpty()) {
            if (to.length() > 0) {
                to.append('\n');
            }
            to.append(text);
        }
    }

    private static String toolResult(List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            return "";
        }
        StringBuilder results = new StringBuilder();
        for (Part part : messages.get(messages.size() - 1).parts()) {
            if (part instanceof Part.ToolResult result) {
                append(results, new ChatMessage(Role.TOOL, result.content(), null).text());
            }
        }
        return results.toString();
    }

    /** What the work is asked for in: the user's message, or the system prompt where that gives the instructions. */
    Work work() {
        Work work = Work.ofPrompt(user);
        return work == Work.GENERATION && !system.isEmpty() ? Work.ofPrompt(system) : work;
    }

    /** Whether an answer of a strict shape is asked for, which no marker may break. */
    boolean wantsStrictShape() {
        String asked = (instruction(system) + "\n" + instruction(user)).toLowerCase(Locale.ROOT);
        return STRICT.stream().anyMatch(phrase -> Words.indexOfPhrase(asked, phrase, 0) >= 0);
    }

    private static String instruction(String text) {
        return text.length() <= 2 * INSTRUCTION
                ? text
                : text.substring(0, INSTRUCTION) + "\n" + text.substring(text.length() - INSTRUCTION);
    }

    /** What the instruction is about: what follows the first line feed or colon of the user's message; else all of it. */
    String material() {
        int colon = user.indexOf(": ");
        int line = user.indexOf('\n');
        int cut = colon < 0 ? line : line < 0 ? colon : Math.min(colon, line);
        String rest = cut < 0 ? "" : user.substring(cut + 1).strip();
        return rest.isEmpty() ? user.strip() : rest;
    }
}
