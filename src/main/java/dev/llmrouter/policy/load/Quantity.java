package dev.llmrouter.policy.load;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers, durations and sizes as a policy writes them. All return null for text that is none. */
final class Quantity {
    // Digits are bounded, so that no number can be made that takes long to calculate with.
    private static final BigDecimal LONGEST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE); // some 292 years
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(?:\\d{1,30}(?:\\.\\d{0,30})?|\\.\\d{1,30})(?:[eE][-+]?\\d{1,2})?");
    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s?([A-Za-z]{1,3})");
    private static final Map<String, BigDecimal> MILLIS = Map.of(
            "ms", new BigDecimal(1),
            "s", new BigDecimal(1_000),
            "m", new BigDecimal(60_000),
            "h", new BigDecimal(3_600_000),
            "d", new BigDecimal(86_400_000));
    private static final Map<String, BigDecimal> BYTES = Map.of(
            "b", new BigDecimal(1),
            "kb", new BigDecimal(1_000),
            "mb", new BigDecimal(1_000_000),
            "gb", new BigDecimal(1_000_000_000),
            "kib", new BigDecimal(1 << 10),
            "mib", new BigDecimal(1 << 20),
            "gib", new BigDecimal(1 << 30));

    private Quantity() {}

    static @Nullable BigDecimal number(String text) {
        return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
    }

    /** {@code 500ms}, {@code 20s}, {@code 1.5s}, {@code 2m}, {@code 1h} or {@code 7d}; a number without unit is none. */
    static @Nullable Duration duration(String text) {
        BigDecimal millis = scaled(text, MILLIS);
        return millis == null
                ? null
                : Duration.ofNanos(millis.movePointRight(6).min(LONGEST_NANOS).longValue());
    }

    /** {@code 10MB} (10,000,000), {@code 10MiB} (10,485,760), or a bare number of bytes. */
    static @Nullable BigDecimal bytes(String text) {
        BigDecimal bare = number(text);
        return bare != null ? bare : scaled(text.toLowerCase(Locale.ROOT), BYTES);
    }

    private static @Nullable BigDecimal scaled(String text, Map<String, BigDecimal> units) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        BigDecimal unit = units.get(matcher.group(2));
        return unit == null ? null : new BigDecimal(matcher.group(1)).multiply(unit);
    }
}
