package dev.llmrouter.camel;

import dev.llmrouter.chat.CallerDialect;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.route.Dispatched;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Turns the provider's answer into what the caller understands. The decision goes into the headers.
 *
 * <p>Without a setting the body is in the caller's dialect: JSON as bytes, text as a String, or a
 * {@code Flow.Publisher<byte[]>} of server-sent events, for one subscriber, where the request was asked as a stream
 * ({@link LlmRouterConstants#TAKES_STREAM}). With {@code output} {@code text} it is the text of a whole answer, with
 * {@code json} the whole answer as JSON in the caller's dialect (OpenAI's for a caller who sent text), both as a String.
 */
public final class ReplyProcessor implements Processor {
    /** What the body becomes. */
    enum Output {
        TEXT,
        JSON
    }

    private @Nullable Output output;

    /** {@code text}, {@code json}, or empty for the caller's dialect. @throws IllegalArgumentException for anything else */
    public void setOutput(String output) {
        if (output.isBlank()) {
            this.output = null;
            return;
        }
        this.output = switch (output.strip().toLowerCase(Locale.ROOT)) {
            case "text" -> Output.TEXT;
            case "json" -> Output.JSON;
            // without a cause: who tells of a start that fails tells the innermost
            default -> throw new IllegalArgumentException("output is '" + output + "'; allowed: text, json");
        };
    }

    public @Nullable String getOutput() {
        return output == null ? null : output.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void process(Exchange exchange) {
        try {
            reply(exchange);
        } catch (RuntimeException e) {
            if (RoutingExchange.stageOrNull(exchange) != null) {
                RoutingExchange.failed(exchange);
            }
            throw e;
        }
    }

    private void reply(Exchange exchange) {
        Dispatched dispatched =
                RoutingExchange.of(exchange, Dispatched.class, "sent to a tier (loadBalance with a TierLoadBalancer)");
        RoutingExchange.giveLoopBack(exchange);
        ChatRequest request = dispatched.described().request();
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body instanceof ProviderReply.Whole whole && request.stream() && output == null) {
            dispatched = dispatched.streaming();
            RoutingExchange.put(exchange, dispatched);
        }
        DecisionHeaders.set(exchange, dispatched);
        CallerDialect dialect = LlmRouterContext.of(exchange.getContext())
                .dialects()
                .caller(dispatched.received().dialect());
        if (body instanceof ProviderReply.Streaming streaming) {
            message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream");
            ReplyStream stream =
                    new ReplyStream(streaming.items(), streaming.dialect(), dialect, request, committed(exchange));
            message.setBody(stream);
            exchange.getExchangeExtension()
                    .addOnCompletion(
                            new UnclaimedStream(stream, dispatched.received().id()));
        } else if (body instanceof ProviderReply.Whole whole && dispatched.isStreamed()) {
            message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream");
            message.setBody(ReplyStream.ofWhole(whole.reply(), dialect, request));
        } else if (body instanceof ProviderReply.Whole whole) {
            whole(exchange, whole.reply(), request, dialect);
        } else {
            throw new IllegalStateException(
                    "request " + dispatched.received().id() + " has no provider's reply to turn into an answer");
        }
        RoutingExchange.answered(exchange);
    }

    /** What the end of a stream waits for; null where it does not wait. */
    private static @Nullable CompletableFuture<Object> committed(Exchange exchange) {
        exchange.removeProperty(LlmRouterConstants.COMMITTED);
        if (!LlmRouterContext.of(exchange.getContext()).isSynchronous()) {
            return null;
        }
        CompletableFuture<Object> committed = new CompletableFuture<>();
        exchange.setProperty(LlmRouterConstants.COMMITTED, committed);
        return committed;
    }

    private void whole(Exchange exchange, ChatReply reply, ChatRequest request, CallerDialect callers) {
        Message message = exchange.getMessage();
        boolean text = output == null ? callers.name() == Dialect.Name.TEXT : output == Output.TEXT;
        Dialect.Name name =
                text ? Dialect.Name.TEXT : callers.name() == Dialect.Name.TEXT ? Dialect.Name.OPENAI : callers.name();
        byte[] bytes = LlmRouterContext.of(exchange.getContext())
                .dialects()
                .caller(name)
                .writeReply(reply, request);
        message.setHeader(Exchange.CONTENT_TYPE, text ? "text/plain; charset=utf-8" : "application/json");
        if (text || output != null) {
            message.setBody(new String(bytes, StandardCharsets.UTF_8));
        } else {
            RequestBody.setUtf8(exchange, bytes);
        }
    }
}
