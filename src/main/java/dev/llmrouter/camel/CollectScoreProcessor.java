package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.llmrouter.audit.collect.PairPrices;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.evaluate.Scorers;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.record.MeterNames;
import dev.llmrouter.record.ledger.PairEntry;
import dev.llmrouter.record.ledger.PicoUsd;
import dev.llmrouter.route.Dispatched;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the two answers to a sampled request. Afterwards the body is the {@link PairEntry} for the ledger and
 * {@link LlmRouterConstants#LEDGER} is true. A shadow that answers by a stream is read to its end first. That, and a judge, is waited for
 * without a thread. What could not be scored is an entry without scores, for what it cost.
 */
public final class CollectScoreProcessor extends AsyncProcessorSupport {
    private static final Logger LOG = LoggerFactory.getLogger(CollectScoreProcessor.class);

    /** The comparison of a tapped exchange. */
    static SampledPair comparison(Exchange exchange) {
        Object comparison = exchange.getProperty(LlmRouterConstants.COLLECT);
        if (comparison instanceof SampledPair known) {
            return known;
        }
        throw new IllegalStateException("this exchange was not sampled (process ref=llmVerifier) before this step");
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        SampledPair comparison = comparison(exchange);
        if (comparison.other() != null
                && exchange.getMessage().getBody() instanceof ProviderReply.Streaming streaming
                && RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow
                && shadow.isStreamed()) { // before it has answered, the body is that of the caller's request
            KeptAnswer kept = new KeptAnswer(shadow.received().id());
            CompletableFuture<?> unused = kept.read(streaming.items()).whenComplete((nothing, never) -> {
                ChatReply reply = kept.reply();
                exchange.getMessage().setBody(reply == null ? null : new ProviderReply.Whole(reply));
                score(exchange, comparison, callback, false);
            });
            return false;
        }
        return score(exchange, comparison, callback, true);
    }

    /** @param isSync whether the step is still on the thread that called it */
    private static boolean score(Exchange exchange, SampledPair comparison, AsyncCallback callback, boolean isSync) {
        BigDecimal shadow = cost(exchange, comparison);
        CompletableFuture<CollectJudge.Scores> scores;
        boolean isHanging = isOutage(exchange, comparison);
        try {
            scores = isHanging
                    ? CompletableFuture.completedFuture(CollectJudge.Scores.none())
                    : score(exchange, comparison);
        } catch (RuntimeException e) {
            LOG.warn(
                    "A pair of task '{}' cannot be scored",
                    comparison.question().task(),
                    e);
            scores = CompletableFuture.completedFuture(CollectJudge.Scores.none());
        }
        if (scores.isDone() && !scores.isCompletedExceptionally()) {
            try {
                finish(exchange, comparison, scores.join(), shadow, isHanging);
            } finally {
                callback.done(isSync);
            }
            return isSync;
        }
        CompletableFuture<?> unused = scores.whenComplete((result, failure) -> {
            try {
                finish(
                        exchange,
                        comparison,
                        failure == null ? result : CollectJudge.Scores.undecided(null),
                        shadow,
                        isHanging);
            } finally {
                callback.done(false);
            }
        });
        return false;
    }

    /** What the shadow cost; null if unknown. */
    private static @Nullable BigDecimal cost(Exchange exchange, SampledPair comparison) {
        if (comparison.other() == null || !(RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow)) {
            return BigDecimal.ZERO;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Attempt attempt : shadow.dispatch().attempts()) {
            sum = Cost.sum(sum, attempt.costUsd());
        }
        return sum;
    }

    private static CompletableFuture<CollectJudge.Scores> score(Exchange exchange, SampledPair comparison) {
        ChatReply shadow = exchange.getMessage().getBody() instanceof ProviderReply.Whole whole ? whole.reply() : null;
        OutputCheck check = comparison.of().decided().outputCheck();
        Collect collect = comparison.collect();
        if (comparison.other() != null && !comparison.isServed() && gaveNoAnswer(exchange, comparison, shadow)) {
            return CompletableFuture.completedFuture(
                    CollectJudge.Scores.free(0, lone(collect, check, comparison.answer())));
        }
        if (comparison.other() != null && shadow == null) {
            return CompletableFuture.completedFuture(CollectJudge.Scores.none());
        }
        ComparedAnswer other = comparison.other() == null || shadow == null
                ? comparison.otherAnswer()
                : shadow(comparison, check, shadow);
        ComparedAnswer candidate = comparison.isServed() ? comparison.answer() : other;
        ComparedAnswer baseline = comparison.isServed() ? other : comparison.answer();
        String scorer = collect == null ? null : collect.scorer();
        if (Collect.VERIFY.equals(scorer) && candidate != null && baseline != null) {
            // where the baseline calls a tool there is no output yet that could be checked
            return CompletableFuture.completedFuture(
                    baseline.callsTools()
                            ? CollectJudge.Scores.none()
                            : CollectJudge.Scores.free(usable(check, candidate), usable(check, baseline)));
        }
        boolean sawTheBaseline =
                !comparison.isServed() && baseline != null; // what the candidate said would have been kept back
        if (Collect.FEEDBACK.equals(scorer) && (candidate == null || baseline == null) && !sawTheBaseline) {
            // the answer that people saw may be neither of the two
            return CompletableFuture.completedFuture(CollectJudge.Scores.none());
        }
        if (candidate == null || baseline == null) {
            return CompletableFuture.completedFuture(
                    CollectJudge.Scores.free(lone(collect, check, candidate), lone(collect, check, baseline)));
        }
        if (!Collect.FEEDBACK.equals(scorer)
                && candidate.text().isBlank()
                && baseline.text().isBlank()) {
            return CompletableFuture.completedFuture(CollectJudge.Scores.none()); // nothing says the same as nothing
        }
        if (Collect.EXACT.equals(scorer) || Collect.FEEDBACK.equals(scorer)) {
            return CompletableFuture.completedFuture(CollectJudge.Scores.free(
                    Scorers.normalised().score(TextNode.valueOf(baseline.text()), candidate.text()), 1));
        }
        return CollectJudge.of(LlmRouterContext.of(exchange.getContext()), comparison)
                .compare(candidate.text(), baseline.text());
    }

    /** Whether the candidate did not answer a shadow in time because its provider hangs; of served requests that was told before. */
    private static boolean isOutage(Exchange exchange, SampledPair comparison) {
        LateAnswers lateAnswers = comparison.admission().lateAnswers();
        if (comparison.isServed() || !(RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow)) {
            return false;
        }
        List<Attempt> attempts = shadow.dispatch().attempts();
        if (attempts.stream().anyMatch(Attempt::isOk)) {
            return lateAnswers.isOutage(comparison.question(), false);
        }
        Attempt lost = LostRequest.by(
                attempts, Duration.ZERO); // what else failed is no sign of life, and none of a request that takes long
        return lost != null
                && lateAnswers.isOutage(comparison.question(), lost.outcome().isLate());
    }

    /** Whether a caller of the candidate's tier would have had no answer of it to this request: it refused it, or took too long. */
    private static boolean gaveNoAnswer(Exchange exchange, SampledPair comparison, @Nullable ChatReply reply) {
        if (!(RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow)) {
            return false;
        }
        List<Attempt> attempts = shadow.dispatch().attempts();
        if (attempts.isEmpty()) {
            return false;
        }
        if (reply == null) {
            return LostRequest.by(attempts, Duration.ZERO) != null;
        }
        long millis = attempts.stream().mapToLong(Attempt::durationMillis).sum();
        RoutingPolicy policy = comparison.of().decision().policy();
        return policy.task(comparison.question().task())
                .flatMap(task -> policy.tier(task.tier()))
                .filter(tier -> millis > tier.timeout().toMillis())
                .isPresent();
    }

    /** What an answer is worth without a judge where there is none of the other model, or none at all. */
    private static double lone(
            @Nullable Collect collect, @Nullable OutputCheck check, @Nullable ComparedAnswer answer) {
        if (answer == null) {
            return 0;
        }
        return collect != null && Collect.VERIFY.equals(collect.scorer()) && !answer.callsTools()
                ? usable(check, answer)
                : 1;
    }

    /** What the shadow would have given a caller; null for what the task's {@code verify} keeps from callers. */
    private static @Nullable ComparedAnswer shadow(
            SampledPair comparison, @Nullable OutputCheck check, ChatReply reply) {
        boolean isKeptBack = check != null
                && check.onFailure() != Verify.OnFailure.RECORD
                && !comparison.of().isToolTurn(reply)
                && check.fault(reply) != null;
        return isKeptBack ? null : ComparedAnswer.of(reply);
    }

    private static double usable(@Nullable OutputCheck check, ComparedAnswer answer) {
        return !answer.callsTools() && (check == null || check.fault(answer.text()) == null) ? 1 : 0;
    }

    private static void finish(
            Exchange exchange,
            SampledPair comparison,
            CollectJudge.Scores scores,
            @Nullable BigDecimal shadow,
            boolean isHanging) {
        BigDecimal cost = Cost.sum(shadow, scores.usd());
        comparison.admission().spent(comparison, cost);
        count(exchange, comparison, scores.usd());
        exchange.getMessage()
                .setBody(comparison
                        .question()
                        .entry(
                                comparison.of().received().id(),
                                comparison.begunAt(),
                                comparison.isServed(),
                                scores.candidate(),
                                scores.baseline(),
                                pico(cost),
                                pico(scores.usd()),
                                comparison.probability())
                        .ofInput(comparison.inputHash())
                        .judged(scores.isJudged())
                        .atPrices(
                                isAnswered(exchange, comparison)
                                        ? PairPrices.of(
                                                comparison.of().decision().policy(), comparison.question())
                                        : isHanging ? PairEntry.HANGING : PairEntry.UNANSWERED));
        if (scores.candidate() == null && nobodyAnswered(exchange, comparison)) {
            exchange.setProperty(LlmRouterConstants.COLLECT_UNANSWERED, true);
        }
        exchange.setProperty(LlmRouterConstants.LEDGER, true);
    }

    private static boolean nobodyAnswered(Exchange exchange, SampledPair comparison) {
        return comparison.other() != null
                && RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow
                && shadow.dispatch().attempts().stream().noneMatch(Attempt::isOk);
    }

    /** Whether the candidate has answered, so that what the pair cost is an answer's cost. */
    private static boolean isAnswered(Exchange exchange, SampledPair comparison) {
        return comparison.isServed()
                || RoutingExchange.stageOrNull(exchange) instanceof Dispatched shadow
                        && shadow.dispatch().attempts().stream().anyMatch(Attempt::isOk);
    }

    /** Shadows have a record of their own, judges have none. */
    private static void count(Exchange exchange, SampledPair comparison, @Nullable BigDecimal judges) {
        MeterRegistry meters = exchange.getContext().getRegistry().findSingleByType(MeterRegistry.class);
        if (meters == null || judges != null && judges.signum() == 0) {
            return;
        }
        Tags task = Tags.of("task", comparison.question().task());
        if (judges == null) {
            meters.counter(MeterNames.JUDGE_COST_UNKNOWN.meter(), task).increment();
        } else {
            Counter.builder(MeterNames.JUDGE_COST.meter())
                    .baseUnit("usd")
                    .tags(task)
                    .register(meters)
                    .increment(judges.doubleValue());
        }
    }

    private static @Nullable Long pico(@Nullable BigDecimal usd) {
        try {
            return PicoUsd.of(usd);
        } catch (ArithmeticException e) {
            return null; // the shadow's own record says so in the log
        }
    }
}
