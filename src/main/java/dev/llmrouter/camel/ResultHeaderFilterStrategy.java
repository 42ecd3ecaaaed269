package dev.llmrouter.camel;

import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * Lets out with a message the router's headers that say what came of it (an answer, feedback, an alarm, an audit, a validation), and
 * no other header of Camel's: none that steers what is asked, such as {@link LlmRouterConstants#SYSTEM_PROMPT}. For components
 * whose own strategy drops every {@code Camel...} header:
 * {@code jms:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy}.
 *
 * <p>In come none of them, unless the consumer trusts who writes to its queue:
 * {@code #class:dev.llmrouter.camel.ResultHeaderFilterStrategy(true)}. Then those come in that say what an answer was, for
 * {@code llm-feedback-sink}, {@code llm-verify-action} or a {@code choice}; never one that steers what is asked, such as
 * {@link LlmRouterConstants#SYSTEM_PROMPT}.
 */
public final class ResultHeaderFilterStrategy extends DefaultHeaderFilterStrategy {
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

    private final boolean isTrusted;

    /** In come no results. */
    public ResultHeaderFilterStrategy() {
        this(false);
    }

    /**
     * Of the other headers, everything passes but {@code Camel...}, {@code org.apache.camel...} and what a JMS provider sets itself.
     *
     * @param isTrusted whether results come in: only where nobody but routes of this router can write to what is consumed
     */
    public ResultHeaderFilterStrategy(boolean isTrusted) {
        this.isTrusted = isTrusted;
        setOutFilter(OF_JMS_PROVIDERS);
        setOutFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
        setInFilterStartsWith(CAMEL_FILTER_STARTS_WITH);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !DecisionHeaders.isResult(name) && super.applyFilterToCamelHeaders(name, value, exchange);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        boolean isResult = isTrusted && DecisionHeaders.isOne(name);
        return !isResult && super.applyFilterToExternalHeaders(name, value, exchange);
    }
}
