package dev.llmrouter.evaluate;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers beside those that a data set has recorded. Used by one thread, example by example, in the order of the file. */
public interface Answers {
    /** None: only what is recorded counts. */
    Answers RECORDED = new RecordedAnswers("");

    /** The example with the answers that it lacks, as far as there are any. */
    Example fill(Example example);

    /**
     * The example with scores for a pair of models, where scores are not the scorers' to give.
     *
     * @return null if nothing can be said about this example: it is left out, and counted apart
     */
    default @Nullable Example judged(Example example, String baseline, String candidate) {
        return example;
    }

    /**
     * Whether the baseline would serve this example in place of a candidate: it then says nothing about the candidate.
     *
     * @param example as {@link #fill} gives it
     */
    default boolean isLifted(Example example, String candidate) {
        return false;
    }

    /** Whether this example may not count for a candidate, because what is to be proven has learned from it. */
    default boolean leavesOut(Example example, String candidate) {
        return false;
    }

    /**
     * Day (UTC) of the oldest answer that was used for a task; null where it is not known, as of recorded ones. Asked after the last
     * example.
     */
    default @Nullable LocalDate oldest(String task) {
        return null;
    }

    /** What has to be known of the answers, in words; empty if nothing. Asked after the last example. */
    default List<String> remarks() {
        return List.of();
    }

    /**
     * What makes who scores them unusable for a proof of a task, in words; empty if nothing. Asked after the last example of all data sets
     * that are looked at together; what is said twice counts once.
     */
    default List<String> faults(String task) {
        return List.of();
    }

    /**
     * What stands for data and answers together: other answers to the same examples are other data. Asked after the last
     * example.
     *
     * @param dataHash SHA-256 of the data set
     * @return 64 hexadecimal digits
     * @throws IllegalArgumentException if the answers are of other data
     */
    String hash(String dataHash);

    /** The same without what judges and vectors said of the answers: whether they were looked at before does not depend on that. */
    default String answersHash(String dataHash) {
        return hash(dataHash);
    }
}
