package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.dispatch.AccountedStream;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.processor.loadbalancer.LoadBalancerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load balancer of a tier: sends the exchange to the candidates of its decision, one after another, until one answers.
 *
 * <p>Use it in a route as {@code <loadBalance><customLoadBalancer ref="..."/><to uri="llm-provider:call"/></loadBalance>},
 * one bean for each {@code loadBalance} (it holds the child). The order comes from the decision, so that models, weights
 * and health change at run time; retries, cooldowns and the deadline are those of {@link Dispatch}. It never blocks.
 */
public final class TierLoadBalancer extends LoadBalancerSupport implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(TierLoadBalancer.class);

    private @org.jspecify.annotations.Nullable CamelContext camelContext;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    @SuppressWarnings("NullAway") // Camel sets it before it starts the bean
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            RoutingState state = RoutingState.of(exchange);
            AsyncProcessor[] children = doGetProcessors();
            if (children.length != 1) {
                throw new IllegalStateException(
                        "a TierLoadBalancer has exactly one child, llm-provider:call; found " + children.length);
            }
            if (state.dispatch == null) {
                state.dispatch = dispatch(exchange, state);
            }
            new Run(state, state.dispatch, children[0], exchange, callback).next();
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        return false;
    }

    private Dispatch dispatch(Exchange exchange, RoutingState state) {
        Cancellation cancellation = exchange.getProperty(LlmRouterConstants.CANCELLATION, Cancellation.class);
        return new Dispatch(
                state.decision(),
                state.toProvider(),
                new Dispatch.Surroundings(
                        state.policy.decider().health(),
                        (candidate, what) ->
                                LOG.warn("Model '{}': {}", candidate.model().name(), what),
                        System::nanoTime,
                        () -> ThreadLocalRandom.current().nextLong()),
                cancellation == null ? new Cancellation() : cancellation,
                state.startNanos);
    }

    /** One request's way through its candidates. */
    private final class Run {
        private final RoutingState state;
        private final Dispatch dispatch;
        private final AsyncProcessor child;
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Object body;
        private final AtomicBoolean over = new AtomicBoolean();

        Run(RoutingState state, Dispatch dispatch, AsyncProcessor child, Exchange exchange, AsyncCallback callback) {
            this.state = state;
            this.dispatch = dispatch;
            this.child = child;
            this.exchange = exchange;
            this.callback = callback;
            this.body = exchange.getMessage().getBody();
        }

        /** Nothing may be thrown out of a callback: Camel would lose the exchange. */
        void next() {
            try {
                Dispatch.Step step = dispatch.next();
                if (step instanceof Dispatch.Step.Call call) {
                    exchange.setProperty(LlmRouterConstants.PROVIDER_CALL, call.call());
                    exchange.getMessage().setBody(body);
                    child.process(exchange, doneSync -> after());
                } else if (step instanceof Dispatch.Step.Wait wait) {
                    LlmRouterContext.of(exchange.getContext()).schedule(wait.time(), this::next);
                } else if (step instanceof Dispatch.Step.GiveUp giveUp) {
                    done(giveUp.failure());
                }
            } catch (RuntimeException | Error e) {
                done(e);
            }
        }

        private void after() {
            if (over.get()) {
                return; // the child threw as well as calling back
            }
            try {
                Exception failure = exchange.getException();
                if (failure != null) {
                    failed(failure);
                } else {
                    answered(exchange.getMessage().getBody());
                }
            } catch (RuntimeException | Error e) {
                done(e);
            }
        }

        private void failed(Exception failure) {
            ProviderException known = exchange.getException(ProviderException.class);
            if (known == null) {
                done(failure);
                return;
            }
            exchange.setException(null);
            dispatch.failed(known);
            next();
        }

        private void answered(Object reply) {
            exchange.removeProperty(LlmRouterConstants.PROVIDER_CALL);
            if (reply instanceof ProviderReply.Whole whole) {
                dispatch.answered(usage(whole.reply()));
                done();
            } else if (reply instanceof ProviderReply.Streaming streaming) {
                state.streaming = true;
                Dispatch.StreamOutcome outcome = dispatch.streaming(streaming.firstTokenNanos());
                exchange.getMessage()
                        .setBody(new ProviderReply.Streaming(
                                streaming.dialect(),
                                new AccountedStream(
                                        streaming.items(),
                                        state.input().characteristics().inputTokens(),
                                        state.policy.tokens(),
                                        (usage, fault) -> {
                                            outcome.ended(usage, fault);
                                            state.streamEnd.complete(fault);
                                        }),
                                streaming.firstTokenNanos()));
                done();
            } else {
                done(new IllegalStateException("the child of a TierLoadBalancer did not answer with a ProviderReply"));
            }
        }

        private Usage usage(ChatReply reply) {
            Usage counted = reply.usage();
            return counted != null
                    ? counted
                    : new Usage(
                            state.input().characteristics().inputTokens(),
                            0,
                            0,
                            state.policy.tokens().applyAsInt(reply.text()),
                            0,
                            true);
        }

        /** @param failure that nobody foresaw, or that nobody answered */
        private void done(Throwable failure) {
            dispatch.abandoned(failure.getClass().getSimpleName());
            exchange.setException(failure);
            done();
        }

        private void done() {
            if (over.compareAndSet(false, true)) {
                callback.done(false);
            }
        }
    }
}
