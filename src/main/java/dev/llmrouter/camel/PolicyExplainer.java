package dev.llmrouter.camel;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.route.Incoming;
import dev.llmrouter.route.Received;
import dev.llmrouter.route.RequestSettings;
import dev.llmrouter.route.Router;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
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
        camel.build();
        DeploymentHealth health = new DeploymentHealth(System::nanoTime);
        return new PolicyExplainer(camel, LoadedPolicy.open(camel, named, health, Clock.systemUTC()));
    }

    /**
     * Where a text would go.
     *
     * @param model the request's field {@code model}
     * @param headers the request's headers
     * @throws BadRequestException if the text is empty, or the task that it names is not in the policy
     * @throws RefusedException if nobody may or can serve it
     */
    public Decision explain(String text, String model, Map<String, String> headers)
            throws BadRequestException, RefusedException {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Received received = router.receive(policy.current(), Dialect.Name.TEXT, body, null);
        Incoming incoming = new Incoming(
                body, Dialect.Name.TEXT, lower, new RequestSettings(model, null, null, null, null), false, null, null);
        return router.decide(router.explain(router.describe(received, incoming)))
                .decision();
    }

    @Override
    public void close() {
        policy.close();
        camel.stop();
    }
}
