package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Blend;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked about the outputs of a task, and how what they say is combined with the other scorers. Immutable.
 *
 * @param judge null for none
 * @param vectors null for none
 */
record TaskScorers(
        Blend blend, @Nullable Judge judge, @Nullable VectorScorer vectors) {}
