package dev.llmrouter.record.ledger;

/**
 * What a mean and a spread are computed from.
 *
 * @param n number of values
 * @param sum of the values
 * @param squares sum of their squares
 */
public record Moments(long n, double sum, double squares) {
    /** No values. */
    public static final Moments NONE = new Moments(0, 0, 0);

    /** Of both together. */
    public Moments plus(Moments other) {
        return new Moments(n + other.n, sum + other.sum, squares + other.squares);
    }

    /** Mean; 0 for no values. */
    public double mean() {
        return n == 0 ? 0 : sum / n;
    }

    /** Sum of the squared distances from the mean, from 0. */
    public double spread() {
        return n == 0 ? 0 : Math.max(0, squares - sum * sum / n);
    }
}
