package dev.llmrouter.camel;

import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.dispatch.ProviderReply;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Turns the provider's answer into the caller's dialect: the body becomes bytes (JSON), text (a String, for plain text in)
 * or a {@code Flow.Publisher<byte[]>} of server-sent events. The decision goes into the headers.
 */
public final class ReplyProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) {
        RoutingState state = RoutingState.of(exchange);
        Message message = exchange.getMessage();
        CallerDialect dialect =
                LlmRouterContext.of(exchange.getContext()).dialects().caller(state.dialect);
        Object body = message.getBody();
        DecisionHeaders.set(exchange, state);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        if (body instanceof ProviderReply.Streaming streaming) {
            message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream");
            message.setBody(new ReplyStream(streaming.items(), streaming.dialect(), dialect, state.request()));
        } else if (body instanceof ProviderReply.Whole whole && state.request().stream()) {
            state.streaming = true;
            message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream");
            message.setBody(ReplyStream.ofWhole(whole.reply(), dialect, state.request()));
        } else if (body instanceof ProviderReply.Whole whole) {
            byte[] bytes = dialect.writeReply(whole.reply(), state.request());
            boolean text = state.dialect == Dialect.Name.TEXT;
            message.setHeader(Exchange.CONTENT_TYPE, text ? "text/plain; charset=utf-8" : "application/json");
            message.setBody(text ? new String(bytes, StandardCharsets.UTF_8) : bytes);
        } else {
            throw new IllegalStateException("request " + state.id + " has no provider's reply to turn into an answer");
        }
    }
}
