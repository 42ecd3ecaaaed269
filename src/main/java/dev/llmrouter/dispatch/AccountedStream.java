package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Passes a provider's stream on and keeps the accounts: what it used, and how it ended.
 *
 * <p>Where the provider sends no usage, the output is counted by the estimator as it goes by and marked as estimated; so
 * too for a stream that broke off or that the caller left, where a count that the provider had sent by then is the least that
 * it used. The estimate of a whole stream is told to the subscriber as well, before its end: it is what will be booked.
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

        /** What a whole stream used, as the subscriber was told; null before its end. */
        private @Nullable Usage settled;

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
            StreamEvent.UsageUpdate told = null;
            for (StreamEvent event : item.meaning()) {
                told = event instanceof StreamEvent.End ? untold() : told;
                account(event);
            }
            subscriber.onNext(told == null ? item : withUsage(item, told));
        }

        private StreamItem withUsage(StreamItem item, StreamEvent.UsageUpdate told) {
            List<StreamEvent> meaning = new ArrayList<>(item.meaning());
            meaning.add(meaning.indexOf(new StreamEvent.End()), told);
            return new StreamItem(item.event(), item.data(), meaning);
        }

        /** What will be booked for a stream that is whole now, if its provider has not told it; null if it has, or it was told. */
        private synchronized StreamEvent.@Nullable UsageUpdate untold() {
            if (settled != null) {
                return null;
            }
            Usage all = used(usage, usage != null && !usage.estimated());
            settled = all;
            return all.equals(usage) ? null : new StreamEvent.UsageUpdate(all);
        }

        private synchronized void account(StreamEvent event) {
            output.append(event.written());
            if (event instanceof StreamEvent.UsageUpdate update) {
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
            if (output.length() == 0) {
                return;
            }
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
            StreamEvent.UsageUpdate told = untold();
            if (told != null) {
                subscriber.onNext(
                        new StreamItem("", "", List.of(told))); // nobody asked for it: it is the last, and small
            }
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
                boolean isWhole = told != null && !told.estimated() && (failure == null || finished);
                if (failure != null && failure.usage() != null) {
                    told = failure.usage();
                    isWhole = true;
                }
                Usage whole = settled;
                used = (failure == null && whole != null ? whole : used(told, isWhole)).withUnpriced(unpriced);
            }
            ending.ended(used, model, failure);
        }

        /** @param isWhole whether what was told is all that was used */
        private Usage used(@Nullable Usage told, boolean isWhole) {
            Usage least = told == null ? Usage.of(0, 0) : told;
            int asked = least.inputTokens() > 0 ? 0 : inputTokens.getAsInt(); // 0 of a text means not counted
            least = asked == 0 ? least : least.withInput(asked, true);
            return told != null && isWhole && (told.outputTokens() > 0 || isSilent()) ? least : estimate(least);
        }
    }
}
