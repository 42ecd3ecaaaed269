package dev.llmrouter.policy.load;

import java.math.BigDecimal;

/** What a number may be; the same object checks and words the message. */
record Bounds(BigDecimal from, boolean fromIncluded, BigDecimal to) {
    /** {@code from} and {@code to} included. */
    static Bounds of(long from, long to) {
        return new Bounds(BigDecimal.valueOf(from), true, BigDecimal.valueOf(to));
    }

    /** {@code from} left out, {@code to} included. */
    static Bounds above(long from, long to) {
        return new Bounds(BigDecimal.valueOf(from), false, BigDecimal.valueOf(to));
    }

    boolean allow(BigDecimal number) {
        int low = number.compareTo(from);
        return (fromIncluded ? low >= 0 : low > 0) && number.compareTo(to) <= 0;
    }

    /** As in "allowed: above 0 to 1". */
    String describe() {
        return (fromIncluded ? "" : "above ") + grouped(from) + " to " + grouped(to);
    }

    private static String grouped(BigDecimal number) {
        return "%,d".formatted(number.longValue());
    }
}
