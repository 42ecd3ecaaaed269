package dev.llmrouter.chat;

/** The fence of a code block, which models put around JSON although nobody asked for it. */
public final class CodeFence {
    private static final String FENCE = "```";

    private CodeFence() {}

    /** What a text is about: without the fence, if all of it is one fenced block, and without white space around it. */
    public static String off(String text) {
        String stripped = text.strip();
        int line = stripped.indexOf('\n');
        int end = stripped.length() - FENCE.length();
        return stripped.startsWith(FENCE) && stripped.endsWith(FENCE) && line > 0 && line < end
                ? stripped.substring(line + 1, end).strip()
                : stripped;
    }
}
