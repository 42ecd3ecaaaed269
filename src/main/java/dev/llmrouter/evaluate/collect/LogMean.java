package dev.llmrouter.evaluate.collect;

/** Means of what is known by its logarithm, without overflow. */
final class LogMean {
    private LogMean() {}

    /** Logarithm of the mean of what has these logarithms. */
    static double of(double[] logs) {
        return sum(logs, logs.length) - Math.log(logs.length);
    }

    /** Logarithm of the sum of the first {@code n}. */
    static double sum(double[] logs, int n) {
        double top = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            top = Math.max(top, logs[i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(logs[i] - top);
        }
        return top + Math.log(sum);
    }
}
