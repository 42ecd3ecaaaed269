package dev.llmrouter.camel;

import java.util.Set;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Lets the router's result headers ({@code CamelLlmRouter...}) out with a message, and no other header of Camel's; in come
 * none of them. For components whose own strategy drops every {@code Camel...} header:
 * {@code jms:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy}.
 */
public final class ResultHeaderFilterStrategy extends DefaultHeaderFilterStrategy {
    private static final String OURS = "camelllmrouter";

    /** What a JMS provider sets itself, as Camel's own strategy for JMS keeps it back: brokers may refuse a message that brings it along. */
    private static final Set<String> OF_JMS_PROVIDERS = Set.of(
            "JMSXUserID",
            "JMSXAppID",
            "JMSXDeliveryCount",
            "JMSXProducerTXID",
            "JMSXConsumerTXID",
            "JMSXRcvTimestamp",
            "JMSXRecvTimestamp",
            "JMSXState");

    /** Of the other headers, everything passes but {@code Camel...}, {@code org.apache.camel...} and what a JMS provider sets itself. */
    public ResultHeaderFilterStrategy() {
        setOutFilter(OF_JMS_PROVIDERS);
        setOutFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
        setInFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, org.apache.camel.Exchange exchange) {
        boolean ours = name.regionMatches(true, 0, OURS, 0, OURS.length());
        return !ours && super.applyFilterToCamelHeaders(name, value, exchange);
    }
}
