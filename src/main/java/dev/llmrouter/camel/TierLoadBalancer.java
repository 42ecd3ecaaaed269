package dev.llmrouter.camel;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.AccountedStream;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.VectorCheck;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.Stage;
import java.time.Duration;
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
 * and health change at run time; retries, cooldowns and the deadline are those of {@link Dispatch}. Whether the caller's thread waits is
 * said in {@link LlmRouterConstants#ASYNCHRONOUS}.
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
        return CallersThread.process(exchange, callback, answered -> ask(exchange, answered));
    }

    private boolean ask(Exchange exchange, AsyncCallback callback) {
        try {
            AsyncProcessor[] children = doGetProcessors();
            if (children.length != 1) {
                throw new IllegalStateException(
                        "a TierLoadBalancer has exactly one child, llm-provider:call; found " + children.length);
            }
            Dispatched dispatched = dispatched(exchange);
            RoutingExchange.put(exchange, dispatched);
            new Run(dispatched, children[0], exchange, callback).next();
        } catch (RefusedException | RuntimeException | Error e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        return false;
    }

    /** A tier that a step of the route has set since the decision is obeyed; an escalation goes on with what there is. */
    private static Dispatched dispatched(Exchange exchange) throws RefusedException {
        Router router = LlmRouterContext.of(exchange.getContext()).router();
        Stage stage = RoutingExchange.stage(exchange);
        if (stage instanceof Dispatched begun && begun.verification() == null) {
            return begun;
        }
        Decided decided = RoutingExchange.of(exchange, Decided.class, "decided (process ref=llmDecider)");
        String tier = exchange.getProperty(LlmRouterConstants.TIER, String.class);
        if (tier != null && !tier.equals(decided.decision().tier())) {
            decided = router.redirect(decided, tier);
        }
        Cancellation cancellation = exchange.getProperty(LlmRouterConstants.CANCELLATION, Cancellation.class);
        Dispatched begun = router.dispatch(
                decided,
                cancellation == null ? new Cancellation() : cancellation,
                (candidate, what) ->
                        LOG.warn("Model '{}': {}", candidate.model().name(), what));
        takeFailedBatch(exchange, router, begun);
        return begun;
    }

    /** A batch that failed to answer before was paid for. */
    private static void takeFailedBatch(Exchange exchange, Router router, Dispatched begun) throws RefusedException {
        BatchAnswer answer = BatchAnswer.of(exchange);
        if (answer == null || answer.failure() == null) {
            return;
        }
        Decision batched = router.answered(begun.decided().classified(), answer.tier(), answer.model(), answer.price())
                .decision();
        begun.dispatch().failedInBatch(batched.candidates().get(0), answer.failure());
    }

    /** One request's way through its candidates. */
    private final class Run {
        private final Dispatched dispatched;
        private final Dispatch dispatch;
        private final AsyncProcessor child;
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Object body;
        private final AtomicBoolean over = new AtomicBoolean();

        Run(Dispatched dispatched, AsyncProcessor child, Exchange exchange, AsyncCallback callback) {
            this.dispatched = dispatched;
            this.dispatch = dispatched.dispatch();
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
                    later(wait.time());
                } else if (step instanceof Dispatch.Step.GiveUp giveUp) {
                    done(giveUp.failure());
                }
            } catch (RuntimeException | Error e) {
                done(e);
            }
        }

        /** After a while, or as soon as the caller has gone: there is nothing to wait for then. */
        private void later(Duration time) {
            AtomicBoolean gone = new AtomicBoolean();
            Runnable once = () -> {
                if (gone.compareAndSet(false, true)) {
                    next();
                }
            };
            Runnable timer = LlmRouterContext.of(exchange.getContext()).schedule(time, once);
            Cancellation cancellation = exchange.getProperty(LlmRouterConstants.CANCELLATION, Cancellation.class);
            if (cancellation != null) {
                cancellation.onCancel(() -> {
                    timer.run();
                    once.run();
                });
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
            // a route of the user's own around the call may have an error handler, which has given up for its part
            exchange.getExchangeExtension().setRedeliveryExhausted(false);
            exchange.getExchangeExtension().setErrorHandlerHandled(null);
            dispatch.failed(known);
            next();
        }

        private void answered(Object reply) {
            Object call = exchange.removeProperty(LlmRouterConstants.PROVIDER_CALL);
            if (reply instanceof ProviderReply.Whole whole) {
                ProviderException fault =
                        call instanceof ProviderCall made ? VectorCheck.fault(made, whole.reply()) : null;
                if (fault != null) {
                    dispatch.failed(fault);
                    next();
                    return;
                }
                Usage usage = whole.reply()
                        .usageOr(
                                this::inputTokens,
                                dispatched.received().policy().tokens());
                dispatch.answered(usage, whole.reply().model());
                exchange.getMessage()
                        .setBody(new ProviderReply.Whole(whole.reply().withUsage(usage)));
                done();
            } else if (reply instanceof ProviderReply.Streaming streaming) {
                RoutingExchange.put(exchange, dispatched.streaming());
                Dispatch.StreamOutcome outcome = dispatch.streaming(streaming.firstTokenNanos());
                exchange.getMessage()
                        .setBody(new ProviderReply.Streaming(
                                streaming.dialect(),
                                new AccountedStream(
                                        streaming.items(),
                                        this::inputTokens,
                                        dispatched.received().policy().tokens(),
                                        (usage, model, fault) -> {
                                            outcome.ended(usage, model, fault);
                                            dispatched.streamEnd().complete(fault);
                                        }),
                                streaming.firstTokenNanos()));
                done();
            } else {
                done(new IllegalStateException("the child of a TierLoadBalancer did not answer with a ProviderReply"));
            }
        }

        private int inputTokens() {
            return dispatched.described().input().characteristics().inputTokens();
        }

        /** @param failure that nobody foresaw, or that nobody answered */
        private void done(Throwable failure) {
            dispatch.abandoned(failure.getClass().getSimpleName());
            CollectSampling.sample(exchange, dispatched, null);
            RoutingExchange.failed(exchange);
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
