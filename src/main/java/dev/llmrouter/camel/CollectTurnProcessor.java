package dev.llmrouter.camel;

import dev.llmrouter.policy.Collect;
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
 * compared. The exchange goes on on the thread that ended another comparison, or looks at the ledger: a {@code threads} step has to follow. When the
 * route stops, those that wait are given up.
 */
public final class CollectTurnProcessor extends AsyncProcessorSupport implements ShutdownPrepared {
    private static final String PROPERTY = "llm-router.collect.at-once";
    private static final int USUAL = 8;

    private final Runnable looked = this::looked;
    private volatile ComparisonTurns turns = new ComparisonTurns(USUAL, new SplittableRandom());

    /**
     * Comparisons of one task and model that are under way at once, from 1 to 999. Default, and for a blank: 8
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public void setAtOnce(String atOnce) {
        String value = atOnce.strip();
        int number = value.isEmpty() ? USUAL : value.matches("0*[0-9]{1,3}") ? Integer.parseInt(value) : 0;
        if (number == 0) {
            throw new IllegalArgumentException(
                    PROPERTY + " is '" + value + "'; allowed is a whole number from 1 to 999.");
        }
        turns = new ComparisonTurns(number, new SplittableRandom());
    }

    private void looked() {
        turns.looked();
    }

    @Override
    public void prepareShutdown(boolean isSuspendOnly, boolean isForced) {
        turns.giveUpAll();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        SampledPair comparison = sampled(exchange);
        if (comparison != null) {
            comparison.admission().whenLooked(looked);
            if (turns.enter(new ComparisonTurns.Candidacy(
                    comparison.question(), comparison.input(), comparison.chars(), isNext -> {
                        if (isNext && !begins(exchange, comparison)) {
                            return false;
                        }
                        if (!isNext) {
                            exchange.setRouteStop(true);
                        }
                        callback.done(false);
                        return true;
                    }))) {
                return false;
            }
        }
        exchange.setRouteStop(true);
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
        PairAdmission admission = comparison.admission();
        if (loss != null
                && loss.input() != null
                && !admission.recentLosses().isFirst(comparison.question(), loss.input(), System.nanoTime())) {
            return true;
        }
        return admission.lateAnswers().isOutage(comparison.question(), loss != null && loss.isLate());
    }

    /** The shadow would be paid for nothing. */
    private static boolean isJudgeResting(Exchange exchange, SampledPair comparison) {
        Collect collect = comparison.collect();
        String judge = collect == null ? null : collect.judge();
        return judge != null
                && !CollectSampling.canAsk(comparison.of(), judge, LlmRouterContext.of(exchange.getContext()));
    }

    /** @return false where it cannot begin now; else the exchange goes on, or ends */
    private boolean begins(Exchange exchange, SampledPair comparison) {
        try {
            if (LlmRouterContext.of(exchange.getContext()).isCamelStopping()) {
                exchange.setRouteStop(true);
                turns.pass(comparison.question());
                return true;
            }
            if (isJudgeResting(exchange, comparison)) {
                return false;
            }
            PairAdmission admission = comparison.admission();
            PairAdmission.Start start = admission.begin(comparison);
            SampledPair begun = start.pair();
            if (begun != null) {
                exchange.setProperty(LlmRouterConstants.COLLECT, begun);
                LlmRouterContext.of(exchange.getContext()).keep(begun.begunEntry());
                exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange over) {
                        admission.ended(begun);
                        turns.leave(begun.question(), over.getProperty(LlmRouterConstants.COLLECT_UNANSWERED) != null);
                    }
                });
                return true;
            }
            if (start.outcome() == PairAdmission.Outcome.NOT_NOW) {
                return false;
            }
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
        exchange.setRouteStop(true);
        turns.pass(comparison.question());
        return true;
    }
}
