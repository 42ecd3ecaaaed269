package dev.llmrouter.route;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.BodyShape;
import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.ClassifierChain;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.decide.Wish;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.Price;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request through its stages: receive, describe, classify, decide, dispatch, verify. The one place where these
 * steps are put together: routes, the dry run and {@code explain} all call it. Safe for use by many threads; never blocks.
 */
public final class Router {
    private static final String TASK_HEADER = "x-llm-task";
    private static final String TAGS_HEADER = "x-llm-tags";
    private static final int MAX_TAGS = 64;
    private static final int BUCKETS = 1_000_000;

    private final Dialects dialects;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Supplier<String> ids;
    private final RandomGenerator random;
    private final Describer describer = new Describer();
    private final DeploymentHealth shadows;

    /**
     * @param clock dates requests
     * @param nanoTime measures them
     * @param ids gives each its id
     * @param random spreads waits; safe for use by many threads
     */
    public Router(Dialects dialects, Clock clock, LongSupplier nanoTime, Supplier<String> ids, RandomGenerator random) {
        this.dialects = dialects;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.ids = ids;
        this.random = random;
        this.shadows = new DeploymentHealth(nanoTime);
    }

    /** An id for a request, as no other has it. */
    public String newId() {
        return ids.get();
    }

    /** A request has arrived: it gets an id, and the policy that it finishes on. Reads nothing yet, and never fails. */
    public Received receive(
            CompiledPolicy policy, Dialect.@Nullable Name dialect, byte[] body, @Nullable AccessKey key) {
        return receive(policy, dialect, body, key, ids.get());
    }

    /** @param id of the request, which is the same whenever it comes again: the ledger then books it once */
    public Received receive(
            CompiledPolicy policy, Dialect.@Nullable Name dialect, byte[] body, @Nullable AccessKey key, String id) {
        Dialect.Name spoken = dialect != null ? dialect : BodyShape.dialectOf(body);
        return new Received(id, spoken, clock.instant(), nanoTime.getAsLong(), policy, key, null);
    }

