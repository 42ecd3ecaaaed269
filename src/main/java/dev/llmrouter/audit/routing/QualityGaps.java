package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.audit.collect.SampledDifference;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.PairEntry;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what is known about a model's quality against the baseline: live pairs of the time, else the evidence. */
final class QualityGaps {
    /** Pairs below which live traffic says less than the evidence does. */
    private static final int FEW = 30;

    private static final int LIVE_LEVEL = 95;

    private final LedgerPairs pairs;
    private final RoutingPolicy policy;
    private final EvidenceCheck evidence;
    private final LedgerFilter filter;

    QualityGaps(LedgerPairs pairs, RoutingPolicy policy, EvidenceCheck evidence, LedgerFilter filter) {
        this.pairs = pairs;
        this.policy = policy;
        this.evidence = evidence;
        this.filter = filter;
    }

    /** Over all requests that were sent to the model, also those whose output was not usable so that the baseline answered. */
    @Nullable
    QualityGap of(Task task, String model) throws SQLException {
        return of(task, model, Set.of());
    }

    /** Over the requests whose callers got the model's answer: what an escalation made up for is no error of anybody's. */
    @Nullable
    QualityGap ofAnswers(Task task, String model) throws SQLException {
        return of(task, model, pairs.answeredByAnother(task.name(), model, filter.fromMillis() - 1));
    }

    private @Nullable QualityGap of(Task task, String model, Set<String> without) throws SQLException {
        SampledDifference live = live(task, model, without);
        if (live != null && live.n() >= FEW) {
            String scorer = task.collect() == null
                    ? ""
                    : QualityGap.OF_LIVE + task.collect().scorer();
            return new QualityGap(
                    live.difference(),
                    live.low(),
                    live.high(),
                    live.surelyBelow(),
                    live.n(),
                    QualityGap.LIVE,
                    LIVE_LEVEL,
                    scorer);
        }
        Proof proof = evidence.proof(task.name(), model).orElse(null);
        return proof == null
                ? null
                : new QualityGap(
                        proof.difference(),
                        proof.low(),
                        proof.high(),
                        proof.high(),
                        proof.n(),
                        QualityGap.EVIDENCE,
                        (int) Math.round(100 * (1 - 2 * proof.level())),
                        String.join(", ", proof.scorer()));
    }

    /** Of the requests that the model served; answers that the simulator made up count for themselves. */
    private @Nullable SampledDifference live(Task task, String model, Set<String> without) throws SQLException {
        List<PairQuestion> questions = Stream.of(false, true)
                .map(simulated -> PairQuestion.of(policy, task, model, simulated, evidence.gate(task)))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        Collect collect = task.collect();
        if (questions.isEmpty() || collect == null) {
            return null;
        }
        List<PairEntry> served = pairs.of(task.name(), model, filter.fromMillis() - 1).stream()
                .filter(pair -> pair.served() && pair.timeMillis() <= filter.toMillis())
                .filter(pair -> !without.contains(pair.requestId()))
                .filter(pair -> questions.stream().anyMatch(question -> question.isAnsweredBy(pair)))
                .toList();
        return SampledDifference.of(PairQuestion.scored(
                pairs, questions.get(0), served, collect.feedbackWithin(), filter.fromMillis() - 1, filter.toMillis()));
    }
}
