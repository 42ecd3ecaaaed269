package dev.llmrouter.camel;

import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.classify.llm.TaskMemory;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Evidence;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyListener;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.PolicyReloader;
import dev.llmrouter.policy.load.Rounds;
import dev.llmrouter.policy.load.Severity;
import dev.llmrouter.route.CompiledPolicy;
import dev.llmrouter.route.TaskModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy file in use, with the evidence and the examples beside it: what is in force now, swapped whole when a file changes. Safe for use by many threads.
 */
public final class LoadedPolicy implements AutoCloseable {
    /** Steps of the classifier chain that this version has. */
    public static final Set<ClassifierSettings.Step> STEPS = Set.of(ClassifierSettings.Step.values());

    private static final Logger LOG = LoggerFactory.getLogger(LoadedPolicy.class);
    private static final String PROBLEM = "{}:{}: {}";
    private static final String RELOAD = "llm-router.policy-reload";

    /** Names the folder with evidence where it does not lie beside the policy. */
    static final String EVIDENCE = "llm-router.evidence";

    private final PolicyReloader reloader;
    private final EvidenceFolder evidence;
    private final LearnedStep learned;
    private final ShownExamples shown;
    private final EmbeddingStep vectors;
    private final GateStep gates;
    private final TaskModel.Surroundings asking = new TaskModel.Surroundings(
            new DeploymentHealth(System::nanoTime), new TaskMemory(System::nanoTime), new SecureRandom());
    private final CamelExpressions expressions;
    private final DeploymentHealth health;
    private final Clock clock;
    /** One thread for evidence, one that may be busy with learning, and one that may wait for vectors. */
    private final ScheduledExecutorService watch = Executors.newScheduledThreadPool(3, task -> {
        Thread thread = new Thread(task, "llm-router-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Rounds> rounds = new CopyOnWriteArrayList<>();
    /** Whether something was read anew that is not in force yet: an error may come between the two. */
    private volatile boolean isBehind;

    private volatile EvidenceCheck proven = EvidenceCheck.none();
    private volatile CompiledPolicy current;

    private LoadedPolicy(
            PolicyReloader reloader,
            EvidenceFolder evidence,
            LearnedStep learned,
            ShownExamples shown,
            EmbeddingStep vectors,
            GateStep gates,
            CamelExpressions expressions,
            DeploymentHealth health,
            Clock clock) {
        this.reloader = reloader;
        this.evidence = evidence;
        this.learned = learned;
        this.shown = shown;
        this.vectors = vectors;
        this.gates = gates;
        this.expressions = expressions;
        this.health = health;
        this.clock = clock;
        this.current = compile(reloader.get(), true);
    }

    static LoadedPolicy open(CamelContext camel, String uri, DeploymentHealth health, Clock clock) {
        return open(camel, uri, health, clock, false);
    }

    /** For who only looks at a policy: nobody is called, unless {@link #makeVectors} says so. */
    static LoadedPolicy openQuietly(CamelContext camel, String uri, DeploymentHealth health, Clock clock) {
        return open(camel, uri, health, clock, true);
    }

    private static LoadedPolicy open(
            CamelContext camel, String uri, DeploymentHealth health, Clock clock, boolean isQuiet) {
        Duration interval = MillisProperty.of(camel, RELOAD, PolicyReloader.DEFAULT_INTERVAL);
        PolicyReloader reloader;
        try {
            reloader = PolicyReloader.open(loader(camel, clock), CamelPolicyResource.of(camel, uri));
        } catch (IOException e) {
            throw new PolicyUnreadableException(uri, e);
        }
        report(reloader.latestCheck());
        EvidenceFolder evidence = new EvidenceFolder(evidenceFolder(camel, uri, isQuiet));
        LearnedStep learned = new LearnedStep(uri);
        learned.renew(reloader.get());
        ShownExamples shown = new ShownExamples(uri);
        shown.renew(reloader.get());
        EmbeddingStep vectors =
                new EmbeddingStep(camel, uri, LlmRouterContext.of(camel).beanThreads(), isQuiet);
        LoadedPolicy policy = new LoadedPolicy(
                reloader,
                evidence,
                learned,
                shown,
                vectors,
                new GateStep(uri),
                new CamelExpressions(camel),
                health,
                clock);
        reloader.subscribe(policy.new Listener());
        policy.start(interval, !isQuiet);
        return policy;
    }

    /** @param isQuiet whether somebody else tells that a folder which is named is not there */
    private static Path evidenceFolder(CamelContext camel, String uri, boolean isQuiet) {
        String named = camel.getPropertiesComponent().resolveProperty(EVIDENCE).orElse("");
        if (named.isBlank()) {
            return CamelPolicyResource.folder(uri).resolve("evidence");
        }
        Path folder = Path.of(named);
        if (!isQuiet && !Files.isDirectory(folder)) {
            LOG.warn(
                    "{} (--evidence) is {}, where no folder is: until there is one nothing counts as proven, and with"
                            + " 'evidence: enforce' the baseline tier of policy {} serves the tasks that need a proof. Name the"
                            + " folder with the evidence, or leave it out for that beside the policy.",
                    EVIDENCE,
                    folder,
                    uri);
        }
        return folder;
    }

    private void start(Duration interval, boolean makesVectors) {
        if (policy().looksAtLanguage()) {
            watch.execute(() -> new Describer().warmUp()); // so that no request waits for the model on an event loop
        }
        reloader.start(interval);
        watch("evidence and gates", interval, interval, this::lookAtEvidence);
        watch("examples", interval, interval, this::lookAtExamples);
        if (makesVectors) {
            watch("vectors", Duration.ZERO, interval, this::lookAtVectors);
        }
    }

    private void watch(String what, Duration first, Duration interval, Runnable look) {
        String sentence = "Looking at the " + what + " of policy " + policy().source();
        rounds.add(Rounds.start(watch, first, interval, sentence, look));
    }

    private void lookAtExamples() {
        boolean showsOthers = shown.renew(reloader.get());
        if (learned.renew(reloader.get()) || showsOthers) {
            renew();
        }
    }

    private void lookAtVectors() {
        try {
            if (vectors.renew(reloader.get())) {
                renew();
            }
        } catch (RuntimeException e) {
            LOG.warn("The vectors of policy {} cannot be renewed", policy().source(), e);
        }
    }

    private void lookAtEvidence() {
        if (evidence.look()) {
            isBehind = true;
        }
        RoutingPolicy policy = reloader.get();
        if (gates.renew(policy)) {
            isBehind = true;
        }
        if (isBehind || current.policy() != policy) {
            renew();
        }
    }

    /** Puts in force what was read last, whole: a request sees all of it or nothing. */
    private synchronized void renew() {
        isBehind = true;
        current = compile(reloader.get(), true);
        isBehind = false;
        health.retain(current.decider().members());
        TaskModel asked = current.taskModel();
        asking.health().retain(asked == null ? Set.of() : Set.of(asked.candidate()));
    }

    /** @param isInForce whether it is told what its evidence is worth, and judged by that from now on */
    private CompiledPolicy compile(RoutingPolicy policy, boolean isInForce) {
        gates.renew(policy);
        GateStep.InForce judging = gates.inForce();
        EvidenceCheck check = evidence.check().with(TaskGates.hashes(judging.gates()));
        Evidence found = EvidenceFolder.in(policy, check);
        if (isInForce) {
            evidence.tell(policy, check, found, LocalDate.now(clock));
            proven = check;
        }
        CompiledPolicy compiled =
                CompiledPolicy.of(policy, expressions, health, judging, found, learned.steps(policy), clock);
        return compiled.comparing(vectors.in(policy, isInForce)).asking(TaskModel.of(compiled, shown.shown(), asking));
    }

    /** The reloader logs what became of the file. */
    private final class Listener implements PolicyListener {
        /** As a trial: what cannot be compiled never comes into force, where it would keep evidence from being taken over. */
        @Override
        public void prepare(RoutingPolicy next) {
            synchronized (LoadedPolicy.this) {
                compile(next, false);
            }
        }

        @Override
        public void changed(RoutingPolicy previous, RoutingPolicy now, PolicyCheck check) {
            if (now.looksAtLanguage()) {
                watch.execute(() -> new Describer().warmUp());
            }
            renew();
            warnings(check);
        }
    }

    /** A loader that knows this context's placeholders, expressions and routes. */
    static PolicyLoader loader(CamelContext camel, Clock clock) {
        CamelExpressions expressions = new CamelExpressions(camel);
        PolicyLoader.Builder builder = PolicyLoader.builder(clock)
                .placeholders(name -> placeholder(camel, name))
                .availableSteps(STEPS)
                .keysRequired(true)
                .expressions((language, text) -> problemWith(expressions, language, text));
        return builder.build();
    }

    private static @Nullable String placeholder(CamelContext camel, String name) {
        return camel.getPropertiesComponent().resolveProperty(name).orElseGet(() -> {
            if (name.startsWith("env:")) {
                return System.getenv(name.substring("env:".length()));
            }
            return name.startsWith("sys:") ? System.getProperty(name.substring("sys:".length())) : null;
        });
    }

    private static @Nullable String problemWith(CamelExpressions expressions, String language, String text) {
        try {
            if (language.equals("simple")) {
                expressions.simple(text);
            } else {
                expressions.jsonpath(text);
            }
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static void report(PolicyCheck check) {
        check.problems().stream()
                .filter(problem -> problem.severity() != Severity.WARNING)
                .forEach(problem -> LOG.warn(PROBLEM, check.source(), problem.line(), problem.message()));
        warnings(check);
    }

    private static void warnings(PolicyCheck check) {
        check.problems().stream()
                .filter(problem -> problem.severity() == Severity.WARNING)
                .forEach(problem -> LOG.debug(PROBLEM, check.source(), problem.line(), problem.message()));
    }

    /** Has the vectors made that the examples lack, which costs money and may take as long as their provider does. */
    EmbeddingStep makeVectors() {
        lookAtVectors();
        return vectors;
    }

    /** What is in force now. */
    public CompiledPolicy current() {
        return current;
    }

    /** The policy in force now. */
    public RoutingPolicy policy() {
        return current.policy();
    }

    /** The evidence beside the policy, with the gates in force. */
    public EvidenceCheck evidence() {
        return proven;
    }

    /** The folder that evidence is read from. */
    public Path evidenceFolder() {
        return evidence.directory();
    }

    /** Evidence has been written: it is read now. */
    void evidenceWritten() {
        lookAtEvidence();
    }

    /** Whether the simulator stands in for every provider. */
    public boolean isSimulated() {
        return current.simulated();
    }

    /** Why the file as it is now is not in force, in one line; null if it is. */
    public @Nullable String reloadProblem() {
        return reloader.problem();
    }

    /** Why changes of the policy or of what belongs to it may not be seen, in sentences; empty while all is looked at. */
    public List<String> watchProblems() {
        List<String> problems = new ArrayList<>();
        add(problems, reloader.watchProblem());
        rounds.forEach(each -> add(problems, each.problem()));
        String ofVectors = vectors.problem();
        add(
                problems,
                ofVectors == null
                        ? null
                        : "The step 'embedding' of policy " + policy().source()
                                + " has no vectors of its examples as they are now: " + ofVectors);
        return problems;
    }

    private static void add(List<String> problems, @Nullable String problem) {
        if (problem != null) {
            problems.add(problem);
        }
    }

    /** Adds a listener for as long as the policy is watched. */
    void subscribe(PolicyListener listener) {
        reloader.subscribe(listener);
    }

    /** Looks at the policy and its evidence now. @return whether a new policy is in force */
    public boolean reload() {
        boolean isNew = reloader.reload();
        lookAtEvidence();
        return isNew;
    }

    @Override
    public void close() {
        reloader.close();
        watch.shutdownNow();
    }
}
