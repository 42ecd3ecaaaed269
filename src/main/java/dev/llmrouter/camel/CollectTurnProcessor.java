package dev.llmrouter.camel;

import java.util.SplittableRandom;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Has a sampled request wait until few enough comparisons of its task and model are under way, without a thread: the answers of a batch come within
 * seconds, and the provider that is asked in shadow serves callers as well. Which of those that wait is next is decided by lot.
 *
 * <p>At its turn a part of the day's budget is set aside. Where none is left, where no more pairs are wanted, where one that asks the same has been
 * compared meanwhile, the route ends: a sampled request that nobody compares has cost nothing. So does a stream that turns out at its end not to be
 * compared. The exchange goes on on the thread that ended another comparison: a {@code threads} step has to follow. When the route stops, those
 * that wait are given up.
 */
public final class CollectTurnProcessor extends AsyncProcessorSupport implements ShutdownPrepared {
    private static final int USUAL = 8;

    private ComparisonTurns turns = new ComparisonTurns(USUAL, new SplittableRandom());

    /**
     * Comparisons of one task and model that are under way at once, from 1 on. Default: 8
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public void setAtOnce(int atOnce) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("comparisons at once (llm-router.collect.at-once): " + atOnce
                    + "; allowed is a whole number from 1 on.");
        }
        turns = new ComparisonTurns(atOnce, new SplittableRandom());
    }

    @Override
    public void prepareShutdown(boolean isSuspendOnly, boolean isForced) {
        turns.giveUpAll();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        SampledPair comparison = sampled(exchange);
        if (comparison == null) {
            exchange.setRouteStop(true);
            callback.done(true);
            return true;
        }
        boolean wasOpen = comparison.watch().isOpen(comparison.question());
        ComparisonTurns.Entry entry = turns.enter(comparison.question(), comparison.inputHash(), isNext -> {
            if (isNext) {
                begin(exchange, comparison, wasOpen);
            } else {
                exchange.setRouteStop(true);
            }
            callback.done(false);
        });
        if (entry == ComparisonTurns.Entry.WAITS) {
            return false;
        }
        if (entry == ComparisonTurns.Entry.BEGINS) {
            begin(exchange, comparison, wasOpen);
        } else {
            exchange.setRouteStop(true);
        }
        callback.done(true);
        return true;
    }

    /** @return null if there is nothing to be compared */
    private static @Nullable SampledPair sampled(Exchange exchange) {
        if (exchange.removeProperty(LlmRouterConstants.COLLECT_STREAM) instanceof SampledStream stream
                && !CollectSampling.sampleEnded(exchange, stream)) {
            return null;
        }
        SampledPair comparison = CollectScoreProcessor.comparison(exchange);
        boolean isGivenUp = LlmRouterContext.of(exchange.getContext()).isCamelStopping()
                || comparison.isServed() && saysNothingNew(comparison);
        return isGivenUp ? null : comparison;
    }

    /** Whether the same was lost just before, or the candidate's provider hangs: told in the order in which requests were lost. */
    private static boolean saysNothingNew(SampledPair comparison) {
        SampledPair.Loss loss = comparison.loss();
        RouteWatch watch = comparison.watch();
        if (loss != null
                && loss.input() != null
                && !watch.recentLosses().isFirst(comparison.question(), loss.input(), System.nanoTime())) {
            return true;
        }
        return watch.lateAnswers().isOutage(comparison.question(), loss != null && loss.isLate());
    }

    /** @param wasOpen whether its route was open when it came: what was said of an open route proves nothing of a closed one */
    private void begin(Exchange exchange, SampledPair comparison, boolean wasOpen) {
        try {
            RouteWatch watch = comparison.watch();
            SampledPair begun = watch.isOpen(comparison.question()) == wasOpen ? watch.begin(comparison) : null;
            if (begun != null) {
                exchange.setProperty(LlmRouterConstants.COLLECT, begun);
                LlmRouterContext.of(exchange.getContext()).keep(begun.begunEntry());
                exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange over) {
                        watch.ended(begun);
                        turns.leave(begun.question());
                    }
                });
                return;
            }
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
        exchange.setRouteStop(true);
        turns.leave(comparison.question());
    }
}
