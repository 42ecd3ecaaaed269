package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.chat.AskedOnce;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.route.Dispatched;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which requests are sampled for evidence: a share of those that would go to the task's tier, by a hash of their id, so
 * that no answer has a say in it, while the day's budget lasts. Among them are requests that the candidate of an open route did not answer.
 */
final class CollectSampling {
    private static final int BUCKETS = 1_000_000;
    /** Output tokens that are set aside where neither request nor model states a limit. Assumption. */
    private static final int USUAL_OUTPUT = 1_000;

    /** Tokens of a judge's instructions and of its reply, on the safe side. Assumptions. */
    private static final int INSTRUCTIONS = 500;

    private static final int VERDICT = 512;

    /** Questions to a judge: both orders, and a control. */
    private static final long ASKED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(CollectSampling.class);

    private CollectSampling() {}

    /**
     * Says on the exchange what its request is compared with, if it is sampled. Nothing that is collected may be in the way of the answer:
     * what goes wrong is in the log.
     *
     * @param reply the whole answer; null if the caller got none, or a stream that broke off
     */
    static void sample(Exchange exchange, Dispatched request, @Nullable ChatReply reply) {
        try {
            SampledPair comparison = of(request, reply, LlmRouterContext.of(exchange.getContext()));
            if (comparison != null) {
                exchange.setProperty(LlmRouterConstants.COLLECT, comparison);
            }
        } catch (RuntimeException e) {
            LOG.warn("Request {} cannot be sampled", request.received().id(), e);
        }
    }

    /**
     * Has a stream kept beside its way to the caller, if its request is drawn. Whether it is compared is known when it is over.
     *
     * @return what the caller gets in its place, the same items
     */
    static ProviderReply.Streaming sampleStream(Exchange exchange, Dispatched request, ProviderReply.Streaming stream) {
        try {
            if (!isDrawn(request, LlmRouterContext.of(exchange.getContext()))) {
                return stream;
            }
        } catch (RuntimeException e) {
            LOG.warn("Request {} cannot be sampled", request.received().id(), e);
            return stream;
        }
        SampledStream sampled = new SampledStream(stream.items(), request);
        exchange.setProperty(LlmRouterConstants.COLLECT, true);
        exchange.setProperty(LlmRouterConstants.COLLECT_STREAM, sampled);
        return new ProviderReply.Streaming(stream.dialect(), sampled, stream.firstTokenNanos());
    }

    /**
     * The same as {@link #sample} for a stream that is over. Not compared are those that the caller left, so that nobody knows how they would
     * have ended, or was too slow for; what the candidate itself broke off is lost.
     *
     * @return whether the request is compared
     */
    static boolean sampleEnded(Exchange exchange, SampledStream stream) {
        exchange.removeProperty(LlmRouterConstants.COLLECT);
        ProviderException fault = stream.end().getNow(null);
        ChatReply reply = fault == null ? stream.reply() : null;
        boolean isOfTheCaller = fault != null
                && (fault.fault() == ProviderException.Fault.CANCELLED
                        || fault.fault() == ProviderException.Fault.DEADLINE && stream.isReaderSlow());
        if (reply != null || fault != null && !isOfTheCaller) {
            sample(exchange, stream.request(), reply);
        }
        return exchange.getProperty(LlmRouterConstants.COLLECT) != null;
    }

    /** Whether the task's evidence is collected, and the request is one of its share. */
    private static boolean isDrawn(Dispatched request, LlmRouterContext context) {
        RoutingPolicy policy = request.received().policy().policy();
        String name = request.classification().task();
        Task task = name == null ? null : policy.tasks().get(name);
        Collect collect = task == null ? null : task.collect();
        return request.decision().compared() != null
                && collect != null
                && policy.evidence() == EvidenceMode.COLLECT
                && !request.received().isShadow()
                && context.admission(policy) != null
                && isDrawn(request.received().id(), collect.share())
                && AskedOnce.because(request.described().request()) == null;
    }

