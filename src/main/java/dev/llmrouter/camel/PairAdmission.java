package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.policy.RoutingPolicy;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which requests of one policy's tasks are compared: those whose pairs are wanted still by what the last look at the ledger showed, that
 * are no repeats, and that the day's budget lasts for. Safe for use by many threads.
 */
final class PairAdmission {
    private static final Logger LOG = LoggerFactory.getLogger(PairAdmission.class);

    private final LoadedPolicy loaded;
    private final Clock clock;
    private final Map<String, DayBudget> budgets = new ConcurrentHashMap<>();
    private final Map<PairQuestion, RecentDraws> draws = new ConcurrentHashMap<>();
    private final Map<String, BigDecimal> aside = new ConcurrentHashMap<>(); // by request
    private final LateAnswers lateAnswers = new LateAnswers();
    private final RecentLosses recentLosses = new RecentLosses();
    private final Set<TooDear> tooDear = ConcurrentHashMap.newKeySet(); // told once
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private volatile Map<PairQuestion, CollectedRoute> routes = Map.of();
    private volatile boolean isUnknown; // the ledger could not be read

    /** A budget that the comparison of one request may take more than. */
    private record TooDear(String task, BigDecimal perDay) {}

    PairAdmission(LoadedPolicy loaded, Clock clock) {
        this.loaded = loaded;
        this.clock = clock;
    }

    /**
     * The ledger was read.
     *
     * @param found all routes of the policy
     * @param inLedger those of {@link #booked} whose pairs it had before it was read
     * @param isWritten whether it takes what comes: while it does not, what is over stands in its spool
     * @param now the time then
     */
    void admit(Map<PairQuestion, CollectedRoute> found, Set<String> inLedger, boolean isWritten, Instant now) {
        found.values().forEach(route -> budget(route.question()).read(route.spentToday(), inLedger, today(now)));
        routes = found;
        isUnknown = false;
        draws.keySet().retainAll(found.keySet());
        if (isWritten) {
            draws.values().forEach(RecentDraws::looked);
        }
    }

    /** Requests whose comparisons are over, and whose pairs were not in the ledger yet. */
    Set<String> booked() {
        Set<String> all = new HashSet<>();
        budgets.values().forEach(budget -> all.addAll(budget.booked()));
        return all;
    }

    /** The ledger could not be read: nothing is compared until it can be. */
    void admitNone() {
        routes = Map.of();
        isUnknown = true;
    }

    /** A look is over, well or not. */
    void looked() {
        listeners.forEach(Runnable::run);
    }

