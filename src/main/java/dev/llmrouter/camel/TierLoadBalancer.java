package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.dispatch.AccountedStream;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.ToolInputCheck;
import dev.llmrouter.dispatch.VectorCheck;
import dev.llmrouter.record.RequestRecord;
import dev.llmrouter.route.Decided;
import dev.llmrouter.route.Dispatched;
import dev.llmrouter.route.RequestRecords;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.Stage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.processor.loadbalancer.LoadBalancerSupport;
import org.jspecify.annotations.Nullable;
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

    /** What is said of a call that nobody waited for to the end. */
    private static final String LEFT = "InterruptedException";

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
        AtomicReference<Run> asked = new AtomicReference<>();
        return CallersThread.process(exchange, callback, answered -> ask(exchange, answered, asked), () -> {
            Run run = asked.get();
            if (run != null) {
                run.left();
            }
        });
    }

    private boolean ask(Exchange exchange, AsyncCallback callback, AtomicReference<Run> asked) {
        try {
            AsyncProcessor[] children = doGetProcessors();
            if (children.length != 1) {
                throw new IllegalStateException(
                        "a TierLoadBalancer has exactly one child, llm-provider:call; found " + children.length);
            }
            Dispatched dispatched = dispatched(exchange);
            RoutingExchange.put(exchange, dispatched);
            Run run = new Run(dispatched, children[0], exchange, callback);
            asked.set(run);
            run.begin();
        } catch (RefusedException | RuntimeException | Error e) {
            if (RoutingExchange.stageOrNull(exchange) != null) {
                RoutingExchange.failed(exchange);
            }
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
        Dispatched begun = router.dispatch(
                decided,
                ClassifierCall.calls(exchange),
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

    /** One request's way through its candidates. Once it is over it touches its exchange no more: that is somebody else's then. */
    private final class Run implements OpenCalls.Open {
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

        void begin() {
            // the next try of a line that was in a batch is recorded by its own name
            if (BatchAnswer.of(exchange) == null) {
                calls().begin(dispatched.received().id(), this);
            }
            next();
        }

        private OpenCalls calls() {
            return LlmRouterContext.of(exchange.getContext()).openCalls();
        }

        /** Nothing may be thrown out of a callback: Camel would lose the exchange. */
        void next() {
            if (over.get()) {
                return; // a wait has ended after whoever waited had left
            }
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
                ProviderException fault = call instanceof ProviderCall made ? fault(made, whole.reply()) : null;
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
                                        call instanceof ProviderCall made
                                                ? ToolInputCheck.checked(made, streaming)
                                                : streaming.items(),
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

        /** What makes a whole answer useless to whoever asked; null if nothing does. */
        private static @Nullable ProviderException fault(ProviderCall made, ChatReply reply) {
            ProviderException fault = VectorCheck.fault(made, reply);
            return fault == null ? ToolInputCheck.fault(made, reply) : fault;
        }

        private int inputTokens() {
            return dispatched.described().input().characteristics().inputTokens();
        }

        /** @param failure that nobody foresaw, or that nobody answered */
        private void done(Throwable failure) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            dispatch.abandoned(failure.getClass().getSimpleName());
            CollectSampling.sample(exchange, dispatched, null);
            RoutingExchange.failed(exchange);
            exchange.setException(failure);
            goOn();
        }

        private void done() {
            if (over.compareAndSet(false, true)) {
                goOn();
            }
        }

        private void goOn() {
            LlmRouterContext.of(exchange.getContext())
                    .goesOn(dispatched.received().id());
            callback.done(false);
        }

        /** The thread that waited for the answer was interrupted, and the exchange has failed by that: the call under way is broken off. */
        void left() {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            dispatch.abandoned(LEFT);
            // what the end of the call says of this exchange comes too late from here on
            RoutingExchange.failed(exchange);
            dispatch.left(LEFT);
            LlmRouterContext.of(exchange.getContext())
                    .goesOn(dispatched.received().id());
        }

        @Override
        public CompletableFuture<Void> breakOff() {
            dispatch.abandoned(LEFT);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public RequestRecord cutOff(Exception stop) {
            return RequestRecords.of(dispatched, stop, System.nanoTime());
        }

        @Override
        public void release(Exception stop) {
            done(stop);
            dispatch.left(LEFT);
        }
    }
}
