package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.Described;
import dev.llmrouter.route.Incoming;
import dev.llmrouter.route.Received;
import dev.llmrouter.route.RequestSettings;
import dev.llmrouter.route.Router;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** Decides by a policy outside of a running gateway, as the gateway would. Not safe for use by several threads. */
public final class PolicyExplainer implements AutoCloseable {
    private final DefaultCamelContext camel;
    private final LoadedPolicy policy;
    private @Nullable EmbeddingStep vectors;
    private final Router router = new Router(
            new Dialects(Clock.systemUTC()),
            Clock.systemUTC(),
            System::nanoTime,
            () -> "explain",
            RandomGenerator.getDefault());

    private PolicyExplainer(DefaultCamelContext camel, LoadedPolicy policy) {
        this.camel = camel;
        this.policy = policy;
    }

    /**
     * Loads a policy.
     *
     * @param uri its resource URI; null for the environment's {@code LLM_ROUTER_POLICY}, else the example policy
     * @param evidence folder with evidence; null for {@code evidence} beside the policy
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    public static PolicyExplainer open(@Nullable String uri, @Nullable Path evidence) {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.setStartupSummaryLevel(StartupSummaryLevel.Off);
        String named = Optional.ofNullable(uri)
                .or(() -> Optional.ofNullable(System.getenv("LLM_ROUTER_POLICY")))
                .orElse(PolicyStep.EXAMPLE_POLICY);
        if (evidence != null) {
            camel.getPropertiesComponent().addOverrideProperty(LoadedPolicy.EVIDENCE, evidence.toString());
        }
        // what is explained is no traffic: it is none of a ledger's business
        camel.getPropertiesComponent().addOverrideProperty(LedgerProperties.DATA, "");
        camel.getPropertiesComponent().addOverrideProperty(LedgerProperties.URL, "");
        camel.build();
        camel.init(); // before it, Camel's messages tell the cases of header names apart
        DeploymentHealth health = new DeploymentHealth(System::nanoTime);
        return new PolicyExplainer(camel, LoadedPolicy.openQuietly(camel, named, health, Clock.systemUTC()));
    }

    /**
     * Where a text would go. Calls nobody: what embedder and classifying model would say stays open.
     *
     * @param model the request's field {@code model}
     * @param headers the request's headers
     * @throws BadRequestException if the text is empty, or the task that it names is not in the policy
     * @throws RefusedException if nobody may or can serve it
     */
    public Decision explain(String text, String model, Map<String, String> headers)
            throws BadRequestException, RefusedException {
        return router.decide(router.explain(described(text, model, headers))).decision();
    }

    /**
     * Where a text goes: as {@link #explain}, and where no other step knows its task, embedder and classifying model of the
     * policy are asked as the gateway asks them. That costs money. Vectors of the policy's examples that are missing are made
     * first, and kept beside it.
     *
     * @throws BadRequestException as {@link #explain}
     * @throws RefusedException as {@link #explain}
     * @throws MissingKeyException if somebody is to be asked, and the key of one that may be is not set; nobody was asked
     */
    public Explanation ask(String text, String model, Map<String, String> headers)
            throws BadRequestException, RefusedException, MissingKeyException, InterruptedException {
        List<Prediction.Ranked> learned = new ArrayList<>();
        Classified classified = router.explain(described(text, model, headers), new Likely(learned));
        if (!router.needsTask(classified)) {
            return new Explanation(router.decide(classified).decision(), learned, List.of(), null);
        }
        List<String> problems = AskingChain.problems(policy.policy());
        if (!problems.isEmpty()) {
            throw new MissingKeyException(String.join("; ", problems));
        }
        camel.start();
        EmbeddingStep.Made before = vectors == null ? EmbeddingStep.Made.NOTHING : vectors.made();
        EmbeddingStep made = policy.makeVectors();
        vectors = made;
        AskingChain chain = new AskingChain(LlmRouterContext.of(camel), router, made);
        learned.clear(); // the policy with its vectors is another
        Classified again = router.explain(described(text, model, headers), new Likely(learned));
        Decision decision = router.decide(chain.ask(again)).decision();
        return new Explanation(decision, learned, chain.asked(), examples(made.made(), before));
    }

    private static Explanation.@Nullable Examples examples(EmbeddingStep.Made made, EmbeddingStep.Made before) {
        return made.equals(before)
                ? null
                : new Explanation.Examples(made.texts(), made.took().toMillis(), made.costUsd());
    }

    /** Keeps what the learned step thinks. */
    private record Likely(List<Prediction.Ranked> learned) implements Classifier.Trace {
        @Override
        public boolean isWanted() {
            return true;
        }

        @Override
        public void say(String what) {}

        @Override
        public void thinks(String task, double probability) {
            learned.add(new Prediction.Ranked(task, probability));
        }
    }

    private Described described(String text, String model, Map<String, String> headers) throws BadRequestException {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Received received = router.receive(policy.current(), Dialect.Name.TEXT, body, null);
        Incoming incoming = new Incoming(
                body, Dialect.Name.TEXT, lower, new RequestSettings(model, null, null, null, null), false, null, null);
        return router.describe(received, incoming);
    }

    @Override
    public void close() {
        policy.close();
        camel.stop();
    }
}
