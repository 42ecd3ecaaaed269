package dev.llmrouter.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a batch is.
 *
 * @param ended whether no more answers come
 * @param done requests that are over, answered or not
 * @param total requests that the provider counts in it; 0 before it has counted
 * @param answered requests that the provider counts as answered, and asks money for; 0 where it does not count them
 * @param failed requests that it counts as failed; 0 also where it counts those as answered, or not at all. What expired may be in neither
 * @param answers where the answers are: paths at the provider; empty before the end, and where there are none
 * @param fault why the whole batch failed, for people; null if it did not
 * @param passing whether the same batch may be taken later
 */
public record BatchStatus(
        boolean ended,
        int done,
        int total,
        int answered,
        int failed,
        List<String> answers,
        @Nullable String fault,
        boolean passing) {
    public BatchStatus {
        answers = List.copyOf(answers);
    }
}
