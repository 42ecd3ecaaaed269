package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Tool;
import dev.llmrouter.chat.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decides which tools are called: those that must be, and those that the prompt names. */
final class ToolCalls {
    private ToolCalls() {}

    /** The calls in the order of the tools; empty to answer with text. */
    static List<Part.ToolCall> of(ChatRequest request, PromptParts prompt, int choice) {
        List<Part.ToolCall> calls = new ArrayList<>();
        for (Tool tool : chosen(request, prompt)) {
            long hash = Chance.hash(choice, prompt.all(), tool.name());
            String id = "call_sim_" + String.format(Locale.ROOT, "%016x", hash);
            calls.add(new Part.ToolCall(id, tool.name(), arguments(tool.schema(), prompt)));
        }
        return calls;
    }

    private static List<Tool> chosen(ChatRequest request, PromptParts prompt) {
        ToolChoice choice = request.toolChoice();
        ToolChoice.Mode mode = choice == null ? ToolChoice.Mode.AUTO : choice.mode();
        if (request.tools().isEmpty() || mode == ToolChoice.Mode.NONE) {
            return List.of();
        }
        if (mode == ToolChoice.Mode.TOOL && choice != null) {
            return request.tools().stream()
                    .filter(tool -> tool.name().equals(choice.tool()))
                    .limit(1)
                    .toList();
        }
        List<Tool> named = prompt.toolResult().isEmpty() ? named(request.tools(), prompt.user()) : List.of();
        if (named.isEmpty() && mode == ToolChoice.Mode.REQUIRED) {
            return List.of(request.tools().get(0));
        }
        return Boolean.FALSE.equals(request.parallelToolCalls()) && named.size() > 1 ? named.subList(0, 1) : named;
    }

    private static List<Tool> named(List<Tool> tools, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return tools.stream()
                .filter(tool -> mentions(lower, tool.name().toLowerCase(Locale.ROOT))
                        || mentions(lower, String.join(" ", Values.words(tool.name()))))
                .toList();
    }

    private static boolean mentions(String text, String name) {
        return !name.isEmpty() && Words.indexOfPhrase(text, name, 0) >= 0;
    }

    private static String arguments(@Nullable JsonNode schema, PromptParts prompt) {
        if (schema == null || schema.isEmpty()) {
            return "{}";
        }
        JsonNode value = new SchemaSample(schema, prompt.user()).value();
        return value.isObject() ? value.toString() : "{}";
    }
}
