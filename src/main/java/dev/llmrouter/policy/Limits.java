package dev.llmrouter.policy;

/**
 * What a request may have at most.
 *
 * @param bodyBytes size of the body; default 10 MB (10,000,000)
 * @param depth nesting of the JSON; default 64
 * @param messages messages of the conversation; default 2,000
 */
public record Limits(int bodyBytes, int depth, int messages) {
    public static Limits ofDefaults() {
        return new Limits(10_000_000, 64, 2_000);
    }
}
