package dev.llmrouter.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The look at a task that new answers would lead to. A later look is stricter than the first, so that examples which were
 * enough once can be too few, which is worth knowing before answers are paid for.
 */
final class ComingLook {
    private static final int MOST_EXAMPLES = 100_000;

    /** In place of the hash of data whose answers are not there yet: it is that of no look. */
    private static final String NOT_KNOWN_YET = "";

    private final Terms terms;
    private final double alpha;
    private final List<String> scorers;
    private final String system;
    private final Function<String, @Nullable EvidenceFile> earlier;
    private final SystemPrompts prompts = new SystemPrompts();

    /**
     * A look by the evidence as it stands.
     *
     * @param scorers as evidence names them
     * @param system prompt of examples that have none; empty for none
     * @param earlier evidence of a task; null if there is none
     */
    ComingLook(
            Terms terms,
            double alpha,
            List<String> scorers,
            String system,
            Function<String, @Nullable EvidenceFile> earlier) {
        this.terms = terms;
        this.alpha = alpha;
        this.scorers = scorers;
        this.system = system.strip();
        this.earlier = earlier;
    }

    /** Notes an example of the task. */
    void add(Example example) {
        prompts.add(example.system().isEmpty() ? system : example.system());
    }

    /** What is to be known of the looks of a task before they are paid for, a text for each candidate. @param n examples */
    List<String> remarks(String task, int n) {
        return terms.candidates().stream()
                .map(candidate -> remark(task, candidate, n))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> remark(String task, String candidate, int n) {
        LookQuestion question = LookQuestion.of(terms.baseline(), terms.margin(), scorers, prompts.hash());
        int look = EvidenceBook.looks(earlier.apply(task), candidate, question, List.of(NOT_KNOWN_YET), "", false)
                .look();
        if (look == 1) {
            return Optional.empty();
        }
        int fewest = fewest(look);
        return n >= fewest
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "task '%s', model '%s': %,d %s entered, and each one more is stricter. Look %,d needs"
                                + " %,d examples at least if the candidate never wins, and there are %,d. What helps: %,d more"
                                + " examples, a wider margin, or evidence that accumulates on live traffic (evidence: collect).",
                        task,
                        candidate,
                        look - 1,
                        look == 2 ? "look at this question is" : "looks at this question are",
                        look,
                        fewest,
                        n,
                        fewest - n));
    }

    /** Examples below which a candidate that never wins cannot pass a look. @param look from 2 */
    private int fewest(int look) {
        double level = alpha / Relook.share(look);
        SequentialBet bet = new SequentialBet(terms.margin(), level);
        int n = 1;
        while (n < MOST_EXAMPLES && bet.add(1, 1) != Verdict.PASS) {
            n++;
        }
        return Math.max(n, new Gate(terms.margin(), level).fewest());
    }
}
