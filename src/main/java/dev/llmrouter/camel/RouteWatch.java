package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.CollectedEvidence;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerPairs;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PairEntry;
import dev.llmrouter.report.CollectedText;
import java.io.IOException;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what the pairs of one policy's tasks prove: reads them from the ledger at intervals, opens routes where the policy
 * lets it, and closes those that have become worse. What it knows comes from ledger and
 * evidence alone, so that a restart loses nothing and instances that share both agree. Safe for use by many threads.
 */
final class RouteWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);
    private static final String TOOL = "camel-llm-router gateway";

    private final LoadedPolicy loaded;
    private final LedgerSettings settings;
    private final Supplier<@Nullable Ledger> ledgers;
    private final Clock clock;
    private final PairAdmission admission;
    private final Map<PairQuestion, Set<String>> told = new HashMap<>();
    private final Set<String> written = new HashSet<>(); // closings
    private final Set<PairQuestion> seenOpen = new HashSet<>(); // by the policy below
    private final Set<PairQuestion> foreign = new HashSet<>(); // told
    private @Nullable String openUnder; // hash of a policy
    private volatile Map<PairQuestion, CollectedRoute> routes = Map.of();
    private boolean isUnreadable;

    /** @param ledgers gives the ledger that is written; null while it is not open */
    RouteWatch(LoadedPolicy loaded, LedgerSettings settings, Supplier<@Nullable Ledger> ledgers, Clock clock) {
        this.loaded = loaded;
        this.settings = settings;
        this.ledgers = ledgers;
        this.clock = clock;
        this.admission = new PairAdmission(loaded, clock);
    }

    /** Says which requests are compared, by what this has found. */
    PairAdmission admission() {
        return admission;
    }

    /** Reads the ledger, and acts on what it shows. */
    void look() {
        try {
            lookNow();
        } finally {
            admission.looked();
        }
    }

    private synchronized void lookNow() {
        RoutingPolicy policy = loaded.policy();
        Ledger ledger = ledgers.get();
        if (policy.evidence() != EvidenceMode.COLLECT || ledger == null) {
            isUnreadable = false;
            routes = Map.of();
            admission.admit(routes, Set.of(), true, clock.instant());
            return;
        }
        if (!ledger.awaitOpenedForever()) {
            return; // the context stops
        }
        Instant now = clock.instant();
        Set<String> inLedger;
        EvidenceCheck evidence = loaded.evidence();
        List<CollectedRoute> found;
        try (LedgerReader reader = LedgerReader.open(settings)) {
            LedgerPairs pairs = reader.pairs();
            inLedger = pairs.among(admission.booked()); // before what was spent, which they are within
            found = CollectedRoute.of(pairs, policy, loaded.isSimulated(), evidence, now);
        } catch (SQLException e) {
            routes = Map.of();
            admission.admitNone(); // what was spent is not known, so nothing is
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
        }
        routes = Map.copyOf(next);
        admission.admit(routes, inLedger, ledger.isWriting(), now);
        giveUp(found, ledger);
        told.keySet().retainAll(next.keySet());
        if (!policy.hash().equals(openUnder)) {
            openUnder = policy.hash();
            seenOpen.clear();
            foreign.clear();
        }
        found.stream()
                .filter(CollectedRoute::isOpen)
                .map(CollectedRoute::question)
                .forEach(seenOpen::add);
        boolean isChanged = false;
        for (CollectedRoute route : found) {
            try {
                Proof proof = evidence.proof(
                                route.question().task(), route.question().candidate())
                        .orElse(null);
                isChanged |= act(policy, route, proof, ledger, now);
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

    /**
     * Keeps comparisons that began and will not be over as pairs, since their process was stopped or killed: a route opens only if it would had the
     * candidate lost them, for wrong answers are often the slow ones, and these are what such a process had under way. They reject nobody.
     */
    private static void giveUp(List<CollectedRoute> found, Ledger ledger) {
        for (CollectedRoute route : found) {
            List<PairEntry> lost = route.abandoned().stream()
                    .map(begun -> route.question().neverOver(begun, route.isOpen()))
                    .toList();
            if (lost.isEmpty() || !ledger.isWriting()) {
                continue; // what is over may stand in the spool
            }
            LOG.warn(
                    "Task '{}': {} comparisons with model '{}' began and were never over, as a process was stopped or killed. {}",
                    route.question().task(),
                    lost.size(),
                    route.question().candidate(),
                    route.isOpen()
                            ? "They do not count."
                            : "Its route opens only if it would had the model lost them.");
            ledger.write(lost);
        }
    }

    /** @param proof what the route was looked at with; null if there was none */
    private boolean act(RoutingPolicy policy, CollectedRoute route, @Nullable Proof proof, Ledger ledger, Instant now)
            throws IOException {
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
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        if (opens && isOfAnotherPolicy(question, proof, today)) {
            return false;
        }
        CollectedEvidence book = new CollectedEvidence(loaded.evidenceFolder(), policy, by, today, TOOL);
        Integer at =
                opens ? route.test().before().settledAt() : route.test().since().settledAt();
        String id;
        if (opens) {
            if (!book.open(route, proof)) {
                return true; // somebody has written since; the next look says what
            }
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
     * Whether a route that was open by this policy is closed because another gateway, with another policy, has written its own proof
     * over that. Both would write over each other's at each look, and callers of both get the baseline half of the time.
     */
    private boolean isOfAnotherPolicy(PairQuestion question, @Nullable Proof proof, LocalDate today) {
        LocalDate last = proof == null ? null : proof.lastDay();
        boolean isForeign = proof != null
                && proof.isAccepted()
                && last != null
                && !today.isAfter(last)
                && seenOpen.contains(question);
        if (isForeign && foreign.add(question)) {
            LOG.warn(
                    "Task '{}': the proof that opened its route to model '{}' was replaced by one that another policy has made: another"
                            + " gateway with another definition of the task, or of the models, uses the evidence folder {}. The route stays closed"
                            + " here. Give all gateways that share a folder the same policy, or each policy a folder of its own",
                    question.task(),
                    question.candidate(),
                    loaded.evidenceFolder());
        }
        return isForeign;
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
        boolean isRejected = !route.isOpen() && state == LiveTest.State.REJECTED || route.isWorseWhileClosed();
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
        if (!route.isOpen() && route.isUnanswered() && now.add("unanswered") && !before.contains("unanswered")) {
            LOG.warn("Task '{}', model '{}': {}", question.task(), question.candidate(), CollectedText.sentence(route));
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
}
