package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.Betas;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.FailedReplyException;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.RetryAfter;
import dev.llmrouter.chat.SseParser;
import dev.llmrouter.chat.StreamCollector;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.provider.Workers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Calls a provider through a Camel endpoint that the policy names ({@code endpoint: direct:my-bedrock}).
 *
 * <p>The endpoint gets the request as JSON bytes in the provider's protocol, with nothing of the caller's headers
 * (but for the betas of Anthropic's messages), and answers with JSON of that protocol (text, bytes or a stream; server-sent events are read to their end). A status of 400
 * or more in {@code CamelHttpResponseCode} is the provider's error. It may block: it runs on threads of its own, and what
 * takes longer than the provider's time for a whole answer plus idle counts as failed.
 */
final class EndpointProviderClient implements ProviderClient, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEFAULT_MAX_OUTPUT = 4096;
    /** What a proxy says, and no provider. */
    private static final int PROXY_AUTHENTICATION = 407;

    private final CamelContext camel;
    private final Dialects dialects;
    private final Clock clock;
    private final ExecutorService workers = Workers.create("llm-endpoint");
    private @Nullable ProducerTemplate template;

    /** @param clock reads the dates of Retry-After */
    EndpointProviderClient(CamelContext camel, Dialects dialects, Clock clock) {
        this.camel = camel;
        this.dialects = dialects;
        this.clock = clock;
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = camel.createProducerTemplate();
        }
        return template;
    }

    @Override
    public void call(ProviderCall call, Callback callback) {
        EndpointCall attempt = new EndpointCall(call.candidate(), callback);
        if (call.cancellation().isCancelled()) {
            attempt.fail(fault(call.candidate(), Fault.CANCELLED, 499, "the caller went away", null));
            return;
        }
        if (call.deadlineNanos() - System.nanoTime() <= 0) {
            attempt.fail(fault(call.candidate(), Fault.DEADLINE, 504, "the request's deadline has passed", null));
            return;
        }
        try {
            attempt.work(workers.submit(() -> attempt.run(() -> exchange(call))));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter where no thread can be made
            attempt.fail(fault(call.candidate(), Fault.CONNECT, 503, "too many calls at a time", e));
            return;
        }
        Integer maxOutput = call.request().sampling().maxOutputTokens();
        long limit = call.candidate().timeouts().headers(false, maxOutput).toNanos()
                + call.candidate().timeouts().idle().toNanos();
        long left = Math.max(1, call.deadlineNanos() - System.nanoTime());
        Fault late = left < limit ? Fault.DEADLINE : Fault.HEADERS_TIMEOUT; // our own deadline is not its fault
        attempt.whenOver(LlmRouterContext.of(camel)
                .schedule(
                        Duration.ofNanos(Math.min(limit, left)),
                        () -> attempt.stop(
                                fault(call.candidate(), late, 504, "endpoint did not answer in time", null))));
        attempt.whenOver(call.cancellation()
                .onCancel(() ->
                        attempt.stop(fault(call.candidate(), Fault.CANCELLED, 499, "the caller went away", null))));
    }

    /** What the endpoint is asked, on a thread that may block. */
    @FunctionalInterface
    private interface Question {
        ProviderReply ask() throws ProviderException;
    }

    /** One call: answers once, and lets go of its timer and of the caller's cancellation as soon as it is over. */
    private static final class EndpointCall {
        private final Candidate candidate;
        private final Callback callback;
        private final List<Runnable> cleanups = new ArrayList<>(2);
        private @Nullable Future<?> work;
        private boolean over;

        EndpointCall(Candidate candidate, Callback callback) {
            this.candidate = candidate;
            this.callback = callback;
        }

        void work(Future<?> submitted) {
            synchronized (this) {
                work = submitted;
            }
        }

        void run(Question question) {
            ProviderReply reply;
            try {
                reply = question.ask();
            } catch (ProviderException e) {
                fail(e);
                return;
            } catch (RuntimeException | Error e) {
                fail(broken(candidate, e));
                return;
            }
            if (isFirst()) {
                callback.replied(reply);
            }
        }

        void fail(ProviderException failure) {
            if (isFirst()) {
                callback.failed(failure);
            }
        }

        /** Fails, and interrupts the endpoint. */
        void stop(ProviderException failure) {
            Future<?> running;
            synchronized (this) {
                running = work;
            }
            if (isFirst()) {
                if (running != null) {
                    running.cancel(true);
                }
                callback.failed(failure);
            }
        }

        void whenOver(Runnable cleanup) {
            synchronized (this) {
                if (!over) {
                    cleanups.add(cleanup);
                    return;
                }
            }
            cleanup.run();
        }

        private boolean isFirst() {
            List<Runnable> due;
            synchronized (this) {
                if (over) {
                    return false;
                }
                over = true;
                work = null;
                due = List.copyOf(cleanups);
                cleanups.clear();
            }
            due.forEach(Runnable::run);
            return true;
        }
    }

    private ProviderReply exchange(ProviderCall call) throws ProviderException {
        Candidate candidate = call.candidate();
        ProviderDialect dialect = dialects.provider(candidate.provider().protocol(), call.request());
        String endpoint = Objects.requireNonNull(candidate.provider().endpoint());
        byte[] body;
        try {
            Integer limit = candidate.model().maxOutput();
            body = JSON.writeValueAsBytes(dialect.writeRequest(
                    call.request(), candidate.model().remoteName(), limit == null ? DEFAULT_MAX_OUTPUT : limit));
        } catch (JsonProcessingException | RuntimeException | Error e) {
            throw ProviderException.unwritable(where(candidate), e);
        }
        Exchange exchange = template().request(endpoint, sent -> {
            sent.setPattern(ExchangePattern.InOut);
            sent.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
            sent.getMessage().setHeader("Accept", call.request().stream() ? "text/event-stream" : "application/json");
            sent.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
            if (candidate.provider().protocol() == Protocol.ANTHROPIC
                    && call.request().betas() != null) {
                sent.getMessage().setHeader(Betas.HEADER, call.request().betas());
            }
            sent.getMessage().setBody(body);
        });
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (exchange.getException() != null) {
            throw failed(candidate, dialect, exchange.getException());
        }
        byte[] answer = exchange.getMessage().getBody(byte[].class);
        if (status != null && status >= 400) {
            throw refused(
                    candidate,
                    advised(
                            dialect.parseError(status, answer == null ? new byte[0] : answer),
                            name -> exchange.getMessage().getHeader(name, String.class)));
        }
        if (answer == null || answer.length == 0) {
            throw fault(candidate, Fault.MALFORMED, 502, "endpoint gave no answer", null);
        }
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
        return new ProviderReply.Whole(
                type.startsWith("text/event-stream")
                        ? collected(candidate, dialect, answer)
                        : parsed(candidate, dialect, answer));
    }

    private static dev.llmrouter.chat.ChatReply parsed(Candidate candidate, ProviderDialect dialect, byte[] answer)
            throws ProviderException {
        try {
            return filled(candidate, dialect.parseReply(answer));
        } catch (FailedReplyException e) {
            throw refused(candidate, e.error()).whileWorking(e.usage());
        } catch (MalformedReplyException e) {
            throw fault(candidate, Fault.MALFORMED, 502, "endpoint: " + e.getMessage(), e)
                    .whileWorking(e.usage());
        }
    }

    private static dev.llmrouter.chat.ChatReply filled(Candidate candidate, dev.llmrouter.chat.ChatReply reply)
            throws ProviderException {
        if (reply.isEmpty()) {
            throw fault(candidate, Fault.MALFORMED, 502, "endpoint answered with no text, no call and no tokens", null)
                    .whileWorking(reply.usage());
        }
        return reply;
    }

    private static dev.llmrouter.chat.ChatReply collected(Candidate candidate, ProviderDialect dialect, byte[] answer)
            throws ProviderException {
        StreamCollector collector = new StreamCollector();
        try {
            SseParser parser = SseParser.ofDefaults();
            var decoder = dialect.decoder();
            for (SseParser.Event event : parser.feed(answer)) {
                for (StreamEvent meaning : decoder.decode(event.event(), event.data())) {
                    collector.add(meaning);
                }
            }
            for (SseParser.Event event : parser.finish()) {
                for (StreamEvent meaning : decoder.decode(event.event(), event.data())) {
                    collector.add(meaning);
                }
            }
        } catch (MalformedReplyException e) {
            collector.add(new StreamEvent.Working(false)); // what cannot be read may have been of an answer
            throw fault(candidate, Fault.MALFORMED, 502, "endpoint: " + e.getMessage(), e)
                    .whileWorking(collector.toldWithoutContent());
        }
        ChatError failure = collector.failure();
        if (failure != null) {
            throw refused(candidate, failure).whileWorking(collector.usageOfFailure());
        }
        if (!collector.isComplete()) {
            throw fault(candidate, Fault.TRUNCATED, 502, "endpoint's stream broke off", null)
                    .whileWorking(collector.toldWithoutContent());
        }
        return filled(candidate, collector.reply());
    }

    /** camel-http says the status in an exception; it is read by name, so that camel-http need not be on the class path. */
    private ProviderException failed(Candidate candidate, ProviderDialect dialect, Exception failure) {
        if (failure.getClass().getName().endsWith(".HttpOperationFailedException")) {
            try {
                Object status =
                        failure.getClass().getMethod("getHttpResponseCode").invoke(failure);
                Object body = failure.getClass().getMethod("getResponseBody").invoke(failure);
                byte[] bytes =
                        body == null ? new byte[0] : body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                Object headers =
                        failure.getClass().getMethod("getResponseHeaders").invoke(failure);
                Map<String, Object> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                if (headers instanceof Map<?, ?> map) {
                    map.forEach((name, value) -> named.put(String.valueOf(name), value));
                }
                return refused(
                        candidate,
                        advised(
                                dialect.parseError((Integer) status, bytes),
                                name -> named.get(name) == null ? null : String.valueOf(named.get(name))));
            } catch (ReflectiveOperationException e) {
                return fault(candidate, Fault.RESET, 502, "endpoint failed", failure);
            }
        }
        return broken(candidate, failure);
    }

    /** Only what certainly never reached the provider is free: after anything else it may have worked, and billed it. */
    private static ProviderException broken(Candidate candidate, Throwable failure) {
        return switch (EndpointFailure.of(failure)) {
            case NOT_CONNECTED_IN_TIME ->
                fault(candidate, Fault.CONNECT_TIMEOUT, 504, "endpoint did not connect in time", failure);
            case NOT_CONNECTED -> fault(candidate, Fault.CONNECT, 502, named(failure), failure);
            case LATE -> fault(candidate, Fault.HEADERS_TIMEOUT, 504, "endpoint did not answer in time", failure);
            case BROKEN -> fault(candidate, Fault.RESET, 502, named(failure), failure);
        };
    }

    private static String named(Throwable failure) {
        return "endpoint failed with " + failure.getClass().getSimpleName();
    }

    private ChatError advised(ChatError error, UnaryOperator<@Nullable String> headers) {
        return error.advised(RetryAfter.parse(headers, clock), RetryAfter.shouldRetry(headers));
    }

    private static ProviderException refused(Candidate candidate, ChatError error) {
        if (error.status() == PROXY_AUTHENTICATION) {
            return fault(candidate, Fault.CONNECT, 502, "endpoint's proxy wants another user or password", null)
                    .untilChanged();
        }
        return new ProviderException(Fault.STATUS, error, where(candidate) + " answered with status " + error.status());
    }

    private static ProviderException fault(
            Candidate candidate, Fault fault, int status, String what, @Nullable Throwable cause) {
        ChatError.Kind kind = status == 504 ? ChatError.Kind.TIMEOUT : ChatError.Kind.SERVER;
        String message = where(candidate) + ": " + what;
        return cause == null
                ? new ProviderException(fault, ChatError.of(kind, status, message), message)
                : new ProviderException(fault, ChatError.of(kind, status, message), message, cause);
    }

    private static String where(Candidate candidate) {
        return "model '" + candidate.model().name() + "' at provider '"
                + candidate.provider().name() + "'";
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
