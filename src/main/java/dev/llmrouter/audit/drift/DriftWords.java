package dev.llmrouter.audit.drift;

import java.time.LocalDate;
import java.util.Locale;

/** Says what a series shows. */
final class DriftWords {
    private final Series series;
    private final DriftSettings settings;

    DriftWords(Series series, DriftSettings settings) {
        this.series = series;
        this.settings = settings;
    }

    String alarm(LocalDate since) {
        return series.subject().words() + ": " + change()
                + (series.subject().kind() == Kind.DECLINE ? "." : ", about since " + since + ".");
    }

    String watched(Watched.State state, double quantile) {
        String what = switch (state) {
            case ALARM -> "Alarm: " + change();
            case UNCERTAIN -> "Uncertain: " + change();
            case STEADY, NOT_JUDGED -> "Steady: " + change();
        };
        double visible = series.visible(quantile);
        return Double.isNaN(visible) || series.subject().kind() == Kind.MIX
                ? what + "."
                : what + "; a change of " + size(visible) + " would be found in four looks of five.";
    }

    private String change() {
        Level before = series.comparison().before();
        Level after = series.comparison().after();
        String latest = " in the last " + settings.latestDays() + " days";
        String reference = " in the " + settings.referenceDays() + " days before";
        return switch (series.subject().kind()) {
            case QUALITY -> useful() + level(after) + latest + ", " + level(before) + reference;
            case DECLINE ->
                useful() + level(after) + " in the last " + DeclineCollector.WINDOW + " days, "
                        + level(before) + " a quarter before (the " + DeclineCollector.WINDOW + " days that ended "
                        + (DeclineCollector.WINDOW + DeclineCollector.APART) + " days ago)";
            case FAILURES ->
                "nobody got a whole, usable answer to " + level(after) + " of the requests" + latest + ", to "
                        + level(before) + reference;
            case COST -> "a request cost " + level(after) + latest + ", " + level(before) + reference;
            case CORRECTIONS ->
                "answers were corrected in " + level(after) + " of the feedback" + latest + ", in " + level(before)
                        + reference;
            case ESCALATION ->
                "the output failed its check and the baseline was asked in " + level(after) + latest + ", in "
                        + level(before) + reference;
            case LATENCY -> "an answer typically took " + level(after) + latest + ", " + level(before) + reference;
            case MIX ->
                format("%.1f %% of the requests", 100 * after.value()) + latest
                        + " would have to be of other tasks to be like" + reference.replace(" in", "")
                        + format(" (n=%d, n=%d)", after.n(), before.n());
            case UNCLASSIFIED ->
                "the task was not recognised in " + level(after) + latest + ", " + level(before) + reference;
            case CONFIDENCE ->
                "the learned classifier was sure at " + level(after) + latest + ", " + level(before) + reference;
            case VERSION -> throw noSeries();
        };
    }

    private String useful() {
        return switch (series.measure()) {
            case ANY -> "outputs were useful in ";
            case PEOPLE -> "people found outputs useful in ";
            case CHECKS -> "outputs passed their check in ";
        };
    }

    private static IllegalStateException noSeries() {
        return new IllegalStateException("versions are no series of figures: see VersionWatch");
    }

    private String level(Level level) {
        return number(level.value()) + " (" + number(level.low()) + " to " + number(level.high()) + ", n=" + level.n()
                + ")";
    }

    private String number(double value) {
        return switch (series.subject().kind()) {
            case QUALITY, DECLINE, FAILURES, CORRECTIONS, ESCALATION, MIX, UNCLASSIFIED ->
                format("%.1f %%", 100 * value);
            case COST -> usd(value);
            case LATENCY -> format("%.0f ms", value);
            case CONFIDENCE -> format("%.3f", value);
            case VERSION -> throw noSeries();
        };
    }

    private String size(double change) {
        return switch (series.subject().kind()) {
            case QUALITY, DECLINE, FAILURES, CORRECTIONS, ESCALATION, MIX, UNCLASSIFIED ->
                format("%.1f points", 100 * change);
            case COST, LATENCY -> format("%.0f %%", 100 * Math.expm1(change));
            case CONFIDENCE -> format("%.3f", change);
            case VERSION -> throw noSeries();
        };
    }

    /** Three digits that count, without exponent. */
    static String usd(double value) {
        return value == 0
                ? "0 USD"
                : new java.math.BigDecimal(value)
                                .round(new java.math.MathContext(3))
                                .stripTrailingZeros()
                                .toPlainString()
                        + " USD";
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
