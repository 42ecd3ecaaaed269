package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Tells an Anthropic model how hard to think: by {@code output_config.effort}, and by {@code thinking}, without which most
 * models do not think at all. Which of the two a model takes follows from its id; one that is not known gets the effort alone.
 */
final class AnthropicThinking {
    /** The smallest budget that is taken. A limit that has not twice as much, so that there is room for an answer, is all for the answer. */
    private static final int LEAST_BUDGET = 1_024;

    /** The smallest {@code top_p} that is taken beside thoughts. */
    private static final double LEAST_TOP_P = 0.95;

    private AnthropicThinking() {}

    /**
     * @param output becomes {@code output_config}
     * @param body has its {@code max_tokens} and {@code messages} already: what counts is what is written, not what was said
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
        if (claude == null || isBegun(body.path("messages")) || !mayThink(request)) {
            return;
        }
        int most = body.path("max_tokens").intValue() / 2;
        if (claude.thinksAdaptively() && most >= LEAST_BUDGET) {
            body.putObject("thinking").put("type", "adaptive");
        } else if (claude.thinksByBudget() && !goesOnFromACall(body.path("messages"))) {
            int budget = Math.min(budget(effort), most);
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

    /** Whether nothing else of the request is an error beside thoughts: a tool that must be called, most of sampling. */
    private static boolean mayThink(ChatRequest request) {
        Sampling sampling = request.sampling();
        ToolChoice choice = request.toolChoice();
        boolean forced = choice != null
                && !request.tools().isEmpty()
                && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
        return !forced
                && (sampling.temperature() == null || sampling.temperature() == 1)
                && (sampling.topP() == null || sampling.topP() >= LEAST_TOP_P)
                && (sampling.topK() == null || sampling.topK() <= 0);
    }

    /** Whether the model goes on with an answer that has been begun, which is an error beside thoughts. */
    private static boolean isBegun(JsonNode messages) {
        return isAssistants(messages.path(messages.size() - 1));
    }

    private static boolean isAssistants(JsonNode message) {
        return "assistant".equals(Json.textOrNull(message, "role"));
    }

    /**
     * Whether the last turn of the assistant, which may be several messages, has a call: with a budget it would have to begin with its signed
     * thoughts, which no other dialect has.
     */
    private static boolean goesOnFromACall(JsonNode messages) {
        int i = messages.size() - 1;
        while (i >= 0 && !isAssistants(messages.path(i))) {
            i--;
        }
        for (; i >= 0 && isAssistants(messages.path(i)); i--) {
            for (JsonNode block : messages.path(i).path("content")) {
                if ("tool_use".equals(Json.textOrNull(block, "type"))) {
                    return true;
                }
            }
        }
        return false;
    }
}
