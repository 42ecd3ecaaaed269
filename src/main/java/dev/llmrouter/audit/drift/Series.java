package dev.llmrouter.audit.drift;

import org.jspecify.annotations.Nullable;

/**
 * A series that there is enough of.
 *
 * @param direction -1 where a fall alarms, 1 where a rise does, 0 where any change does
 * @param least size of the change below which nobody wants to be told, in the unit of {@link WindowChange#change}
 * @param measure what its outputs are judged by, where it is about quality
 * @param other the other of two measures of the same outputs, which shows less; null if there is but one
 */
record Series(
        Subject subject,
        WindowChange comparison,
        int direction,
        double least,
        Measure measure,
        @Nullable Series other) {
    /** Error level at which nothing is certain yet and a running alarm has not ended. */
    private static final double UNSURE = 0.01;

    private static final double POWER_80 = 0.8416212335729143;

    /**
     * Of shares. Simulated with {@code SimulatedDays} on 2026-11-29 (seven series, quality of 92 %, 30 to 1,000 requests a day, days that differ by
     * chance or by some 2 points, 60 to 150 looks each): a fall of 1.2 times the noise that power asks for is found in 69 to 90 % of the looks, 1.3 times
     * in 80 to 95 %, and 1.0 in 46 to 73 %.
     */
    private static final double FOR_SHARES = 1.25;

    /** Of means of logarithms, likewise (cost): 1.1 times is found in 83 to 89 %, 1.0 in 65 to 77 %. */
    private static final double FOR_MEANS = 1.1;

    Series(Subject subject, WindowChange comparison, int direction, double least) {
        this(subject, comparison, direction, least, Measure.ANY);
    }

    Series(Subject subject, WindowChange comparison, int direction, double least, Measure measure) {
        this(subject, comparison, direction, least, measure, null);
    }

    /** Error level of the change, both directions counted where both alarm. */
    double p() {
        double p = comparison.p();
        return isTwoSided() ? Math.min(1, 2 * p) : isRight() ? p : Math.max(p, 1 - p);
    }

    private boolean isTwoSided() {
        return direction == 0 && subject.kind() != Kind.MIX;
    }

    private boolean isRight() {
        return direction == 0 || Math.signum(comparison.change()) == direction;
    }

    /** Whether the change is large enough to be told of, and in the direction that alarms. */
    boolean isOfSize() {
        return isRight() && Math.abs(comparison.change()) >= least;
    }

    /** The same as one of several that are looked at together. @param number of them, from 1 @param another of them */
    Series among(int number, @Nullable Series another) {
        return number == 1
                ? this
                : new Series(
                        subject,
                        new WindowChange(
                                comparison.before(),
                                comparison.after(),
                                comparison.change(),
                                Math.min(1, number * comparison.p()),
                                comparison.splitDaysAgo(),
                                comparison.noise()),
                        direction,
                        least,
                        measure,
                        another == null ? null : another.among(number, null));
    }

    Watched.State state(double level) {
        double size = Math.abs(comparison.change());
        if (p() < level && size >= least) {
            return Watched.State.ALARM;
        }
        return p() < UNSURE && size >= least / 2 ? Watched.State.UNCERTAIN : Watched.State.STEADY;
    }

    /** Whether its p counts twice: two directions alarm, or two measures are looked at. Then the quantile is that of half the level. */
    boolean countsTwice() {
        return isTwoSided() || measure != Measure.ANY;
    }

    /**
     * Size of a change that is found in four looks of five once all of the latest days have it; NaN where nothing varies. It has to be certain, and to be
     * measured as {@link #least} at least. {@link #FOR_SHARES} and {@link #FOR_MEANS} stand for what the noise of steady days does not know: the test without any one of
     * the latest days, and a share that varies more once it has fallen.
     *
     * @param quantile of Student's t at the error level, see {@link #countsTwice}
     */
    double visible(double quantile) {
        double noise = (subject.kind().isShare() ? FOR_SHARES : FOR_MEANS) * comparison.noise();
        return noise > 0 ? Math.max(least + POWER_80 * noise, (quantile + POWER_80) * noise) : Double.NaN;
    }
}
