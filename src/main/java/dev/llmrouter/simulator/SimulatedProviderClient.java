package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.VectorSpace;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Simulates providers in process. Speed, faults, quality and seed are those of the candidate's provider
 * ({@code Provider.simulator()}), price and limits those of its model; tests may give a model a behaviour of its own.
 *
 * <p>Never blocks: what takes time waits on daemon threads; without latency and with speed 0 the callback runs on the
 * caller's thread before {@link #call} returns, and items of streams on the thread that requests them. Timeouts, the
 * deadline and cancellation are kept as by a client over a network. Stream items have no raw data: their dialect is
 * given as plain text, and their meaning is all there is. Safe for use by many threads.
 */
public final class SimulatedProviderClient implements ProviderClient, AutoCloseable {
    private static final int THREADS = 2;
    private final SimulatorBill bill;
    private final Clock clock;
    private final Timer timer;
    private final FaultPlan faults = new FaultPlan();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();

    /** @param clock dates the answers */
    public SimulatedProviderClient(SimulatorBill bill, Clock clock) {
        this(bill, clock, Timer.ofThreads(THREADS));
    }

    SimulatedProviderClient(SimulatorBill bill, Clock clock, Timer timer) {
        this.bill = bill;
        this.clock = clock;
        this.timer = timer;
    }

    /** The next requests, of whatever model, meet these faults, one each, in this order. */
    public void next(Fault... script) {
        faults.next(List.of(script));
    }

    /** Gives a model, by its name in the policy, a behaviour of its own. */
    public void onModel(String model, Behaviour behaviour) {
        behaviours.put(model, behaviour);
    }

    public SimulatorBill bill() {
        return bill;
    }

    @Override
    public void call(ProviderCall call, Callback callback) {
        Candidate candidate = call.candidate();
        Failures failures = new Failures(
                candidate.provider().name() + "/" + candidate.model().name());
        SimulatedCall attempt = new SimulatedCall(call, callback, failures, timer);
        if (call.cancellation().isCancelled()) {
            callback.failed(failures.of(ProviderException.Fault.CANCELLED));
        } else if (call.deadlineNanos() - attempt.startNanos() <= 0) {
            callback.failed(failures.of(ProviderException.Fault.DEADLINE));
        } else {
            start(call, attempt, failures);
        }
    }

    private void start(ProviderCall call, SimulatedCall attempt, Failures failures) {
        Candidate candidate = call.candidate();
        String model = candidate.model().name();
        Behaviour behaviour = behaviours.getOrDefault(model, ofPolicy(candidate));
        Courses courses = new Courses(behaviour, candidate.timeouts(), failures);
        ChatRequest request = call.request();
        Fault fault = RequestCheck.check(request, behaviour, faults.draw(model, behaviour));
        Course refusal = courses.refusal(fault, request.stream());
        if (refusal != null) {
            attempt.fail(refusal);
            return;
        }
        if (request.isEmbeddings()) {
            embed(candidate.model(), request, attempt, courses, fault, behaviour);
            return;
        }
        SimulatedAnswer answer = new SimulatedModel(candidate.model().remoteName(), behaviour).answer(request, null);
        String id = "sim-" + answer.fingerprint();
        long created = clock.instant().getEpochSecond();
        Account account = new Account(bill, model, behaviour.price(), answer);
        if (request.stream()) {
            StreamCourse stream = new StreamCourse(answer.steps(id, created), behaviour);
            attempt.stream(courses.stream(fault, stream), account);
        } else {
            long visible = answer.usage().outputTokens() - answer.usage().reasoningTokens();
            attempt.whole(courses.whole(fault, behaviour.dueNanos(visible)), account, answer.toReply(id, created));
        }
    }

    private void embed(
            Model model,
            ChatRequest request,
            SimulatedCall attempt,
            Courses courses,
            Fault fault,
            Behaviour behaviour) {
        VectorSpace space = model.vectorSpace();
        int dimensions = space == null ? SimulatedEmbeddings.dimensionsOf(model.remoteName()) : space.dimensions();
        Usage usage = SimulatedEmbeddings.usage(request);
        SimulatedAnswer billed = new SimulatedAnswer(model.remoteName(), List.of(), usage, "embeddings", "", true);
        attempt.whole(
                courses.whole(fault, behaviour.dueNanos(0)),
                new Account(bill, model.name(), behaviour.price(), billed),
                new ChatReply(
                        "",
                        model.remoteName(),
                        clock.instant().getEpochSecond(),
                        List.of(),
                        usage,
                        null,
                        null,
                        SimulatedEmbeddings.of(request, dimensions)));
    }

    private static Behaviour ofPolicy(Candidate candidate) {
        return Behaviour.of(candidate.provider().simulator()).toBuilder()
                .price(candidate.model().price())
                .context(candidate.model().context())
                .maxOutput(candidate.model().maxOutput())
                .build();
    }

    /** Stops all work; attempts that are under way are not answered any more. */
    @Override
    public void close() {
        timer.close();
    }
}
