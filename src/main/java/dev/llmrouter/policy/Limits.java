package dev.llmrouter.policy;

/**
 * What a request may have at most.
 *
 * @param bodyBytes size of the body; default 10 MB (10,000,000)
 * @param depth nesting of the JSON; default 64
 * @param messages messages of the conversation; default 2,000
 * @param inputs texts that one request for embeddings may have; default 2,048. Source: OpenAI's OpenAPI description of
 *     2026-08-21, {@code CreateEmbeddingRequest}
 */
public record Limits(int bodyBytes, int depth, int messages, int inputs) {
    private static final int INPUTS = 2_048;

    /** With as many inputs as OpenAI allows. */
    public Limits(int bodyBytes, int depth, int messages) {
        this(bodyBytes, depth, messages, INPUTS);
    }

    public static Limits ofDefaults() {
        return new Limits(10_000_000, 64, 2_000);
    }
}
