package dev.llmrouter.classify.learned;

import java.util.Arrays;

/**
 * Logistic regression on a few dense features, by Newton's method with a small ridge. Deterministic.
 */
final class Logistic {
    private static final int ITERATIONS = 40;

    private Logistic() {}

    /** Learns coefficients where every row counts alike. */
    static double[] learn(double[][] xs, double[] ys, double ridge) {
        double[] weights = new double[ys.length];
        Arrays.fill(weights, 1);
        return learn(xs, ys, weights, ridge);
    }

    /**
     * Learns coefficients.
     *
     * @param xs rows; the first feature should be 1
     * @param ys targets, 0 to 1
     * @param weights how often each row counts
     * @param ridge penalty on the square of each coefficient but the first
     */
    static double[] learn(double[][] xs, double[] ys, double[] weights, double ridge) {
        double[] penalties = new double[xs[0].length];
        Arrays.fill(penalties, ridge);
        penalties[0] = 0;
        return learn(xs, ys, weights, penalties, new double[penalties.length]);
    }

    /**
     * Learns coefficients that are near to expected ones where the rows do not say otherwise.
     *
     * @param penalties on the square of each coefficient's distance from the expected one; 0 for none
     * @param expected where each coefficient begins
     */
    static double[] learn(double[][] xs, double[] ys, double[] weights, double[] penalties, double[] expected) {
        int d = expected.length;
        double[] beta = expected.clone();
        double before = loss(xs, ys, weights, beta, penalties, expected);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[][] hessian = new double[d][d];
            double[] gradient = new double[d];
            for (int i = 0; i < xs.length; i++) {
                double p = probability(xs[i], beta);
                double spread = weights[i] * Math.max(1e-9, p * (1 - p));
                for (int a = 0; a < d; a++) {
                    gradient[a] += weights[i] * (ys[i] - p) * xs[i][a];
                    for (int b = 0; b <= a; b++) {
                        hessian[a][b] += spread * xs[i][a] * xs[i][b];
                    }
                }
            }
            for (int a = 0; a < d; a++) {
                double penalty = Math.max(1e-9, penalties[a]);
                gradient[a] -= penalty * (beta[a] - expected[a]);
                hessian[a][a] += penalty;
                for (int b = 0; b < a; b++) {
                    hessian[b][a] = hessian[a][b];
                }
            }
            double[] step = LinearSystem.solve(hessian, gradient);
            double factor = 1;
            double[] next = add(beta, step, factor);
            double after = loss(xs, ys, weights, next, penalties, expected);
            while (after > before && factor > 1e-6) {
                factor /= 2;
                next = add(beta, step, factor);
                after = loss(xs, ys, weights, next, penalties, expected);
            }
            if (after > before - 1e-10) {
                break;
            }
            beta = next;
            before = after;
        }
        return beta;
    }

    private static double[] add(double[] beta, double[] step, double factor) {
        double[] sum = beta.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * step[i];
        }
        return sum;
    }

    static double probability(double[] x, double[] beta) {
        double z = 0;
        for (int i = 0; i < x.length; i++) {
            z += x[i] * beta[i];
        }
        return 1 / (1 + StrictMath.exp(-z));
    }

    private static double loss(
            double[][] xs, double[] ys, double[] weights, double[] beta, double[] penalties, double[] expected) {
        double sum = 0;
        for (int i = 0; i < xs.length; i++) {
            double p = Math.min(1 - 1e-12, Math.max(1e-12, probability(xs[i], beta)));
            sum -= weights[i] * (ys[i] * StrictMath.log(p) + (1 - ys[i]) * StrictMath.log(1 - p));
        }
        for (int a = 0; a < beta.length; a++) {
            sum += penalties[a] * (beta[a] - expected[a]) * (beta[a] - expected[a]) / 2;
        }
        return sum;
    }
}
