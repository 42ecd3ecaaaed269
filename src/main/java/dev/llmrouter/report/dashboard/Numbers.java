package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.LatencyText;
import dev.llmrouter.audit.Share;
import dev.llmrouter.record.ledger.LatencyBins;
import dev.llmrouter.report.page.Html;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as a dashboard shows them: short. The exact ones are a click away, in the audit. */
final class Numbers {
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final int CENTS = 2;
    private static final BigDecimal LARGE = BigDecimal.valueOf(1000);

    private Numbers() {}

    /** USD with cents, with three digits below a dollar, without cents from a thousand. */
    static String usd(@Nullable BigDecimal usd) {
        if (usd == null) {
            return "unknown";
        }
        BigDecimal size = usd.abs();
        String digits;
        if (size.signum() == 0) {
            digits = "0";
        } else if (size.compareTo(ONE) < 0) {
            BigDecimal rounded =
                    size.round(new MathContext(3, RoundingMode.HALF_UP)).stripTrailingZeros();
            digits = (rounded.scale() < CENTS ? rounded.setScale(CENTS) : rounded).toPlainString();
        } else {
            digits = String.format(Locale.ROOT, size.compareTo(LARGE) < 0 ? "%,.2f" : "%,.0f", size);
        }
        return (usd.signum() < 0 ? "−$" : "$") + digits;
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String quality(@Nullable Share share) {
        return share == null
                ? "not judged"
                : percent(share.mean()) + " (" + percent(share.low()) + " to " + percent(share.high()) + ", "
                        + count(share.n()) + " judged)";
    }

    /** The interval alone, and of how many. */
    static String interval(Share share) {
        return "95 % interval: " + percent(share.low()) + " to " + percent(share.high()) + ", " + count(share.n())
                + " judged";
    }

    /** The class of times within which a share of the answers was there, in seconds; markup, which says why there is none. */
    static String time(@Nullable LatencyBins latency, double share) {
        String seconds = LatencyText.seconds(latency, share);
        return seconds.equals(LatencyText.UNKNOWN)
                ? "<span title=\"" + Html.escape(LatencyText.why(latency)) + "\">" + seconds + "</span>"
                : Html.escape(seconds) + " s";
    }

    /** A time between now and then, coarse. */
    static String ago(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 172_800 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }
}
