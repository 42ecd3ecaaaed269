package dev.llmrouter.camel;

import dev.llmrouter.policy.load.Rounds;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.processor.aggregate.DefaultAggregateController;
import org.jspecify.annotations.Nullable;

/**
 * Sees that rows for the ledger are written at once in a context that is not started: while it is being suspended or stopped, and
 * what comes after the suspension. Camel lets a {@code completionInterval} run only in a context that is started or stopping, yet a
 * suspension and a stop wait until nothing is in flight, the rows included: where the interval is longer than their time-out they would
 * wait for all of that, be forced, and a suspension would leave routes that no longer work when they are resumed. A stop waits for
 * what is being written.
 */
public final class LedgerGroups extends DefaultAggregateController implements CamelContextAware {
    private static final Duration LOOK = Duration.ofMillis(250);
    /** As long as the ledger's own queue is waited for. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private @Nullable CamelContext camel;
    private @Nullable ScheduledExecutorService clock;
    private volatile @Nullable AggregateProcessor running;

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camel;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camel = camelContext;
    }

    @Override
    public void onStart(AggregateProcessor aggregator) {
        super.onStart(aggregator);
        running = aggregator;
        CamelContext context = Objects.requireNonNull(camel, "a bean of a route has its context");
        clock = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "llm-ledger-groups");
        Rounds unused = Rounds.start(clock, LOOK, LOOK, "Writing rows for the ledger at once", () -> {
            if (!context.getStatus().isStarted()) {
                // not forceCompletionOfAllGroups, which refuses as the interval does
                aggregator.getAggregationRepository().getKeys().forEach(this::forceCompletionOfGroup);
            }
        });
    }

    @Override
    public void onStop(AggregateProcessor aggregator) {
        CamelContext context = camel;
        ScheduledExecutorService ticking = clock;
        if (context != null && ticking != null) {
            context.getExecutorServiceManager().shutdownNow(ticking);
        }
        clock = null;
        running = null;
        awaitWritten(aggregator);
        super.onStop(aggregator);
    }

    /** Groups of rows that were submitted and are not written yet: Camel counts them as pending only until then. */
    int inProgress() {
        AggregateProcessor aggregator = running;
        return aggregator == null ? 0 : aggregator.getInProgressCompleteExchanges();
    }

    /** Camel counts rows that wait to be written as pending only until they are submitted; the ledger is closed soon after this. */
    private static void awaitWritten(AggregateProcessor aggregator) {
        long end = System.nanoTime() + MAX_WAIT.toNanos();
        try {
            while (aggregator.getInProgressCompleteExchanges() > 0 && System.nanoTime() - end < 0) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
