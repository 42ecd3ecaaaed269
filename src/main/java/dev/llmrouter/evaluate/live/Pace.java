package dev.llmrouter.evaluate.live;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far calls have come, in words.
 *
 * @param total calls to make
 * @param cap USD; null for none
 */
public record Pace(long total, @Nullable BigDecimal cap) {
    /**
     * Calls, money, rate and time to go.
     *
     * @param spent USD, earlier runs included
     * @param nanos since the start
     */
    public String text(long done, BigDecimal spent, long nanos) {
        double seconds = Math.max(nanos, 1) / 1e9;
        long left = done == 0 ? 0 : Math.round(seconds / done * Math.max(0, total - done));
        return String.format(
                Locale.ROOT,
                "%,d of %,d calls, USD %s spent%s, %.1f a second, %d:%02d to go",
                done,
                total,
                usd(spent),
                cap == null ? "" : " of " + cap.toPlainString(),
                done / seconds,
                left / 60,
                left % 60);
    }

    /** To a hundredth of a cent, rounded up. */
    public static String usd(BigDecimal amount) {
        return amount.setScale(4, RoundingMode.CEILING).toPlainString();
    }
}
