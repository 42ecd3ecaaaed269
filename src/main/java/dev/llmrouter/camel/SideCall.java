package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.SingleCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of ours beside a request, without a thread that waits. */
final class SideCall {
    private SideCall() {}

    /**
     * What came of it.
     *
     * @param text null if there is none
     * @param attempt null if nobody was called, because the model rests
     */
    record Answer(@Nullable String text, @Nullable Attempt attempt) {}

    /**
     * Asks. Never fails: what goes wrong is an answer without a text.
     *
     * @param caller stops the call when he goes
     * @param requestNanos when the request came in, on the clock of {@link System#nanoTime}
     */
    static CompletableFuture<Answer> ask(
            LlmRouterContext context,
            Candidate model,
            ChatRequest question,
            Duration timeout,
            Cancellation caller,
            long requestNanos) {
        Cancellation cancellation = new Cancellation();
        SingleCall call = SingleCall.begin(
                model, question, context.judges(), System::nanoTime, timeout, cancellation, requestNanos);
        if (call == null) {
            return CompletableFuture.completedFuture(new Answer(null, null));
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        AtomicBoolean over = new AtomicBoolean();
        Runnable hook = caller.onCancel(cancellation::cancel);
        Runnable timer = context.schedule(timeout, () -> {
            if (over.compareAndSet(false, true)) {
                hook.run();
                answer.complete(new Answer(null, call.tooLate()));
                cancellation.cancel();
            }
        });
        context.clientFor(model.provider().protocol(), model.provider().endpoint())
                .call(call.call(), new ProviderClient.Callback() {
                    @Override
                    public void replied(ProviderReply reply) {
                        end(() -> reply instanceof ProviderReply.Whole whole
                                ? new Answer(whole.reply().text(), call.answered(whole.reply()))
                                : new Answer(null, call.tooLate()));
                    }

                    @Override
                    public void failed(ProviderException failure) {
                        end(() -> new Answer(null, call.failed(failure, caller.isCancelled())));
                    }

                    private void end(Supplier<Answer> result) {
                        if (over.compareAndSet(false, true)) {
                            timer.run();
                            hook.run();
                            try {
                                answer.complete(result.get());
                            } catch (RuntimeException e) {
                                answer.completeExceptionally(e);
                            }
                        }
                    }
                });
        return answer;
    }
}
