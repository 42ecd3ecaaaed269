package dev.llmrouter.evaluate;

/** Is told each pair of scores of a comparison, in the order of the data sets; by one thread. */
@FunctionalInterface
public interface Observer {
    /** Looks away. */
    Observer NONE = (task, candidate, example, baseline, score) -> {};

    /**
     * One example, scored.
     *
     * @param example with the answers of both models, as far as there are any
     * @param baseline score of the baseline, 0 to 1
     * @param score of the candidate, 0 to 1
     */
    void compared(String task, String candidate, Example example, double baseline, double score);
}
