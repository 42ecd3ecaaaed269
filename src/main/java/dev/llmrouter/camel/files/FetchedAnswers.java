package dev.llmrouter.camel.files;

import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.BatchItem;
import dev.llmrouter.provider.BatchStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a batch, counted.
 *
 * @param first the name of the line that stands first; null where there is none
 * @param answered lines that are answered
 * @param faults how many lines came to nothing, by the provider's word for it
 * @param unreadable lines that say nothing
 */
record FetchedAnswers(@Nullable String first, int answered, Map<String, Integer> faults, int unreadable) {
    private static final int MOST_WORDS = 5;
    /** OpenAI's words for lines that were never run, which no provider counts as completed. */
    private static final Set<String> NOT_RUN = Set.of("batch_expired", "batch_cancelled");

    FetchedAnswers {
        faults = Map.copyOf(faults);
    }

    /** @param file of answers, in the form of their provider */
    static FetchedAnswers of(Path file, BatchApi api) throws IOException {
        Map<String, String> lines = new TreeMap<>(); // an answer is the empty fault
        String first = null;
        int unreadable = 0;
        try (LineReader reader = LineReader.ofResults(file)) {
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                BatchItem item = api.item(line);
                if (item == null) {
                    unreadable++;
                    continue;
                }
                first = first == null ? item.customId() : first;
                String fault = item.reply() == null ? String.valueOf(item.fault()) : "";
                lines.merge(item.customId(), fault, (one, other) -> one.isEmpty() ? one : other);
            }
        }
        Map<String, Integer> faults = new TreeMap<>();
        lines.values().forEach(fault -> faults.merge(fault, 1, Integer::sum));
        Integer answered = faults.remove("");
        return new FetchedAnswers(first, answered == null ? 0 : answered, faults, unreadable);
    }

    /** Lines that came to nothing. */
    private int failed() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Lines that were run, and came to nothing. */
    private int failedAtRun() {
        return failed()
                - NOT_RUN.stream()
                        .mapToInt(word -> faults.getOrDefault(word, 0))
                        .sum();
    }

    /**
     * How many answers the provider counts, and did not send. Some count as answered what failed, and nothing as failed; OpenAI counts
     * what expired in neither.
     *
     * @param lines that the batch has
     */
    int missing(BatchStatus status, int lines) {
        int failed = failed();
        int counted = status.answered() - (status.failed() == 0 ? failedAtRun() : 0);
        return Math.max(0, Math.min(counted - answered, lines - answered - failed));
    }

    /** Why lines have no answer, for people: the commonest first; empty where nothing is known. */
    String reasons() {
        StringJoiner all = new StringJoiner(", ");
        faults.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_WORDS)
                .forEach(each -> all.add(each.getKey() + ": " + each.getValue()));
        if (faults.size() > MOST_WORDS) {
            all.add("and others");
        }
        if (unreadable > 0) {
            all.add("cannot be read: " + unreadable);
        }
        return all.toString();
    }
}
