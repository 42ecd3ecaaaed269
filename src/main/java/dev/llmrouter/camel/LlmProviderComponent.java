package dev.llmrouter.camel;

import dev.llmrouter.provider.Tls;
import dev.llmrouter.route.RequestSettings;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
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
@Component(LlmProviderComponent.NAME)
public final class LlmProviderComponent extends HealthCheckComponent implements SSLContextParametersAware {
    static final String NAME = "llm-provider";

    @Metadata(
            label = "security",
            description =
                    "Whom to trust, and which certificate to show, where a provider's base URL is https: in all"
                            + " calls to providers. Without it the JVM's trust store and key store (javax.net.ssl properties) count.")
    private @Nullable SSLContextParameters sslContextParameters;

    @Metadata(
            label = "security",
            description = "Whether the SSLContextParameters of the Camel context (camel.ssl properties) count here.",
            defaultValue = "false")
    private boolean useGlobalSslContextParameters;

    private @Nullable WritableHealthCheckRepository checks;
    private @Nullable ModelsHealthCheck check;

    /** @throws TlsParametersException if what the component of the context was given cannot be used */
    static Tls tls(CamelContext camel) {
        LlmProviderComponent component =
                camel.getComponent(NAME, true, false) instanceof LlmProviderComponent own ? own : null;
        SSLContextParameters parameters = component == null ? null : component.parameters();
        return parameters == null ? TlsParameters.ofJvm() : TlsParameters.of(parameters, camel, NAME);
    }

    private @Nullable SSLContextParameters parameters() {
        return sslContextParameters != null ? sslContextParameters : retrieveGlobalSslContextParameters();
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

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
        checkNumbers(parameters);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Camel's own complaint does not say what is allowed. */
    private static void checkNumbers(Map<String, Object> parameters) {
        if (parameters.get("temperature") instanceof String text && !text.startsWith("#")) {
            RequestSettings.temperature(text);
        }
        if (parameters.get("maxTokens") instanceof String text && !text.startsWith("#")) {
            RequestSettings.maxTokens(text);
        }
    }
}
