package dev.llmrouter.report.dashboard;

import java.time.Duration;
import java.time.Instant;

/**
 * How far the dashboard looks back. The last hour ends with the present minute, windows from a day on with the present
 * hour, from a month on with the present day (UTC), so that the ledger's roll-ups answer them.
 */
public enum Window {
    HOUR("1h", "the last hour", Duration.ofHours(1), Duration.ofMinutes(1), 60),
    DAY("24h", "the last 24 hours", Duration.ofHours(24), Duration.ofHours(1), 24),
    WEEK("7d", "the last 7 days", Duration.ofDays(7), Duration.ofHours(1), 42),
    MONTH("30d", "the last 30 days", Duration.ofDays(30), Duration.ofDays(1), 30),
    QUARTER("90d", "the last 90 days", Duration.ofDays(90), Duration.ofDays(1), 90);

    private final String key;
    private final String text;
    private final Duration length;
    private final Duration step;
    private final int slots;

    Window(String key, String text, Duration length, Duration step, int slots) {
        this.key = key;
        this.text = text;
        this.length = length;
        this.step = step;
        this.slots = slots;
    }

    /** As the page's address writes it. */
    public String key() {
        return key;
    }

    /** In words. */
    public String text() {
        return text;
    }

    public Duration length() {
        return length;
    }

    /** When it ends, exclusive. */
    public Instant end(Instant now) {
        long millis = step.toMillis();
        return Instant.ofEpochMilli((now.toEpochMilli() / millis + 1) * millis);
    }

    /** Number of equal slots that its pictures divide it into. */
    public int slots() {
        return slots;
    }

    /** The window of a key; {@link #DAY} for anything else. */
    public static Window of(String key) {
        for (Window window : values()) {
            if (window.key.equals(key)) {
                return window;
            }
        }
        return DAY;
    }
}
