package dev.llmrouter.camel;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.Rounds;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watches over the pairs of all policies of one CamelContext, and the rounds in which they look. Safe for use by many threads. */
final class PairWatches {
    private static final Logger LOG = LoggerFactory.getLogger(PairWatches.class);

    /** How often pairs are looked at, in ms; default {@value #WATCH_MILLIS}. */
    static final String WATCH = "llm-router.collect.look-ms";

    private static final long WATCH_MILLIS = 10_000;

    private final CamelContext camel;
    private final Clock clock;
    private final Supplier<@Nullable Ledger> ledger;
    private final Map<String, RouteWatch> watches = new ConcurrentHashMap<>();
    private final Map<String, Rounds> rounds = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService watching;

    /** @param ledger gives the one that is written; null while there is none */
    PairWatches(CamelContext camel, Clock clock, Supplier<@Nullable Ledger> ledger) {
        this.camel = camel;
        this.clock = clock;
        this.ledger = ledger;
    }

    /** Watches over the pairs of a policy; says where none are kept although the policy wants it. */
    synchronized void watch(LoadedPolicy policy) {
        LedgerSettings settings = LedgerProperties.of(camel);
        if (settings == null) {
            warnWithoutLedger(policy.policy());
            policy.subscribe((previous, now, check) -> {
                if (previous.evidence() != now.evidence()) {
                    warnWithoutLedger(now);
                }
            });
            return;
        }
        RouteWatch watch = new RouteWatch(policy, settings, ledger, clock);
        String source = policy.policy().source();
        watches.put(source, watch);
        if (ledger.get() != null) {
            look(source, watch);
        }
    }

    /** Begins to look: not before there is a ledger, for until the next look nothing would be compared. */
    synchronized void begin() {
        watches.forEach(this::look);
    }

    private synchronized void look(String source, RouteWatch watch) {
        if (rounds.containsKey(source)) {
            return;
        }
        if (watching == null) {
            watching = camel.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "llm-route-watch");
        }
        Duration interval = MillisProperty.of(camel, WATCH, Duration.ofMillis(WATCH_MILLIS));
        rounds.put(
                source,
                Rounds.start(
                        watching, Duration.ZERO, interval, "Looking at the pairs of policy " + source, watch::look));
    }

    private static void warnWithoutLedger(RoutingPolicy policy) {
        if (policy.evidence() == EvidenceMode.COLLECT) {
            LOG.warn(
                    "Policy {} says evidence: collect, and there is no ledger to keep pairs in: nothing is collected."
                            + " Set {} or {}.",
                    policy.source(),
                    LedgerProperties.DATA,
                    LedgerProperties.URL);
        }
    }

    /** Null where there is no ledger. */
    @Nullable
    RouteWatch of(RoutingPolicy policy) {
        return watches.get(policy.source());
    }

    /** Why pairs of a policy may not be looked at, in a sentence; null for nothing. */
    @Nullable
    String problem(RoutingPolicy policy) {
        Rounds looking = rounds.get(policy.source());
        return looking == null ? null : looking.problem();
    }

    void stop() {
        watches.clear();
        rounds.clear();
        if (watching != null) {
            camel.getExecutorServiceManager().shutdownNow(watching);
            watching = null;
        }
    }
}
