package dev.llmrouter.audit;

import dev.llmrouter.record.ledger.LatencyBins;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says within which time a share of the answers was there: as the class of times in which it lies, since where in the class is
 * not known. Stateless.
 */
public final class LatencyText {
    /** Stands for a time that is not known, or is of too few answers. */
    public static final String UNKNOWN = "-";

    private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);

    private LatencyText() {}

    /**
     * In seconds, without the unit: {@code 0.94-1.8}, {@code under 0.020}, {@code over 160}, or {@link #UNKNOWN}.
     *
     * @param latency null if not known of all answers
     * @param share above 0, up to 1
     */
    public static String seconds(@Nullable LatencyBins latency, double share) {
        LatencyBins.Span span = span(latency, share);
        return span == null ? UNKNOWN : words(span, LatencyText::seconds);
    }

    /** The same in ms: {@code 941-1,788}, {@code under 20}, {@code over 159,800}, or {@link #UNKNOWN}. */
    public static String millis(@Nullable LatencyBins latency, double share) {
        LatencyBins.Span span = span(latency, share);
        return span == null ? UNKNOWN : words(span, millis -> String.format(Locale.ROOT, "%,d", millis));
    }

    /** Why there is no time, where {@link #seconds} and {@link #millis} have none. */
    public static String why(@Nullable LatencyBins latency) {
        return latency == null
                ? "not known: a part of it is of before the ledger counted times"
                : String.format(
                        Locale.ROOT,
                        "%d answers are too few for it; at least %d are needed",
                        latency.n(),
                        LatencyBins.LEAST);
    }

    private static LatencyBins.@Nullable Span span(@Nullable LatencyBins latency, double share) {
        return latency == null || latency.n() < LatencyBins.LEAST
                ? null
                : latency.span(share).orElseThrow();
    }

    /** How an end is written. */
    private interface End {
        String of(long millis);
    }

    private static String words(LatencyBins.Span span, End end) {
        if (span.fromMillis() == 0) {
            return "under " + end.of(span.toMillis());
        }
        return span.isOpen()
                ? "over " + end.of(span.fromMillis())
                : end.of(span.fromMillis()) + "-" + end.of(span.toMillis());
    }

    private static String seconds(long millis) {
        return new BigDecimal(millis).movePointLeft(3).round(TWO_DIGITS).toPlainString();
    }
}
