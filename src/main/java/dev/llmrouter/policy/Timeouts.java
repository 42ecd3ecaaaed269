package dev.llmrouter.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long each part of one attempt at a provider may take. All positive.
 *
 * @param connect until the connection stands; default 2 s
 * @param headers from the request sent to the response's status line, where the answer is streamed; default 60 s
 * @param firstToken from the request sent to the first content of a stream; default 15 s
 * @param idle between two reads of a body or stream; default 20 s
 * @param whole from the request sent to the status line of an answer that is not streamed, which providers send when all of
 *     it is made: {@code headers} where the policy gives that; null for the time that the output needs
 */
public record Timeouts(
        Duration connect,
        Duration headers,
        Duration firstToken,
        Duration idle,
        @Nullable Duration whole) {
    private static final Duration OFFICIAL = Duration.ofSeconds(600);

    /** Time for a whole answer of unstated length: within it and a failover, a caller has an answer in 100 s. */
    private static final Duration UNSTATED = Duration.ofSeconds(90);

    /** Slowest output that is waited for, in tokens an hour: what the official Anthropic client reckons with. */
    private static final long TOKENS_AN_HOUR = 128_000;

    /** With {@code headers} for whole answers too. */
    public Timeouts(Duration connect, Duration headers, Duration firstToken, Duration idle) {
        this(connect, headers, firstToken, idle, headers);
    }

    public static Timeouts ofDefaults() {
        return new Timeouts(
                Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(20), null);
    }

    /**
     * From the request sent to the status line of its answer. A whole answer without a limit of the policy's has 90 s, or longer
     * where the request allows more than 3,200 tokens of output: an hour for 128,000, at most 600 s. Sources: the official
     * Anthropic client reckons so whether an answer may come whole; the OpenAI one waits 600 s.
     *
     * @param stream whether a stream was asked for
     * @param maxOutput tokens that the request allows; null if it does not say
     */
    public Duration headers(boolean stream, @Nullable Integer maxOutput) {
        if (stream) {
            return headers;
        }
        if (whole != null) {
            return whole;
        }
        Duration needed = Duration.ofSeconds(maxOutput == null ? 0 : maxOutput * 3_600L / TOKENS_AN_HOUR);
        Duration bounded = needed.compareTo(OFFICIAL) < 0 ? needed : OFFICIAL;
        return bounded.compareTo(UNSTATED) < 0 ? UNSTATED : bounded;
    }

    /**
     * These limits for a model that reasons before it answers: headers and first token within 600 s, at most 300 s between
     * two reads. A limit that differs from its default is kept. Source: the official OpenAI and Anthropic clients wait 600 s
     * for an answer; the idle time is an assumption.
     */
    public Timeouts forReasoning() {
        Timeouts defaults = ofDefaults();
        return new Timeouts(
                connect,
                headers.equals(defaults.headers()) ? OFFICIAL : headers,
                firstToken.equals(defaults.firstToken()) ? OFFICIAL : firstToken,
                idle.equals(defaults.idle()) ? Duration.ofSeconds(300) : idle,
                whole == null || whole.equals(defaults.headers()) ? OFFICIAL : whole);
    }
}
