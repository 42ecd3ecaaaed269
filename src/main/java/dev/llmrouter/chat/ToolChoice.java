package dev.llmrouter.chat;

import org.jspecify.annotations.Nullable;

/** Whether the model may, must or must not call tools. @param tool the one tool that it must call, with {@link Mode#TOOL} only */
public record ToolChoice(Mode mode, @Nullable String tool) {
    /** What the caller asks for. */
    public enum Mode {
        AUTO,
        /** Some tool must be called. */
        REQUIRED,
        NONE,
        TOOL
    }
}
