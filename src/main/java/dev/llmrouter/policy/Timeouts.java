package dev.llmrouter.policy;

import java.time.Duration;

/**
 * How long each part of one attempt at a provider may take. All positive.
 *
 * @param connect until the connection stands; default 2 s
 * @param headers from the request sent to the response's status line, where the answer is streamed; default 60 s
 * @param firstToken from the request sent to the first content of a stream; default 15 s
 * @param idle between two reads of a body or stream; default 20 s
 * @param whole from the request sent to the status line of an answer that is not streamed, which providers send when all of
 *     it is made: {@code headers} where the policy gives that, else 600 s, as the official OpenAI client waits
 */
public record Timeouts(Duration connect, Duration headers, Duration firstToken, Duration idle, Duration whole) {
    private static final Duration OFFICIAL = Duration.ofSeconds(600);

    /** With {@code headers} for whole answers too. */
    public Timeouts(Duration connect, Duration headers, Duration firstToken, Duration idle) {
        this(connect, headers, firstToken, idle, headers);
    }

    public static Timeouts ofDefaults() {
        return new Timeouts(
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                Duration.ofSeconds(20),
                OFFICIAL);
    }

    /** From the request sent to the status line of its answer. @param stream whether a stream was asked for */
    public Duration headers(boolean stream) {
        return stream ? headers : whole;
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
                whole.equals(defaults.headers()) ? OFFICIAL : whole);
    }
}
