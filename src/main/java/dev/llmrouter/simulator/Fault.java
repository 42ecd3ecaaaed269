package dev.llmrouter.simulator;

import dev.llmrouter.chat.ChatError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one answer. {@code afterTokens} counts the output tokens that are delivered before it happens; an
 * answer that is not streamed has none to deliver, so there the fault strikes at once.
 */
public sealed interface Fault {
    /** Nothing goes wrong: a place in a script. */
    record None() implements Fault {}

    /**
     * The provider answers with an error.
     *
     * @param error written as each provider writes it; {@code retryAfter} becomes the header or the body's RetryInfo
     */
    record Status(ChatError error) implements Fault {}

    /** Nothing is answered until the caller gives up. */
    record Hang() implements Fault {}

    /** The connection is reset before anything is answered. */
    record Reset() implements Fault {}

    /** The first token comes so much later; a stream's headers come in time. */
    record SlowFirstToken(Duration delay) implements Fault {}

    /** The connection is closed in the middle of the answer. */
    record Cut(int afterTokens) implements Fault {}

    /** Nothing comes for a while, and then the rest. */
    record Stall(int afterTokens, Duration pause) implements Fault {}

    /** An event of a stream is no JSON, and the stream goes on; an answer that is not streamed is no JSON. */
    record MalformedChunk(int afterTokens) implements Fault {}

    /** The stream ends after its last token without finish reason or terminator. */
    record NoTerminator() implements Fault {}

    /** The stream ends well but for the very last mark ({@code [DONE]}, {@code message_stop}). */
    record NoDone() implements Fault {}

    /** The provider reports an error inside a stream that it began with 200. */
    record ErrorEvent(int afterTokens, ChatError error) implements Fault {}

    /** 200 with an HTML page, as proxies and captive portals send it. */
    record Html() implements Fault {}

    /** 307 to another place. */
    record Redirect(String location) implements Fault {}

    /** The JSON of the answer ends in the middle, with a content length that agrees. */
    record TruncatedJson() implements Fault {}

    /** More is announced by content length than is sent. */
    record WrongContentLength() implements Fault {}

    static Fault none() {
        return new None();
    }

    /** 429 that tells how long to wait. @param retryAfter null for a 429 that does not say */
    static Fault rateLimit(@Nullable Duration retryAfter) {
        return new Status(new ChatError(
                ChatError.Kind.RATE_LIMIT,
                429,
                "Rate limit reached. Please try again later. (simulated)",
                "rate_limit_exceeded",
                null,
                retryAfter));
    }

    /** 429 that no waiting helps against. */
    static Fault quotaUsedUp() {
        return new Status(new ChatError(
                ChatError.Kind.QUOTA,
                429,
                "You exceeded your current quota, please check your plan and billing details. (simulated)",
                "insufficient_quota",
                null,
                null));
    }

    /** The input does not fit. */
    static Fault contextLength(int context, int tokens) {
        return new Status(new ChatError(
                ChatError.Kind.CONTEXT_LENGTH,
                400,
                "This model's maximum context length is " + context + " tokens. However, your messages resulted in "
                        + tokens + " tokens. Please reduce the length of the messages.",
                "context_length_exceeded",
                "messages",
                null));
    }

    /** The provider's filter refuses the prompt. */
    static Fault contentFilter() {
        return new Status(new ChatError(
                ChatError.Kind.CONTENT_FILTER,
                400,
                "The request was refused by the content filter. (simulated)",
                "content_policy_violation",
                null,
                null));
    }

    /** An error by its status alone. @param status 400 to 599 */
    static Fault status(int status) {
        return status == 429 ? rateLimit(null) : new Status(SimulatedErrors.of(status));
    }

    /** An overload that is reported inside a stream. */
    static Fault overloadedInStream(int afterTokens) {
        return new ErrorEvent(afterTokens, SimulatedErrors.of(529));
    }

    /**
     * The fault by its name in a policy.
     *
     * @param name a status (400 to 599), or one of hang, reset, cut, stall, malformed, html
     * @param retryAfter what a 429 says
     * @throws IllegalArgumentException if there is no such fault
     */
    static Fault named(String name, Duration retryAfter) {
        return FaultNames.named(name, retryAfter);
    }
}
