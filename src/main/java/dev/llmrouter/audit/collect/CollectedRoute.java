package dev.llmrouter.audit.collect;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.Gate;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.collect.LivePair;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.evaluate.collect.Stretch;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.PairBegunEntry;
import dev.llmrouter.record.ledger.PairCosts;
import dev.llmrouter.record.ledger.PairEntry;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the collection for a task and a model of its tier stands.
 *
 * @param gate SHA-256 of the task's difficulty gate in force; null if it has none
 * @param pairs that count, in the order of time, up to the first comparison that is not over: quick answers are not tested without slow ones,
 *     nor quick feedback without slow
 * @param shownUntil last day on which earlier pairs, which do not count any more, showed that the model is good enough; null for none
 * @param leftOut pairs that do not count
 * @param abandoned comparisons that began and will never be over, and have no pair yet
 * @param inputs hashes of the inputs of the pairs that count and that the baseline served, as far as they were recorded
 * @param wasClosed whether evidence closed the route before: then only a person opens it
 * @param against the proof that speaks against this model for this task as it is; null if there is none
 * @param evidence what the evidence is worth today
 * @param sampled difference of quality since the route is open, each pair weighted by one over its probability; null without
 *     such pairs
 * @param costs what both answers cost of the pairs that the baseline served and the candidate answered
 * @param spentToday USD spent on the task's pairs since midnight UTC
 * @param today the day of all this, UTC
 */
