package dev.llmrouter.camel;

import dev.llmrouter.decide.Wish;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.jspecify.annotations.Nullable;

/** A Processor of the routes that works by a policy. All steps that name the same policy share it. */
public abstract class PolicyStep implements Processor, CamelContextAware, Service {
    /** Property that names the policy where a step does not. */
    static final String POLICY_PROPERTY = "llm-router.policy";

    /** The example policy in the jar. */
    static final String EXAMPLE_POLICY = "classpath:llm-router/example-policy.yaml";

    private @Nullable CamelContext camelContext;
    private @Nullable String policy;
    private volatile @Nullable LoadedPolicy loaded;

    /** Resource URI of the policy; default: the property {@value #POLICY_PROPERTY}, else the example policy. */
    public void setPolicy(String policy) {
        this.policy = policy;
    }

    public @Nullable String getPolicy() {
        return policy;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    @SuppressWarnings("NullAway") // Camel sets it before it starts the route
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /**
     * Loads the policy, so that one that cannot be used stops the start and not the first request. The same holds for what the
     * step names of it: until a later policy had it, each message would fail, and nobody looks at a route that has started.
     *
     * @throws IllegalArgumentException if the policy does not have what the step names
     */
    @Override
    public void start() {
        if (camelContext != null) {
            checkGiven(loaded(camelContext).policy());
        }
    }

    /** What the step names of its policy for every message. */
    Wish given() {
        return Wish.AUTO;
    }

    /** @throws IllegalArgumentException if the policy does not have what the step names */
    final void checkGiven(RoutingPolicy policy) {
        String unknown = given().unknownIn(policy);
        if (unknown != null) {
            throw new IllegalArgumentException("policy '" + policy.source()
                    + "' does not have what the parameter 'task' or 'model' of a route names. " + unknown);
        }
    }

    @Override
    public void stop() {
        loaded = null;
    }

    /** The policy of this step. */
    protected final LoadedPolicy loaded(CamelContext context) {
        LoadedPolicy known = loaded;
        if (known == null) {
            known = LlmRouterContext.of(context).policyOf(policy);
            loaded = known;
        }
        return known;
    }

    /** What is named where a step names this. A blank text names nothing, as in a container's {@code LLM_ROUTER_POLICY=}. */
    static Optional<String> named(CamelContext context, @Nullable String given) {
        return given != null && !given.isBlank()
                ? Optional.of(given)
                : context.getPropertiesComponent()
                        .resolveProperty(POLICY_PROPERTY)
                        .filter(named -> !named.isBlank());
    }
}
