package dev.llmrouter.camel;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.route.Described;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.Stage;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Asks one model, by the steps of the routes: receive, decide, balance (over that one), reply; then the record. */
final class LlmModelProducer extends DefaultAsyncProducer {
    private final LlmProviderEndpoint endpoint;
    private final ReceiverProcessor receiver = new ReceiverProcessor();
    private final DecisionProcessor decider = new DecisionProcessor();
    private final TierLoadBalancer balancer = new TierLoadBalancer();
    private final ReplyProcessor reply = new ReplyProcessor();
    private @Nullable ExecutorService recording;

    LlmModelProducer(LlmProviderEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        receiver.setCamelContext(endpoint.getCamelContext());
        receiver.setModel(endpoint.getModel());
        receiver.setChatOnly(true);
        if (endpoint.getPolicy() != null) {
            receiver.setPolicy(endpoint.getPolicy());
        }
        if (endpoint.getTask() != null) {
            receiver.setTask(endpoint.getTask());
        }
        if (endpoint.getSystemPrompt() != null) {
            receiver.setSystemPrompt(endpoint.getSystemPrompt());
        }
        if (endpoint.getTemperature() != null) {
            receiver.setTemperature(String.valueOf(endpoint.getTemperature()));
        }
        if (endpoint.getMaxTokens() != null) {
            receiver.setMaxTokens(String.valueOf(endpoint.getMaxTokens()));
        }
        if (endpoint.getOutput() != null) {
            receiver.setWhole(true);
            reply.setOutput(endpoint.getOutput());
        }
        balancer.setCamelContext(endpoint.getCamelContext());
        balancer.addProcessor(new LlmProviderProducer(endpoint));
    }

    /** @throws IllegalArgumentException if the policy has no such model or task: the start fails then, and not the first request */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RoutingPolicy policy = receiver.loaded(endpoint.getCamelContext()).policy();
        if (!policy.models().containsKey(endpoint.getModel())) {
            throw new IllegalArgumentException("llm-provider:" + endpoint.getModel() + " names no model of the policy "
                    + policy.source() + ". Allowed: "
                    + String.join(", ", new TreeSet<>(policy.models().keySet()))
                    + ". For tasks and tiers, call direct:llm-route.");
        }
        receiver.checkGiven(policy);
        receiver.readSystemPrompt(endpoint.getCamelContext());
        recording = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newDefaultThreadPool(this, "llm-provider-record");
        ServiceHelper.startService(balancer);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(balancer);
        receiver.stop();
        if (recording != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(recording);
            recording = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (exchange.getProperty(LlmRouterConstants.PROVIDER_CALL) != null) {
            exchange.setException(new IllegalStateException("llm-provider:" + endpoint.getModel()
                    + " is the child of a <loadBalance> of the router, which has chosen a model already:"
                    + " write llm-provider:call there"));
            callback.done(true);
            return true;
        }
        try {
            receiver.process(exchange);
            Router router = LlmRouterContext.of(exchange.getContext()).router();
            Described described =
                    RoutingExchange.of(exchange, Described.class, "received by llm-provider:" + endpoint.getModel());
            ClassifierProcessor.put(exchange, router.named(described));
            decider.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            if (RoutingExchange.stageOrNull(exchange) != null) {
                RoutingExchange.failed(exchange);
            }
            return goOn(exchange, callback, over(exchange));
        }
        AtomicReference<CompletableFuture<Void>> kept = new AtomicReference<>();
        boolean isOver = balancer.process(exchange, doneSync -> {
            answer(exchange);
            CompletableFuture<Void> record = over(exchange);
            if (doneSync) {
                kept.set(record);
            } else {
                record.whenComplete((nothing, never) -> callback.done(false));
            }
        });
        return isOver && goOn(exchange, callback, Objects.requireNonNull(kept.get()));
    }

    private static boolean goOn(Exchange exchange, AsyncCallback callback, CompletableFuture<Void> kept) {
        CallersThread.Step step = CallersThread.until(kept);
        return kept.isDone() ? step.process(callback) : CallersThread.process(exchange, callback, step);
    }

    private void answer(Exchange exchange) {
        if (exchange.getException() != null) {
            return;
        }
        try {
            reply.process(exchange);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
    }

    /** The record is written on a thread of its own; that of a stream when the stream ends. @return what the answer waits for */
    private CompletableFuture<Void> over(Exchange exchange) {
        exchange.removeProperty(LlmRouterConstants.CALL);
        Stage stage = RoutingExchange.stageOrNull(exchange);
        ExecutorService threads = recording;
        // where the route was stopped by force there is no other thread
        return stage == null
                ? CompletableFuture.completedFuture(null)
                : RecordProcessor.whenOver(
                        exchange, stage, exchange.getException(), threads == null ? Runnable::run : threads);
    }
}