    /** @return null if the request is not sampled */
    private static @Nullable SampledPair of(Dispatched request, @Nullable ChatReply reply, LlmRouterContext context) {
        Decision decision = request.decision();
        Candidate compared = decision.compared();
        String name = request.classification().task();
        RoutingPolicy policy = request.received().policy().policy();
        Task task = name == null ? null : policy.tasks().get(name);
        Collect collect = task == null ? null : task.collect();
        boolean isUnusable = request.verification() == VerifyState.FAILED;
        boolean isEscalated = decision.candidates().get(0).role() == Candidate.Role.ESCALATION;
        PairAdmission admission = context.admission(policy);
        if (compared == null || task == null || collect == null || admission == null || !isDrawn(request, context)) {
            return null;
        }
        if (reply == null && !isUnusable && first(request) != null) {
            return null;
        }
        boolean isServed = decision.evidence().state() == EvidenceState.VALID;
        String reference = policy.baselineTier().models().get(0).model();
        Candidate answered = request.answeredBy();
        String first = first(request);
        if (!isServed && (answered == null || isEscalated || !reference.equals(first))) {
            return null;
        }
        // without an answer of its own the candidate has lost the request, whoever made up for it
        boolean isLost = isServed && (first == null || first.equals(reference));
        Attempt lost = isLost ? LostRequest.by(request.dispatch().attempts(), limit(policy, task)) : null;
        String candidate = !isServed
                ? compared.model().name()
                : isLost ? lost == null ? null : lost.candidate().model().name() : first;
        if (candidate == null || isLost && Collect.FEEDBACK.equals(collect.scorer())) {
            return null; // people say nothing of an answer that they did not get
        }
        boolean simulated = request.received().policy().simulated();
        String gate = request.received().policy().decider().gate(task);
        PairQuestion question =
                PairQuestion.of(policy, task, candidate, simulated, gate).orElse(null);
        if (question == null || !admission.collects(question, isServed)) {
            return null;
        }
        String judge = collect.judge();
        if (judge != null
                && !Conversation.of(request.described().request()).unseen().isEmpty()) {
            return null; // no judge could tell
        }
        if (judge != null && !canAsk(request, judge, context)) {
            return null; // the shadow would be paid for nothing
        }
        BigDecimal most = most(
                request,
                compared.model(),
                judge == null ? null : policy.models().get(judge),
                judge);
        if (most == null) {
            return null;
        }
        InputHash input = isServed ? null : InputHash.of(request.described().request(), reply);
        if (input != null && admission.knows(question, input)) {
            return null; // it would be paid for, and tell nothing new
        }
        // also where the other answer is at hand and free: else losses alone are left when the day's budget is spent
        if (!admission.hasLeft(question, most)) {
            return null;
        }
        // the baseline's answer may be at hand; where another model of its tier made up, the baseline is asked as ever
        boolean isMadeUpFor = isEscalated || isLost;
        ComparedAnswer known = isMadeUpFor
                        && reply != null
                        && answered != null
                        && reference.equals(answered.model().name())
                ? ComparedAnswer.of(reply)
                : null;
        return new SampledPair(
                question,
                request,
                isUnusable || isMadeUpFor || reply == null ? null : ComparedAnswer.of(reply),
                isServed,
                known == null ? compared : null,
                known,
                input,
                isServed ? loss(request, reply, lost) : null,
                probability(collect.share()),
                most,
                admission,
                null);
    }

    /** @return null if the caller got the candidate's answer, or another one in its place without having to ask again */
    private static SampledPair.@Nullable Loss loss(
            Dispatched request, @Nullable ChatReply reply, @Nullable Attempt lost) {
        boolean isLate = lost != null && lost.outcome().isLate();
        return reply == null
                ? new SampledPair.Loss(
                        InputHash.of(request.described().request(), null).hash(), isLate)
                : lost == null ? null : new SampledPair.Loss(null, isLate);
    }

    private static Duration limit(RoutingPolicy policy, Task task) {
        return policy.tier(task.tier()).map(Tier::timeout).orElse(Duration.ZERO);
    }

    /** Whether the judge is not resting after failures. */
    static boolean canAsk(Dispatched request, String judge, LlmRouterContext context) {
        return request.received().policy().decider().members().stream()
                .filter(member -> member.model().name().equals(judge))
                .noneMatch(member -> context.judges().unavailable(member).isPresent());
    }

    /** The model whose answer came first: the one that served, or whose answer was not usable. */
    private static @Nullable String first(Dispatched request) {
        return request.dispatch().attempts().stream()
                .filter(attempt -> attempt.isOk())
                .map(attempt -> attempt.candidate().model().name())
                .findFirst()
                .orElse(null);
    }

    /** @param share percent, above 0 to 100 */
    static boolean isDrawn(String requestId, double share) {
        CRC32 hash = new CRC32();
        hash.update(("collect " + requestId).getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % BUCKETS < share / 100 * BUCKETS;
    }

    /** With which {@link #isDrawn} draws. @param share percent, above 0 to 100 */
    static double probability(double share) {
        return Math.min(1, Math.ceil(share / 100 * BUCKETS) / BUCKETS);
    }

    /** USD that shadow and judge cost at most, by our estimate; null if a price is not known. */
    private static @Nullable BigDecimal most(
            Dispatched request, Model shadow, @Nullable Model judge, @Nullable String judgeName) {
        Price price = shadow.price();
        if (price == null || judgeName != null && (judge == null || judge.price() == null)) {
            return null;
        }
        long input = Math.round(1.5 * request.decision().characteristics().inputTokens()) + 50;
        Integer stated = request.described().request().sampling().maxOutputTokens();
        Integer own = shadow.maxOutput();
        long wanted = stated != null ? stated : USUAL_OUTPUT;
        long output = own != null ? Math.min(own, wanted) : wanted;
        BigDecimal most = usd(price, input, output);
        Price judging = judge == null ? null : judge.price();
        return judging == null
                ? most
                : most.add(usd(judging, ASKED * (input + 2 * output + INSTRUCTIONS), ASKED * VERDICT));
    }

    private static BigDecimal usd(Price price, long input, long output) {
        return price.input()
                .multiply(BigDecimal.valueOf(input))
                .add(price.output().multiply(BigDecimal.valueOf(output)))
                .movePointLeft(6);
    }
}
