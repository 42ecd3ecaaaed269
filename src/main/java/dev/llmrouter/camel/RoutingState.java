package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Input;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.Reason;
import dev.llmrouter.decide.RoutingRequest;
import dev.llmrouter.decide.Wish;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.record.RequestRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request on its way through the routes; the processors hand it on in an exchange property.
 *
 * <p>Each processor fills in its part. Not safe for use by several threads at once, but for the end of a stream, which may
 * come on another thread than the rest.
 */
final class RoutingState {
    private static final String PROPERTY = "CamelLlmRouterState";

    final String id;
    final Dialect.Name dialect;
    final Instant time;
    final long startNanos;
    final CompiledPolicy policy;
    final boolean shadow;
    final CompletableFuture<@Nullable ProviderException> streamEnd = new CompletableFuture<>();

    /** What an earlier part of the caller's own route had caught: not a failure of this request. */
    @Nullable
    Throwable caughtBefore;

    @Nullable
    AccessKey key;

    @Nullable
    Input input;

    Wish wish = Wish.AUTO;

    @Nullable
    Classification classification;

    @Nullable
    Decision decision;

    @Nullable
    Dispatch dispatch;

    @Nullable
    VerifyState verify;

    List<Reason> refusal = List.of();
    long decisionMicros;
    boolean streaming;

    RoutingState(
            String id, Dialect.Name dialect, Instant time, long startNanos, CompiledPolicy policy, boolean shadow) {
        this.id = id;
        this.dialect = dialect;
        this.time = time;
        this.startNanos = startNanos;
        this.policy = policy;
        this.shadow = shadow;
    }

    void attachTo(Exchange exchange) {
        caughtBefore = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        exchange.setProperty(PROPERTY, this);
    }

    /** @throws IllegalStateException if the exchange has not come through the receiver */
    static RoutingState of(Exchange exchange) {
        RoutingState state = orNull(exchange);
        if (state == null) {
            throw new IllegalStateException(
                    "this exchange has not been through the receiver (process ref=llmReceiver)");
        }
        return state;
    }

    static @Nullable RoutingState orNull(Exchange exchange) {
        return (RoutingState) exchange.getProperty(PROPERTY);
    }

    Input input() {
        if (input == null) {
            throw new IllegalStateException("request " + id + " was not received");
        }
        return input;
    }

    ChatRequest request() {
        return input().request();
    }

    Decision decision() {
        if (decision == null) {
            throw new IllegalStateException("request " + id + " was not decided (process ref=llmDecider)");
        }
        return decision;
    }

    RoutingRequest routingRequest() {
        if (classification == null) {
            throw new IllegalStateException("request " + id + " was not classified (process ref=llmClassifier)");
        }
        return new RoutingRequest(id, input(), classification, wish, key);
    }

    /** The candidate of the last attempt that answered; null if none did. */
    @Nullable
    Candidate answeredBy() {
        if (dispatch == null) {
            return null;
        }
        return dispatch.answeredBy();
    }

    /** The record of the request, once it is over. @param failure what ended it; null if it was answered */
    RequestRecord record(@Nullable Throwable failure, long nowNanos) {
        List<Attempt> attempts = dispatch == null ? List.of() : dispatch.attempts();
        Candidate served = answeredBy();
        Attempt last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
        ChatError error = failure == null ? null : Failures.toChatError(failure);
        return new RequestRecord(
                time,
                id,
                key == null ? null : key.name(),
                dialect.name().toLowerCase(Locale.ROOT),
                classification,
                decision == null ? null : decision.tier(),
                served == null ? null : served.model().name(),
                served == null ? null : served.provider().name(),
                attempts,
                baselineCost(last == null ? null : last.usage()),
                decision == null ? refusal : decision.reasons(),
                policy.policy().hash(),
                verify,
                outcome(failure),
                error == null ? null : error.kind().name().toLowerCase(Locale.ROOT),
                streaming,
                served != null && served.provider().protocol() == Protocol.SIMULATOR,
                shadow,
                decisionMicros,
                last == null ? null : last.firstTokenMillis(),
                Duration.ofNanos(nowNanos - startNanos).toMillis());
    }

    private @Nullable BigDecimal baselineCost(@Nullable Usage usage) {
        Tier baseline = policy.policy().baselineTier();
        return policy.policy()
                .model(baseline.models().get(0).model())
                .map(model -> Cost.of(model.price(), usage))
                .orElse(null);
    }

    private static RequestRecord.Outcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return RequestRecord.Outcome.OK;
        }
        if (failure instanceof ProviderException stream) {
            return stream.fault() == ProviderException.Fault.CANCELLED
                    ? RequestRecord.Outcome.CANCELLED
                    : RequestRecord.Outcome.TRUNCATED;
        }
        ChatError error = Failures.toChatError(failure);
        if (error.status() == 499) {
            return RequestRecord.Outcome.CANCELLED;
        }
        return error.status() >= 500 || error.status() == 429
                ? RequestRecord.Outcome.FAILED
                : RequestRecord.Outcome.REFUSED;
    }

    /** The check of the task's output; null if there is none. */
    @Nullable
    OutputCheck outputCheck() {
        String task = classification == null ? null : classification.task();
        return task == null ? null : policy.checks().get(task);
    }

    /** Whether a stream is under way whose end is to be waited for. */
    boolean isStreamOpen() {
        return streaming && dispatch != null && dispatch.attempts().stream().noneMatch(Attempt::isOk);
    }

    /** The request as providers get it: whole where nothing unchecked may reach the caller, or nobody listens. */
    ChatRequest toProvider() {
        ChatRequest request = request();
        OutputCheck check = outputCheck();
        boolean whole = shadow || check != null && check.onFailure() != Verify.OnFailure.RECORD;
        return whole && request.stream() ? request.withoutStream() : request;
    }

    /** What this request failed with; null if it did not. */
    @Nullable
    Throwable failureIn(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == caughtBefore ? null : caught;
    }

    /** Whether the reply that an exchange carries is a whole one. */
    static @Nullable ChatReply wholeReply(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof ProviderReply.Whole whole ? whole.reply() : null;
    }
}
