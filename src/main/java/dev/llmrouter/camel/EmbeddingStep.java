package dev.llmrouter.camel;

import dev.llmrouter.classify.TextEmbedder;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.classify.learned.NearestExamples;
import dev.llmrouter.classify.learned.TaskExamples;
import dev.llmrouter.classify.learned.TrainingSettings;
import dev.llmrouter.classify.learned.VectorFile;
import dev.llmrouter.classify.learned.VectorModel;
import dev.llmrouter.classify.learned.VectorTrainer;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Members;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.Embedder;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderEmbedder;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.route.TaskVectors;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vectors of a policy's examples: read from the file beside it, made where they are missing, and kept. What goes wrong is
 * a warning and tried again; until then the step knows nothing. Safe for use by many threads.
 */
final class EmbeddingStep {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingStep.class);

    /** Texts of one call; providers take some hundreds at least. */
    private static final int BATCH = 64;

    private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration NEXT_TRY = Duration.ofSeconds(30);

    private final CamelContext camel;
    private final TaskExamples examples;
    private final Executor threads;
    private final DeploymentHealth health = new DeploymentHealth(System::nanoTime);
    private final DeploymentHealth loading = new DeploymentHealth(System::nanoTime);
    private volatile @Nullable Known known;
    private volatile @Nullable String problem;
    private Kept inMemory = Kept.NOTHING;
    private Made made = Made.NOTHING;
    private final boolean keepsExamples;
    private String seen = "";
    private long notBefore = System.nanoTime();

    /**
     * @param settings that the model belongs to
     * @param space of the vectors that it was learned from: those of another tell nothing
     */
    private record Known(
            VectorModel model,
            ClassifierSettings.Embedding settings,
            String space,
            @Nullable ProviderClient client,
            NearestExamples examples) {}

    /** Vectors that could not be written to the file, by example; they are as dear as those that could. */
    private record Kept(String space, Map<String, float[]> vectors) {
        static final Kept NOTHING = new Kept("", Map.of());
    }

    /**
     * The vectors of examples that were made.
     *
     * @param texts how many; 0 where all were kept
     * @param costUsd null if it is not known
     */
    record Made(int texts, @Nullable BigDecimal costUsd, Duration took) {
        static final Made NOTHING = new Made(0, BigDecimal.ZERO, Duration.ZERO);
    }

    /**
     * @param policyUri where the policy lies
     * @param threads where a user's bean is asked
     * @param keepsExamples whether the nearest examples can be told, which takes the memory of all their vectors
     */
    EmbeddingStep(CamelContext camel, String policyUri, Executor threads, boolean keepsExamples) {
        this.camel = camel;
        this.keepsExamples = keepsExamples;
        this.examples = new TaskExamples(policyUri);
        this.threads = threads;
    }

    /** Makes what is missing if policy or examples have changed; takes as long as the embedder. @return whether it changed */
    synchronized boolean renew(RoutingPolicy policy) {
        ClassifierSettings.Embedding settings = policy.classifier().embedding();
        if (settings == null || !policy.classifier().chain().contains(Step.EMBEDDING)) {
            boolean wasThere = known != null;
            known = null;
            seen = "";
            problem = null;
            inMemory = Kept.NOTHING;
            return wasThere;
        }
        String stamp = settings.name() + "\n" + policy.hash() + "\n" + examples.stamp(policy);
        if (stamp.equals(seen)) {
            problem = null; // of what came between, and is gone
            return false;
        }
        if (System.nanoTime() - notBefore < 0) {
            return false;
        }
        try {
            known = learn(policy, settings);
            seen = stamp;
            problem = null;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception | Error e) {
            notBefore = System.nanoTime() + NEXT_TRY.toNanos();
            String what = e instanceof ExamplesException || e instanceof IllegalArgumentException
                    ? String.valueOf(e.getMessage())
                    : e.toString();
            problem = what;
            LOG.warn(
                    "{}: the step 'embedding' {} and is tried again in {} s: {}",
                    policy.source(),
                    in(policy, false) == null ? "knows nothing yet" : "goes on with the examples it knew before",
                    NEXT_TRY.toSeconds(),
                    what);
            return false;
        }
    }

    /** Why the vectors could not be made when that was tried last; null if they could. Does not wait while they are made. */
    @Nullable
    String problem() {
        return problem;
    }

    /** What was made when vectors were missing last. */
    synchronized Made made() {
        return made;
    }

    /** The examples nearest to a vector, the nearest first; empty if there are none, or they are not kept. */
    List<NearestExamples.Near> nearest(float[] vector, int most) {
        Known now = known;
        return now == null ? List.of() : now.examples().of(vector, most);
    }

    private Known learn(RoutingPolicy policy, ClassifierSettings.Embedding settings) throws Exception {
        TextEmbedder bean = settings.bean() == null ? null : EmbedderBean.of(camel, settings.bean());
        Candidate embedder = bean == null ? embedder(policy, settings) : TaskVectors.bean(settings);
        List<LabelledExample> read = examples.read(policy, warning -> LOG.debug("{}: {}", policy.source(), warning));
        Map<String, String> texts = new LinkedHashMap<>();
        for (LabelledExample example : read) {
            String text = TaskVectors.excerpt(example.text(), embedder);
            if (!text.isBlank()) {
                texts.put(VectorFile.key(text), text);
            }
        }
        String space = bean != null ? settings.name() + " " + bean.space() : space(embedder);
        Map<String, float[]> vectors = vectors(policy, space, embedder, bean, texts);
        TrainingSettings training = TaskExamples.settings(policy);
        List<VectorTrainer.Example> learnt = new ArrayList<>();
        NearestExamples nearest = new NearestExamples();
        for (LabelledExample example : read) {
            float[] vector = vectors.get(VectorFile.key(TaskVectors.excerpt(example.text(), embedder)));
            if (vector != null && example.task() != null) {
                learnt.add(new VectorTrainer.Example(example, vector));
                if (keepsExamples) {
                    nearest.add(example.id(), example.task(), vector);
                }
            }
        }
        VectorModel model = VectorTrainer.train(learnt, training.noneNames(), training.keep());
        LOG.info(
                "{}: the step 'embedding' compares texts with {} examples of {} tasks, by vectors of '{}'",
                policy.source(),
                learnt.size(),
                model.tasks().size(),
                settings.name());
        return new Known(model, settings, space, bean == null ? null : new BeanEmbedderClient(bean, threads), nearest);
    }

    private static Candidate embedder(RoutingPolicy policy, ClassifierSettings.Embedding settings) {
        Candidate member = member(policy, settings);
        if (member == null) {
            throw new IllegalArgumentException("classifier.embedding.model: '" + settings.model()
                    + "' makes no embeddings; add 'embeddings' to its capabilities");
        }
        return member;
    }

    /** The model that makes the vectors; null if the policy has none of that name, or it makes no vectors. */
    private static @Nullable Candidate member(RoutingPolicy policy, ClassifierSettings.Embedding settings) {
        Candidate member = Members.of(policy).byName().get(String.valueOf(settings.model()));
        return member == null || !member.model().isEmbedding() ? null : member;
    }

    private Map<String, float[]> vectors(
            RoutingPolicy policy,
            String space,
            Candidate embedder,
            @Nullable TextEmbedder bean,
            Map<String, String> texts)
            throws Exception {
        Path file = file();
        Map<String, float[]> vectors = kept(file, space);
        if (inMemory.space().equals(space)) {
            vectors.putAll(inMemory.vectors());
        }
        int before = vectors.size();
        vectors.keySet().retainAll(texts.keySet());
        int kept = vectors.size();
        List<String> missing = new ArrayList<>(texts.keySet());
        missing.removeAll(vectors.keySet());
        try {
            make(policy, embedder, bean, texts, missing, vectors);
        } finally {
            boolean isChanged =
                    vectors.size() != kept || kept != before || inMemory.space().equals(space);
            if (isChanged && !vectors.isEmpty()) { // those of another embedder stay until there are some of this one
                inMemory = file != null && isWritten(file, space, vectors) ? Kept.NOTHING : new Kept(space, vectors);
            }
        }
        return vectors;
    }

    private void make(
            RoutingPolicy policy,
            Candidate embedder,
            @Nullable TextEmbedder bean,
            Map<String, String> texts,
            List<String> missing,
            Map<String, float[]> into)
            throws Exception {
        long start = System.nanoTime();
        BigDecimal cost = bean == null ? BigDecimal.ZERO : null;
        int without = 0;
        for (int at = 0; at < missing.size(); at += BATCH) {
            List<String> keys = missing.subList(at, Math.min(missing.size(), at + BATCH));
            List<String> batch = keys.stream().map(texts::get).toList();
            List<float[]> answer;
            if (bean != null) {
                answer = bean.embed(batch);
            } else {
                Embedder.Embedded embedded = ask(embedder, batch);
                answer = embedded.vectors();
                cost = Cost.sum(cost, embedded.attempt().costUsd());
            }
            if (answer.size() != keys.size()) {
                throw new IllegalArgumentException(
                        "the embedder made " + answer.size() + " vectors of " + keys.size() + " texts");
            }
            for (int i = 0; i < keys.size(); i++) {
                if (VectorModel.hasDirection(answer.get(i))) {
                    into.put(keys.get(i), answer.get(i));
                } else {
                    without++;
                }
            }
            made = new Made(at + keys.size(), cost, Duration.ofNanos(System.nanoTime() - start));
        }
        if (without > 0) {
            LOG.warn(
                    "{}: the vectors of {} of {} examples have no direction (all numbers are 0, or some are not finite). They are left out,"
                            + " and asked for again when the policy is loaded next",
                    policy.source(),
                    without,
                    missing.size());
        }
        if (!missing.isEmpty()) {
            LOG.info(
                    "{}: vectors of {} examples were made, for {} USD",
                    policy.source(),
                    missing.size(),
                    cost == null ? "an unknown number of" : cost.toPlainString());
        }
    }

    private Embedder.Embedded ask(Candidate embedder, List<String> batch) throws Exception {
        ProviderClient client = LlmRouterContext.of(camel)
                .clientFor(embedder.provider().protocol(), embedder.provider().endpoint());
        try {
            return new ProviderEmbedder(
                            client, embedder, loading, System::nanoTime, BATCH_TIMEOUT, TokenEstimator::estimate)
                    .embed(batch)
                    .get(BATCH_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalArgumentException(
                    e.getCause() == null
                            ? e.toString()
                            : String.valueOf(e.getCause().getMessage()),
                    e);
        } catch (TimeoutException e) {
            throw new IllegalArgumentException(
                    "no vectors within " + BATCH_TIMEOUT.toSeconds() + " s of '"
                            + embedder.model().name() + "'",
                    e);
        }
    }

    /** What the vectors of a model can be compared with: whoever serves it is part of it, as nobody else answers for that. */
    private static String space(Candidate embedder) {
        return embedder.provider().name() + " " + embedder.provider().protocol() + " "
                + embedder.provider().baseUrl() + " " + embedder.model().remoteName() + " "
                + embedder.model().vectorSpace();
    }

    private @Nullable Path file() {
        Path model = examples.modelFile();
        return model == null
                ? null
                : model.resolveSibling(String.valueOf(model.getFileName()).replaceFirst("\\.model$", ".vectors"));
    }

    private static Map<String, float[]> kept(@Nullable Path file, String space) {
        if (file != null && Files.exists(file)) {
            try {
                Map<String, float[]> vectors = new LinkedHashMap<>(VectorFile.read(file, space));
                vectors.values().removeIf(vector -> !VectorModel.hasDirection(vector));
                return vectors;
            } catch (NoSuchFileException e) {
                LOG.debug("{} has gone", file);
            } catch (IOException | ModelFormatException e) {
                LOG.warn("{} is not used and made anew: {}", file, e.getMessage());
            }
        }
        return new LinkedHashMap<>();
    }

    private static boolean isWritten(Path file, String space, Map<String, float[]> vectors) {
        try {
            VectorFile.write(file, space, vectors);
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written, so the vectors are made again, and paid for, at the next start: {}",
                    file,
                    e.toString());
            return false;
        }
    }

    /**
     * What requests of a policy are compared with; null if there is nothing, or it belongs to another embedder: also one of the same name
     * at another provider or with another {@code id}, whose vectors would be near to anything.
     *
     * @param isInForce whether nobody asks the embedder of another policy from now on
     */
    @Nullable
    TaskVectors in(RoutingPolicy policy, boolean isInForce) {
        Known now = known;
        ClassifierSettings.Embedding settings = policy.classifier().embedding();
        if (now == null
                || settings == null
                || !policy.classifier().chain().contains(Step.EMBEDDING)
                || !settings.name().equals(now.settings().name())) {
            return null;
        }
        Candidate member = now.client() != null ? null : member(policy, settings);
        if (now.client() == null && (member == null || !space(member).equals(now.space()))) {
            return null;
        }
        Candidate asked = member == null ? TaskVectors.bean(settings) : TaskVectors.candidate(member);
        if (isInForce) {
            health.retain(Set.of(asked));
        }
        return new TaskVectors(now.model(), asked, member, now.client(), settings.timeout(), health);
    }
}
