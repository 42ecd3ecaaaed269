package dev.llmrouter.camel;

import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.route.FailureTranslation;
import dev.llmrouter.route.Stage;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into an error of the caller's dialect with a fitting status. Use it in {@code doCatch}. */
public final class ErrorReplyProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorReplyProcessor.class);

    @Override
    public void process(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null) {
            failure = new IllegalStateException("no failure to answer with");
        }
        RoutingExchange.giveLoopBack(exchange);
        Stage stage = RoutingExchange.stageOrNull(exchange);
        String id = stage == null ? "" : stage.received().id();
        if (!FailureTranslation.isKnown(failure)) {
            // the text of a foreign exception may hold the message's body: only its place is logged
            LOG.error("Request {} failed with {}", id, failure.getClass().getName());
            LOG.debug("Request {}", id, failure);
        }
        ChatError error = FailureTranslation.toChatError(failure);
        Dialect.Name asked = ReceiverProcessor.knownDialect(exchange);
        Dialect.Name name = stage != null ? stage.received().dialect() : asked == null ? Dialect.Name.TEXT : asked;
        CallerDialect dialect =
                LlmRouterContext.of(exchange.getContext()).dialects().caller(name);
        if (stage != null) {
            DecisionHeaders.set(exchange, stage);
        }
        Map<String, String> headers = new HashMap<>();
        Object known = exchange.getProperty(LlmRouterConstants.RESPONSE_HEADERS);
        if (known instanceof Map<?, ?> map) {
            map.forEach((key, value) -> headers.put(String.valueOf(key), String.valueOf(value)));
        }
        if (error.retryAfter() != null) {
            headers.put(
                    "Retry-After", Long.toString(Math.max(1, (error.retryAfter().toMillis() + 999) / 1000)));
        }
        String again = Boolean.FALSE.equals(error.shouldRetry()) ? "false" : askAgain(error.kind());
        if (again != null) {
            headers.put("x-should-retry", again);
        }
        exchange.setProperty(LlmRouterConstants.RESPONSE_HEADERS, headers);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, dialect.status(error));
        message.setHeader(
                Exchange.CONTENT_TYPE, name == Dialect.Name.TEXT ? "text/plain; charset=utf-8" : "application/json");
        RequestBody.setUtf8(exchange, dialect.writeError(error, id));
    }

    /**
     * What official clients are told about trying again; null leaves it to their own rule by status. Source: openai-python,
     * {@code _base_client.py}: the header stands above the status.
     */
    private static @Nullable String askAgain(ChatError.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT, OVERLOADED -> "true";
            case QUOTA, PERMISSION, AUTHENTICATION, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE, NOT_FOUND -> "false";
            case INVALID_REQUEST, TIMEOUT, SERVER -> null;
        };
    }
}
