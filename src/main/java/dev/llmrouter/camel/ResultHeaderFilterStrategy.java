package dev.llmrouter.camel;

import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Lets the router's result headers ({@code CamelLlmRouter...}) out with a message, and no other header of Camel's; in come
 * none of them. For components whose own strategy drops every {@code Camel...} header:
 * {@code jms:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy}.
 */
public final class ResultHeaderFilterStrategy extends DefaultHeaderFilterStrategy {
    private static final String OURS = "camelllmrouter";

    /** Of the other headers, everything passes but {@code Camel...} and {@code org.apache.camel...}. */
    public ResultHeaderFilterStrategy() {
        setOutFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
        setInFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, org.apache.camel.Exchange exchange) {
        boolean ours = name.regionMatches(true, 0, OURS, 0, OURS.length());
        return !ours && super.applyFilterToCamelHeaders(name, value, exchange);
    }
}
