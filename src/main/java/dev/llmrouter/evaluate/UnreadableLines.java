package dev.llmrouter.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines of a data set that could not be used, and so are in no figure.
 *
 * @param ofTask of this task
 * @param ofAny of whatever task: it could not be read
 * @param lines of all tasks, used or not
 */
record UnreadableLines(int ofTask, int ofAny, int lines) {
    /** What of a task. @param summary of reading all data sets */
    static UnreadableLines of(String task, DataSetReader.Summary summary) {
        return new UnreadableLines(
                summary.faultyOf().getOrDefault(task, 0),
                summary.faultyOf().getOrDefault(DataSetReader.NO_TASK, 0),
                summary.examples() + summary.badLines());
    }

    /** What makes the data unusable as proof; empty if nothing does. @param n examples of the task that were used */
    List<String> faults(int n) {
        List<String> all = new ArrayList<>();
        if (ofTask > Comparison.MOST_UNUSABLE * (n + ofTask)) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d lines of this task could not be read and are in no figure (accepted: %.0f %%): mend them, those"
                            + " with a failed answer above all",
                    ofTask,
                    n + ofTask,
                    100 * Comparison.MOST_UNUSABLE));
        }
        if (ofAny > Comparison.MOST_UNUSABLE * lines) {
            all.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d lines could not be read, of whatever task (accepted: %.0f %%): mend them",
                    ofAny,
                    lines,
                    100 * Comparison.MOST_UNUSABLE));
        }
        return all;
    }
}
