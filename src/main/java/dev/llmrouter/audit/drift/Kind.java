package dev.llmrouter.audit.drift;

import java.util.Locale;

/** What is watched. */
public enum Kind {
    /** Share of useful outputs among those that were judged; a fall alarms. */
    QUALITY("share"),
    /** The same over four weeks, against four weeks of a quarter ago; a fall alarms. */
    DECLINE("share"),
    /** Share of the requests that nobody got a whole, usable answer to; a rise alarms. */
    FAILURES("share"),
    /** Cost per request; a rise alarms, and a fall, which comes from shorter answers. */
    COST("USD per request"),
    /** Share of the requests with feedback whose answer somebody corrected; a rise alarms. */
    CORRECTIONS("share"),
    /** Share of the requests first answered by a task's own tier whose output failed its check, so that the baseline was asked; a rise alarms. */
    ESCALATION("share"),
    /** Typical time to the whole answer (geometric mean); a rise alarms. */
    LATENCY("ms"),
    /** Which tasks are asked for, all callers together; any move alarms. */
    MIX("share"),
    /** Share of requests whose task nobody recognised; a rise alarms. */
    UNCLASSIFIED("share"),
    /** Mean confidence of the learned classifier; a fall alarms. */
    CONFIDENCE("confidence"),
    /** The name under which a provider answers for a model, often with a version; another one alarms. No test: it is a fact. */
    VERSION("share");

    private final String unit;

    Kind(String unit) {
        this.unit = unit;
    }

    /** The name as JSON writes it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an alarm says that outputs became less useful. */
    public boolean isOfQuality() {
        return this == QUALITY || this == DECLINE;
    }

    /** Whether it goes by what came of requests, which is a canary's doing where one was drawn. */
    boolean isOfOutputs() {
        return isOfQuality() || this == FAILURES || this == CORRECTIONS || this == ESCALATION;
    }

    /** Whether harder requests alone move it, without anybody working worse. */
    boolean isOfRequests() {
        return isOfQuality() || this == COST || this == CORRECTIONS || this == LATENCY;
    }

    /** Whether it is a share of requests, whose variance grows as it goes from 0 or 1. */
    boolean isShare() {
        return unit.equals("share");
    }

    /** Unit of its {@link Level}s. */
    public String unit() {
        return unit;
    }
}
