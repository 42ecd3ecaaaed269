package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells an Anthropic model how hard to think: by {@code output_config.effort}, and by {@code thinking}, without which most
 * models do not think at all. Which of the two a model takes follows from its id; one that is not known gets the effort alone.
 */
final class AnthropicThinking {
    /** The smallest budget that is taken. */
    private static final int LEAST_BUDGET = 1_024;

    /** The smallest {@code top_p} that is taken beside thoughts. */
    private static final double LEAST_TOP_P = 0.95;

    private AnthropicThinking() {}

    /**
     * @param output becomes {@code output_config}
     * @param body has its {@code max_tokens} already
     */
    static void write(ChatRequest request, String model, ObjectNode output, ObjectNode body) {
        String effort = request.sampling().reasoningEffort();
        if (effort == null || effort.equals(Sampling.NO_EFFORT)) {
            return;
        }
        ClaudeModel claude = ClaudeModel.of(model);
        if (claude == null || claude.takesEffort() || !claude.thinksByBudget()) {
            output.put("effort", level(effort, claude));
        }
        if (claude == null || !mayThink(request)) {
            return;
        }
        if (claude.thinksAdaptively()) {
            body.putObject("thinking").put("type", "adaptive");
        } else if (claude.thinksByBudget() && !goesOnFromACall(request.messages())) {
            int budget = Math.min(budget(effort), body.path("max_tokens").intValue() / 2);
            if (budget >= LEAST_BUDGET) {
                body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
            }
        }
    }

    private static String level(String effort, @Nullable ClaudeModel claude) {
        return switch (effort) {
            case "minimal" -> "low";
            case "xhigh" -> claude != null && claude.takesXhigh() ? effort : "high";
            case "max" -> claude == null || claude.takesMax() ? effort : "high";
            default -> effort;
        };
    }

    /** The counterpart of the efforts that {@link AnthropicRequestReader} makes of budgets; half of the limit at most, so that there is room for an answer. */
    private static int budget(String effort) {
        return switch (effort) {
            case "minimal", "low" -> LEAST_BUDGET;
            case "medium" -> 8_192;
            default -> 24_576;
        };
    }

    /** Whether nothing else of the request is an error beside thoughts: a tool that must be called, a begun answer, most of sampling. */
    private static boolean mayThink(ChatRequest request) {
        Sampling sampling = request.sampling();
        ToolChoice choice = request.toolChoice();
        List<ChatMessage> messages = request.messages();
        boolean forced = choice != null
                && !request.tools().isEmpty()
                && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
        boolean begun = !messages.isEmpty() && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
        return !forced
                && !begun
                && (sampling.temperature() == null || sampling.temperature() == 1)
                && (sampling.topP() == null || sampling.topP() >= LEAST_TOP_P)
                && (sampling.topK() == null || sampling.topK() <= 0);
    }

    /** Whether the last turn of the assistant is a call: with a budget it would have to begin with its signed thoughts, which no other dialect has. */
    private static boolean goesOnFromACall(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.ASSISTANT) {
                return messages.get(i).parts().stream().anyMatch(part -> part instanceof Part.ToolCall);
            }
        }
        return false;
    }
}
