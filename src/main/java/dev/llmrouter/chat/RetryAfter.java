package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider asks to wait. Looked for in this order: {@code retry-after-ms}; {@code retry-after} (seconds or an
 * HTTP date); the reset times of limits that are used up ({@code x-ratelimit-reset-*} of OpenAI,
 * {@code anthropic-ratelimit-*-reset}), of which the latest counts. What cannot be read is ignored; waits are bounded by
 * {@link #AT_MOST}. Safe for use by many threads.
 */
public final class RetryAfter {
    /**
     * A longer wait is taken as this one: after it the provider is asked again. Source: openai-python, which honours a
     * Retry-After of up to 120 s.
     */
    public static final Duration AT_MOST = Duration.ofSeconds(120);

    private static final String[] OPENAI_LIMITS = {"requests", "tokens"};
    private static final String[] ANTHROPIC_LIMITS = {"requests", "tokens", "input-tokens", "output-tokens"};

    private RetryAfter() {}

    /**
     * @param header the value of a response header by its name in lower case; null where it is absent
     * @return 0 to {@link #AT_MOST}; null if the headers do not say
     */
    public static @Nullable Duration parse(UnaryOperator<@Nullable String> header, Clock clock) {
        Duration wait = decimal(header.apply("retry-after-ms"), 0.001);
        if (wait == null) {
            String value = header.apply("retry-after");
            wait = decimal(value, 1);
            if (wait == null && value != null) {
                wait = until(value, DateTimeFormatter.RFC_1123_DATE_TIME, clock);
            }
        }
        return wait == null ? reset(header, clock) : wait;
    }

    /**
     * Whether a provider wants the same request again, by {@code x-should-retry}. Source: the official OpenAI and Anthropic
     * clients, where it goes before the status.
     *
     * @param header the value of a response header by its name in lower case; null where it is absent
     * @return null if the header is absent or says neither
     */
    public static @Nullable Boolean shouldRetry(UnaryOperator<@Nullable String> header) {
        String value = header.apply("x-should-retry");
        String said = value == null ? "" : value.trim();
        if (said.equalsIgnoreCase("true")) {
            return Boolean.TRUE;
        }
        return said.equalsIgnoreCase("false") ? Boolean.FALSE : null;
    }

    private static @Nullable Duration reset(UnaryOperator<@Nullable String> header, Clock clock) {
        Duration latest = null;
        for (String limit : OPENAI_LIMITS) {
            if (isZero(header.apply("x-ratelimit-remaining-" + limit))) {
                latest = later(latest, goDuration(header.apply("x-ratelimit-reset-" + limit)));
            }
        }
        for (String limit : ANTHROPIC_LIMITS) {
            String reset = header.apply("anthropic-ratelimit-" + limit + "-reset");
            if (reset != null && isZero(header.apply("anthropic-ratelimit-" + limit + "-remaining"))) {
                latest = later(latest, until(reset, null, clock));
            }
        }
        return latest;
    }

    private static boolean isZero(@Nullable String value) {
        return value != null && value.trim().equals("0");
    }

    private static @Nullable Duration later(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Gemini's {@code RetryInfo.retryDelay} ("52s"), or a number under {@code retry_after}; null if neither is there. */
    static @Nullable Duration inBody(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            String delay = Json.textOrNull(detail, "retryDelay");
            Duration wait = delay == null ? null : goDuration(delay);
            if (wait != null) {
                return wait;
            }
        }
        JsonNode seconds = error.path("retry_after");
        return seconds.isNumber() ? decimal(seconds.asText(), 1) : null;
    }

    private static @Nullable Duration decimal(@Nullable String value, double unitSeconds) {
        if (value == null || value.isBlank() || value.length() > 20) {
            return null;
        }
        String number = value.trim();
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return null;
            }
        }
        try {
            return bounded(Double.parseDouble(number) * unitSeconds);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Duration bounded(double seconds) {
        return seconds >= AT_MOST.toSeconds() ? AT_MOST : Duration.ofMillis(Math.max(0, Math.round(seconds * 1_000)));
    }

    private static @Nullable Duration until(String value, @Nullable DateTimeFormatter format, Clock clock) {
        if (value.length() > 40) {
            return null;
        }
        try {
            Instant then = format == null
                    ? OffsetDateTime.parse(value.trim()).toInstant()
                    : ZonedDateTime.parse(value.trim(), format).toInstant();
            Duration wait = Duration.between(clock.instant(), then);
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(AT_MOST) > 0 ? AT_MOST : wait;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    /** Durations as Go writes them: "1s", "6m0s", "20ms", "1h2m3.5s". @return null if the text is none */
    static @Nullable Duration goDuration(@Nullable String value) {
        if (value == null || value.isBlank() || value.length() > 40) {
            return null;
        }
        String text = value.trim();
        double seconds = 0;
        int at = 0;
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && (Character.digit(text.charAt(at), 10) >= 0 || text.charAt(at) == '.')) {
                at++;
            }
            int unit = at;
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            double size = unitSeconds(text.substring(unit, at));
            Duration number = start == unit ? null : decimal(text.substring(start, unit), 1);
            if (size < 0 || number == null) {
                return null;
            }
            seconds += Double.parseDouble(text.substring(start, unit)) * size;
        }
        return bounded(seconds);
    }

    private static double unitSeconds(String unit) {
        return switch (unit) {
            case "h" -> 3_600;
            case "m" -> 60;
            case "s" -> 1;
            case "ms" -> 1e-3;
            case "us", "\u00b5s", "\u03bcs" -> 1e-6;
            case "ns" -> 1e-9;
            default -> -1;
        };
    }
}
