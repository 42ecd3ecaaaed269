package dev.llmrouter.classify;

import java.util.List;

/**
 * Makes vectors of texts, for the classifier step {@code embedding}: implement it to use a model of your own, and put the bean
 * into the registry under the name that the policy's {@code classifier.embedding.bean} says. Implementations are safe for use
 * by many threads; they may block, as they are never called on an event loop.
 */
@FunctionalInterface
public interface TextEmbedder {
    /**
     * Makes the vectors of some texts.
     *
     * @param texts at least one, none blank
     * @return one vector for each text, in their order, all of the same length, of finite numbers that are not all 0
     * @throws Exception if there are none; the classifier's next step goes on
     */
    List<float[]> embed(List<String> texts) throws Exception;

    /**
     * What the vectors can be compared with: change it when the model behind changes, and the kept vectors of the examples are
     * made anew. Default: the name of the class.
     */
    default String space() {
        return getClass().getName();
    }
}
