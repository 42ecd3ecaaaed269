package dev.llmrouter.evaluate.suggest;

/**
 * An amount in USD with its interval; negative where money is lost.
 *
 * @param low lower bound, one-sided at the validation's error level
 * @param high upper bound, in the same way
 */
public record Amount(double mean, double low, double high) {
    static final Amount NONE = new Amount(0, 0, 0);

    /** The sum; its bounds are the sums of the bounds, which is wider than it would have to be. */
    public Amount plus(Amount other) {
        return new Amount(mean + other.mean, low + other.low, high + other.high);
    }

    /** @param factor 0 or more */
    public Amount times(double factor) {
        return new Amount(mean * factor, low * factor, high * factor);
    }
}
