package dev.llmrouter.classify.learned;

import java.util.SplittableRandom;

/**
 * Multinomial logistic regression on sparse vectors: learned by stochastic gradient descent with a falling step and
 * shrinkage of the weights.
 *
 * <p>One thread, one order of sums, {@code StrictMath}: the same examples and seed give the same bits everywhere.
 */
public final class Softmax {
    /**
     * How to learn.
     *
     * @param epochs passes over the examples, at least 1
     * @param step first step; it falls linearly to 0
     * @param shrink L2 shrinkage per example seen, as a factor of the step
     * @param smoothing share of the target that is spread over all classes, 0 to below 1
     */
    public record Settings(int epochs, double step, double shrink, double smoothing) {}

    private final int classes;
    private final float[] weights;
    private final float[] bias;

    Softmax(int classes, float[] weights, float[] bias) {
        this.classes = classes;
        this.weights = weights;
        this.bias = bias;
    }

    public int classes() {
        return classes;
    }

    float[] weights() {
        return weights;
    }

    float[] bias() {
        return bias;
    }

    /** Raw scores of a vector into {@code scores}. */
    public void scores(Weighted x, float[] scores) {
        System.arraycopy(bias, 0, scores, 0, classes);
        for (int i = 0; i < x.rows().length; i++) {
            addScaled(weights, x.rows()[i] * classes, x.values()[i], scores, classes);
        }
    }

    private static void addScaled(float[] from, int at, float factor, float[] to, int n) {
        for (int k = 0; k < n; k++) {
            to[k] += factor * from[at + k];
        }
    }

    /** Turns scores into probabilities that sum to 1. */
    public static void normalise(float[] scores, int n, double temperature) {
        float top = Float.NEGATIVE_INFINITY;
        for (int k = 0; k < n; k++) {
            top = Math.max(top, scores[k]);
        }
        double sum = 0;
        for (int k = 0; k < n; k++) {
            double e = StrictMath.exp((scores[k] - top) / temperature);
            scores[k] = (float) e;
            sum += e;
        }
        for (int k = 0; k < n; k++) {
            scores[k] = (float) (scores[k] / sum);
        }
    }

    /**
     * Learns.
     *
     * @param xs vectors
     * @param ys class of each, 0 to {@code classes - 1}
     * @param rows size of the vocabulary
     */
    public static Softmax learn(Weighted[] xs, int[] ys, int rows, int classes, Settings settings, long seed) {
        Weighted[][] single = new Weighted[xs.length][];
        for (int i = 0; i < xs.length; i++) {
            single[i] = new Weighted[] {xs[i]};
        }
        return learn(single, ys, rows, new float[classes], settings, seed);
    }

    /**
     * The same where examples have copies: each pass takes the first, or as often one of the others.
     *
     * @param priors by class, added to the scores while it learns and not afterwards: logarithms of how often each is met among the
     *     examples, where that says nothing of how often it is met later (A. K. Menon et al., Long-tail learning via logit adjustment,
     *     ICLR 2021, the logit adjusted loss)
     */
    static Softmax learn(Weighted[][] xs, int[] ys, int rows, float[] priors, Settings settings, long seed) {
        int classes = priors.length;
        float[] w = new float[rows * classes];
        float[] b = new float[classes];
        int n = xs.length;
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed);
        Softmax model = new Softmax(classes, w, b);
        float[] p = new float[classes];
        float[] gradient = new float[classes];
        long steps = (long) settings.epochs() * n;
        long done = 0;
        // w is kept as scale * w: shrinking all weights is one multiplication
        double scale = 1;
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            shuffle(order, random);
            for (int at : order) {
                double step = settings.step() * (1 - done++ / (double) steps);
                scale *= 1 - step * settings.shrink();
                if (scale < 1e-4) {
                    rescale(w, (float) scale);
                    scale = 1;
                }
                Weighted[] copies = xs[at];
                Weighted x =
                        copies[copies.length == 1 || random.nextBoolean() ? 0 : 1 + random.nextInt(copies.length - 1)];
                model.scaledScores(x, (float) scale, p);
                for (int k = 0; k < classes; k++) {
                    p[k] += priors[k];
                }
                normalise(p, classes, 1);
                float floor = (float) (settings.smoothing() / classes);
                for (int k = 0; k < classes; k++) {
                    gradient[k] = floor - p[k];
                }
                gradient[ys[at]] += (float) (1 - settings.smoothing());
                float rate = (float) (step / scale);
                for (int i = 0; i < x.rows().length; i++) {
                    addTo(w, x.rows()[i] * classes, rate * x.values()[i], gradient, classes);
                }
                for (int k = 0; k < classes; k++) {
                    b[k] += (float) (step * 0.1) * gradient[k];
                }
            }
        }
        rescale(w, (float) scale);
        return model;
    }

    private void scaledScores(Weighted x, float scale, float[] scores) {
        java.util.Arrays.fill(scores, 0);
        for (int i = 0; i < x.rows().length; i++) {
            addScaled(weights, x.rows()[i] * classes, x.values()[i], scores, classes);
        }
        for (int k = 0; k < classes; k++) {
            scores[k] = scores[k] * scale + bias[k];
        }
    }

    private static void addTo(float[] to, int at, float factor, float[] from, int n) {
        for (int k = 0; k < n; k++) {
            to[at + k] += factor * from[k];
        }
    }

    private static void rescale(float[] w, float scale) {
        for (int i = 0; i < w.length; i++) {
            w[i] *= scale;
        }
    }

    static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
