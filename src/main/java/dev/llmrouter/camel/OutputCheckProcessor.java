package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.decide.Wish;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.route.CompiledPolicy;
import dev.llmrouter.route.Described;
import dev.llmrouter.route.OutputUnusableException;
import dev.llmrouter.route.Stage;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncCallbackToCompletableFutureAdapter;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Checks a text that is in the message by a task's {@code verify}, wherever the text comes from.
 *
 * <p>Its bean is asked as well, with the request of this exchange where that was of the task, else with one that asks nothing. Its
 * {@code samples}, {@code second} and {@code judge} cannot be asked: they take a request, and who answered it. An output that is
 * otherwise usable is then {@code unconfirmed}, which is not {@code passed}.
 *
 * <p>Afterwards the header {@link LlmRouterConstants#VERIFY} is {@code passed}, {@code failed} or {@value #UNCONFIRMED}, and
 * {@link LlmRouterConstants#VERIFY_FAULT} says what is wrong, without quoting the text. A task without {@code verify} passes, as does a
 * message that was not recognised.
 */
public final class OutputCheckProcessor extends PolicyStep implements AsyncProcessor {
    /** Nothing is wrong with the output as far as it was checked, and checks were left out. */
    static final String UNCONFIRMED = "unconfirmed";

    private static final String FAIL = "fail";
    private static final String CONTINUE = "continue";

    private @Nullable String task;
    private String onFailure = CONTINUE;

    /** The task whose check is used; default: the header {@link LlmRouterConstants#TASK}. */
    public void setTask(String task) {
        this.task = task.isBlank() ? null : task;
    }

    /**
     * {@code fail} has an output that is not usable, or not confirmed, fail with an {@link OutputUnusableException}; with {@code continue}, the default,
     * the headers say it alone.
     *
     * @throws IllegalArgumentException for anything else
     */
    public void setOnFailure(String onFailure) {
        String word = onFailure.strip().toLowerCase(Locale.ROOT);
        if (!word.equals(FAIL) && !word.equals(CONTINUE)) {
            throw new IllegalArgumentException("onFailure is '" + onFailure + "'; allowed: fail, continue");
        }
        this.onFailure = word;
    }

    public String getOnFailure() {
        return onFailure;
    }

    /** Says at the start already what cannot be asked, where the step names its task. */
    @Override
    public void start() {
        super.start();
        CamelContext camel = getCamelContext();
        OutputCheck check = camel == null || task == null
                ? null
                : loaded(camel).current().checks().get(task);
        CrossCheck asked = check == null ? null : check.asks();
        if (asked != null && !asked.askingModels().isEmpty()) {
            warn(camel, String.valueOf(task), asked);
        }
    }

    @Override
    Wish given() {
        return new Wish(task, null, null);
    }

    /** As {@link #process(Exchange, AsyncCallback)}; returns when the output is checked. */
    @Override
    public void process(Exchange exchange) {
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext()).process(this, exchange);
    }

    @Override
    public CompletableFuture<Exchange> processAsync(Exchange exchange) {
        AsyncCallbackToCompletableFutureAdapter<Exchange> over =
                new AsyncCallbackToCompletableFutureAdapter<>(exchange);
        process(exchange, over);
        return over.getFuture();
    }

    /**
     * The exchange fails with an {@link IllegalArgumentException} if no task is named, or the policy has no such task; with an
     * {@link OutputUnusableException} if the output is not usable, or not confirmed, and that is to fail.
     */
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        AtomicBoolean left = new AtomicBoolean();
        return CallersThread.process(
                exchange, callback, checked -> check(exchange, left::get, checked), () -> left.set(true));
    }

    /** @param hasLeft whether nobody waits any more: the exchange is somebody else's then */
    private boolean check(Exchange exchange, BooleanSupplier hasLeft, AsyncCallback checked) {
        CompletableFuture<Finding> finding;
        try {
            finding = finding(exchange);
        } catch (RuntimeException e) {
            exchange.setException(e);
            checked.done(true);
            return true;
        }
        boolean isKnown = finding.isDone();
        CompletableFuture<?> unused = finding.whenComplete((found, failure) -> {
            if (!hasLeft.getAsBoolean() && failure == null) {
                tell(exchange, found);
            } else if (!hasLeft.getAsBoolean()) {
                exchange.setException(failure);
            }
            checked.done(isKnown);
        });
        return isKnown;
    }

    /** What came of it. @param fault null if the output passed */
    private record Finding(String verify, @Nullable String fault) {
        static final Finding PASSED = new Finding(VerifyState.PASSED.key(), null);

        static Finding failed(String task, String fault) {
            return new Finding(VerifyState.FAILED.key(), "Task '" + task + "': " + fault);
        }
    }

    private CompletableFuture<Finding> finding(Exchange exchange) {
        Message message = exchange.getMessage();
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        String named = task != null ? task : message.getHeader(LlmRouterConstants.TASK, String.class);
        if (task == null && DecisionHeaders.UNCLASSIFIED.equals(named)) {
            // nobody has said what a usable output of it is
            return CompletableFuture.completedFuture(Finding.PASSED);
        }
        if (named == null || policy.policy().task(named).isEmpty()) {
            throw new IllegalArgumentException((named == null
                            ? "No task says how to check the output: set the parameter 'task' or the header "
                                    + LlmRouterConstants.TASK + "."
                            : "Task '" + named + "' is not in the policy.")
                    + " Tasks: "
                    + String.join(", ", policy.policy().tasks().keySet()));
        }
        OutputCheck check = policy.checks().get(named);
        if (check == null) {
            return CompletableFuture.completedFuture(Finding.PASSED);
        }
        RequestBody.keep(exchange);
        String body = message.getBody(String.class);
        RequestBody.rewind(exchange);
        String output = body == null ? "" : body;
        String fault = check.fault(output);
        if (fault != null) {
            return CompletableFuture.completedFuture(Finding.failed(named, fault));
        }
        CrossCheck asked = check.asks();
        return asked == null
                ? CompletableFuture.completedFuture(Finding.PASSED)
                : bean(exchange, named, asked, output)
                        .thenApply(said ->
                                said.isEmpty() ? confirmed(exchange, named, asked) : Finding.failed(named, said));
    }

    private static CompletableFuture<String> bean(Exchange exchange, String task, CrossCheck asked, String output) {
        if (asked.bean() == null) {
            return CompletableFuture.completedFuture("");
        }
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        return BeanVerifier.fault(
                exchange.getContext(), context, asked.bean(), request(exchange, task), output, asked.timeout());
    }

    /** What was asked in this exchange, if it was of the task. */
    private static ChatRequest request(Exchange exchange, String task) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        Described described = stage == null ? null : stage.described();
        Classification known = stage == null ? null : stage.classification();
        return described != null && known != null && task.equals(known.task())
                ? described.request()
                : ChatRequest.ofNothing();
    }

    private static Finding confirmed(Exchange exchange, String task, CrossCheck asked) {
        if (asked.askingModels().isEmpty()) {
            return Finding.PASSED;
        }
        warn(exchange.getContext(), task, asked);
        return new Finding(UNCONFIRMED, "Task '" + task + "': the output is not confirmed, because " + leftOut(asked));
    }

    private static String leftOut(CrossCheck asked) {
        return String.join(", ", asked.askingModels())
                + " of its verify can be asked only where a model answers, as in llm-route-action.";
    }

    private static void warn(CamelContext camel, String task, CrossCheck asked) {
        LlmRouterContext.of(camel)
                .notices()
                .once("llm-verify-action confirms no output of task '" + task + "', because " + leftOut(asked)
                        + " Name a task without them, or take onFailure=continue and look at the header "
                        + LlmRouterConstants.VERIFY + ", which is " + UNCONFIRMED + ".");
    }

    private void tell(Exchange exchange, Finding found) {
        Message message = exchange.getMessage();
        message.setHeader(LlmRouterConstants.VERIFY, found.verify());
        if (found.fault() == null) {
            message.removeHeader(LlmRouterConstants.VERIFY_FAULT);
            return;
        }
        message.setHeader(LlmRouterConstants.VERIFY_FAULT, found.fault());
        if (onFailure.equals(FAIL)) {
            exchange.setException(new OutputUnusableException(found.fault()));
        }
    }
}
