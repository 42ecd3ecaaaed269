package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.ResponseFormat;
import dev.llmrouter.chat.Tool;
import java.util.ArrayList;
import java.util.List;

/**
 * How the simulator counts tokens, which is its own measure and no provider's.
 *
 * <p>A token is up to six letters or digits, with one space before them; or one other character; or up to six white
 * space characters in a row; or one ideograph. Each message costs three tokens more, and each request three, as in
 * OpenAI's chat format (OpenAI Cookbook, "How to count tokens with tiktoken"); an image, a sound or a document costs
 * {@value #MEDIUM}.
 */
final class TokenEstimate {
    private static final int PIECE = 6;
    private static final int OVERHEAD = 3;
    private static final int MEDIUM = 765;
    private static final char FIRST_IDEOGRAPH = '\u2E80';

    private TokenEstimate() {}

    static int count(String text) {
        int tokens = 0;
        for (int at = 0; at < text.length(); at = end(text, at)) {
            tokens++;
        }
        return tokens;
    }

    /** The tokens themselves; joined, they are the text. */
    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>(text.length() / 4 + 1);
        for (int at = 0; at < text.length(); ) {
            int end = end(text, at);
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    /** The first {@code tokens} tokens of a text. */
    static String first(String text, int tokens) {
        int at = 0;
        for (int taken = 0; taken < tokens && at < text.length(); taken++) {
            at = end(text, at);
        }
        return text.substring(0, at);
    }

    /** Input tokens of a request: messages, tools and answer schema. */
    static int input(ChatRequest request) {
        if (request.isEmbeddings()) {
            return request.messages().get(0).parts().stream()
                    .mapToInt(TokenEstimate::input)
                    .sum();
        }
        int tokens = OVERHEAD;
        for (ChatMessage message : request.messages()) {
            tokens += OVERHEAD;
            for (Part part : message.parts()) {
                tokens += input(part);
            }
        }
        for (Tool tool : request.tools()) {
            tokens += OVERHEAD + count(tool.name());
            tokens += tool.description() == null ? 0 : count(tool.description());
            tokens += tool.schema() == null ? 0 : count(tool.schema().toString());
        }
        ResponseFormat format = request.responseFormat();
        if (format != null && format.schema() != null) {
            tokens += count(format.schema().toString());
        }
        return tokens;
    }

    /** Input tokens of one part of a message. */
    static int input(Part part) {
        if (part instanceof Part.Text text) {
            return count(text.text());
        }
        if (part instanceof Part.Tokens tokens) {
            return tokens.count();
        }
        if (part instanceof Part.ToolCall call) {
            return count(call.name()) + count(call.arguments());
        }
        if (part instanceof Part.ToolResult result) {
            return result.content().stream().mapToInt(TokenEstimate::input).sum();
        }
        if (part instanceof Part.Reasoning reasoning) {
            return count(reasoning.text());
        }
        if (part instanceof Part.Refusal refusal) {
            return count(refusal.text());
        }
        return MEDIUM;
    }

    private static int end(String text, int start) {
        int at = start;
        int length = text.length();
        if (text.charAt(at) == ' ' && at + 1 < length && isWord(text.charAt(at + 1))) {
            at++;
        }
        char first = text.charAt(at);
        int limit = Math.min(length, at + PIECE);
        if (isWord(first)) {
            do {
                at++;
            } while (at < limit && isWord(text.charAt(at)));
            return at;
        }
        if (Character.isWhitespace(first)) {
            do {
                at++;
            } while (at < limit && Character.isWhitespace(text.charAt(at)));
            return at;
        }
        return at + Character.charCount(text.codePointAt(at));
    }

    private static boolean isWord(char c) {
        return c < FIRST_IDEOGRAPH && Character.isLetterOrDigit(c);
    }
}
