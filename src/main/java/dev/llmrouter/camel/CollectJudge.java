package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.SingleCall;
import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.live.Judge;
import dev.llmrouter.evaluate.live.QuestionWriter;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a model which of two answers to a live request is better, in both orders. Waits without a thread. */
final class CollectJudge {
    private static final Logger LOG = LoggerFactory.getLogger(CollectJudge.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final LlmRouterContext context;
    private final Candidate model;
    private final Judge judge;
    private final Example example;
    private final JudgeRecord record;

    private CollectJudge(LlmRouterContext context, Candidate model, Judge judge, Example example, JudgeRecord record) {
        this.context = context;
        this.model = model;
        this.judge = judge;
        this.example = example;
        this.record = record;
    }

    /**
     * What a comparison came to.
     *
     * @param candidate score from 0 to 1; null if it could not be told, as {@code baseline} then
     * @param usd what it cost; null if unknown
     * @param isJudged whether the judge was asked
     */
    record Scores(
            @Nullable Double candidate,
            @Nullable Double baseline,
            @Nullable BigDecimal usd,
            boolean isJudged) {
        /** The same with what else it cost. @param more USD; null if unknown */
        Scores plus(@Nullable BigDecimal more) {
            return new Scores(candidate, baseline, Cost.sum(usd, more), isJudged);
        }

        /** Without scores, and without a judge. */
        static Scores none() {
            return new Scores(null, null, BigDecimal.ZERO, false);
        }

        /** No verdict of the judge. @param usd what it cost; null if unknown */
        static Scores undecided(@Nullable BigDecimal usd) {
            return new Scores(null, null, usd, true);
        }

        static Scores free(double candidate, double baseline) {
            return new Scores(candidate, baseline, BigDecimal.ZERO, false);
        }
    }

    /** The judge that the policy names. */
    static CollectJudge of(LlmRouterContext context, SampledPair comparison) {
        RoutingPolicy policy = comparison.of().decision().policy();
        Collect collect = comparison.collect();
        String name = collect == null ? null : collect.judge();
        Model judging = name == null ? null : policy.models().get(name);
        if (judging == null) {
            throw new IllegalStateException(
                    "task '" + comparison.question().task() + "' has no judge to score its pairs");
        }
        Candidate candidate = comparison.of().received().policy().decider().members().stream()
                .filter(member -> member.model().name().equals(judging.name()))
                .findFirst()
                .orElseThrow();
        boolean simulated = comparison.of().received().policy().simulated();
        return new CollectJudge(
                context,
                candidate,
                Judge.pairwise(judging, new QuestionWriter(policy, simulated, context.dialects())),
                Example.of(
                        comparison.of().received().id(),
                        comparison.question().task(),
                        Conversation.of(comparison.of().described().request())),
                context.judgeRecord(comparison.question().task()
                        + '/'
                        + comparison.question().scorer()));
    }

    /** The candidate's share of wins, a tie half a win, the baseline's the rest. Equal texts need no judge. No scores come of
     * a judge that prefers a place, nor of one that finds an answer off the point as good as a real one. */
    CompletableFuture<Scores> compare(String candidate, String baseline) {
        if (candidate.strip().equals(baseline.strip())) {
            return CompletableFuture.completedFuture(Scores.free(0.5, 0.5));
        }
        if (!record.isDue()) {
            return ordered(candidate, baseline);
        }
        ChatRequest control;
        try {
            control = judge.control(example, baseline).request();
        } catch (BadRequestException e) {
            throw new IllegalStateException("a control question of the judge is no usable request", e);
        }
        return ask(control).thenCompose(answer -> {
            if (!answer.isAsked()) {
                return CompletableFuture.completedFuture(Scores.none());
            }
            boolean tellsApart = answer.reply != null && Boolean.TRUE.equals(judge.tellsApart(example, answer.reply));
            if (answer.said != null && record.add(tellsApart)) {
                LOG.warn(
                        "Judge '{}' of task '{}' finds an answer off the point as good as a real one: its pairs do not count"
                                + " while it does. Name another judge.",
                        model.model().name(),
                        example.task());
            }
            return tellsApart && !record.isBad()
                    ? ordered(candidate, baseline).thenApply(scores -> scores.plus(answer.usd))
                    : CompletableFuture.completedFuture(Scores.undecided(answer.usd));
        });
    }

    private CompletableFuture<Scores> ordered(String candidate, String baseline) {
        try {
            ChatRequest one = judge.compare(example, candidate, baseline).request();
            ChatRequest two = judge.compare(example, baseline, candidate).request();
            return ask(one).thenCompose(first -> first.said == null
                    ? CompletableFuture.completedFuture(first.isAsked() ? Scores.undecided(first.usd) : Scores.none())
                    : ask(two).thenApply(second -> scores(first, second)));
        } catch (BadRequestException e) {
            throw new IllegalStateException("a question of the judge is no usable request", e);
        }
    }

    private static Scores scores(Opinion first, Opinion second) {
        BigDecimal usd = Cost.sum(first.usd, second.usd);
        if (!second.isAsked()) {
            return new Scores(null, null, usd, false);
        }
        Double one = first.said;
        Double two = second.said;
        if (one == null || two == null || prefersAPlace(one, two)) {
            return Scores.undecided(usd);
        }
        double share = (one + 1 - two) / 2;
        return new Scores(share, 1 - share, usd, true);
    }

    /** Who says "the first" or "the second" in both orders has not compared: counted as a tie it would open the route. */
    private static boolean prefersAPlace(double first, double second) {
        return first == second && first != 0.5;
    }

    /** @param said score of the answer shown first; null if the judge said nothing usable @param reply its words */
    private record Opinion(
            @Nullable Double said,
            @Nullable BigDecimal usd,
            @Nullable String reply) {
        /** Of a model that rests. */
        static final Opinion NOT_ASKED = new Opinion(null, BigDecimal.ZERO);

        Opinion(@Nullable Double said, @Nullable BigDecimal usd) {
            this(said, usd, null);
        }

        boolean isAsked() {
            return this != NOT_ASKED;
        }
    }

    private CompletableFuture<Opinion> ask(ChatRequest question) {
        CompletableFuture<Opinion> opinion = new CompletableFuture<>();
        Cancellation cancellation = new Cancellation();
        SingleCall call = SingleCall.begin(
                model, question, context.judges(), System::nanoTime, TIMEOUT, cancellation, System.nanoTime());
        if (call == null) {
            return CompletableFuture.completedFuture(Opinion.NOT_ASKED);
        }
        AtomicBoolean over = new AtomicBoolean();
        Runnable timer = context.schedule(TIMEOUT, () -> {
            if (over.compareAndSet(false, true)) {
                opinion.complete(new Opinion(null, call.tooLate().costUsd()));
                cancellation.cancel();
            }
        });
        context.clientFor(model.provider().protocol(), model.provider().endpoint())
                .call(call.call(), new ProviderClient.Callback() {
                    @Override
                    public void replied(ProviderReply reply) {
                        end(() -> reply instanceof ProviderReply.Whole whole
                                ? said(call, whole.reply())
                                : new Opinion(null, null));
                    }

                    @Override
                    public void failed(ProviderException failure) {
                        end(() -> new Opinion(null, call.failed(failure, false).costUsd()));
                    }

                    private void end(java.util.function.Supplier<Opinion> result) {
                        if (over.compareAndSet(false, true)) {
                            timer.run();
                            try {
                                opinion.complete(result.get());
                            } catch (RuntimeException e) {
                                opinion.completeExceptionally(e);
                            }
                        }
                    }
                });
        return opinion;
    }

    private static Opinion said(SingleCall call, ChatReply reply) {
        Attempt attempt = call.answered(reply);
        OptionalDouble first = Judge.firstOf(reply.text());
        return new Opinion(first.isPresent() ? first.getAsDouble() : null, attempt.costUsd(), reply.text());
    }
}
