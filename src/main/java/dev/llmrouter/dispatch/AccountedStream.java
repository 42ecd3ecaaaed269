package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import java.util.concurrent.Flow;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Passes a provider's stream on and keeps the accounts: what it used, and how it ended.
 *
 * <p>Where the provider sends no usage, the output is counted by the estimator as it goes by and marked as estimated; so
 * too for a stream that broke off or that the caller left, where a count that the provider had sent by then is the least that
 * it used.
 */
public final class AccountedStream implements Flow.Publisher<StreamItem> {
    /** Characters that are kept before their tokens are counted and they are let go. */
    private static final int COUNTED_AT_ONCE = 1 << 16;

    private final Flow.Publisher<StreamItem> source;
    private final IntSupplier inputTokens;
    private final ToIntFunction<String> estimator;
    private final Ending ending;

    /** Takes the end of the stream. */
    @FunctionalInterface
    public interface Ending {
        /**
         * @param model as the provider names it; null if it does not
         * @param failure null if the stream is complete
         */
        void ended(@Nullable Usage usage, @Nullable String model, @Nullable ProviderException failure);
    }

    /**
     * @param inputTokens estimate of the input; asked for only where the provider did not count
     * @param estimator counts the tokens of a text
     */
    public AccountedStream(
            Flow.Publisher<StreamItem> source,
            IntSupplier inputTokens,
            ToIntFunction<String> estimator,
            Ending ending) {
        this.source = source;
        this.inputTokens = inputTokens;
        this.estimator = estimator;
        this.ending = ending;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super StreamItem> subscriber) {
        source.subscribe(new Tap(subscriber));
    }

    private final class Tap implements Flow.Subscriber<StreamItem>, Flow.Subscription {
        private final Flow.Subscriber<? super StreamItem> subscriber;
        /** What is not counted yet of what the model wrote; never more than a few kB beyond {@link #COUNTED_AT_ONCE}. */
        private final StringBuilder output = new StringBuilder();

        private long counted;
        private Flow.@Nullable Subscription upstream;
        private @Nullable Usage usage;
        private @Nullable String model;
        private @Nullable String unpriced;
        private boolean finished;
        private boolean over;

        Tap(Flow.Subscriber<? super StreamItem> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void onNext(StreamItem item) {
            for (StreamEvent event : item.meaning()) {
                account(event);
            }
            subscriber.onNext(item);
        }

        private synchronized void account(StreamEvent event) {
            if (event instanceof StreamEvent.TextDelta text) {
                output.append(text.text());
            } else if (event instanceof StreamEvent.ReasoningDelta reasoning) {
                output.append(reasoning.text());
            } else if (event instanceof StreamEvent.RefusalDelta refusal) {
                output.append(refusal.text());
            } else if (event instanceof StreamEvent.ToolCallDelta call) {
                output.append(call.arguments());
            } else if (event instanceof StreamEvent.UsageUpdate update) {
                usage = update.usage();
            } else if (event instanceof StreamEvent.Start start) {
                model = start.model();
                usage = start.usage() == null ? usage : start.usage().asEstimate();
            } else if (event instanceof StreamEvent.NotPriced cause) {
                unpriced = unpriced == null ? cause.why() : unpriced;
            } else if (event instanceof StreamEvent.Finish || event instanceof StreamEvent.End) {
                finished = true;
            }
            if (output.length() >= COUNTED_AT_ONCE) {
                count();
            }
        }

        private void count() {
            counted += estimator.applyAsInt(output.toString());
            output.setLength(0);
        }

        @Override
        public void onError(Throwable failure) {
            end(
                    failure instanceof ProviderException known
                            ? known
                            : new ProviderException(
                                    ProviderException.Fault.RESET,
                                    ChatError.of(ChatError.Kind.SERVER, 502, "The provider's stream failed."),
                                    "the provider's stream failed",
                                    failure));
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
            end(null);
            subscriber.onComplete();
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
                upstream.request(n);
            }
        }

        @Override
        public void cancel() {
            if (upstream != null) {
                upstream.cancel();
            }
            end(
                    finished
                            ? null
                            : new ProviderException(
                                    ProviderException.Fault.CANCELLED,
                                    ChatError.of(ChatError.Kind.TIMEOUT, 499, "The caller went away."),
                                    "the caller went away"));
        }

        /** @param least what the provider has counted so far */
        private Usage estimate(Usage least) {
            count();
            return least.withOutput(Math.max(least.outputTokens(), counted), least.reasoningTokens(), true);
        }

        private boolean isSilent() {
            return counted == 0 && output.length() == 0;
        }

        private void end(@Nullable ProviderException failure) {
            Usage used;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                Usage told = usage;
                boolean whole = told != null && !told.estimated() && (failure == null || finished);
                if (failure != null && failure.usage() != null) {
                    told = failure.usage();
                    whole = true;
                }
                used = (told != null && whole && (told.outputTokens() > 0 || isSilent())
                                ? told
                                : estimate(told == null ? Usage.of(inputTokens.getAsInt(), 0) : told))
                        .withUnpriced(unpriced);
            }
            ending.ended(used, model, failure);
        }
    }
}
