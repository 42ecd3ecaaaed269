package dev.llmrouter.classify.learned;

/**
 * A text against the weights.
 *
 * @param scores raw, of each class
 * @param covered {@link Coverage} of the text by its best task
 */
record Scored(float[] scores, double covered) {
    static Scored of(Bag bag, Vocabulary vocabulary, Softmax softmax, int tasks) {
        float[] scores = new float[softmax.classes()];
        softmax.scores(Weighted.of(bag, vocabulary), scores);
        return new Scored(scores, Coverage.of(bag, vocabulary, softmax, LearnedModel.best(scores, tasks)));
    }
}
