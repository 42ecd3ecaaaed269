package dev.llmrouter.camel;

import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;

/**
 * What a policy, or the configuration of a ledger, wants done beside an answer, and nobody does: {@code llm-route} hands requests to routes of their own for it, which an
 * application may not have loaded. Nothing fails then, and nothing is counted.
 */
final class TappedFlows {
    /** What every request is asked through, Kamelets included; a context without it answers none. */
    private static final String CALL = "llm-provider:call";

    private TappedFlows() {}

    /** @return a warning for each flow without a route; empty where there is none, or where the context answers no requests */
    static List<String> missing(CamelContext camel, RoutingPolicy policy) {
        List<String> missing = new ArrayList<>();
        if (camel.hasEndpoint(CALL) == null) {
            return missing;
        }
        if (policy.evidence() == EvidenceMode.COLLECT && !starts(camel, "llm-collect")) {
            missing.add(
                    warning(policy, "evidence: collect", "llm-collect", "no evidence is collected", "collect none"));
        }
        if (policy.classifier().agreement() > 0 && !starts(camel, "llm-agreement")) {
            missing.add(
                    warning(policy, "classifier.agreement", "llm-agreement", "no agreement is counted", "count none"));
        }
        if (policy.tiers().values().stream().anyMatch(tier -> tier.shadow() != null) && !starts(camel, "llm-shadow")) {
            missing.add(warning(policy, "shadow, in a tier", "llm-shadow", "no shadow is asked", "ask none"));
        }
        if (LedgerProperties.of(camel) != null
                && !LedgerProperties.isSynchronous(camel)
                && camel.hasEndpoint("direct:llm-ledger") != null
                && !starts(camel, "llm-ledger")) {
            missing.add("A ledger is configured (" + LedgerProperties.DATA + " or " + LedgerProperties.URL
                    + "), and no route starts from direct:llm-ledger: no request is in it. Load"
                    + " classpath:routes-xml/llm-ledger.xml with the other routes.");
        }
        return missing;
    }

    private static boolean starts(CamelContext camel, String route) {
        return camel.getRoutes().stream()
                .anyMatch(any -> any.getEndpoint().getEndpointBaseUri().equals("direct://" + route));
    }

    private static String warning(RoutingPolicy policy, String says, String route, String effect, String ofKamelets) {
        return "Policy " + policy.source() + " says " + says + ", and no route starts from direct:" + route + ": "
                + effect + ". Load classpath:routes-xml/" + route
                + ".xml with the other routes, and send requests to direct:llm-route: Kamelets " + ofKamelets
                + ".";
    }
}
