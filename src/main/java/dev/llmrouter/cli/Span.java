package dev.llmrouter.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A span of time on the command line: a number and s, m, h, d or w, as in {@code 90d}. */
final class Span {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smhdw])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7));

    private Span() {}

    /** @throws IllegalArgumentException says what is allowed, in words that follow the option's name */
    static Duration parse(String text) {
        Matcher span = FORM.matcher(text);
        if (!span.matches()) {
            throw new IllegalArgumentException(
                    "is '" + text + "'; allowed is a number and s, m, h, d or w, as in 90d.");
        }
        return Objects.requireNonNull(UNITS.get(span.group(2))).multipliedBy(Long.parseLong(span.group(1)));
    }
}
