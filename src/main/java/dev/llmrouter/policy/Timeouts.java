package dev.llmrouter.policy;

import java.time.Duration;

/**
 * How long each part of one attempt at a provider may take. All positive.
 *
 * @param connect until the connection stands; default 2 s
 * @param headers from the request sent to the response's status line; default 60 s
 * @param firstToken from the request sent to the first content of a stream; default 15 s
 * @param idle between two reads of a body or stream; default 20 s
 */
public record Timeouts(Duration connect, Duration headers, Duration firstToken, Duration idle) {
    public static Timeouts ofDefaults() {
        return new Timeouts(
                Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(20));
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
                headers.equals(defaults.headers()) ? Duration.ofSeconds(600) : headers,
                firstToken.equals(defaults.firstToken()) ? Duration.ofSeconds(600) : firstToken,
                idle.equals(defaults.idle()) ? Duration.ofSeconds(300) : idle);
    }
}
