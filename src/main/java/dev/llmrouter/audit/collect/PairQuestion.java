package dev.llmrouter.audit.collect;

import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.PairBegunEntry;
import dev.llmrouter.record.ledger.PairEntry;
import dev.llmrouter.record.ledger.RouteChangeEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What pairs answer: whether this candidate is as good as this baseline at this task, by this scorer. Pairs of another
 * definition, model or scorer do not count.
 *
 * @param scorer as the policy writes it, with the version of a judge
 */
public record PairQuestion(
        String task,
        String definition,
        String candidate,
        String candidateVersion,
        String baseline,
        String baselineVersion,
        String scorer) {
    private static final String SIMULATED = "simulator/";

    /**
     * The question of a task as the policy is now.
     *
     * @param simulated whether the simulator stands in for every provider
     * @param gate SHA-256 of the task's difficulty gate in force, on which it depends which requests are sampled; null for none
     * @return empty if the policy does not say how to answer it
     */
    public static Optional<PairQuestion> of(
            RoutingPolicy policy, Task task, String candidate, boolean simulated, @Nullable String gate) {
        Collect collect = task.collect();
        String baseline = TaskDefinition.baseline(policy).orElse(candidate);
        if (collect == null || collect.scorer() == null || task.margin() == null || candidate.equals(baseline)) {
            return Optional.empty();
        }
        if (Collect.VERIFY.equals(collect.scorer()) && task.verify() == null) {
            return Optional.empty();
        }
        String judge = collect.judge();
        if (judge != null && (isSame(policy, judge, candidate) || isSame(policy, judge, baseline))) {
            return Optional.empty();
        }
        return Optional.of(new PairQuestion(
                task.name(),
                TaskDefinition.hash(task, gate),
                candidate,
                version(policy, candidate, simulated),
                baseline,
                version(policy, baseline, simulated),
                judge == null ? collect.scorer() : collect.scorer() + " " + version(policy, judge, simulated)));
    }

    private static boolean isSame(RoutingPolicy policy, String one, String other) {
        Model first = policy.models().get(one);
        Model second = policy.models().get(other);
        return one.equals(other) || first != null && second != null && policy.isSame(first, second);
    }

    /** What the simulator makes up is never taken for what a provider answers. */
    private static String version(RoutingPolicy policy, String model, boolean simulated) {
        boolean isSimulator = simulated
                || policy.model(model).map(policy::providerOf).stream()
                        .anyMatch(provider -> provider.protocol() == Protocol.SIMULATOR);
        String version = Objects.requireNonNullElse(TaskDefinition.version(policy, model), "unknown");
        return isSimulator ? SIMULATED + version : version;
    }

    /** Whether answers are made up by the simulator: they prove nothing. */
    public boolean isSimulated() {
        return candidateVersion.startsWith(SIMULATED) || baselineVersion.startsWith(SIMULATED);
    }

    /** An answer. @param candidateScore 0 to 1; null if the answers could not be scored, as {@code baselineScore} then */
    public PairEntry entry(
            String requestId,
            long timeMillis,
            boolean served,
            @Nullable Double candidateScore,
            @Nullable Double baselineScore,
            @Nullable Long costPicoUsd,
            @Nullable Long judgeCostPicoUsd,
            @Nullable Double probability) {
        return new PairEntry(
                requestId,
                timeMillis,
                task,
                definition,
                candidate,
                candidateVersion,
                baseline,
                baselineVersion,
                scorer,
                served,
                candidateScore,
                baselineScore,
                costPicoUsd,
                judgeCostPicoUsd,
                probability,
                null,
                null,
                null);
    }

    /** A comparison that has begun. */
    public PairBegunEntry begun(String requestId, long timeMillis) {
        return new PairBegunEntry(requestId, timeMillis, task, candidate);
    }

    /**
     * The pair of a comparison that began and will never be over, at an unknown cost and without scores.
     *
     * @param served whether the candidate served it, as far as that is known
     */
    public PairEntry neverOver(PairBegunEntry begun, boolean served) {
        Long judge = scorer.startsWith(Collect.JUDGE) ? null : Long.valueOf(0);
        return entry(begun.requestId(), begun.timeMillis(), served, null, null, null, judge, null)
                .judged(false)
                .atPrices(PairEntry.LOST);
    }

    /**
     * Pairs of a question with the scores that count: those of feedback are known only when the time for it is over.
     *
     * @param within how long feedback is waited for
     * @param afterMillis that the pairs were read after
     * @param untilMillis what is waited for still at this time is left out
     * @throws SQLException if the ledger cannot be read
     */
    public static List<PairEntry> scored(
            LedgerPairs ledger,
            PairQuestion question,
            List<PairEntry> pairs,
            Duration within,
            long afterMillis,
            long untilMillis)
            throws SQLException {
        List<PairEntry> over = pairs.stream()
                .filter(pair -> !FeedbackScores.waits(question, pair, within, untilMillis))
                .toList();
        return FeedbackScores.known(ledger, question, over, within, afterMillis);
    }

    /** A change of its route. @param opened whether it is opened; else closed */
    public RouteChangeEntry change(String id, long timeMillis, boolean opened, String by) {
        return new RouteChangeEntry(
                id, timeMillis, task, candidate, opened, by, definition, candidateVersion, baselineVersion);
    }

    /** Whether a pair answers it. */
    public boolean isAnsweredBy(PairEntry pair) {
        return pair.isOfSameQuestion(entry(pair.requestId(), 0, false, null, null, null, null, null));
    }
}
