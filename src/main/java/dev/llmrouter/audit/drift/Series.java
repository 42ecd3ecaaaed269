package dev.llmrouter.audit.drift;

/**
 * A series that there is enough of.
 *
 * @param direction -1 where a fall alarms, 1 where a rise does, 0 where any change does
 * @param least size of the change below which nobody wants to be told, in the unit of {@link WindowChange#change}
 */
record Series(Subject subject, WindowChange comparison, int direction, double least) {
    /** Error level at which nothing is certain yet and a running alarm has not ended. */
    private static final double UNSURE = 0.01;

    private static final double POWER_80 = 0.8416212335729143;

    /** Error level of the change, both directions counted where both alarm. */
    double p() {
        double p = comparison.p();
        boolean isRight = direction == 0 || Math.signum(comparison.change()) == direction;
        boolean isTwoSided = direction == 0 && subject.kind() != Kind.MIX;
        return isTwoSided ? Math.min(1, 2 * p) : isRight ? p : Math.max(p, 1 - p);
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
