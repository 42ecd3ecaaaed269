package dev.llmrouter.evaluate.live;

import dev.llmrouter.chat.ChatRequest;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks one model one question. Implementations are safe for use by many threads; each call may block. */
@FunctionalInterface
public interface ModelCaller {
    /**
     * Makes exactly one attempt.
     *
     * @param model as the policy calls it
     * @throws CallFailedException if there is no answer; it says what that means for the next one
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Answer call(String model, ChatRequest request) throws CallFailedException, InterruptedException;

    /**
     * What came back.
     *
     * @param inputTokens as the provider counted; 0 where it did not
     * @param usd what it cost; null if tokens or price are unknown
     * @param isCut whether the limit of output tokens ended it
     * @param isMadeUp whether a simulator behind the provider's address says that it made it up
     */
    record Answer(
            String text,
            long inputTokens,
            long outputTokens,
            @Nullable BigDecimal usd,
            boolean isCut,
            boolean isMadeUp) {
        /** One of which nobody says that it is made up. */
        public Answer(String text, long inputTokens, long outputTokens, @Nullable BigDecimal usd, boolean isCut) {
            this(text, inputTokens, outputTokens, usd, isCut, false);
        }
    }

    /** No answer. The message names model and provider, and holds neither prompt text nor keys. */
    final class CallFailedException extends Exception {
        private static final long serialVersionUID = 1;
        private final Meaning meaning;
        private final @Nullable Duration retryAfter;
        private final @Nullable BigDecimal usd;

        /** @param retryAfter how long the provider asks to wait; null if it does not say */
        public CallFailedException(
                Meaning meaning, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
            this(meaning, message, retryAfter, cause, null);
        }

        /** @param usd what the answer that failed cost, by what the provider counted; null if it did not count, or there is no price */
        public CallFailedException(
                Meaning meaning,
                String message,
                @Nullable Duration retryAfter,
                @Nullable Throwable cause,
                @Nullable BigDecimal usd) {
            super(message, cause);
            this.meaning = meaning;
            this.retryAfter = retryAfter;
            this.usd = usd;
        }

        /** What the answer that failed cost; null if nobody knows. */
        public @Nullable BigDecimal usd() {
            return usd;
        }

        public Meaning meaning() {
            return meaning;
        }

        public @Nullable Duration retryAfter() {
            return retryAfter;
        }
    }

    /** What a failure means. */
    enum Meaning {
        /** Nothing was billed, and waiting helps: rate limit, overload, no connection. */
        LATER,
        /** Nothing was billed; this question gets no answer from this model. */
        REFUSED,
        /** Nothing was billed, and no other question will fare better: key, credit, unknown model. */
        HOPELESS,
        /** The provider may have worked and billed: the answer was lost on its way. */
        MAYBE_BILLED
    }
}
