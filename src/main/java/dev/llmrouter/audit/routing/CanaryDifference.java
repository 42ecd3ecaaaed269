package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.StratifiedDifference;

/**
 * How requests that a canary was drawn for fared against those that it was not drawn for, whoever answered them at last. Who was asked
 * first and gave no output is judged by that as well: what is left to others, or never judged, is no chance. Both differences are put together
 * from their own intervals. Source: G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008), 1693-1702.
 *
 * @param useful useful outputs among the judged
 * @param answered requests with an output of who was asked first, of all
 * @param served requests with an output of anybody, of all
 */
public record CanaryDifference(
        StratifiedDifference useful, StratifiedDifference answered, StratifiedDifference served) {
    /** Whether there is enough of both to conclude anything. */
    public boolean isEnough() {
        return useful.n() >= CanaryTrial.FEW && useful.otherN() >= CanaryTrial.FEW;
    }

    /** What it may lose at most, as a share of the requests: with what it leaves more often than the others. */
    public double low() {
        double left = Math.min(0, answered.difference());
        return useful.difference()
                + left
                - Math.hypot(useful.difference() - useful.low(), left - Math.min(0, answered.low()));
    }

    /** What it may gain at most: with what the others leave without any output more often. */
    private double high() {
        double gained = Math.max(0, served.difference());
        return useful.difference()
                + gained
                + Math.hypot(useful.high() - useful.difference(), Math.max(0, served.high()) - gained);
    }

    /**
     * Whether the canary is shown to lose more than is accepted, even if every request counts for it that the others leave without any
     * output and it does not.
     */
    public boolean isWorse() {
        return isEnough() && high() < -useful.margin();
    }

    /** Whether it is shown to lose no more than is accepted, even if what it leaves to others, and they would not, counts as not useful. */
    public boolean isAcceptable() {
        return isEnough() && low() > -useful.margin();
    }
}
