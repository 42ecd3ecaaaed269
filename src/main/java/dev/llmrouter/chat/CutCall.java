package dev.llmrouter.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call of a tool in which an answer was cut: by its limit, by a filter, or by a stop sequence of the caller that stood in the arguments. */
public final class CutCall {
    private CutCall() {}

    /**
     * Whether an answer's calls can be given to callers whose format has objects for their arguments: each has one, or is the one that the
     * answer was cut in.
     *
     * @param reason why the answer ended; null if nothing was said
     * @param calls in their order
     */
    public static boolean canBeGiven(ChatRequest request, @Nullable FinishReason reason, List<Part.ToolCall> calls) {
        if (reason == FinishReason.LENGTH || reason == FinishReason.CONTENT_FILTER) {
            return true;
        }
        for (int i = 0; i < calls.size(); i++) {
            boolean isLast = i == calls.size() - 1;
            if (calls.get(i).input() == null && !(isLast && isStopped(request, calls.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a stop sequence of the caller's may have ended the answer in its last call. Providers of OpenAI's format say "stop" or "tool_calls"
     * then, and not which one it was.
     */
    static boolean isStopped(ChatRequest request, Part.ToolCall last) {
        return !request.sampling().stop().isEmpty() && last.isUnfinished();
    }
}
