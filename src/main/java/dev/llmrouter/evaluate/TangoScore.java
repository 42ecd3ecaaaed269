package dev.llmrouter.evaluate;

/**
 * Tango's score test and interval for the difference of two paired proportions. Never NaN, whatever the counts.
 *
 * <p>Source: Tango, Equivalence test and confidence interval for the difference in proportions for the paired-sample
 * design, Statistics in Medicine 17 (1998), 891-908.
 *
 * @param n examples
 * @param won examples that only the candidate got right
 * @param lost examples that only the baseline got right
 */
record TangoScore(int n, double won, double lost) {
    private static final int STEPS = 80;

    /** How many standard errors the observed difference lies above {@code delta}, -1 to 1; infinite where there is no error. */
    double z(double delta) {
        if (n == 0) {
            return 0;
        }
        double above = won - lost - n * delta;
        double a = 2.0 * n;
        double b = -won - lost + (2.0 * n - won + lost) * delta;
        double c = -lost * delta * (1 - delta);
        double root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
        double lossShare = Math.max(0, (root - b) / (2 * a));
        double variance = n * (2 * lossShare + delta * (1 - delta));
        if (variance <= 1e-14 * n) {
            return Math.abs(above) < 1e-9 ? 0 : Math.signum(above) * Double.POSITIVE_INFINITY;
        }
        return above / Math.sqrt(variance);
    }

    /** Lower confidence bound at one-sided error {@code alpha}. */
    double low(double alpha) {
        return n == 0 ? -1 : bound(-1, difference(), -Distributions.normalQuantile(alpha));
    }

    /** Upper confidence bound at one-sided error {@code alpha}. */
    double high(double alpha) {
        return n == 0 ? 1 : bound(difference(), 1, Distributions.normalQuantile(alpha));
    }

    /** One-sided p-value against "the difference is {@code delta} or less". */
    double pValue(double delta) {
        return n == 0 ? 1 : Distributions.normalProbability(-z(delta));
    }

    private double difference() {
        return (won - lost) / n;
    }

    private double bound(double from, double to, double wanted) {
        double left = from;
        double right = to;
        for (int i = 0; i < STEPS; i++) {
            double middle = (left + right) / 2;
            if (z(middle) > wanted) {
                left = middle;
            } else {
                right = middle;
            }
        }
        return (left + right) / 2;
    }
}
