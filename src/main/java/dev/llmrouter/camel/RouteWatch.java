package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.CollectedEvidence;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.report.CollectedText;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what the pairs of one policy's tasks prove: reads them from the ledger at intervals, opens routes where the policy
 * lets it, closes those that have become worse, and keeps each task within its budget. What it knows comes from ledger and
 * evidence alone, so that a restart loses nothing and instances that share both agree. Safe for use by many threads.
 */
final class RouteWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);
    private static final String TOOL = "camel-llm-router gateway";

    private final LoadedPolicy loaded;
    private final LedgerSettings settings;
    private final Supplier<@Nullable Ledger> ledgers;
    private final Clock clock;
    private final Map<String, DayBudget> budgets = new ConcurrentHashMap<>();
    private final Map<PairQuestion, RecentDraws> draws = new ConcurrentHashMap<>();
    private final LateAnswers lateAnswers = new LateAnswers();
    private final RecentLosses recentLosses = new RecentLosses();
    private final Map<PairQuestion, Set<String>> told = new HashMap<>();
    private final Set<String> written = new HashSet<>(); // closings
    private final Set<TooDear> tooDear = ConcurrentHashMap.newKeySet(); // told once
    private volatile Map<PairQuestion, CollectedRoute> routes = Map.of();
    private final Map<String, BigDecimal> aside = new ConcurrentHashMap<>(); // by request
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean isUnreadable;

    /** A budget that the comparison of one request may take more than. */
    private record TooDear(String task, BigDecimal perDay) {}

    /** @param ledgers gives the ledger that is written; null while it is not open */
    RouteWatch(LoadedPolicy loaded, LedgerSettings settings, Supplier<@Nullable Ledger> ledgers, Clock clock) {
        this.loaded = loaded;
        this.settings = settings;
        this.ledgers = ledgers;
        this.clock = clock;
    }

    /** Reads the ledger, and acts on what it shows. */
    void look() {
        try {
            lookNow();
        } finally {
            listeners.forEach(Runnable::run);
        }
    }

    private synchronized void lookNow() {
        RoutingPolicy policy = loaded.policy();
        Ledger ledger = ledgers.get();
        if (policy.evidence() != EvidenceMode.COLLECT || ledger == null) {
            routes = Map.of();
            return;
        }
        if (!ledger.awaitOpenedForever()) {
            return; // the context stops
        }
        long nanos = System.nanoTime();
        Instant now = clock.instant();
        List<CollectedRoute> found;
        try (LedgerReader reader = LedgerReader.open(settings)) {
            found = CollectedRoute.of(reader.pairs(), policy, loaded.isSimulated(), loaded.evidence(), now);
        } catch (SQLException e) {
            routes = Map.of(); // what was spent is not known, so nothing is
            if (!isUnreadable) {
                isUnreadable = true;
                LOG.warn(
                        "Pairs cannot be read from {}; nothing is collected until they can: {}",
                        settings.place(),
                        e.toString());
            }
            return;
        }
        isUnreadable = false;
        Map<PairQuestion, CollectedRoute> next = new HashMap<>();
        for (CollectedRoute route : found) {
            next.put(route.question(), route);
            budget(route.question()).read(route.spentToday(), nanos, today(now));
        }
        routes = Map.copyOf(next);
        draws.keySet().retainAll(next.keySet());
        draws.values().forEach(RecentDraws::looked);
        told.keySet().retainAll(next.keySet());
        boolean isChanged = false;
        for (CollectedRoute route : found) {
            try {
                isChanged |= act(policy, route, ledger, now);
            } catch (IOException e) {
                LOG.warn(
                        "Evidence for task '{}' cannot be written: {}",
                        route.question().task(),
                        e.toString());
            }
        }
        if (isChanged) {
            loaded.evidenceWritten();
        }
    }

    private boolean act(RoutingPolicy policy, CollectedRoute route, Ledger ledger, Instant now) throws IOException {
        PairQuestion question = route.question();
        if (isClosedByEvidence(route, ledger, now)) {
            return false;
        }
        tell(route);
        if (question.isSimulated()) {
            return false;
        }
        boolean opens = route.isReady() && !route.wasClosed() && route.collect().open() == Collect.Open.AT_ONCE;
        if (!opens && !route.isToBeClosed()) {
            return false;
        }
        String by = (policy.owner().isBlank() ? "" : policy.owner() + " ") + "(collect)";
        CollectedEvidence book = new CollectedEvidence(
                loaded.evidenceFolder(), policy, by, now.atZone(ZoneOffset.UTC).toLocalDate(), TOOL);
        Integer at =
                opens ? route.test().before().settledAt() : route.test().since().settledAt();
        String id;
        if (opens) {
            book.open(route);
            id = question.task() + '/' + question.candidate() + "/opened/" + pair(route, at);
        } else {
            id = closing(question, CollectedEvidence.reference(book.close(route)));
            written.add(id);
        }
        LOG.warn(
                "Route of task '{}' to model '{}' is {} by evidence from live traffic, settled at pair {}",
                question.task(),
                question.candidate(),
                opens ? "opened" : "closed",
                at);
        ledger.write(List.of(question.change(id, now.toEpochMilli(), opens, by)));
        return true;
    }

    /**
     * Whether a proof against the model has been found just now, of a validation or revoked because of drift: that is written
     * down as a closing, so that only pairs of later times count, and only a person opens the route again. So is one of live pairs
     * whose closing was lost, because the process was killed after it had written the evidence.
     */
    private boolean isClosedByEvidence(CollectedRoute route, Ledger ledger, Instant now) {
        PairQuestion question = route.question();
        String refusal = route.refusal();
        if (refusal == null || question.isSimulated()) {
            return false;
        }
        String id = closing(question, refusal);
        if (written.contains(id)) {
            return false;
        }
        ledger.write(List.of(question.change(id, now.toEpochMilli(), false, "evidence (" + refusal + ")")));
        written.add(id); // not before: what an error keeps from being written is written in the next round
        return true;
    }

    /** The same for every instance. @param proof names it */
    private static String closing(PairQuestion question, String proof) {
        return question.task() + '/' + question.candidate() + "/closed/" + proof;
    }

    /** The request that opened it: the same for every instance. */
    private static String pair(CollectedRoute route, @Nullable Integer at) {
        List<String> ids = new ArrayList<>();
        route.pairs().stream().filter(pair -> !pair.served()).forEach(pair -> ids.add(pair.requestId()));
        return at == null ? "" : ids.get(at - 1);
    }

    /** A person has to act, or nobody will: said once for as long as that is so. */
    private void tell(CollectedRoute route) {
        PairQuestion question = route.question();
        Set<String> before = told.getOrDefault(question, Set.of());
        Set<String> now = new HashSet<>();
        LiveTest.State state = route.test().state();
        boolean isReady = route.isReady() && (route.collect().open() == Collect.Open.ACCEPT || route.wasClosed());
        boolean isRejected = !route.isOpen() && state == LiveTest.State.REJECTED;
        boolean isLoss = !route.isOpen() && state == LiveTest.State.READY && route.savesNothing();
        if (isLoss && now.add("net-loss") && !before.contains("net-loss")) {
            LOG.warn(
                    "Task '{}': model '{}' is shown to be good enough, and its answers cost as much as the baseline's: its route is not"
                            + " opened, and no more pairs are collected for it. Where that has changed without its price: collected --anew",
                    question.task(),
                    question.candidate());
        }
        if (!route.isOpen() && route.isDoubtful() && now.add("doubtful") && !before.contains("doubtful")) {
            LOG.warn(
                    "Task '{}': model '{}' is as good as the baseline by pairs of which the baseline got {} % right: that proves nothing,"
                            + " and no more are collected. Look at the scorer, and at what the baseline answers.",
                    question.task(),
                    question.candidate(),
                    Math.round(100 * route.test().before().baselineQuality()));
        }
        if (!route.isOpen() && route.isUndecided() && now.add("undecided") && !before.contains("undecided")) {
            LOG.warn(
                    "Task '{}': model '{}' looks good enough, but the judge gave no verdict on {} of {} pairs whose answers differ: that"
                            + " proves nothing. Name another judge.",
                    question.task(),
                    question.candidate(),
                    route.leftOut().before().undecided(),
                    route.leftOut().before().asked());
        }
        if (!route.isOpen()
                && route.needsCosts()
                && route.hasUnknownCosts()
                && now.add("costs")
                && !before.contains("costs")) {
            LOG.warn(
                    "Task '{}': model '{}' is shown to be good enough, and its route waits: what one of the two answers cost is not known of {} pairs,"
                            + " and known of {}. {}",
                    question.task(),
                    question.candidate(),
                    route.costs().unknown(),
                    route.costs().n(),
                    CollectedText.UNKNOWN_COSTS);
        }
        if ((isReady || isRejected) && now.add(state.name()) && !before.contains(state.name())) {
            LOG.warn(
                    "Task '{}': {}",
                    question.task(),
                    isRejected
                            ? "model '" + question.candidate()
                                    + "' is shown to be worse than the margin allows; no more"
                                    + " pairs are collected for it"
                            : "model '" + question.candidate() + "' is shown to be good enough"
                                    + (question.isSimulated()
                                            ? ", by answers that the simulator made up: that proves nothing"
                                            : "; to open the route: collected --accept --by NAME"));
        }
        told.put(question, now);
    }

    /** Where each route stood when the ledger was read last, by task and candidate. */
    List<CollectedRoute> collected() {
        return routes.values().stream()
                .sorted(Comparator.comparing(
                                (CollectedRoute route) -> route.question().task())
                        .thenComparing(route -> route.question().candidate()))
                .toList();
    }

    /** What is known of a task's quality since its route is open, in a sentence; empty if it is not sampled. */
    String sampled(String task) {
        return routes.values().stream()
                .filter(route -> route.isOpen() && route.question().task().equals(task))
                .map(CollectedRoute::sampled)
                .filter(Objects::nonNull)
                .map(CollectedText::weighted)
                .findFirst()
                .orElse("");
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
                                && !(route.test().state() == LiveTest.State.READY && route.savesNothing())
                                && !route.isDoubtful());
    }

    /**
     * Whether a pair of the same input, which the baseline served, counts already: of repeats only the first one does. While all that is wanted
     * is what answers cost at today's prices, a few repeats a day tell that as well as any other request.
     */
    boolean knows(PairQuestion question, String inputHash) {
        CollectedRoute route = routes.get(question);
        return route != null
                && route.inputs().contains(inputHash)
                && !(route.needsCosts() && draws(question).hasRepeats(today(clock.instant())));
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
     * Begins a comparison whose turn it is, if such pairs are wanted still, its route is as it was when the request was served, none that asks the same
     * counts or is under way, and what it may cost is left of the day's budget: that is set aside.
     */
    Start begin(SampledPair comparison) {
        PairQuestion question = comparison.question();
        if (isUnreadable) {
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

    /** Whether it is no repeat of one that counts or will. */
    private boolean draws(SampledPair comparison) {
        PairQuestion question = comparison.question();
        CollectedRoute route = routes.get(question);
        String input = comparison.inputHash();
        if (route != null && input != null && route.inputs().contains(input)) {
            return route.needsCosts() && draws(question).takeRepeat(today(clock.instant()));
        }
        return draws(question).take(input);
    }

    /** A comparison that has begun is over, however: its row, if there is one, is on its way to the ledger. */
    void ended(SampledPair comparison) {
        draws(comparison.question()).ended(comparison.inputHash());
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
        budget(comparison.question()).spend(comparison.reserved(), usd, System.nanoTime());
    }
}
