package dev.llmrouter.classify;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request looks like. Figures that cost time to find (tokens, language) are found when they are first asked for;
 * implementations remember them and are safe for use by many threads.
 */
public interface Characteristics {
    /** Estimated input tokens: messages, system prompt and tools. At least 0. Long inputs are sampled. */
    int inputTokens();

    /** A bound that input tokens cannot exceed, found without counting them. */
    int inputTokensAtMost();

    /** ISO 639-1 code of the input's language; null if it cannot be told. */
    @Nullable
    String language();

    /** Other languages than {@link #language} in which the input surely goes on, at its middle or end; empty if it is short. */
    Set<String> laterLanguages();

    /** How sure the language is, 0 to 1; 0 if it cannot be told. */
    double languageConfidence();

    boolean hasCode();

    boolean hasMarkup();

    boolean hasJson();

    boolean hasTable();

    /** Questions in the latest user message. */
    int questions();

    /** Instructions (imperative sentences, numbered or bulleted items) in the latest user message and the system prompt. */
    int instructions();

    /** User messages of the conversation. */
    int turns();

    /** Besides text: {@code image}, {@code audio}, {@code document}. */
    Set<String> modalities();

    boolean hasTools();

    boolean hasResponseSchema();

    /** Output tokens that the caller allows; null if the caller does not say. */
    @Nullable
    Integer requestedOutputTokens();

    /** Characters of all text. */
    int characters();
}
