package dev.llmrouter.route;

import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.llm.Steering;
import dev.llmrouter.classify.llm.TaskMemory;
import dev.llmrouter.classify.llm.TaskPrompt;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Secret;
import java.time.Duration;
import java.util.Collection;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The model of the step {@code llm} under one policy, with all that a question to it takes. Safe for use by many threads.
 *
 * @param candidate with a circuit breaker for the classification alone
 * @param member the same model as it answers requests: while it rests there, it is not asked here
 * @param timeout for a whole classification
 */
public record TaskModel(
        Candidate candidate,
        Candidate member,
        Duration timeout,
        TaskPrompt prompt,
        Steering steering,
        Surroundings surroundings) {
    /**
     * The classification's own circuit breaker: half of at least 3 of the last 10 calls failed or too slow opens it for 30 s.
     * Nearer than that of providers, because the request waits meanwhile and can do without.
     */
    static final BreakerSettings BREAKER = new BreakerSettings(0.5, 10, 3, Duration.ofSeconds(30), 1);

    /**
     * What outlives a reload of the policy.
     *
     * @param health of the classifying model as such: what it does as a model that answers requests is not looked at
     * @param memory of its answers
     * @param markers draws the marks around what callers wrote; must not be predictable
     */
    public record Surroundings(DeploymentHealth health, TaskMemory memory, RandomGenerator markers) {}

    /**
     * @param examples of all tasks, some of which the model is shown
     * @return null if the chain of the policy has no such step, or the model's key is not set
     */
    public static @Nullable TaskModel of(
            CompiledPolicy compiled, Collection<LabelledExample> examples, Surroundings surroundings) {
        RoutingPolicy policy = compiled.policy();
        ClassifierSettings.Llm llm = policy.classifier().llm();
        if (llm == null || !policy.classifier().chain().contains(ClassifierSettings.Step.LLM)) {
            return null;
        }
        Candidate member = compiled.decider().members().stream()
                .filter(each -> each.model().name().equals(llm.model()))
                .findFirst()
                .orElse(null);
        if (member == null || hasNoKey(member)) {
            return null;
        }
        Model model = member.model();
        Candidate candidate = new Candidate(
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
                        BREAKER),
                member.provider(),
                Candidate.Role.MEMBER);
        TaskPrompt prompt =
                TaskPrompt.of(policy, examples, model, member.provider().protocol());
        return new TaskModel(candidate, member, llm.timeout(), prompt, new Steering(prompt.tasks()), surroundings);
    }

    private static boolean hasNoKey(Candidate candidate) {
        Secret key = candidate.provider().apiKey();
        return candidate.provider().protocol() != Protocol.SIMULATOR && key != null && !key.isSet();
    }
}