    /** Reads the body. @throws BadRequestException if it is malformed, empty, or breaks a limit of the policy */
    public Described describe(Received received, Incoming incoming) throws BadRequestException {
        if (incoming.body().length == 0) {
            throw new BadRequestException(
                    ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, "The request's body is empty."));
        }
        CallerDialect dialect = dialects.caller(received.dialect());
        ChatRequest request =
                dialect.parseRequest(incoming.body(), received.policy().policy().limits());
        if (received.dialect() == Dialect.Name.TEXT) {
            request = incoming.settings().applyTo(request);
        }
        request = incoming.settings().naming(request);
        if (incoming.whole() && request.stream()) {
            request = request.withoutStream();
        }
        String task = incoming.settings().task();
        Wish wish = Wish.of(
                request.model(), task != null ? task : incoming.headers().get(TASK_HEADER));
        Input input = new Input(
                request,
                describer.describe(request),
                wish.task(),
                tags(incoming.headers().get(TAGS_HEADER)),
                incoming.headers(),
                incoming.exchange());
        return new Described(received, input, wish);
    }

    /** Names the task. @throws BadRequestException if the caller names one that the policy does not have */
    public Classified classify(Described described) throws BadRequestException {
        if (described.request().isEmbeddings()) { // which space vectors lie in must not depend on what a text says
            return new Classified(described, chain(described).named(described.input()));
        }
        return new Classified(described, asking(described).classify(described.input()));
    }

    /**
     * Asks no classifier: the task is the one that the request names, or none. For a request to one model.
     *
     * @throws BadRequestException as {@link #classify}
     */
    public Classified named(Described described) throws BadRequestException {
        ClassifierChain unused = chain(described);
        String task = described.input().explicitTask();
        return new Classified(
                described,
                task == null
                        ? new Classification(null, 0, Classification.Source.DEFAULT, null, List.of())
                        : new Classification(task, 1, Classification.Source.EXPLICIT, null, List.of()));
    }

    /** Whether no task was recognised, and one is needed: of those who can be asked, the policy may have none. */
    public boolean needsTask(Classified classified) {
        return classified.needsTask();
    }

    /** Whether no task was recognised, and the policy has a model that is to be asked for it. */
    public boolean isOpen(Classified classified) {
        return TaskQuestion.isOpen(classified);
    }

    /** Whether no task was recognised, and the text's vector is to be compared with those of the examples. */
    public boolean isComparable(Classified classified) {
        return VectorQuestion.isOpen(classified);
    }

    /**
     * Asks for the vector of the text, to compare it with those of the examples.
     *
     * @param caller tells when the caller has gone
     * @return null if there is nothing to ask
     */
    public @Nullable VectorQuestion compare(Classified classified, Cancellation caller) {
        return VectorQuestion.of(classified, caller, nanoTime);
    }

    /**
     * Asks the classifying model of the policy for the task.
     *
     * @param caller tells when the caller has gone
     * @return null if there is nothing to ask
     */
    public @Nullable TaskQuestion ask(Classified classified, Cancellation caller) {
        return TaskQuestion.of(classified, caller, nanoTime);
    }

    /** Whether the later steps of the chain are to be asked as well: a share of the requests whose task a step knew. */
    public boolean isCompared(Classified classified) {
        double share = classified.received().policy().policy().classifier().agreement();
        if (!(share > 0)
                || classified.classification().task() == null
                || classified.described().request().isEmbeddings()
                || classified.received().isShadow()) {
            return false;
        }
        CRC32 hash = new CRC32();
        hash.update(("agreement " + classified.received().id()).getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % BUCKETS < share * BUCKETS;
    }

    /** What the steps behind the one that named the task think, as far as they call nobody: by step; empty if one does not know. */
    public Map<String, Optional<String>> laterSteps(Classified classified) {
        return classified
                .received()
                .policy()
                .classifiers()
                .later(
                        classified.described().input(),
                        classified.classification().source());
    }

    /** The same request as a shadow whose task nobody knows, for those to be asked who were not. */
    public Classified unclassified(Classified classified) {
        Received of = classified.received();
        Received shadow = of.isShadow()
                ? of
                : new Received(
                        ids.get(), of.dialect(), of.time(), nanoTime.getAsLong(), of.policy(), of.key(), of.id());
        Described described = classified.described();
        return new Classified(
                new Described(shadow, described.input(), described.wish()),
                new Classification(null, 0, Classification.Source.DEFAULT, null, List.of()),
                of.isShadow() ? classified.classifierCalls() : List.of());
    }

    /** Names the task, and keeps what each step of the chain said. Slower. @throws BadRequestException as {@link #classify} */
    public Classified explain(Described described) throws BadRequestException {
        return new Classified(described, asking(described).explain(described.input()));
    }

    /**
     * The same for who goes on to ask those that are asked outside: {@link #compare} and {@link #ask}.
     *
     * @param also is told what the steps say
     * @throws BadRequestException as {@link #classify}
     */
    public Classified explain(Described described, Classifier.Trace also) throws BadRequestException {
        return new Classified(described, asking(described).explain(described.input(), also));
    }

    private static ClassifierChain chain(Described described) throws BadRequestException {
        ClassifierChain chain = described.received().policy().classifiers();
        AccessKey key = described.received().key();
        refuse(chain.refusal(described.input(), task -> key == null || key.mayNameTask(task)), "task_not_found");
        return chain;
    }

    /** The chain, to be asked for the task. */
    private static ClassifierChain asking(Described described) throws BadRequestException {
        ClassifierChain chain = chain(described);
        refuse(chain.refusalOfNaming(described.input()), "task_not_taken");
        return chain;
    }

    private static void refuse(Optional<String> message, String code) throws BadRequestException {
        if (message.isPresent()) {
            throw new BadRequestException(
                    new ChatError(ChatError.Kind.INVALID_REQUEST, 400, message.get(), code, TASK_HEADER, null));
        }
    }

    /** Chooses tier and candidates. @throws RefusedException if nobody may or can serve the request */
    public Decided decide(Classified classified) throws RefusedException {
        return decided(classified, classified.routingRequest());
    }

    /**
     * The decision for a request that a model has answered already, in a batch of its provider.
     *
     * @param price that it was ordered at; null if that is not known, then the policy's
     * @throws RefusedException if the policy does not have the tier or the model any more
     */
    public Decided answered(Classified classified, String tier, String model, @Nullable Price price)
            throws RefusedException {
        Received received = classified.received();
        Decision decision = received.policy().decider().answered(classified.routingRequest(), tier, model, price);
        return new Decided(classified, decision, (nanoTime.getAsLong() - received.startNanos()) / 1_000);
    }

    /**
     * Decides again for a tier that a step of the route has set after the decision.
     *
     * @throws RefusedException if the policy has no such tier, or nobody of it may or can serve the request
     */
    public Decided redirect(Decided decided, String tier) throws RefusedException {
        Classified classified = decided.classified();
        RoutingRequest asked = classified.routingRequest();
        Decided redirected = decided(
                classified,
                new RoutingRequest(
                        asked.id(), asked.input(), asked.classification(), new Wish(null, tier, null), asked.key()));
        Decision decision = redirected.decision();
        return new Decided(
                classified,
                decision.withFirst(new Reason(
                        "redirected",
                        "decided for tier '" + decided.decision().tier() + "'; a step of the route set tier '" + tier
                                + "'")),
                redirected.decisionMicros());
    }

    private Decided decided(Classified classified, RoutingRequest request) throws RefusedException {
        Received received = classified.received();
        Decision decision = received.policy().decider().decide(request);
        return new Decided(classified, decision, (nanoTime.getAsLong() - received.startNanos()) / 1_000);
    }

    /**
     * Begins to ask the decision's candidates. A shadow is asked once, and what comes of it says nothing of the health of models that
     * answer callers: a candidate that fails must not keep them from a provider that serves them.
     */
    public Dispatched dispatch(Decided decided, Cancellation cancellation, Dispatch.AlarmListener alarms) {
        Received received = decided.received();
        if (received.isShadow()) {
            Dispatch dispatch = new Dispatch(
                    decided.decision(),
                    decided.toProvider(),
                    new Dispatch.Surroundings(shadows, alarms, nanoTime, random),
                    cancellation,
                    received.startNanos(),
                    1);
            return Dispatched.begun(decided, dispatch);
        }
        Dispatch dispatch = new Dispatch(
                decided.decision(),
                decided.toProvider(),
                new Dispatch.Surroundings(received.policy().decider().health(), alarms, nanoTime, random),
                cancellation,
                received.startNanos());
        return Dispatched.begun(decided, dispatch);
    }

    /**
     * Whether the output is usable, by the task's {@code verify}. An output that is not, where the policy says
     * {@code escalate}, the baseline tier has not been asked and the caller's key allows it, gives a stage with another decision and no verification
     * yet: its candidates are to be asked next.
     *
     * @param reply the whole answer; null for a stream, which is not checked, as a call of a tool is not: the output comes later
     * @throws OutputUnusableException if nobody gets such an output
     * @throws RefusedException if the baseline tier cannot serve the request
     */
    public Dispatched verify(Dispatched dispatched, @Nullable ChatReply reply)
            throws OutputUnusableException, RefusedException {
        OutputCheck check = dispatched.decided().outputCheck();
        if (check == null || reply == null || reply.embeddings() != null) {
            return dispatched;
        }
        boolean second = isEscalation(dispatched.decision());
        if (dispatched.isToolTurn(reply)) {
            return second ? dispatched.verified(VerifyState.ESCALATED) : dispatched;
        }
        String unlike = check.fault(reply);
        String fault = unlike != null ? unlike : dispatched.crossFault();
        if (fault == null) {
            return dispatched.verified(second ? VerifyState.ESCALATED : VerifyState.PASSED);
        }
        return switch (check.onFailure()) {
            case RECORD -> dispatched.verified(VerifyState.RECORDED);
            case FAIL -> throw new OutputUnusableException(fault, dispatched.verified(VerifyState.FAILED));
            case ESCALATE ->
                second || isBaseline(dispatched) || !mayEscalate(dispatched)
                        ? dispatched.verified(VerifyState.FAILED)
                        : escalated(dispatched, fault);
        };
    }

    private static boolean isEscalation(Decision decision) {
        return decision.candidates().get(0).role() == Candidate.Role.ESCALATION;
    }

    private static boolean isBaseline(Dispatched dispatched) {
        return dispatched
                .decision()
                .tier()
                .equals(dispatched.received().policy().policy().baseline());
    }

    /** A key that is limited to other tiers gets no better answer than they give. */
    private static boolean mayEscalate(Dispatched dispatched) {
        CompiledPolicy policy = dispatched.received().policy();
        return policy.decider()
                .mayUse(
                        dispatched.decided().classified().routingRequest(),
                        policy.policy().baseline());
    }

    private static Dispatched escalated(Dispatched dispatched, String fault) throws RefusedException {
        Decided before = dispatched.decided();
        Decision escalation = dispatched
                .received()
                .policy()
                .decider()
                .escalate(before.classified().routingRequest(), before.decision(), fault);
        dispatched.dispatch().escalate(escalation);
        Decided after = new Decided(before.classified(), escalation, before.decisionMicros());
        return dispatched.escalated(after);
    }

    /**
     * The shadow of a decided request: for the tier's shadow model alone, whole, answered to nobody.
     *
     * @throws IllegalStateException if the decision has no shadow model
     */
    public Decided shadow(Decided decided) {
        Candidate model = decided.decision().shadow();
        if (model == null) {
            throw new IllegalStateException("request " + decided.received().id() + " has no shadow model");
        }
        Input of = decided.described().input();
        return shadow(
                decided, model, of.request().stream() ? asking(of, of.request().withoutStream()) : of);
    }

    /** The shadow of a decided request, for a given model alone: a stream where a caller of that model would get one. */
    public Decided shadow(Decided decided, Candidate model) {
        return shadow(decided, model, decided.described().input());
    }

    private static Input asking(Input of, ChatRequest request) {
        return request == of.request()
                ? of
                : new Input(request, of.characteristics(), of.explicitTask(), of.tags(), of.headers(), of.exchange());
    }

    private Decided shadow(Decided decided, Candidate model, Input of) {
        Input input = asking(of, of.request().unstored());
        Decision decision = decided.decision();
        Received received = decided.received();
        Received shadow = new Received(
                ids.get(),
                received.dialect(),
                received.time(),
                nanoTime.getAsLong(),
                received.policy(),
                received.key(),
                received.id());
        Described described = new Described(shadow, input, decided.described().wish());
        Classification classification = decided.classification();
        return new Decided(
                new Classified(described, classification),
                new Decision(
                        shadow.id(),
                        classification,
                        decision.characteristics(),
                        decision.tier(),
                        decision.evidence(),
                        List.of(model),
                        List.of(),
                        null,
                        null,
                        List.of(new Reason("shadow", "shadow of request " + received.id())),
                        decision.policy()),
                decided.decisionMicros());
    }

    private static Set<String> tags(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Set.of();
        }
        Set<String> tags = new LinkedHashSet<>();
        for (String tag : header.split(",", MAX_TAGS + 1)) {
            if (!tag.isBlank() && tags.size() < MAX_TAGS) {
                tags.add(tag.strip());
            }
        }
        return tags;
    }
}
