package dev.llmrouter.evaluate;

/**
 * Comparisons by a judge who gave no usable reply, or preferred a place to an answer. Equal texts are ties without a judge: what is
 * undecided is left out of just those answers that differ and may be worse.
 *
 * @param undecided pairs of answers that the judge was asked about and that are in no figure for want of a verdict
 * @param decided pairs of answers that the judge decided
 */
public record Undecided(int undecided, int decided) {
    /** Share of what a judge is asked about that it may leave undecided: of near answers it often prefers a place. Assumption. */
    public static final double MOST = 0.25;

    /** Share of all pairs that matters to no verdict. */
    static final double NEGLIGIBLE = 0.01;

    /**
     * Whether so much is undecided that the rest proves nothing.
     *
     * @param counted pairs that are in the figures, those with equal answers among them
     */
    public boolean isTooMuch(int counted) {
        return undecided > NEGLIGIBLE * (counted + undecided) && undecided > MOST * asked();
    }

    /** Pairs that the judge was asked about. */
    public int asked() {
        return undecided + decided;
    }
}
