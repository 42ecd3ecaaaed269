package dev.llmrouter.camel;

import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.PolicyCheck;
import dev.llmrouter.policy.PolicyListener;
import dev.llmrouter.policy.PolicyLoader;
import dev.llmrouter.policy.PolicyReloader;
import dev.llmrouter.policy.Problem;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Severity;
import dev.llmrouter.route.CompiledPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A policy file in use: what is in force now, swapped whole when the file changes. Safe for use by many threads. */
public final class LoadedPolicy implements AutoCloseable {
    /** Steps of the classifier chain that this version has. */
    public static final Set<ClassifierSettings.Step> STEPS =
            Set.of(ClassifierSettings.Step.EXPLICIT, ClassifierSettings.Step.RULES);

    private static final Logger LOG = LoggerFactory.getLogger(LoadedPolicy.class);
    private static final String RELOAD = "llm-router.policy-reload";

    private final PolicyReloader reloader;
    private volatile CompiledPolicy current;

    private LoadedPolicy(PolicyReloader reloader, CompiledPolicy first) {
        this.reloader = reloader;
        this.current = first;
    }

    static LoadedPolicy open(CamelContext camel, String uri, DeploymentHealth health, Clock clock) {
        CamelExpressions expressions = new CamelExpressions(camel);
        PolicyReloader reloader;
        try {
            reloader = PolicyReloader.open(loader(camel, clock), CamelPolicyResource.of(camel, uri));
        } catch (IOException e) {
            throw new UncheckedIOException("policy '" + uri + "' cannot be read: " + e.getMessage(), e);
        }
        report(reloader.latestCheck());
        LoadedPolicy policy = new LoadedPolicy(reloader, CompiledPolicy.of(reloader.get(), expressions, health, clock));
        reloader.subscribe(new PolicyListener() {
            @Override
            public void changed(RoutingPolicy previous, RoutingPolicy now, PolicyCheck check) {
                CompiledPolicy next = CompiledPolicy.of(now, expressions, health, clock);
                policy.current = next;
                health.retain(next.decider().members());
                LOG.info("Policy {} is in force: {} replaces {}", now.source(), now.hash(), previous.hash());
                report(check);
            }

            @Override
            public void refused(RoutingPolicy running, PolicyCheck check) {
                LOG.warn(
                        "Policy {} has changed and cannot be used; {} stays in force.\n{}",
                        running.source(),
                        running.hash(),
                        check.text());
            }

            @Override
            public void unreadable(RoutingPolicy running, String reason) {
                LOG.warn("Policy {} cannot be read; {} stays in force: {}", running.source(), running.hash(), reason);
            }
        });
        reloader.start(interval(camel));
        return policy;
    }

    /** A loader that knows this context's placeholders, expressions and routes. */
    static PolicyLoader loader(CamelContext camel, Clock clock) {
        CamelExpressions expressions = new CamelExpressions(camel);
        PolicyLoader.Builder builder = PolicyLoader.builder(clock)
                .placeholders(name -> placeholder(camel, name))
                .availableSteps(STEPS)
                .keysRequired(true)
                .expressions((language, text) -> problemWith(expressions, language, text));
        return builder.build();
    }

    private static @Nullable String placeholder(CamelContext camel, String name) {
        return camel.getPropertiesComponent().resolveProperty(name).orElseGet(() -> {
            if (name.startsWith("env:")) {
                return System.getenv(name.substring("env:".length()));
            }
            return name.startsWith("sys:") ? System.getProperty(name.substring("sys:".length())) : null;
        });
    }

    private static @Nullable String problemWith(CamelExpressions expressions, String language, String text) {
        try {
            if (language.equals("simple")) {
                expressions.simple(text);
            } else {
                expressions.jsonpath(text);
            }
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static Duration interval(CamelContext camel) {
        return camel.getPropertiesComponent()
                .resolveProperty(RELOAD)
                .map(text -> Duration.ofMillis(camel.getTypeConverter().convertTo(long.class, text)))
                .orElse(PolicyReloader.DEFAULT_INTERVAL);
    }

    private static void report(PolicyCheck check) {
        for (Problem problem : check.problems()) {
            if (problem.severity() == Severity.WARNING) {
                LOG.debug("{}:{}: {}", check.source(), problem.line(), problem.message());
            } else {
                LOG.warn("{}:{}: {}", check.source(), problem.line(), problem.message());
            }
        }
    }

    /** What is in force now. */
    public CompiledPolicy current() {
        return current;
    }

    /** The policy in force now. */
    public RoutingPolicy policy() {
        return current.policy();
    }

    /** Whether the simulator stands in for every provider. */
    public boolean isSimulated() {
        return current.simulated();
    }

    /** Why the file as it is now is not in force, in one line; null if it is. */
    public @Nullable String reloadProblem() {
        return reloader.problem();
    }

    /** Looks at the file now. @return whether a new policy is in force */
    public boolean reload() {
        return reloader.reload();
    }

    @Override
    public void close() {
        reloader.close();
    }
}
