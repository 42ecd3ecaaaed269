package dev.llmrouter.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Route;

/**
 * Whether a tier has a route of its own: one that starts from {@code direct:llm-tier-NAME}, where NAME is the tier in
 * {@link LlmRouterConstants#TIER}. The content-based router of {@code llm-route} sends the request there. Such a route comes from the
 * route template {@code llm-tier}, or is written by hand.
 *
 * <p>Only routes of this context are found, by their whole name: what a tier is called chooses nothing else.
 */
public final class OwnTierRoute implements Predicate {
    private static final String PREFIX = "direct://llm-tier-";

    @Override
    public boolean matches(Exchange exchange) {
        String tier = exchange.getProperty(LlmRouterConstants.TIER, String.class);
        if (tier == null) {
            return false;
        }
        for (Route route : exchange.getContext().getRoutes()) {
            String from = route.getEndpoint().getEndpointUri();
            if (from.length() == PREFIX.length() + tier.length() && from.startsWith(PREFIX) && from.endsWith(tier)) {
                return true;
            }
        }
        return false;
    }
}
