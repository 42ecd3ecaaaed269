package dev.llmrouter.camel.gateway;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing audit of the last {@link RoutingAudit#USUAL}, for what it recommends; of a shorter time where that has more than
 * {@link RoutingAudit#MOST_FOR_PAGES} requests. It looks at every request, so that a thread of its own works it out, for at most one
 * hundredth of the time, and nobody who looks at the dashboard waits longer than {@link #PATIENCE} for it. Safe for use by many threads.
 */
final class RoutingAuditCache implements AutoCloseable {
    /** What is looked at: the first of these that has not too many requests. */
    private static final List<Duration> TIMES =
            List.of(RoutingAudit.USUAL, Duration.ofDays(30), Duration.ofDays(7), Duration.ofDays(1));

    /** How long the first to look waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long after it was due to be worked out again it is still shown meanwhile. */
    private static final Duration LONG_AGO = Duration.ofHours(1);

    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final int RARELY = 100; // times longer than it takes until it is worked out again
    private static final int AT_LEAST = 10; // times longer, where the policy or its proofs change all the time
    private static final Logger LOG = LoggerFactory.getLogger(RoutingAuditCache.class);

    private final long mostRequests;
    private long rest = System.nanoTime(); // nothing is worked out before, by the same clock
    private @Nullable Question asked;
    private @Nullable Answer known;
    private @Nullable CompletableFuture<Answer> running;
    private @Nullable ExecutorService worker;

    RoutingAuditCache() {
        this(RoutingAudit.MOST_FOR_PAGES);
    }

    RoutingAuditCache(long mostRequests) {
        this.mostRequests = mostRequests;
    }

    private record Question(LedgerSettings settings, RoutingPolicy policy, EvidenceCheck evidence) {
        boolean isSame(@Nullable Question other) {
            return other != null
                    && settings.equals(other.settings)
                    && policy.hash().equals(other.policy.hash())
                    && evidence.isSame(other.evidence);
        }
    }

    /** @param audit null if the ledger could not be read, or has too many requests */
    private record Answer(@Nullable RoutingAudit audit, Instant made, Instant due) {}

    /** The audit; null while it is not known. What is a little old is given at once. */
    @Nullable
    RoutingAudit get(LedgerSettings settings, RoutingPolicy policy, EvidenceCheck evidence, Instant now) {
        CompletableFuture<Answer> awaited;
        synchronized (this) {
            Question question = new Question(settings, policy, evidence);
            if (!question.isSame(asked)) {
                asked = question;
                known = null;
                running = null; // what is under way answers another question
            }
            CompletableFuture<Answer> done = running;
            if (done != null && done.isDone()) {
                running = null;
                known = done.join();
            }
            if (known != null
                    && (now.isBefore(known.made()) || now.isAfter(known.due().plus(LONG_AGO)))) {
                known = null;
            }
            if (known != null && now.isBefore(known.due())) {
                return known.audit();
            }
            if (running == null && System.nanoTime() - rest < 0) {
                return known == null ? null : known.audit();
            }
            if (running == null) {
                running = CompletableFuture.supplyAsync(() -> answer(question, now), worker());
            }
            if (known != null) {
                return known.audit();
            }
            awaited = running;
        }
        try {
            return awaited.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).audit();
        } catch (TimeoutException e) {
            return null; // whoever looks next may find it
        } catch (ExecutionException e) {
            throw new IllegalStateException("the routing audit for the dashboard failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private ExecutorService worker() {
        ExecutorService present = worker;
        if (present == null) {
            present = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "llm-router-audit");
                thread.setDaemon(true);
                return thread;
            });
            worker = present;
        }
        return present;
    }

    private Answer answer(Question question, Instant now) {
        synchronized (this) {
            if (!question.isSame(asked)) {
                return new Answer(null, now, now); // the policy or its proofs have changed meanwhile
            }
        }
        long start = System.nanoTime();
        RoutingAudit audit = null;
        try {
            audit = read(question, now);
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.warn("The dashboard cannot say what to change", e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        synchronized (this) {
            rest = System.nanoTime() + took.multipliedBy(AT_LEAST).toNanos();
        }
        Duration pause = took.multipliedBy(RARELY);
        return new Answer(audit, now, now.plus(pause.compareTo(FRESH) > 0 ? pause : FRESH));
    }

    /** @return null where the shortest time has too many requests as well */
    private @Nullable RoutingAudit read(Question question, Instant now) throws SQLException, IOException {
        RoutingPolicy policy = question.policy();
        try (LedgerReader ledger = LedgerReader.open(question.settings())) {
            Audit audit = null;
            for (Duration time : TIMES) {
                Audit counted = Audit.of(ledger, now.minus(time), now); // from sums, at any number
                if (counted.requests() <= mostRequests) {
                    audit = counted;
                    break;
                }
            }
            if (audit == null) {
                return null;
            }
            return RoutingAudit.of(
                    ledger,
                    audit,
                    DriftWatch.of(
                            ledger, now, policy, question.evidence().answeredDrifts(), DriftSettings.ofDefaults()),
                    policy,
                    question.evidence(),
                    LocalDate.ofInstant(now, ZoneOffset.UTC),
                    Map.of());
        }
    }

    @Override
    public synchronized void close() {
        ExecutorService present = worker;
        worker = null;
        asked = null;
        known = null;
        running = null;
        if (present != null) {
            present.shutdownNow();
        }
    }
}
