package dev.llmrouter.camel;

import dev.llmrouter.route.CompiledPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Whether each tier of the policies of this CamelContext has a model that can be asked now: has its key and neither rests nor stands
 * behind an open circuit breaker. It asks nobody; it tells what the calls of routes have shown.
 *
 * <p>A readiness check, as those of Camel for producers. Details: {@code policy} and {@code tier.NAME} ({@code available} or
 * {@code unavailable}), {@code resting.MODEL@PROVIDER} (the reason and the seconds that are left), {@code reload_problem} where a changed
 * policy file is not in use, {@code watch_problems} where changes of files may not be seen. With several policies each of these ends in {@code " (URI)"}.
 */
final class ModelsHealthCheck extends AbstractHealthCheck {
    static final String ID = "llm-router-models";

    ModelsHealthCheck() {
        super("camel", ID);
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Map<String, LoadedPolicy> policies =
                LlmRouterContext.of(getCamelContext()).policies();
        List<String> out = new ArrayList<>();
        policies.forEach((uri, policy) -> tell(builder, policy, policies.size() == 1 ? "" : " (" + uri + ")", out));
        if (out.isEmpty()) {
            builder.up();
        } else {
            builder.message("No model is available now for tier " + String.join(", ", out)
                            + ". See the details for who rests and why.")
                    .down();
        }
    }

    private void tell(HealthCheckResultBuilder builder, LoadedPolicy loaded, String from, List<String> out) {
        CompiledPolicy policy = loaded.current();
        builder.detail("policy" + from, policy.policy().hash());
        if (loaded.reloadProblem() != null) {
            builder.detail("reload_problem" + from, loaded.reloadProblem());
        }
        List<String> unwatched = LlmRouterContext.of(getCamelContext()).watchProblems(loaded);
        if (!unwatched.isEmpty()) {
            builder.detail("watch_problems" + from, String.join("; ", unwatched));
        }
        policy.policy().tiers().forEach((name, tier) -> {
            boolean canServe = policy.decider().canServe(tier);
            builder.detail("tier." + name + from, canServe ? "available" : "unavailable");
            if (!canServe) {
                out.add(name + from);
            }
        });
        policy.decider()
                .health()
                .resting()
                .forEach((deployment, why) -> builder.detail(
                        "resting." + deployment + from,
                        why.reason() + ", for " + Math.max(1, why.remaining().toSeconds()) + " s more"));
    }
}
