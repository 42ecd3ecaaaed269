package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Verdict;
import java.util.Locale;

/** Why a candidate is not proposed, and what would help, in words. */
final class Objection {
    private Objection() {}

    static String why(TaskResult result) {
        if (isAllLearned(result)) {
            return result.candidate() + ": the difficulty gate has learned from all of its examples";
        }
        GateResult gate = result.gate();
        String seen = format(
                "%+.1f points, %+.1f to %+.1f, margin %.1f",
                100 * gate.difference(), 100 * gate.low(), 100 * gate.high(), 100 * gate.margin());
        Integer least = result.leastReached();
        return switch (result.acceptance()) {
            case ACCEPTED ->
                result.candidate() + ": passes, but saves nothing or another model of its tier does not pass";
            case SPENT -> result.candidate() + ": passes, but " + result.spent();
            case FAILED -> result.candidate() + ": fails, " + seen;
            case NET_LOSS -> result.candidate() + ": within the margin, but costs more than it saves";
            case NOT_USABLE ->
                result.candidate() + ": the data are not usable, "
                        + result.faults().get(0);
            case NOT_PROVEN ->
                result.candidate() + ": not enough evidence, " + seen
                        + (least == null
                                ? ""
                                : format(
                                        "; only %,d of %,d examples are not lifted to the baseline, and at least %,d have to"
                                                + " reach it",
                                        result.outcomes().reached(),
                                        result.outcomes().n(),
                                        least));
        };
    }

    /** Whether no example is left that could prove anything about the gate. */
    private static boolean isAllLearned(TaskResult result) {
        return result.learned() > 0 && result.outcomes().n() == 0;
    }

    static String help(TaskResult result) {
        String model = result.candidate();
        if (isAllLearned(result)) {
            return model + ": other examples, which the difficulty gate has not learned from";
        }
        Integer needed = result.needed();
        return switch (result.acceptance()) {
            case ACCEPTED -> model + ": take it alone into a tier";
            case SPENT -> model + ": new examples, or new answers to these (--fresh)";
            case FAILED -> model + ": a wider margin if the business allows it, a better prompt, or another model";
            case NET_LOSS -> model + ": a lower errorCost, if the one stated is too high, or a cheaper model";
            case NOT_USABLE ->
                model + ": "
                        + (result.judgeFaults().isEmpty()
                                ? "correct the data"
                                : result.haveDataFaults()
                                        ? "correct the data and name another judge or scorer"
                                        : "another judge or scorer")
                        + ", then validate again";
            case NOT_PROVEN -> {
                if (needed == null) {
                    yield model + ": no number of examples within reach; a wider margin, or evidence: collect";
                }
                int more = Math.max(0, needed - result.gate().n());
                yield result.gate().neededFor() == Verdict.PASS
                        ? format(
                                "%s: about %,d more examples (%,d in all) would likely pass it if what was seen holds (%s); or"
                                        + " evidence: collect",
                                model, more, needed, result.gate().neededWhen())
                        : model + ": the loss seen is above the margin; more examples would likely prove that it fails";
            }
        };
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
