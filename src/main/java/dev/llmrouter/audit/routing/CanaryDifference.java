package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.StratifiedDifference;

/**
 * How requests that a canary was drawn for fared against those that it was not drawn for, whoever answered them at last. Who was asked
 * first and gave no output is judged by that as well: what is left to others, or never judged, is no chance.
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

    /**
     * Whether the canary is shown to lose more than is accepted, even if every request counts for it that the others leave without any
     * output and it does not.
     */
    public boolean isWorse() {
        return isEnough() && useful.high() + Math.max(0, served.high()) < -useful.margin();
    }

    /** Whether it is shown to lose no more than is accepted, even if what it leaves to others, and they would not, counts as not useful. */
    public boolean isAcceptable() {
        return isEnough() && useful.low() + Math.min(0, answered.low()) > -useful.margin();
    }
}
