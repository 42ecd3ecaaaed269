package dev.llmrouter.decide;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the evidence for a task, or for one model of its tier.
 *
 * @param id of the evidence file; null if there is none
 * @param until last day on which it holds; null where that is not known
 * @param problems what keeps it from being valid, in words that follow "evidence"; empty where nothing does
 */
public record EvidenceFinding(
        EvidenceState state, @Nullable String id, @Nullable LocalDate until, List<String> problems) {
    /** No evidence is asked for. */
    public static final EvidenceFinding NOT_NEEDED =
            new EvidenceFinding(EvidenceState.NOT_NEEDED, null, null, List.of());

    /** There is none. */
    public static final EvidenceFinding MISSING =
            new EvidenceFinding(EvidenceState.MISSING, null, null, List.of("is not there"));

    /** How a problem ends that is a net loss. */
    public static final String NET_LOSS = "was not accepted: net-loss";

    public EvidenceFinding {
        problems = List.copyOf(problems);
    }

    /** Whether nothing is wrong but that the models, which are good enough, cost more than they save: proving it again changes nothing. */
    boolean isNetLoss() {
        return !problems.isEmpty() && problems.stream().allMatch(problem -> problem.endsWith(NET_LOSS));
    }

    /** Whether it proves what it is about. */
    public boolean isValid() {
        return state == EvidenceState.VALID;
    }
}
