package dev.llmrouter.classify;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.Role;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One look at an input, for one thread: what conditions share is found once. */
final class ConditionInput {
    /** Of a longer text, keywords of rules are searched in the first and the last half of so many chars, regexes too. */
    static final int MAX_CHARS = 64 * 1024;

    private final Input input;
    private final KeywordIndex index;
    private final boolean isWhole;
    private @Nullable BitSet keywords;
    private @Nullable String latest;

    /** @param isWhole whether keywords are searched in the whole text */
    ConditionInput(Input input, KeywordIndex index, boolean isWhole) {
        this.input = input;
        this.index = index;
        this.isWhole = isWhole;
    }

    Input input() {
        return input;
    }

    /** Numbers of the keywords that stand in the instructions or the latest user message. */
    BitSet keywords() {
        BitSet known = keywords;
        if (known == null) {
            known = index.isEmpty() ? new BitSet() : index.find(keywordText());
            keywords = known;
        }
        return known;
    }

    private String keywordText() {
        StringBuilder text = new StringBuilder();
        for (ChatMessage message : input.request().messages()) {
            if (message.role() == Role.SYSTEM) {
                text.append(read(message.text())).append('\0');
            }
        }
        String user = read(latestUserText());
        return text.isEmpty() ? user : read(text.toString()) + '\0' + user;
    }

    private String read(String text) {
        return isWhole ? text : ends(text);
    }

    /** The text of the latest user message that has text; empty if there is none. */
    String latestUserText() {
        String known = latest;
        if (known == null) {
            known = latestUserText(input.request().messages());
            latest = known;
        }
        return known;
    }

    static String latestUserText(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.USER) {
                String text = messages.get(i).text();
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return "";
    }

    /** The text, or its head and tail with a gap between that no keyword spans. */
    private static String ends(String text) {
        return text.length() <= MAX_CHARS ? text : head(text, MAX_CHARS / 2) + '\0' + tail(text, MAX_CHARS / 2);
    }

    static String head(String text, int chars) {
        return text.substring(0, Math.min(text.length(), chars));
    }

    static String tail(String text, int chars) {
        return text.substring(Math.max(0, text.length() - chars));
    }
}
