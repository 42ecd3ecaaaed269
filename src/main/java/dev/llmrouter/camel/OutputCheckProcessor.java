package dev.llmrouter.camel;

import dev.llmrouter.decide.Wish;
import dev.llmrouter.dispatch.OutputCheck;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.route.CompiledPolicy;
import dev.llmrouter.route.OutputUnusableException;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Checks a text that is in the message by a task's {@code verify}, wherever the text comes from.
 *
 * <p>Afterwards the header {@link LlmRouterConstants#VERIFY} is {@code passed} or {@code failed}, and
 * {@link LlmRouterConstants#VERIFY_FAULT} says what is wrong, without quoting the text. A task without {@code verify} passes, as does a
 * message that was not recognised.
 */
public final class OutputCheckProcessor extends PolicyStep {
    private static final String FAIL = "fail";
    private static final String CONTINUE = "continue";

    private @Nullable String task;
    private String onFailure = CONTINUE;

    /** The task whose check is used; default: the header {@link LlmRouterConstants#TASK}. */
    public void setTask(String task) {
        this.task = task.isBlank() ? null : task;
    }

    /**
     * {@code fail} has an output that is not usable fail with an {@link OutputUnusableException}; with {@code continue}, the default,
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

    @Override
    Wish given() {
        return new Wish(task, null, null);
    }

    /**
     * @throws IllegalArgumentException if no task is named, or the policy has no such task
     * @throws OutputUnusableException if the output is not usable and that is to fail
     */
    @Override
    public void process(Exchange exchange) throws OutputUnusableException {
        Message message = exchange.getMessage();
        CompiledPolicy policy = loaded(exchange.getContext()).current();
        String named = task != null ? task : message.getHeader(LlmRouterConstants.TASK, String.class);
        if (task == null
                && DecisionHeaders.UNCLASSIFIED.equals(named)) { // nobody has said what a usable output of it is
            message.setHeader(LlmRouterConstants.VERIFY, VerifyState.PASSED.key());
            message.removeHeader(LlmRouterConstants.VERIFY_FAULT);
            return;
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
        String text = message.getBody(String.class);
        String fault = check == null ? null : check.fault(text == null ? "" : text);
        message.setHeader(LlmRouterConstants.VERIFY, (fault == null ? VerifyState.PASSED : VerifyState.FAILED).key());
        if (fault == null) {
            message.removeHeader(LlmRouterConstants.VERIFY_FAULT);
        } else {
            String what = "Task '" + named + "': " + fault;
            message.setHeader(LlmRouterConstants.VERIFY_FAULT, what);
            if (onFailure.equals(FAIL)) {
                throw new OutputUnusableException(what);
            }
        }
    }
}
