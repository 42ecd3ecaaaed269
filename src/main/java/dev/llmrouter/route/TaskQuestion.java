package dev.llmrouter.route;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.learned.PromptText;
import dev.llmrouter.classify.llm.TaskAnswer;
import dev.llmrouter.classify.llm.TaskMemory;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.SingleCall;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Confidence;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What task a request is, asked of the classifying model. */
public final class TaskQuestion implements ClassifierQuestion {
    private final Classified before;
    private final TaskModel model;
    private final Cancellation caller;
    private final Cancellation own = new Cancellation();
    private final String key;
    private final @Nullable SingleCall single;
    private @Nullable Classified settled;
    private @Nullable TaskAnswer answer;

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

    /** Whether a model is to be asked for the task. */
    static boolean isOpen(Classified classified) {
        return classified.received().policy().taskModel() != null && classified.needsTask();
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

    @Override
    public @Nullable ProviderCall call() {
        return single == null ? null : single.call();
    }

    @Override
    public Duration timeout() {
        return model.timeout();
    }

    @Override
    public @Nullable Classified settled() {
        return settled;
    }

    @Override
    public Runnable stopWithCaller() {
        return caller.onCancel(own::cancel);
    }

    private SingleCall made() {
        if (single == null) {
            throw new IllegalStateException("no call was made");
        }
        return single;
    }

    @Override
    public Classified answered(ChatReply reply) {
        Attempt attempt = made().answered(reply);
        Optional<TaskAnswer> read = model.prompt().read(reply);
        if (read.isEmpty()) {
            return unknown("its answer is not one of the tasks", attempt);
        }
        model.surroundings().memory().put(key, read.get());
        return of(read.get(), "asked", attempt);
    }

    @Override
    public Classified failed(ProviderException failure) {
        Attempt attempt = made().failed(failure, caller.isCancelled());
        return unknown("failed with " + attempt.outcome().key(), attempt);
    }

    @Override
    public Classified tooLate() {
        Attempt attempt = made().tooLate();
        own.cancel();
        return unknown("no answer within " + model.timeout().toMillis() + " ms", attempt);
    }

    /** What the model said or has said before, whether it is acted on or not; null if nothing that counts. */
    public @Nullable TaskAnswer answer() {
        return answer;
    }

    private Classified of(TaskAnswer answer, String how, @Nullable Attempt attempt) {
        this.answer = answer;
        String task = answer.task();
        double least = before.received().policy().policy().classifier().minConfidence(ClassifierSettings.Step.LLM);
        if (task == null) {
            return unknown(how + ", none of the tasks", attempt);
        }
        if (answer.confidence() < least) {
            return unknown(how + ", " + task + sure(answer) + ", below " + least, attempt);
        }
        return before.asked(
                task,
                answer.confidence(),
                Classification.Source.LLM,
                "llm: " + how + ", " + task + sure(answer),
                attempt);
    }

    private String sure(TaskAnswer answer) {
        String from = answer.from() == Confidence.LOGPROBS
                ? "from the probabilities of its tokens"
                : model.prompt().wantsLogprobs()
                        ? "as it states, no usable probabilities of tokens came"
                        : "as it states";
        return String.format(Locale.ROOT, " with confidence %.3f %s", answer.confidence(), from);
    }

    private Classified unknown(String why, @Nullable Attempt attempt) {
        return before.asked(null, 0, Classification.Source.DEFAULT, "llm: " + why, attempt);
    }
}
