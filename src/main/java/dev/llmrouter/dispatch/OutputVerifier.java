package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/**
 * A check of outputs of your own: put the bean into the registry under the name that the task's {@code verify.bean} says.
 * Implementations are safe for use by many threads; they may block, as they are never called on an event loop. A Camel
 * {@code Predicate} in the registry serves as well.
 */
@FunctionalInterface
public interface OutputVerifier {
    /**
     * Checks an output.
     *
     * @param request what was asked; without messages where the output is checked by itself ({@code llm-verify-action} behind no
     *     request of that task)
     * @param output the text that was answered
     * @return what is wrong with it, without quoting it, for logs and records; null if it is usable
     * @throws Exception if that cannot be told: the output counts as not usable
     */
    @Nullable
    String fault(ChatRequest request, String output) throws Exception;
}
