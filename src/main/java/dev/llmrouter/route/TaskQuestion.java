package dev.llmrouter.route;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.classify.learned.PromptText;
import dev.llmrouter.classify.llm.TaskAnswer;
import dev.llmrouter.classify.llm.TaskMemory;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.SingleCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What task a request is, asked of the classifying model. However it ends, the request goes on: what is not answered in
 * time, rightly and surely enough is not recognised.
 *
 * <p>If {@link #call} is not null it is to be made, and its end told once, by one of {@link #answered}, {@link #failed} and
 * {@link #tooLate}; otherwise {@link #settled} has the result. Not safe for use by many threads at once.
 */
public final class TaskQuestion {
    private final Classified before;
    private final TaskModel model;
    private final Cancellation caller;
    private final Cancellation own = new Cancellation();
    private final String key;
    private final @Nullable SingleCall single;
    private @Nullable Classified settled;

    private TaskQuestion(Classified before, TaskModel model, Cancellation caller, LongSupplier nanoTime) {
        this.before = before;
        this.model = model;
        this.caller = caller;
        String excerpt =
                model.prompt().excerpt(PromptText.of(before.described().input().request()));
        this.key = TaskMemory.key(before.received().policy().policy().hash(), model.prompt(), excerpt);
        this.single = begin(excerpt, nanoTime);
    }

    /**
     * @param nanoTime the clock of the model's health
     * @return null if there is nothing to ask: the task is known, no task is needed, or no model is there to be asked
     */
    static @Nullable TaskQuestion of(Classified classified, Cancellation caller, LongSupplier nanoTime) {
        TaskModel model = classified.received().policy().taskModel();
        return model != null && isOpen(classified) ? new TaskQuestion(classified, model, caller, nanoTime) : null;
    }

    /** Whether a model is to be asked for the task. A request whose tier or model the caller names needs none. */
    static boolean isOpen(Classified classified) {
        Received received = classified.received();
        if (classified.classification().task() != null
                || received.policy().taskModel() == null
                || classified.described().request().isEmbeddings()) {
            return false;
        }
        boolean limitedToTasks =
                received.key() != null && !received.key().tasks().isEmpty();
        boolean named = classified.described().wish().model() != null
                || classified.described().wish().tier() != null;
        return (limitedToTasks || !named)
                && !PromptText.of(classified.described().input().request()).isBlank();
    }

    private @Nullable SingleCall begin(String excerpt, LongSupplier nanoTime) {
        TaskAnswer remembered = model.surroundings().memory().get(key);
        if (remembered != null) {
            settled = of(remembered, "remembered", null);
            return null;
        }
        if (model.steering().isIn(excerpt)) {
            settled = unknown("not asked: the text says how it is to be sorted", null);
            return null;
        }
        if (before.received()
                .policy()
                .decider()
                .health()
                .unavailable(model.member())
                .isPresent()) {
            settled = unknown("not asked: the model is resting", null);
            return null;
        }
        SingleCall begun = SingleCall.begin(
                model.candidate(),
                model.prompt().question(excerpt, model.surroundings().markers()),
                model.surroundings().health(),
                nanoTime,
                model.timeout(),
                own,
                before.received().startNanos());
        if (begun == null) {
            settled = unknown("not asked: its circuit breaker is open", null);
        }
        return begun;
    }

    /** The call to make; null if none is needed. */
    public @Nullable ProviderCall call() {
        return single == null ? null : single.call();
    }

    /** How long to wait for the answer at most. */
    public Duration timeout() {
        return model.timeout();
    }

    /** The result where no call is made; null where one is. */
    public @Nullable Classified settled() {
        return settled;
    }

    /** Stops the call when the caller goes away. @return to be run when the call is over */
    public Runnable stopWithCaller() {
        return caller.onCancel(own::cancel);
    }

    private SingleCall made() {
        if (single == null) {
            throw new IllegalStateException("no call was made");
        }
        return single;
    }

    /** The model has answered. */
    public Classified answered(ChatReply reply) {
        ChatRequest asked = made().call().request();
        Usage counted = reply.usage();
        Usage usage = counted != null
                ? counted
                : new Usage(
                        TokenEstimator.estimate(
                                asked.messages().stream().map(ChatMessage::text).reduce("", String::concat)),
                        0,
                        0,
                        TokenEstimator.estimate(reply.text()),
                        0,
                        true);
        Attempt attempt = made().answered(usage);
        Optional<TaskAnswer> answer =
                TaskAnswer.parse(reply.text(), model.prompt().tasks());
        if (answer.isEmpty()) {
            return unknown("its answer is not one of the tasks", attempt);
        }
        model.surroundings().memory().put(key, answer.get());
        return of(answer.get(), "asked", attempt);
    }

    /** The call has failed. */
    public Classified failed(ProviderException failure) {
        Attempt attempt = made().failed(failure, caller.isCancelled());
        return unknown("failed with " + attempt.outcome().key(), attempt);
    }

    /** There is no answer in time. Stops the call. */
    public Classified tooLate() {
        Attempt attempt = made().tooLate();
        own.cancel();
        return unknown("no answer within " + model.timeout().toMillis() + " ms", attempt);
    }

    private Classified of(TaskAnswer answer, String how, @Nullable Attempt attempt) {
        String task = answer.task();
        double least = before.received().policy().policy().classifier().minConfidence();
        if (task == null) {
            return unknown(how + ", none of the tasks", attempt);
        }
        if (answer.confidence() < least) {
            return unknown(how + ", " + task + " with confidence " + answer.confidence() + ", below " + least, attempt);
        }
        return new Classified(
                before.described(),
                new Classification(
                        task,
                        answer.confidence(),
                        Classification.Source.LLM,
                        null,
                        List.of("llm: " + how + ", " + task)),
                attempt);
    }

    private Classified unknown(String why, @Nullable Attempt attempt) {
        return new Classified(
                before.described(),
                new Classification(null, 0, Classification.Source.DEFAULT, null, List.of("llm: " + why)),
                attempt);
    }
}
