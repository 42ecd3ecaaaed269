package dev.llmrouter.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * What the gate says about one candidate.
 *
 * @param n examples compared
 * @param difference quality of the candidate minus quality of the baseline, -1 to 1
 * @param low lower bound of the difference; the true one lies below it with probability {@code alpha} at most
 * @param high upper bound, in the same way
 * @param alpha one-sided error level of this decision, after correction for several candidates
 * @param margin quality loss that is acceptable, above 0 to 1
 * @param pValue smallest {@code alpha} at which the candidate would pass, 0 to 1
 * @param needed examples in all that would likely settle it (80 % power, if what was seen holds); null where it is
 *     settled, or where no reachable number would
 * @param neededLook which look at the question these examples are then judged as, from 1
 * @param look which look at the question this is, from 1: it is judged at the level of that look
 * @param method the name of the test
 */
public record GateResult(
        int n,
        double difference,
        double low,
        double high,
        double alpha,
        double margin,
        double pValue,
        Verdict verdict,
        @Nullable Integer needed,
        int neededLook,
        int look,
        String method) {
    /** The same with what a look needs that is not this one. */
    GateResult withNeeded(@Nullable Integer otherNeeded, int otherLook) {
        return new GateResult(
                n, difference, low, high, alpha, margin, pValue, verdict, otherNeeded, otherLook, look, method);
    }

    /** Smallest level of all looks together at which the candidate would pass, 0 to 1: what candidates at different looks are compared by. */
    double pValueOfAllLooks() {
        return look == 1 ? pValue : Math.min(1, Relook.share(look) * pValue);
    }

    /** What {@link #needed} counts on, in words: the look by which it would be judged. */
    public String neededWhen() {
        return neededLook == 1
                ? "judged as a first look, as long as no look is entered with --accept; looks that are not entered raise the error level"
                : "judged as look " + neededLook;
    }

    /** What more examples would likely prove: {@code PASS} while the loss seen is within the margin, else {@code FAIL}. */
    public Verdict neededFor() {
        return difference > -margin ? Verdict.PASS : Verdict.FAIL;
    }
}
