package dev.llmrouter.report.dashboard;

import java.time.Duration;

/** How far the dashboard looks back. */
public enum Window {
    HOUR("1h", "the last hour", Duration.ofHours(1)),
    DAY("24h", "the last 24 hours", Duration.ofHours(24)),
    WEEK("7d", "the last 7 days", Duration.ofDays(7)),
    MONTH("30d", "the last 30 days", Duration.ofDays(30)),
    QUARTER("90d", "the last 90 days", Duration.ofDays(90));

    private final String key;
    private final String text;
    private final Duration length;

    Window(String key, String text, Duration length) {
        this.key = key;
        this.text = text;
        this.length = length;
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
