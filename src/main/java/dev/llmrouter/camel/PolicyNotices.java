package dev.llmrouter.camel;

import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Task;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once each, of what a policy in use is not and somebody may take it for: the example policy where nobody named one, a simulator
 * in place of providers, a bean that checks outputs and is not there, a route
 * that collects and is not there, a property or a Kamelet's parameter whose name is mistyped. Safe for use by many threads.
 */
public final class PolicyNotices {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyNotices.class);

    private static final String NAMES = "names";

    private final CamelContext camel;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    PolicyNotices(CamelContext camel) {
        this.camel = camel;
    }

    /** Who answers by this policy is not said here, nor what is wrong with names of properties. @param uri of the policy */
    void saidElsewhere(String uri) {
        told.add(answering(uri));
        told.add(NAMES);
    }

    /** Looks at what the router's Kamelets and route templates are given, once all routes are there. */
    void lookAtParameters() {
        atStart(true, () -> TemplateParameters.doubts(camel).forEach(this::once));
    }

    private static String answering(String uri) {
        return "answering " + uri;
    }

    /** Warns of something, unless it has. @param warning for people; it names what to change */
    void once(String warning) {
        if (told.add(warning)) {
            LOG.warn("{}", warning);
        }
    }

    /**
     * Requests are answered by a policy.
     *
     * @param isNamed whether a step or the property names it
     */
    void used(String uri, LoadedPolicy policy, boolean isNamed) {
        if (told.add(answering(uri))) {
            String notice = notice(policy, isNamed);
            if (notice != null) {
                LOG.warn("{}", notice);
            }
        }
        if (told.add(NAMES)) {
            lookAtNames();
        }
        if (told.add("beans " + uri)) {
            lookAtBeans(policy);
        }
    }

    /** Requests are received by steps that work by this policy: what it wants done beside an answer needs routes. */
    void answering(LoadedPolicy policy) {
        if (!told.add("flows " + policy.policy().source())) {
            return;
        }
        // a context that had started by then may still be loading others
        atStart(false, () -> TappedFlows.missing(camel, policy.policy()).forEach(this::once));
        policy.subscribe((previous, now, check) -> {
            if (camel.isStarted()) {
                TappedFlows.missing(camel, now).forEach(this::once);
            }
        });
    }

    private static @Nullable String notice(LoadedPolicy loaded, boolean isNamed) {
        RoutingPolicy policy = loaded.policy();
        boolean standsIn = loaded.isSimulated()
                && policy.providers().values().stream().anyMatch(real -> real.protocol() != Protocol.SIMULATOR);
        if (!isNamed) {
            return "No routing policy is named, so that the example policy " + policy.source() + " is used, "
                    + (standsIn
                            ? "and the simulator makes up all answers"
                            : "and asks the providers whose keys are set, at their prices")
                    + ". Name yours: " + PolicyStep.POLICY_PROPERTY
                    + "=file:policy.yaml, or the parameter 'policy' of a Kamelet.";
        }
        if (!standsIn) {
            return null;
        }
        return "The simulator makes up all answers of policy " + policy.source() + ": "
                + (policy.simulation() == Simulation.ALWAYS
                        ? "it says simulation: always. Write never for its providers to be asked."
                        : "it says simulation: without-keys, and no key of a provider is set. Set one for its providers to be asked.");
    }

    /** A setting that nobody reads may have been meant to protect something. */
    private void lookAtNames() {
        try {
            PropertyNames.ofClassPath().doubts(camel).forEach(this::once);
        } catch (IllegalStateException | UncheckedIOException e) {
            LOG.debug("Names of properties cannot be looked at", e); // somebody's packaging has lost their description
        }
    }

    /** A bean may be bound until the context has started. */
    private void lookAtBeans(LoadedPolicy policy) {
        atStart(
                true,
                () -> policy.policy().tasks().values().stream()
                        .flatMap(PolicyNotices::bean)
                        .distinct()
                        .map(name -> VerifyBean.of(camel, name).problem())
                        .filter(Objects::nonNull)
                        .forEach(this::once));
    }

    private static Stream<String> bean(Task task) {
        CrossCheck asked = task.verify() == null ? null : task.verify().crossCheck();
        return asked == null ? Stream.empty() : Stream.ofNullable(asked.bean());
    }

    /** @param alsoLater whether to look at once where the context has started */
    private void atStart(boolean alsoLater, Runnable look) {
        try {
            camel.addStartupListener(new AtStart(alsoLater, look));
        } catch (Exception e) {
            throw new IllegalStateException("what a policy needs cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** Looks once all of the start is there. */
    private record AtStart(boolean alsoLater, Runnable look) implements StartupListener {
        /** Where the context had started before, this is all that Camel calls. */
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            if (alreadyStarted && alsoLater) {
                look.run();
            }
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            look.run();
        }
    }
}
