package dev.llmrouter.camel;

import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.VertxProviderClient;
import dev.llmrouter.provider.VertxSettings;
import dev.llmrouter.record.LogRecorder;
import dev.llmrouter.record.MeterNames;
import dev.llmrouter.record.MeterRecorder;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import dev.llmrouter.route.RequestIds;
import dev.llmrouter.route.Router;
import dev.llmrouter.simulator.SimulatedProviderClient;
import dev.llmrouter.simulator.SimulatorBill;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all routes of one CamelContext share: policies with their health, connections, the simulator, recorders.
 *
 * <p>It comes into being when it is first asked for, and stops with the context; a context that is started once more has
 * a new one. Many uses of one policy share one loaded
 * policy. A {@code Vertx}, a {@code MeterRegistry} and {@link Recorder}s in the registry are used; without a
 * {@code Vertx} one is made.
 */
public final class LlmRouterContext extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(LlmRouterContext.class);

    /** How long a stop waits for the records of streams that it has just cut off. */
    private static final Duration LAST_RECORDS = Duration.ofSeconds(1);

    private static final int BEAN_THREADS = 64;

    private final CamelContext camel;
    private final Clock clock = Clock.systemUTC();
    private final Dialects dialects = new Dialects(clock);
    private final Router router =
            new Router(dialects, clock, System::nanoTime, new RequestIds(clock), new SharedRandom());
    private final SimulatorBill simulatorBill = new SimulatorBill();
    private final Map<String, LoadedPolicy> policies = new ConcurrentHashMap<>();
    private final Map<String, String> firstNames = new ConcurrentHashMap<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final List<Recorder> recorders = new ArrayList<>();
    private final Vertx vertx;
    private final boolean ownVertx;
    private final VertxProviderClient http;
    private final SimulatedProviderClient simulator;
    private final EndpointProviderClient endpoints;
    private final ContextLedger ledger;
    private final PairWatches watches;
    private final OpenRecords openRecords = new OpenRecords();
    private final OpenCalls openCalls = new OpenCalls();
    private final DeploymentHealth judges = new DeploymentHealth(System::nanoTime);
    private final RefusedQuestions refusedQuestions = new RefusedQuestions();
    private final Map<String, JudgeRecord> judgeRecords = new ConcurrentHashMap<>();
    private final PolicyNotices notices;
    private @Nullable ExecutorService beanThreads;
    private volatile boolean isOver;

    private LlmRouterContext(CamelContext camel) {
        this.camel = camel;
        this.notices = new PolicyNotices(camel);
        this.ledger = new ContextLedger(camel);
        this.watches = new PairWatches(camel, clock, ledger::ledger);
        Vertx shared = camel.getRegistry().findSingleByType(Vertx.class);
        this.ownVertx = shared == null;
        this.vertx = shared != null ? shared : Vertx.vertx(VertxSettings.ofDefaults());
        this.http = new VertxProviderClient(vertx, dialects::provider, LlmProviderComponent.tls(camel), clock);
        this.simulator = new SimulatedProviderClient(simulatorBill, clock);
        this.endpoints = new EndpointProviderClient(camel, dialects, clock);
    }

    /** The one of this context. */
    public static LlmRouterContext of(CamelContext camel) {
        LlmRouterContext known = known(camel);
        return known != null ? known : create(camel);
    }

    /** Null for none, or for one that stopped with a context that starts again. Whoever comes late to a stopped one finds it still. */
    private static @Nullable LlmRouterContext known(CamelContext camel) {
        LlmRouterContext known = camel.getCamelContextExtension().getContextPlugin(LlmRouterContext.class);
        if (known == null || !known.isOver) {
            return known;
        }
        ServiceStatus status = camel.getStatus();
        return status == ServiceStatus.Stopping || status == ServiceStatus.Stopped ? known : null;
    }

    private static synchronized LlmRouterContext create(CamelContext camel) {
        LlmRouterContext known = known(camel);
        if (known != null) {
            return known;
        }
        LlmRouterContext created = new LlmRouterContext(camel);
        camel.getCamelContextExtension().addContextPlugin(LlmRouterContext.class, created);
        try {
            camel.addService(created);
        } catch (Exception e) {
            throw new IllegalStateException("the LLM router's shared state cannot start: " + e.getMessage(), e);
        }
        return created;
    }

    @Override
    protected void doStart() {
        notices.lookAtParameters();
        recorders.add(new LogRecorder());
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters != null) {
            recorders.add(new MeterRecorder(meters));
        }
        recorders.addAll(camel.getRegistry().findByType(Recorder.class));
        ledger.open(meters, LlmRouterContext::ledgerNow);
        if (ledger.ledger() != null) {
            watches.begin();
        }
    }

    private static @Nullable ContextLedger ledgerNow(CamelContext camel) {
        LlmRouterContext now = known(camel);
        return now == null ? null : now.ledger;
    }

    @Override
    protected void doStop() {
        isOver = true;
        policies.values().forEach(LoadedPolicy::close);
        policies.clear();
        watches.stop();
        if (beanThreads != null) {
            camel.getExecutorServiceManager().shutdownNow(beanThreads);
            beanThreads = null;
        }
        http.close();
        simulator.close();
        endpoints.close();
        int missing = openRecords.await(LAST_RECORDS);
        if (missing > 0) {
            LOG.warn(
                    "{} streams had not ended when the context stopped: they are neither in the request log nor in the ledger",
                    missing);
        }
        recordCutOff();
        ledger.close();
        if (ownVertx) {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(5, TimeUnit.SECONDS)
                    .exceptionally(e -> {
                        LOG.debug("Vert.x did not close in time", e);
                        return null;
                    });
        }
    }

    /** What waited for a model when the context was stopped by force: it may have been paid for. */
    private void recordCutOff() {
        List<OpenCalls.Open> rest = openCalls.takeRest();
        if (rest.isEmpty()) {
            return;
        }
        CompletableFuture.allOf(rest.stream().map(OpenCalls.Open::breakOff).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, LAST_RECORDS.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        RejectedExecutionException stop = new RejectedExecutionException("the context stopped");
        for (OpenCalls.Open call : rest) {
            RequestRecord request = call.cutOff(stop);
            record(request);
            keep(RequestEntry.of(request));
            try {
                call.release(stop);
            } catch (RuntimeException e) {
                LOG.debug("Request {} could not go on", request.requestId(), e);
            }
        }
        LOG.warn(
                "{} requests were cut off when the context stopped: they are recorded as failed, at a cost that is not known",
                rest.size());
    }

    /**
     * The policy at a resource URI ({@code file:}, {@code classpath:}, a path), loaded at the first call. However a file is written, it is one
     * policy, which goes by the URI that named it first.
     *
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    public LoadedPolicy policy(String uri) {
        return policies.computeIfAbsent(name(uri), key -> {
            LoadedPolicy policy = LoadedPolicy.open(camel, key, new DeploymentHealth(System::nanoTime), clock);
            measure(key);
            watches.watch(policy);
            return policy;
        });
    }

    /** The URI that was first to name what this one names. It is looked up once: a link in its path may lead elsewhere later. */
    private String name(String uri) {
        return names.computeIfAbsent(
                uri, any -> firstNames.computeIfAbsent(CamelPolicyResource.identity(uri), unnamed -> uri));
    }

    /** Why changes of a policy, of what belongs to it or of its pairs may not be seen, in sentences; empty for nothing. */
    public List<String> watchProblems(LoadedPolicy policy) {
        List<String> problems = new ArrayList<>(policy.watchProblems());
        String problem = watches.problem(policy.policy());
        if (problem != null) {
            problems.add(problem);
        }
        return problems;
    }

    /** Says which requests are compared, where evidence is collected for a policy; null where there is no ledger. */
    @Nullable
    PairAdmission admission(RoutingPolicy policy) {
        RouteWatch watch = watches.of(policy);
        return watch == null ? null : watch.admission();
    }

    /** What sampling shows of a task's quality, in a sentence; empty if it is not sampled. */
    public String sampled(RoutingPolicy policy, String task) {
        RouteWatch watch = watches.of(policy);
        return watch == null ? "" : watch.sampled(task);
    }

    /** Where the collection of evidence for a policy stood when the ledger was read last; empty if none is collected. */
    public List<CollectedRoute> collected(RoutingPolicy policy) {
        RouteWatch watch = watches.of(policy);
        return watch == null ? List.of() : watch.collected();
    }

    /** What a judge made of its control questions. @param judge of which task */
    JudgeRecord judgeRecord(String judge) {
        return judgeRecords.computeIfAbsent(judge, any -> new JudgeRecord());
    }

    /** Which models refuse what they are asked about tasks. */
    RefusedQuestions refusedQuestions() {
        return refusedQuestions;
    }

    /** What is known of the health of models that judge. */
    DeploymentHealth judges() {
        return judges;
    }

    /** The policy of steps that name none. @throws dev.llmrouter.policy.load.PolicyException if it is not usable */
    public LoadedPolicy defaultPolicy() {
        return policyOf(null);
    }

    /**
     * The policy that requests are answered by.
     *
     * @param given its resource URI; null or blank: what the property names, else the example policy
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    LoadedPolicy policyOf(@Nullable String given) {
        Optional<String> named = PolicyStep.named(camel, given);
        String uri = named.orElse(PolicyStep.EXAMPLE_POLICY);
        LoadedPolicy policy = policy(uri);
        notices.used(name(uri), policy, named.isPresent());
        return policy;
    }

    /** An application that prints who answers by this policy says so itself. @param uri of the policy */
    public void saidElsewhere(String uri) {
        notices.saidElsewhere(name(uri));
    }

    /** What is said once, of policies that are not what somebody may take them for. */
    public PolicyNotices notices() {
        return notices;
    }

    private static boolean hasReloadProblem(CamelContext camel, String uri) {
        LlmRouterContext now = known(camel);
        LoadedPolicy policy = now == null ? null : now.policies.get(uri);
        return policy != null && policy.reloadProblem() != null;
    }

    private void measure(String uri) {
        MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters != null) {
            Gauge.builder(
                            MeterNames.POLICY_RELOAD_FAILED.meter(),
                            camel,
                            context -> hasReloadProblem(context, uri) ? 1 : 0)
                    .tag("policy", uri)
                    .register(meters);
        }
    }

    /** Every policy in use, by the resource URI that named it first. */
    public Map<String, LoadedPolicy> policies() {
        return Map.copyOf(policies);
    }

    /** The largest body that a policy in force allows, in bytes; 0 where none is in use yet. */
    public int largestBody() {
        int largest = 0;
        for (LoadedPolicy policy : policies.values()) {
            largest = Math.max(largest, policy.policy().limits().bodyBytes());
        }
        return largest;
    }

    /** Whether a policy in force has keys. */
    public boolean hasKeys() {
        return policies.values().stream()
                .anyMatch(policy -> !policy.policy().keys().isEmpty());
    }

    /** Takes requests through their stages. */
    public Router router() {
        return router;
    }

    public Dialects dialects() {
        return dialects;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The simulator's own account of what it would have billed. */
    public SimulatorBill simulatorBill() {
        return simulatorBill;
    }

    /** Where requests and feedback are kept; null where neither the data folder nor a database is configured. */
    public @Nullable Ledger ledger() {
        return ledger.ledger();
    }

    /** Whether a ledger is configured, opened or not. */
    public boolean isLedgerConfigured() {
        return ledger.isConfigured();
    }

    /** Where the ledger is that this context writes, for who reads it; null for none. Waits for one that is being opened. */
    public @Nullable LedgerSettings ledgerSettings() {
        return ledger.settings();
    }

    /**
     * The same for who is in nobody's way: waits as long as bringing an older ledger up to date takes, unless the context stops or is
     * suspended, which wait for him.
     */
    public @Nullable LedgerSettings openedLedgerSettings() {
        return ledger.openedSettings(() -> !isCamelStopping() && !camel.isSuspending() && !camel.isSuspended());
    }

    /** Keeps an entry without the route that does it in batches. Returns at once. */
    void keep(LedgerEntry entry) {
        ledger.keep(entry);
    }

    /**
     * Keeps an entry. Returns at once.
     *
     * @return completes when it is committed, or spooled where the database is away; at once where no ledger is kept
     */
    CompletableFuture<Void> commit(LedgerEntry entry) {
        return ledger.commit(entry);
    }

    /** Whether requests are kept, or were until the context stopped. */
    boolean isKeeping() {
        return ledger.isKeeping();
    }

    /**
     * Whether the context stops: a route that is asked to go on may be cut off before its next step, so that what must not be lost is
     * kept at once.
     */
    boolean isCamelStopping() {
        return camel.isStopping() || camel.isStopped();
    }

    /** The requests that are still to be recorded: a stop waits for them, though not long. */
    OpenRecords openRecords() {
        return openRecords;
    }

    /** The requests that wait for a model: a stop records those that it cuts off. */
    OpenCalls openCalls() {
        return openCalls;
    }

    /**
     * A request waits for no model any more, and its route goes on to the step that records it; one that is stopped by force does not.
     *
     * @param id of the request
     */
    void goesOn(String id) {
        ShutdownStrategy stop = camel.getShutdownStrategy();
        boolean isForced = stop.isTimeoutOccurred() || stop.isForceShutdown();
        if (!isCamelStopping() || !isForced) {
            openCalls.end(id);
        }
    }

    /** Whether a reply waits until its request is in the ledger. */
    boolean isSynchronous() {
        return ledger.isSynchronous();
    }

    /** Where beans of the user run that may block: as many as wait for answers at most, and no queue. */
    synchronized Executor beanThreads() {
        if (beanThreads == null) {
            ThreadPoolProfile profile = new ThreadPoolProfileBuilder("llm-router-beans")
                    .poolSize(1) // of 0, and no queue, Camel makes a pool of one thread, whatever the maximum
                    .maxPoolSize(BEAN_THREADS)
                    .maxQueueSize(0)
                    .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                    .build();
            beanThreads = camel.getExecutorServiceManager().newThreadPool(this, "llm-router-bean", profile);
        }
        return beanThreads;
    }

    /** The client that calls a candidate of this protocol, by base URL or by {@code endpoint}. */
    ProviderClient clientFor(Protocol protocol, @Nullable String endpoint) {
        if (protocol == Protocol.SIMULATOR) {
            return simulator;
        }
        return endpoint == null ? http : endpoints;
    }

    /** The batch API of a provider; null where it has none that is known here. */
    public @Nullable BatchApi batches(Provider provider) {
        return http.batches(provider, dialects.provider(provider.protocol()));
    }

    /** Runs something later, on an event loop. @return takes it back, so that nothing of it is kept until then */
    Runnable schedule(Duration delay, Runnable action) {
        long timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> action.run());
        return () -> vertx.cancelTimer(timer);
    }

    void record(RequestRecord request) {
        openCalls.end(request.requestId());
        for (Recorder recorder : recorders) {
            try {
                recorder.accept(request);
            } catch (RuntimeException e) {
                LOG.warn("A recorder failed on request {}", request.requestId(), e);
            }
        }
    }

    /** Each thread's own generator behind one object. */
    private static final class SharedRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
