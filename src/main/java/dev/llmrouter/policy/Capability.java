package dev.llmrouter.policy;

import java.util.Locale;

/** What a model can do beyond text in, text out. Written in the policy in lower case with hyphens ({@code json-schema}). */
public enum Capability {
    TOOLS,
    VISION,
    AUDIO,
    DOCUMENTS,
    JSON_OBJECT,
    JSON_SCHEMA,
    REASONING,
    LOGPROBS,
    /** A conversation may end with an assistant message that the model goes on from. */
    PREFILL,
    /** More than one answer to a request ({@code n}). */
    MULTIPLE_CHOICES,
    /** It makes vectors of texts, and answers no chat. */
    EMBEDDINGS,
    /** It shortens vectors to the {@code dimensions} that a request names. */
    DIMENSIONS;

    /** The name as the policy file writes it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
