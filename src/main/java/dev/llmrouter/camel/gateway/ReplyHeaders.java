package dev.llmrouter.camel.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/** The message headers that a route has set and that go out with the response: never what came in with the request. */
final class ReplyHeaders {
    private ReplyHeaders() {}

    /** Keeps back Camel's own headers and those of the connection. */
    static HeaderFilterStrategy ofDefaults() {
        DefaultHeaderFilterStrategy strategy = new DefaultHeaderFilterStrategy();
        strategy.setLowerCase(true);
        strategy.setOutFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        strategy.setOutFilter(new java.util.HashSet<>(LlmGatewayConsumer.HOP_BY_HOP));
        strategy.getOutFilter().addAll(Set.of("content-type", "breadcrumbid", "authorization", "x-api-key", "cookie"));
        return strategy;
    }

    /** Text, numbers and booleans; a value with a line break is left out. */
    static Map<String, String> of(Exchange exchange, HttpServerRequest request, HeaderFilterStrategy strategy) {
        Map<String, String> headers = new LinkedHashMap<>();
        Message message = exchange.getMessage();
        message.getHeaders().forEach((name, value) -> {
            if (!(value instanceof String) && !(value instanceof Number) && !(value instanceof Boolean)) {
                return;
            }
            String text = value.toString();
            if (text.equals(request.getHeader(name)) || text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
                return;
            }
            if (!strategy.applyFilterToCamelHeaders(name, value, exchange)) {
                headers.put(name, text);
            }
        });
        return headers;
    }
}