    private static LocalDate today(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    private DayBudget budget(PairQuestion question) {
        return budgets.computeIfAbsent(question.task(), task -> new DayBudget());
    }

    /** Whether more pairs of this question are wanted. @param served whether its route is open */
    boolean collects(PairQuestion question, boolean served) {
        CollectedRoute route = routes.get(question);
        return route != null
                && (served
                        || route.test().state() != LiveTest.State.REJECTED
                                && !route.isWorseWhileClosed()
                                && !(route.test().state() == LiveTest.State.READY && route.savesNothing())
                                && !route.isDoubtful());
    }

    /**
     * Whether a pair of the same input, or of an earlier turn of its conversation, which the baseline served, counts already: of repeats, and of
     * turns, only the first one does. While all that is wanted is what answers cost at today's prices, a few repeats a day tell that as well
     * as any other request.
     */
    boolean knows(PairQuestion question, InputHash input) {
        CollectedRoute route = routes.get(question);
        return route != null
                && input.isAmong(route.inputs())
                && (input.continues(route.inputs())
                        || !(route.needsCosts() && draws(question).hasRepeats(today(clock.instant()))));
    }

    /** What came of the turn of a comparison. */
    enum Outcome {
        BEGUN,
        /** It may begin later: the day's budget may be left by those that are under way, or is known again after the next look. */
        NOT_NOW,
        /** It is not compared. */
        NEVER
    }

    /** @param pair that has begun, of which {@link #spent} and {@link #ended} have to be told; null if none has */
    record Start(Outcome outcome, @Nullable SampledPair pair) {}

    /**
     * Begins a comparison whose turn it is, if such pairs are wanted still, its route is as it was when the request was served, none that asks the same,
     * and no earlier turn, counts or is under way, and what it may cost is left of the day's budget: that is set aside.
     */
    Start begin(SampledPair comparison) {
        PairQuestion question = comparison.question();
        if (isUnknown) {
            return new Start(Outcome.NOT_NOW, null);
        }
        if (!collects(question, comparison.isServed()) || isOpen(question) != comparison.isServed()) {
            return new Start(Outcome.NEVER, null);
        }
        DayBudget.Reservation reservation = take(question, comparison.reserved(), true);
        if (reservation != DayBudget.Reservation.TAKEN) {
            return new Start(reservation == DayBudget.Reservation.NOT_NOW ? Outcome.NOT_NOW : Outcome.NEVER, null);
        }
        if (!draws(comparison)) {
            budget(question).release(comparison.reserved());
            return new Start(Outcome.NEVER, null);
        }
        aside.put(comparison.of().received().id(), comparison.reserved());
        return new Start(Outcome.BEGUN, comparison.begun(clock.instant()));
    }

    /** Whether evidence lets the candidate serve the task now. */
    private boolean isOpen(PairQuestion question) {
        RoutingPolicy policy = loaded.policy();
        return policy.task(question.task())
                .map(task ->
                        loaded.evidence().finding(policy, task, List.of(question.candidate()), today(clock.instant())))
                .filter(finding -> finding.state() == EvidenceCheck.State.VALID)
                .isPresent();
    }

    /** Whether it is no repeat, and no later turn, of one that counts or will. */
    private boolean draws(SampledPair comparison) {
        PairQuestion question = comparison.question();
        CollectedRoute route = routes.get(question);
        InputHash input = comparison.input();
        if (route != null && input != null && input.isAmong(route.inputs())) {
            return !input.continues(route.inputs())
                    && route.needsCosts()
                    && draws(question).takeRepeat(today(clock.instant()));
        }
        return draws(question).take(input);
    }

    /** A comparison that has begun is over, however: its row, if there is one, is on its way to the ledger. */
    void ended(SampledPair comparison) {
        draws(comparison.question()).ended(comparison.input());
        BigDecimal left = aside.remove(comparison.of().received().id());
        if (left != null) {
            budget(comparison.question()).release(left); // it failed before anything was paid for
        }
    }

    /** Has something done after each look. The same thing twice is done once. */
    void whenLooked(Runnable listener) {
        listeners.add(listener);
    }

    private RecentDraws draws(PairQuestion question) {
        return draws.computeIfAbsent(question, any -> new RecentDraws());
    }

    /** Tells models that are too slow from providers that hang. */
    LateAnswers lateAnswers() {
        return lateAnswers;
    }

    /** What candidates of open routes lost a short while ago. */
    RecentLosses recentLosses() {
        return recentLosses;
    }

    /** Whether a part of the day's budget could be set aside today, perhaps after comparisons that are under way; none is. */
    boolean hasLeft(PairQuestion question, BigDecimal usd) {
        DayBudget.Reservation reservation = take(question, usd, false);
        return reservation == DayBudget.Reservation.TAKEN || reservation == DayBudget.Reservation.NOT_NOW;
    }

    private DayBudget.Reservation take(PairQuestion question, BigDecimal usd, boolean setsAside) {
        CollectedRoute route = routes.get(question);
        if (route == null) {
            return DayBudget.Reservation.SPENT;
        }
        BigDecimal perDay = route.collect().perDay();
        LocalDate today = today(clock.instant());
        DayBudget budget = budget(question);
        DayBudget.Reservation reservation =
                setsAside ? budget.reserve(usd, perDay, today) : budget.look(usd, perDay, today);
        if (reservation == DayBudget.Reservation.TOO_MUCH && tooDear.add(new TooDear(question.task(), perDay))) {
            LOG.warn(
                    "Task '{}': to compare one of its requests may cost {} USD, more than collect.perDay ({} USD): requests like that"
                            + " are not compared, and a route that opens was never tried on them. A higher perDay lets them in.",
                    question.task(),
                    usd.stripTrailingZeros().toPlainString(),
                    perDay.toPlainString());
        }
        return reservation;
    }

    /** A comparison is over. @param usd what it cost; null if unknown, then what was set aside counts */
    void spent(SampledPair comparison, @Nullable BigDecimal usd) {
        aside.remove(comparison.of().received().id());
        budget(comparison.question())
                .spend(
                        comparison.of().received().id(),
                        comparison.reserved(),
                        usd,
                        today(Instant.ofEpochMilli(comparison.begunAt())));
    }
}
