package dev.llmrouter.camel;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;

/**
 * The component {@code llm-provider}: calls a model of the routing policy.
 *
 * <ul>
 *   <li>{@code llm-provider:MODEL} asks one model by its name, in any route: no task is recognised and no tier chosen. What the
 *       policy says of the model holds: retries, cooldown, circuit breaker, time limits, price. See {@link LlmProviderEndpoint} for
 *       the options.
 *   <li>{@code llm-provider:call} makes the call that a {@link TierLoadBalancer} has chosen: the child of a
 *       {@code loadBalance} in the routes of the router. No model can be called {@code call} here.
 * </ul>
 *
 * <p>Where Camel checks the health of producers ({@code camel.health.producers-enabled}), {@link ModelsHealthCheck} is one of them;
 * {@code camel.component.llm-provider.health-check-producer-enabled=false} leaves it out.
 */
@Component("llm-provider")
public final class LlmProviderComponent extends HealthCheckComponent {
    private @Nullable WritableHealthCheckRepository checks;
    private @Nullable ModelsHealthCheck check;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        checks = HealthCheckHelper.getHealthCheckRepository(
                getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (checks != null) {
            check = new ModelsHealthCheck();
            check.setCamelContext(getCamelContext());
            check.setEnabled(isHealthCheckProducerEnabled());
            checks.addHealthCheck(check);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (checks != null && check != null) {
            checks.removeHealthCheck(check);
            check = null;
        }
        super.doStop();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining.isBlank()) {
            throw new IllegalArgumentException(
                    "llm-provider names nobody to call. Use llm-provider:MODEL with a model of"
                            + " the policy, or llm-provider:call as the child of a <loadBalance>.");
        }
        LlmProviderEndpoint endpoint = new LlmProviderEndpoint(uri, this, remaining);
        if (endpoint.isCall() && !parameters.isEmpty()) {
            throw new IllegalArgumentException("llm-provider:call takes no options, found " + parameters.keySet()
                    + ". They belong to llm-provider:MODEL.");
        }
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
