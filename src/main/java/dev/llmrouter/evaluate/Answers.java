package dev.llmrouter.evaluate;

/** Answers beside those that a data set has recorded. Used by one thread, example by example, in the order of the file. */
public interface Answers {
    /** None: only what is recorded counts. */
    Answers RECORDED = new Answers() {
        @Override
        public Example fill(Example example) {
            return example;
        }

        @Override
        public String hash(String dataHash) {
            return dataHash;
        }
    };

    /** The example with the answers that it lacks, as far as there are any. */
    Example fill(Example example);

    /**
     * What stands for data and answers together: other answers to the same examples are other data. Asked after the last
     * example.
     *
     * @param dataHash SHA-256 of the data set
     * @return 64 hexadecimal digits
     * @throws IllegalArgumentException if the answers are of other data
     */
    String hash(String dataHash);
}