public record CollectedRoute(
        PairQuestion question,
        Collect collect,
        double margin,
        @Nullable String gate,
        List<PairEntry> pairs,
        LiveTest test,
        @Nullable LocalDate shownUntil,
        LeftOut leftOut,
        List<PairBegunEntry> abandoned,
        Set<String> inputs,
        boolean wasClosed,
        @Nullable Proof against,
        EvidenceCheck.State evidence,
        @Nullable SampledDifference sampled,
        PairCosts costs,
        BigDecimal spentToday,
        LocalDate today) {
    /** Error level of opening and of closing. */
    public static final double ALPHA = Gate.DEFAULT_ALPHA;

    private static final String UNDECIDED = "undecided";

    /**
     * How long a comparison is waited for beyond the longest time that a request of the policy may take: for its judge, who is asked three times, and
     * for its row. What began later is not tested without it. Assumption.
     */
    private static final Duration UNDER_WAY = Duration.ofMinutes(20);

    public CollectedRoute {
        pairs = List.copyOf(pairs);
        abandoned = List.copyOf(abandoned);
        inputs = Set.copyOf(inputs);
    }

    /**
     * All routes of a policy for which evidence can be collected.
     *
     * @param simulated whether the simulator stands in for every provider
     * @throws SQLException if the ledger cannot be read
     */
    public static List<CollectedRoute> of(
            LedgerPairs ledger, RoutingPolicy policy, boolean simulated, EvidenceCheck evidence, Instant now)
            throws SQLException {
        List<CollectedRoute> all = new ArrayList<>();
        for (Task task : policy.tasks().values()) {
            Tier tier = policy.tiers().get(task.tier());
            if (tier == null || tier.name().equals(policy.baseline())) {
                continue;
            }
            for (Tier.Member member : tier.models()) {
                PairQuestion question = PairQuestion.of(policy, task, member.model(), simulated, evidence.gate(task))
                        .orElse(null);
                if (question != null) {
                    all.add(of(ledger, policy, task, question, evidence, now));
                }
            }
        }
        return all;
    }

    /** Comparisons that began then or earlier, and are not over, will not be: their process was stopped or killed. In ms since 1970-01-01T00:00Z. */
    static long heldSince(RoutingPolicy policy, Instant now) {
        Duration longest = policy.tiers().values().stream()
                .map(Tier::timeout)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return now.minus(UNDER_WAY).minus(longest).toEpochMilli();
    }

    private static CollectedRoute of(
            LedgerPairs ledger,
            RoutingPolicy policy,
            Task task,
            PairQuestion question,
            EvidenceCheck evidence,
            Instant now)
            throws SQLException {
        CollectedRoute route = of(ledger, policy, task, question, evidence, now, null);
        for (LocalDate last = route.expired(); last != null; last = route.expired()) {
            route = of(ledger, policy, task, question, evidence, now, last);
        }
        return route;
    }

    /** @param shownUntil last day of pairs that do not count; null for none */
    private static CollectedRoute of(
            LedgerPairs ledger,
            RoutingPolicy policy,
            Task task,
            PairQuestion question,
            EvidenceCheck evidence,
            Instant now,
            @Nullable LocalDate shownUntil)
            throws SQLException {
        Collect collect = task.collect();
        BigDecimal margin = task.margin();
        if (collect == null || margin == null) {
            throw new IllegalStateException("task '" + task.name() + "' has a question without terms");
        }
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        PairEntry like = question.entry("", 0, false, null, null, null, null, null);
        String prices = PairPrices.of(policy, question);
        long closed = ledger.closedMillis(like).orElse(0);
        Proof against = against(evidence, policy, task, question.candidate());
        long before =
                closed == 0 && against != null ? lastMillis(against, today) : 0; // its closing is not in this ledger
        long after = Math.max(
                Math.max(closed, before),
                Math.max(expiry(evidence, question, today), shownUntil == null ? 0 : lastMillis(shownUntil)));
        long held = heldSince(policy, now);
        // both read before the pairs, or one that ends meanwhile were in neither
        List<PairBegunEntry> begun = ledger.begunUntil(question.task(), question.candidate(), held);
        long untested = ledger.underWaySince(question.task(), question.candidate(), held)
                .orElse(Long.MAX_VALUE);
        List<PairEntry> read = ledger.of(question.task(), question.candidate(), after);
        Set<String> over = read.stream().map(PairEntry::requestId).collect(Collectors.toSet());
        List<PairBegunEntry> abandoned = begun.stream()
                .filter(each -> each.timeMillis() > after && !over.contains(each.requestId()))
                .toList();
        List<PairEntry> answers = read.stream().filter(question::isAnsweredBy).toList();
        Predicate<PairEntry> waits =
                pair -> FeedbackScores.waits(question, pair, collect.feedbackWithin(), now.toEpochMilli());
        List<PairEntry> asked = answers.stream()
                .filter(pair -> pair.timeMillis() < untested && !waits.test(pair))
                .toList();
        int waiting = (int) answers.stream().filter(waits).count();
        List<PairEntry> scored = new ArrayList<>();
        List<LivePair> outcomes = new ArrayList<>();
        Set<String> inputs = new HashSet<>();
        LeftOut.Count judge = new LeftOut.Count();
        int repeated = 0;
        for (PairEntry pair : FeedbackScores.known(ledger, question, asked, collect.feedbackWithin(), after)) {
            Double candidate = pair.candidateScore();
            Double baseline = pair.baselineScore();
            if (candidate == null || baseline == null) {
                judge.unscored(pair);
                continue;
            }
            String kept = pair.inputHash();
            if (!pair.served() && kept != null && inputs.contains(InputHash.request(kept))) {
                repeated++; // no independent example; what is served is watched in time, and repeats tell of it
            } else {
                scored.add(pair);
                judge.counted(pair);
                outcomes.add(new LivePair(pair.served(), candidate, baseline));
                if (!pair.served() && kept != null) {
                    inputs.addAll(InputHash.both(kept));
                }
            }
        }
        int left = asked.size() - scored.size() - repeated;
        answers.stream()
                .filter(pair -> !pair.served() && (pair.timeMillis() >= untested || waits.test(pair)))
                .map(PairEntry::inputHash)
                .filter(Objects::nonNull)
                .forEach(kept -> inputs.addAll(InputHash.both(kept)));
        return new CollectedRoute(
                question,
                collect,
                margin.doubleValue(),
                evidence.gate(task),
                scored,
                LiveTest.of(outcomes, margin.doubleValue(), ALPHA),
                shownUntil,
                new LeftOut(
                        left,
                        read.size() - answers.size(),
                        repeated,
                        answers.size() - asked.size() - waiting,
                        waiting,
                        Unanswered.of(asked, abandoned.size()),
                        judge.before(),
                        judge.since()),
                abandoned,
                inputs,
                closed > 0 || against != null,
                against,
                evidence.finding(policy, task, List.of(question.candidate()), today)
                        .state(),
                SampledDifference.of(scored.stream().filter(PairEntry::served).toList()),
                ledger.costs(
                        like,
                        PairPrices.inBatch(policy, task, question.candidate()),
                        made -> PairPrices.isSame(made, prices),
                        after),
                ledger.spent(
                        task.name(),
                        today.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()),
                today);
    }

    /** A proof that speaks against the model for the task, both as they are now; null if there is none. */
    private static @Nullable Proof against(EvidenceCheck evidence, RoutingPolicy policy, Task task, String candidate) {
        return evidence.proof(task.name(), candidate)
                .filter(Proof::isRefused)
                .filter(proof -> Objects.equals(proof.modelVersion(), TaskDefinition.version(policy, candidate)))
                .filter(proof -> proof.isAbout(task))
                .orElse(null);
    }

    /** The end of the day of a proof; of today if it has none that can be read. */
    private static long lastMillis(Proof proof, LocalDate today) {
        LocalDate day;
        try {
            day = LocalDate.parse(proof.accepted());
        } catch (DateTimeException e) {
            day = today;
        }
        return lastMillis(day);
    }

    private static long lastMillis(LocalDate day) {
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli() - 1;
    }

    /** The end of the last day of a proof that has expired: what was collected before has been used. */
    private static long expiry(EvidenceCheck evidence, PairQuestion question, LocalDate today) {
        LocalDate last = evidence.proof(question.task(), question.candidate())
                .filter(Proof::isAccepted)
                .map(Proof::lastDay)
                .orElse(null);
        return last == null || !today.isAfter(last) ? 0 : lastMillis(last);
    }

    /** Names the proof that speaks against the model; null if there is none. */
    public @Nullable String refusal() {
        return against == null ? null : CollectedEvidence.reference(against);
    }

    /** Whether the route is open by evidence. */
    public boolean isOpen() {
        return evidence == EvidenceCheck.State.VALID;
    }

    /** Whether the pairs prove what the evidence does not: somebody, or the gateway, may open the route. */
    public boolean isReady() {
        return !isOpen() && proves();
    }

    /** Whether the pairs prove that the candidate is good enough and cheaper, whatever the evidence says. */
    boolean proves() {
        return test.state() == LiveTest.State.READY
                && !isStale()
                && !savesNothing()
                && !needsCosts()
                && !isDoubtful()
                && !isUndecided()
                && !isUnanswered();
    }

    /**
     * Whether the pairs look good enough, and would not if the candidate had lost what was never over; or its provider seemed to hang at more of the
     * comparisons than the margin is: as much could be lost there.
     */
    public boolean isUnanswered() {
        return test.state() == LiveTest.State.READY && (leftOut.unanswered().isMoreThan(margin) || !isReadyAtWorst());
    }

    /** By the lower bound of the mean difference, which holds at every look, with each of those that were lost at -1. */
    private boolean isReadyAtWorst() {
        int lost = leftOut.unanswered().lost();
        Stretch before = test.before();
        return lost == 0 || before.n() * before.low() - lost > -margin * (before.n() + lost);
    }

    /** Whether the pairs look good enough, and the judge decided too few of those whose answers differ: that proves nothing. */
    public boolean isUndecided() {
        return test.state() == LiveTest.State.READY
                && leftOut.before().isTooMuch(test.before().n());
    }

    /**
     * Whether the candidate is as good as a baseline that is hardly ever right by this scorer: then the pairs prove nothing. A judge
     * prefers one of two answers: a baseline that seldom wins is the candidate's merit.
     */
    public boolean isDoubtful() {
        return collect.judge() == null
                && test.state() == LiveTest.State.READY
                && test.before().baselineQuality() < Gate.DOUBTFUL_QUALITY;
    }

    /** Whether the candidate's answers are known to cost as much as the baseline's, or more: longer ones, or with more thoughts. */
    public boolean savesNothing() {
        return costs.n() >= Gate.MIN_EXAMPLES && costs.candidateUsd().compareTo(costs.baselineUsd()) >= 0;
    }

    /** Whether prices have changed, and too few pairs were made since to tell what answers cost now. */
    public boolean isPricedAnew() {
        return costs.n() < Gate.MIN_EXAMPLES && costs.otherwise() > 0;
    }

    /** Whether too few pairs tell what answers cost, because one of the two costs is not known of others. */
    public boolean hasUnknownCosts() {
        return costs.n() < Gate.MIN_EXAMPLES && costs.unknown() > 0;
    }

    /** Whether the candidate is shown to be good enough, and only what answers cost at today's prices is not known yet. */
    public boolean needsCosts() {
        return test.state() == LiveTest.State.READY && (isPricedAnew() || hasUnknownCosts());
    }

    /** The stretch that the status is about. */
    public Stretch current() {
        boolean isSince = isOpen() || test.state() == LiveTest.State.WORSE;
        Stretch first = isSince ? test.since() : test.before();
        return first.n() > 0 ? first : isSince ? test.before() : test.since();
    }

    /** Whether the pairs are too old to prove anything today. */
    public boolean isStale() {
        return today.isAfter(provesUntil());
    }

    /**
     * The last day on which what the pairs show is shown, where nobody has opened the route: {@value EvidenceFile#VALID_DAYS} days after the one that
     * settled the test, as a proof would hold. From then on the test begins anew, for a few new pairs tell nothing of how the model is now.
     *
     * @return null while that day is not over, or nothing is shown, or the route is open
     */
    private @Nullable LocalDate expired() {
        Integer settled = test.before().settledAt();
        if (isOpen() || settled == null || test.state() != LiveTest.State.READY) {
            return null;
        }
        List<PairEntry> before = pairs.stream().filter(pair -> !pair.served()).toList();
        LocalDate last = day(before.get(settled - 1)).plusDays(EvidenceFile.VALID_DAYS);
        return today.isAfter(last) ? last : null;
    }

    private static LocalDate day(PairEntry pair) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(pair.timeMillis()), ZoneOffset.UTC);
    }

    /**
     * The last day of a proof by the pairs that the baseline served: {@value EvidenceFile#VALID_DAYS} days after the day (UTC) since
     * which as many of them came as a test needs at least. Pairs prove nothing of a model that has not been compared for long, whenever
     * somebody accepts them.
     */
    LocalDate provesUntil() {
        List<PairEntry> before = pairs.stream().filter(pair -> !pair.served()).toList();
        if (before.size() < Gate.MIN_EXAMPLES) {
            return today;
        }
        return day(before.get(before.size() - Gate.MIN_EXAMPLES)).plusDays(EvidenceFile.VALID_DAYS);
    }

    /** Whether the route is open and the pairs show that it should not be. */
    public boolean isToBeClosed() {
        return isOpen() && test.state() == LiveTest.State.WORSE;
    }

    /**
     * Whether what it served while it was open is worse than the margin allows, and it is not open: its margin is narrower now, or its evidence is
     * gone. Nothing has to be closed, and no more is spent on it.
     */
    public boolean isWorseWhileClosed() {
        return !isOpen() && test.state() == LiveTest.State.WORSE;
    }

    /** Where it stands, in one word, as JSON writes it. */
    public String status() {
        if (isToBeClosed()) {
            return "worse";
        }
        if (isOpen()) {
            return "open";
        }
        if (test.state() == LiveTest.State.READY && savesNothing()) {
            return Acceptance.NET_LOSS.key();
        }
        if (isDoubtful()) {
            return Acceptance.NOT_USABLE.key();
        }
        if (isUndecided() || isUnanswered()) {
            return UNDECIDED;
        }
        if (isWorseWhileClosed()) {
            return LiveTest.State.REJECTED.key();
        }
        boolean isUnfit = test.state() == LiveTest.State.READY && isStale() || needsCosts();
        return (isUnfit ? LiveTest.State.COLLECTING : test.state()).key();
    }
}
