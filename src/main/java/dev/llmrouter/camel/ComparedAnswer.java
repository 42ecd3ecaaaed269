package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.evaluate.CalledTools;

/**
 * What of an answer is compared with another model's: its text, and behind that each tool call with its arguments, in an order
 * of their own, so that two answers without a text are not the same where they call different tools.
 *
 * @param text may be empty
 * @param callsTools whether there are tool calls in it
 */
record ComparedAnswer(String text, boolean callsTools) {
    /** The first choice of an answer. */
    static ComparedAnswer of(ChatReply reply) {
        String text = reply.text();
        if (!reply.callsTools() || reply.choices().isEmpty()) {
            return new ComparedAnswer(text, reply.callsTools());
        }
        String calls = CalledTools.text(reply.choices().get(0).parts());
        return new ComparedAnswer(text.isBlank() ? calls : text + "\n" + calls, true);
    }
}
