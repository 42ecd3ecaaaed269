package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.route.Dispatched;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Says which requests are sampled for evidence: a share of those that would go to the task's tier, by a hash of their id, so
 * that no answer has a say in it, while the day's budget lasts.
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

    private CollectSampling() {}

    /**
     * @param reply the whole answer; null if the caller got none, or a stream, whose text nobody keeps
     * @return null if the request is not sampled
     */
    static @Nullable SampledPair of(Dispatched request, @Nullable ChatReply reply, LlmRouterContext context) {
        Decision decision = request.decision();
        Candidate compared = decision.compared();
        String name = request.classification().task();
        RoutingPolicy policy = request.received().policy().policy();
        Task task = name == null ? null : policy.tasks().get(name);
        Collect collect = task == null ? null : task.collect();
        boolean isUnusable = request.verification() == VerifyState.FAILED;
        boolean isEscalated = decision.candidates().get(0).role() == Candidate.Role.ESCALATION;
        if (compared == null
                || task == null
                || collect == null
                || policy.evidence() != EvidenceMode.COLLECT
                || request.received().isShadow()
                || reply == null && !isUnusable) {
            return null;
        }
        RouteWatch watch = context.watch(policy);
        if (watch == null || !isDrawn(request.received().id(), collect.share())) {
            return null;
        }
        double probability = probability(collect.share());
        boolean isServed = decision.evidence().state() == EvidenceState.VALID;
        String reference = policy.baselineTier().models().get(0).model();
        Candidate answered = request.answeredBy();
        String first = first(request);
        if (answered == null || first == null || !isServed && (isEscalated || !first.equals(reference))) {
            return null;
        }
        String candidate = isServed ? first : compared.model().name();
        boolean simulated = request.received().policy().simulated();
        String gate = request.received().policy().decider().gate(task);
        PairQuestion question =
                PairQuestion.of(policy, task, candidate, simulated, gate).orElse(null);
        if (question == null || !watch.collects(question, isServed)) {
            return null;
        }
        if (isEscalated && reply != null && answered.model().name().equals(reference)) {
            // the candidate's answer was not usable, and the baseline's is at hand
            return new SampledPair(
                    question,
                    request,
                    null,
                    true,
                    null,
                    ComparedAnswer.of(reply),
                    null,
                    probability,
                    BigDecimal.ZERO,
                    watch);
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
        String input = isServed ? null : InputHash.of(request.described().request());
        if (input != null && watch.knows(question, input)) {
            return null; // it would be paid for and not count
        }
        if (!watch.reserve(question, most)) {
            return null;
        }
        // where another model of the baseline's tier made up for it, the baseline is asked as for any other request
        ComparedAnswer answer = isUnusable || isEscalated || reply == null ? null : ComparedAnswer.of(reply);
        return new SampledPair(question, request, answer, isServed, compared, null, input, probability, most, watch);
    }

    /** Whether the judge is not resting after failures. */
    private static boolean canAsk(Dispatched request, String judge, LlmRouterContext context) {
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
