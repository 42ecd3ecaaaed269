package dev.llmrouter.simulator;

import java.time.Duration;

/** Faults as policies and commands name them. */
final class FaultNames {
    /** Marks a fault that strikes in the middle of the answer, wherever that is. */
    static final int MIDDLE = -1;

    private static final Duration LONG = Duration.ofMinutes(10);

    private FaultNames() {}

    static Fault named(String name, Duration retryAfter) {
        return switch (name) {
            case "hang" -> new Fault.Hang();
            case "reset" -> new Fault.Reset();
            case "cut" -> new Fault.Cut(MIDDLE);
            case "stall" -> new Fault.Stall(MIDDLE, LONG);
            case "malformed" -> new Fault.MalformedChunk(MIDDLE);
            case "html" -> new Fault.Html();
            case "429" -> Fault.rateLimit(retryAfter);
            default -> status(name);
        };
    }

    private static Fault status(String name) {
        if (name.length() == 3 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int status = Integer.parseInt(name);
            if (status >= 400 && status <= 599) {
                return Fault.status(status);
            }
        }
        throw new IllegalArgumentException(
                "'" + name
                        + "' is no fault of the simulator; allowed: a status from 400 to 599, hang, reset, cut, stall, malformed, html.");
    }

    /** The token after which a fault strikes in an answer of {@code tokens} tokens. */
    static int position(int afterTokens, int tokens) {
        return Math.min(tokens, afterTokens == MIDDLE ? tokens / 2 : Math.max(0, afterTokens));
    }
}
