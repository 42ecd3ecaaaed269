package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.decide.Wish;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** Decides by a policy outside of a running gateway. Not safe for use by several threads. */
public final class PolicyExplainer implements AutoCloseable {
    private final CamelContext camel;
    private final LoadedPolicy policy;

    private PolicyExplainer(CamelContext camel, LoadedPolicy policy) {
        this.camel = camel;
        this.policy = policy;
    }

    /**
     * Loads a policy.
     *
     * @param uri its resource URI; null for the environment's {@code LLM_ROUTER_POLICY}, else the example policy
     * @throws dev.llmrouter.policy.PolicyException if it is not usable
     */
    public static PolicyExplainer open(@Nullable String uri) {
        DefaultCamelContext camel = new DefaultCamelContext();
        String named = Optional.ofNullable(uri)
                .or(() -> Optional.ofNullable(System.getenv("LLM_ROUTER_POLICY")))
                .orElse(PolicyStep.EXAMPLE_POLICY);
        camel.build();
        DeploymentHealth health = new DeploymentHealth(System::nanoTime);
        return new PolicyExplainer(camel, LoadedPolicy.open(camel, named, health, Clock.systemUTC()));
    }

    /**
     * Where a text would go.
     *
     * @param model the request's field {@code model}
     * @param headers the request's headers
     * @throws RefusedException if nobody may or can serve it
     */
    public Decision explain(String text, String model, Map<String, String> headers) throws RefusedException {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        ChatRequest plain = ChatRequest.ofText(text);
        ChatRequest request = new ChatRequest(
                plain.dialect(),
                null,
                model,
                false,
                false,
                List.of(ChatMessage.of(Role.USER, text)),
                plain.tools(),
                null,
                null,
                null,
                plain.sampling(),
                null,
                Map.of());
        Wish wish = Wish.of(model, lower.get("x-llm-task"));
        String tags = lower.get("x-llm-tags");
        Input input = new Input(
                request,
                new Describer().describe(request),
                wish.task(),
                tags == null ? Set.of() : Set.of(tags.split("\\s*,\\s*")),
                lower,
                null);
        CompiledPolicy compiled = policy.current();
        Classification classification = compiled.classifiers().explain(input);
        return compiled.decider().decide(new RoutingRequest("explain", input, classification, wish, null));
    }

    @Override
    public void close() {
        policy.close();
        camel.stop();
    }
}
