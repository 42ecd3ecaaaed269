package dev.llmrouter.dispatch;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes vectors of texts, without blocking. Implementations are safe for use by many threads. */
@FunctionalInterface
public interface Embedder {
    /**
     * @param texts at least one, none empty
     * @return the vectors; or fails with a {@link ProviderException} if there are none, in bounded time
     * @throws IllegalArgumentException if there is no text, or an empty one
     */
    CompletableFuture<Embedded> embed(List<String> texts);

    /**
     * The vectors of some texts.
     *
     * @param vectors one for each text, in their order, all of the same length; not copied and not to be changed
     * @param attempt what it took: tokens, cost, time
     */
    record Embedded(List<float[]> vectors, Attempt attempt) {
        public Embedded {
            vectors = List.copyOf(vectors);
        }
    }
}
