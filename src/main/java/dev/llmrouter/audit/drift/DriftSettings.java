package dev.llmrouter.audit.drift;

/**
 * What is compared with what, and how often it may be wrong.
 *
 * @param latestDays length of the latest window in days, from 1; whole weeks keep weekdays from looking like drift
 * @param referenceDays length of the window before it in days, from 7
 * @param falseAlarmsPerYear chance that anything at all raises a false alarm within a year of daily looks, above 0 to 1
 */
public record DriftSettings(int latestDays, int referenceDays, double falseAlarmsPerYear) {
    /** Looks in a year that the budget is divided among. */
    static final int LOOKS = 365;

    public DriftSettings {
        if (latestDays < 1 || referenceDays < 7 || !(falseAlarmsPerYear > 0 && falseAlarmsPerYear <= 1)) {
            throw new IllegalArgumentException("latestDays is " + latestDays + " (from 1), referenceDays "
                    + referenceDays + " (from 7), falseAlarmsPerYear " + falseAlarmsPerYear + " (above 0 to 1)");
        }
    }

    /** The last 7 days against the 28 before them, one false alarm in 20 years. */
    public static DriftSettings ofDefaults() {
        return new DriftSettings(7, 28, 0.05);
    }

    /**
     * Error level of one test: the budget in equal parts for every series and every look (Bonferroni). Windows of two days in
     * a row overlap, which only makes the real rate lower.
     */
    double level(int series) {
        return falseAlarmsPerYear / LOOKS / Math.max(1, series);
    }

    /** Days that both windows take. */
    public int days() {
        return latestDays + referenceDays;
    }
}
