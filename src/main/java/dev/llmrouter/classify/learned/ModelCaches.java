package dev.llmrouter.classify.learned;

/**
 * What the readers of one model share: what would be computed anew otherwise.
 *
 * @param chunks what words add by their character n-grams
 * @param rows weights of frequent features, laid out in full
 */
record ModelCaches(ChunkCache chunks, DenseRows rows) {
    static ModelCaches of(Vocabulary vocabulary, SparseWeights weights) {
        return new ModelCaches(new ChunkCache(weights.classes), new DenseRows(vocabulary, weights));
    }
}
