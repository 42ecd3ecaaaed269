package dev.llmrouter.camel;

import dev.llmrouter.record.MeterNames;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledger that one CamelContext writes, and the queue before it. Safe for use by many threads once it is opened. */
final class ContextLedger {
    private static final Logger LOG = LoggerFactory.getLogger(ContextLedger.class);

    private final CamelContext camel;
    private volatile @Nullable Ledger ledger;
    private volatile @Nullable LedgerQueue queue;
    private volatile boolean isSynchronous;

    ContextLedger(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * Opens what is configured, beside the start of the context; nothing where nothing is.
     *
     * @param meters null for none
     * @param now the one of this context, as it is when it is measured: a registry keeps the meters of its first one
     */
    void open(@Nullable MeterRegistry meters, Function<CamelContext, @Nullable ContextLedger> now) {
        LedgerSettings configured = LedgerProperties.of(camel);
        if (configured == null) {
            return;
        }
        Ledger opened;
        try {
            opened = Ledger.toBeOpened(configured, System::nanoTime);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "A ledger is configured (" + LedgerProperties.DATA + " or " + LedgerProperties.URL
                            + "), and Flyway is not on the class path. Add org.flywaydb:flyway-core and"
                            + " org.xerial:sqlite-jdbc, or for PostgreSQL org.flywaydb:flyway-database-postgresql and"
                            + " org.postgresql:postgresql.",
                    e);
        }
        ledger = opened;
        isSynchronous = LedgerProperties.isSynchronous(camel);
        queue = new LedgerQueue(
                opened,
                camel.getExecutorServiceManager().newSingleThreadExecutor(this, "llm-ledger-queue"),
                camel.getExecutorServiceManager().newDefaultThreadPool(this, "llm-ledger-committed"));
        LOG.info("The ledger is kept in {}", opened.place());
        try {
            camel.addStartupListener(new LedgerOpener(opened));
        } catch (Exception e) {
            throw new IllegalStateException("the ledger cannot be opened with the CamelContext: " + e.getMessage(), e);
        }
        if (meters != null) {
            count(meters, now, "written", Ledger::written);
            count(meters, now, "spooled", Ledger::spooled);
            count(meters, now, "lost", Ledger::lost);
            Gauge.builder(
                            MeterNames.LEDGER_UP.meter(),
                            camel,
                            context -> figure(now.apply(context), open -> open.isWriting() ? 1 : 0))
                    .register(meters);
        }
    }

    private void count(
            MeterRegistry meters,
            Function<CamelContext, @Nullable ContextLedger> now,
            String state,
            ToDoubleFunction<Ledger> entries) {
        FunctionCounter.builder(
                        MeterNames.LEDGER_ENTRIES.meter(), camel, context -> figure(now.apply(context), entries))
                .tag("state", state)
                .register(meters);
    }

    private static double figure(@Nullable ContextLedger now, ToDoubleFunction<Ledger> what) {
        LedgerQueue open = now == null ? null : now.queue;
        return open == null ? 0 : what.applyAsDouble(open.ledger());
    }

    /** The queue stays: it counts what comes after this as lost. */
    void close() {
        LedgerQueue before = queue;
        if (before != null) {
            before.close();
        }
        Ledger open = ledger;
        if (open != null) {
            open.close();
            ledger = null;
        }
    }

    /** Null where none is configured, and once it is closed. */
    @Nullable
    Ledger ledger() {
        return ledger;
    }

    boolean isConfigured() {
        return LedgerProperties.of(camel) != null;
    }

    /** Where it is, for who reads it; null for none. Waits for one that is being opened. */
    @Nullable
    LedgerSettings settings() {
        Ledger open = ledger;
        if (open != null) {
            open.awaitOpened();
        }
        return LedgerProperties.of(camel);
    }

    /** The same as long as it takes. @param isWaiting whether there is somebody to wait */
    @Nullable
    LedgerSettings openedSettings(BooleanSupplier isWaiting) {
        Ledger open = ledger;
        if (open != null) {
            open.awaitOpenedWhile(isWaiting);
        }
        return LedgerProperties.of(camel);
    }

    void keep(LedgerEntry entry) {
        LedgerQueue open = queue;
        if (open != null) {
            open.add(entry);
        }
    }

    CompletableFuture<Void> commit(LedgerEntry entry) {
        LedgerQueue open = queue;
        return open == null ? CompletableFuture.completedFuture(null) : open.commit(entry);
    }

    boolean isKeeping() {
        return queue != null;
    }

    boolean isSynchronous() {
        return isSynchronous;
    }
}
