package dev.llmrouter.audit.drift;

/**
 * A series that there is enough of.
 *
 * @param direction -1 where a fall alarms, 1 where a rise does, 0 where any change does
 * @param least size of the change below which nobody wants to be told, in the unit of {@link WindowChange#change}
 * @param measure what its outputs are judged by, where it is about quality
 */
record Series(Subject subject, WindowChange comparison, int direction, double least, Measure measure) {
    /** Error level at which nothing is certain yet and a running alarm has not ended. */
    private static final double UNSURE = 0.01;

    private static final double POWER_80 = 0.8416212335729143;

    Series(Subject subject, WindowChange comparison, int direction, double least) {
        this(subject, comparison, direction, least, Measure.ANY);
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

    /** The same as one of several that are looked at together. @param number of them, from 1 */
    Series among(int number) {
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
                        measure);
    }

    Watched.State state(double level) {
        double size = Math.abs(comparison.change());
        if (p() < level && size >= least) {
            return Watched.State.ALARM;
        }
        return p() < UNSURE && size >= least / 2 ? Watched.State.UNCERTAIN : Watched.State.STEADY;
    }

    /** Size of a change that is found in four looks of five; NaN where nothing varies. */
    double visible(double quantile) {
        return comparison.noise() > 0 ? Math.max(least, (quantile + POWER_80) * comparison.noise()) : Double.NaN;
    }
}
