package dev.llmrouter.evaluate;

/**
 * A second or later look at a comparison. Judging each by a test for one look would pass a bad candidate in the end, so
 * that look {@code k} is judged at {@code alpha / (k (k + 1))}. Together, all looks from the second on pass a bad candidate
 * with probability {@code alpha / 2} at most (1/6 + 1/12 + 1/20 + ... = 1/2), and with the first look, which has the power of
 * a test for one look, with {@code 1.5 alpha} at most (union bound). That holds whether the later data extend the earlier ones
 * or replace them, in whatever order, as long as they are not chosen by their outcomes. The test of a later look is the {@link
 * SequentialBet} over all examples in the order of the file, which keeps to its level at any number of examples, wherever earlier looks
 * ended. A file may be sorted, though, so that its losses stand together and the bet is won in its middle: what all examples together do
 * not show at the same level, by the {@link Gate} and in no order, is not settled.
 */
final class Relook {
    private static final int STEPS = 24;
    private static final double NEAR = 1e-6;

    private final PairedOutcomes outcomes;
    private final double margin;
    private final double alpha;
    private final SequentialBet bet;
    /** By all examples together, in no order. */
    private final GateResult fixed;

    private final boolean isEnough;

    private Relook(PairedOutcomes outcomes, double margin, double alpha) {
        this.outcomes = outcomes;
        this.margin = margin;
        this.alpha = alpha;
        this.bet = run(outcomes, margin, alpha);
        this.fixed = new Gate(margin, outcomes.isBinary() ? alpha : Math.max(alpha, GaffkeBound.LEAST_ALPHA))
                .bounded(outcomes);
        this.isEnough = outcomes.reached() >= new Gate(margin, alpha).leastReached(outcomes);
    }

    /** How many times stricter a look is than the first. @param look from 2 */
    static double share(int look) {
        return (double) look * (look + 1);
    }

    /** The verdict of a look alone. @param look from 2 */
    static Verdict verdict(PairedOutcomes outcomes, double margin, double level, int look) {
        return new Relook(outcomes, margin, level / share(look)).verdict();
    }

    /**
     * Judges a look; the result's error level and bounds are those of this look.
     *
     * @param level one-sided error level of all looks
     * @param look which look this is, from 2
     * @param next which look the next one will be, on more examples: the same while this one is not entered
     */
    static GateResult judge(PairedOutcomes outcomes, double margin, double level, int look, int next) {
        Relook relook = new Relook(outcomes, margin, level / share(look));
        Verdict verdict = relook.verdict();
        return new GateResult(
                outcomes.n(),
                outcomes.difference(),
                Math.min(outcomes.difference(), relook.low(verdict)),
                Math.max(outcomes.difference(), relook.high(verdict)),
                relook.alpha,
                margin,
                relook.pValue(verdict),
                verdict,
                verdict == Verdict.INCONCLUSIVE ? NextLook.needed(outcomes, margin, level, next) : null,
                next,
                look,
                "betting mixture, look " + look);
    }

    private Verdict verdict() {
        boolean isShown = switch (bet.verdict()) {
            case PASS -> isEnough && fixed.low() > -margin;
            case FAIL -> outcomes.n() >= Gate.MIN_EXAMPLES && fixed.high() < -margin;
            case INCONCLUSIVE -> false;
        };
        return isShown ? bet.verdict() : Verdict.INCONCLUSIVE;
    }

    /** Above the level where the bet alone is won. */
    private double pValue(Verdict verdict) {
        double p = verdict == Verdict.PASS ? bet.pValue() : Math.max(bet.pValue(), fixed.pValue());
        return isEnough ? p : 1;
    }

    /** What is not settled has the margin within its bounds. */
    private double low(Verdict verdict) {
        double low = Math.min(fixed.low(), bound(outcomes, margin, alpha, Verdict.PASS));
        return verdict == Verdict.PASS ? low : Math.min(low, -margin);
    }

    private double high(Verdict verdict) {
        return verdict == Verdict.FAIL
                ? Math.max(fixed.high(), bound(outcomes, margin, alpha, Verdict.FAIL))
                : Math.max(fixed.high(), -margin);
    }

    private static SequentialBet run(PairedOutcomes outcomes, double margin, double alpha) {
        SequentialBet bet = new SequentialBet(margin, alpha);
        for (int i = 0; i < outcomes.n(); i++) {
            bet.add(outcomes.baselineScore(i), outcomes.candidateScore(i));
        }
        return bet;
    }

    /** The margin at which the test turns to {@code wanted}, found by halving, as a difference below 0. */
    private static double bound(PairedOutcomes outcomes, double margin, double alpha, Verdict wanted) {
        double near = NEAR;
        double far = 1 - NEAR;
        boolean isPass = wanted == Verdict.PASS;
        if (run(outcomes, margin, alpha).verdict() == wanted) {
            far = isPass ? margin : far;
            near = isPass ? near : margin;
        } else {
            near = isPass ? margin : near;
        }
        for (int i = 0; i < STEPS; i++) {
            double middle = (near + far) / 2;
            boolean holds = run(outcomes, middle, alpha).verdict() == wanted;
            if (holds == isPass) {
                far = middle;
            } else {
                near = middle;
            }
        }
        return isPass ? -far : -near;
    }
}
