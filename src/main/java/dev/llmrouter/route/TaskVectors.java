package dev.llmrouter.route;

import dev.llmrouter.classify.learned.VectorModel;
import dev.llmrouter.classify.llm.Excerpt;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code embedding} under one policy: who makes vectors, and what those of the examples say. Safe for use by many
 * threads.
 *
 * @param model of the examples' vectors
 * @param candidate with a circuit breaker for the classification alone
 * @param member the same model as it answers requests: while it rests there, it is not asked here; null for a bean
 * @param client who asks a bean; null where a model is asked
 * @param timeout for a whole classification
 * @param health of the embedder as one that classifies; outlives a reload of the policy
 */
public record TaskVectors(
        VectorModel model,
        Candidate candidate,
        @Nullable Candidate member,
        @Nullable ProviderClient client,
        Duration timeout,
        DeploymentHealth health) {
    /** Chars that a token of the models with the shortest inputs has at least, for texts that they are to take whole. */
    private static final int CHARS_PER_TOKEN = 2;

    /** What is asked: the embedder with the classification's own circuit breaker. @param member it, as it answers requests */
    public static Candidate candidate(Candidate member) {
        Model model = member.model();
        return new Candidate(
                new Model(
                        model.name(),
                        model.provider(),
                        model.remoteName(),
                        model.context(),
                        model.maxOutput(),
                        model.capabilities(),
                        model.price(),
                        model.vectorSpace(),
                        model.timeouts(),
                        TaskModel.BREAKER),
                member.provider(),
                Candidate.Role.MEMBER);
    }

    /** Stands for a bean, so that it has a circuit breaker as models have. It costs nothing that is known here. */
    public static Candidate bean(ClassifierSettings.Embedding settings) {
        Price free = new Price(BigDecimal.ZERO, BigDecimal.ZERO, null, null, null, null);
        return new Candidate(
                new Model(
                        settings.name(),
                        "bean",
                        settings.name(),
                        null,
                        null,
                        Set.of(dev.llmrouter.policy.Capability.EMBEDDINGS),
                        free,
                        null,
                        null,
                        TaskModel.BREAKER),
                new Provider(
                        "bean",
                        Protocol.OPENAI,
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        Timeouts.ofDefaults(),
                        BreakerSettings.ofDefaults(),
                        SimulatorSettings.ofDefaults()),
                Candidate.Role.MEMBER);
    }

    /** What the embedder gets of a text: all of a short one, head, middle and tail of a long one. */
    public static String excerpt(String text, Candidate embedder) {
        String excerpt = Excerpt.of(text);
        Integer context = embedder.model().context();
        int most = context == null ? excerpt.length() : Math.max(1, context * CHARS_PER_TOKEN);
        if (excerpt.length() <= most) {
            return excerpt;
        }
        return excerpt.substring(0, Character.isLowSurrogate(excerpt.charAt(most)) ? most - 1 : most);
    }

    /** Whether a bean makes the vectors. */
    boolean isBean() {
        return client != null;
    }
}
