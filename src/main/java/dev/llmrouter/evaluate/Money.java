package dev.llmrouter.evaluate;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a verdict means in production. Amounts in USD; null where the data or the arguments do not say.
 *
 * @param perDay requests a day
 * @param errorCost what one wrong output costs
 * @param baselineCost mean cost of an answer of the baseline
 * @param candidateCost mean cost of an answer of the candidate
 * @param errorsPerDay wrong outputs a day more than with the baseline; negative if fewer
 * @param errorsLow lower bound of {@code errorsPerDay}, at the gate's error level
 * @param errorsHigh upper bound of {@code errorsPerDay}
 * @param savedPerDay cost of the answers saved a day
 * @param netPerRequest cost of the answers saved per request, minus the extra errors' cost if {@code errorCost} is stated
 * @param netPerDay {@code savedPerDay} minus {@code errorsPerDay} times {@code errorCost}
 * @param breakEvenErrorCost cost of an error from which the saving is eaten up; null also where there are no more errors
 * @param marginByMoney quality loss at which saving and errors balance: saving per request / cost of an error
 * @param netBenefitProbability posterior probability that the net benefit is positive, 0 to 1
 */
public record Money(
        @Nullable Integer perDay,
        @Nullable Double errorCost,
        @Nullable Double baselineCost,
        @Nullable Double candidateCost,
        @Nullable Double errorsPerDay,
        @Nullable Double errorsLow,
        @Nullable Double errorsHigh,
        @Nullable Double savedPerDay,
        @Nullable Double netPerRequest,
        @Nullable Double netPerDay,
        @Nullable Double breakEvenErrorCost,
        @Nullable Double marginByMoney,
        @Nullable Double netBenefitProbability) {

    /**
     * The meaning of preferences: what is saved. How often a judge prefers an answer does not say how many are wrong, so nothing
     * is said about errors.
     *
     * @param perDay null if not stated
     */
    static Money ofPreferences(
            @Nullable Integer perDay, @Nullable Double baselineCost, @Nullable Double candidateCost) {
        Double saving = difference(baselineCost, candidateCost);
        return new Money(
                perDay,
                null,
                baselineCost,
                candidateCost,
                null,
                null,
                null,
                saving == null ? null : times(perDay, saving),
                saving,
                null,
                null,
                null,
                null);
    }

    /** @param perDay null if not stated @param errorCost null if not stated */
    static Money of(
            PairedOutcomes outcomes,
            GateResult gate,
            @Nullable Integer perDay,
            @Nullable Double errorCost,
            @Nullable Double baselineCost,
            @Nullable Double candidateCost) {
        Double saving = difference(baselineCost, candidateCost);
        Double errors = times(perDay, -gate.difference());
        Double saved = saving == null ? null : times(perDay, saving);
        Double net = saved == null || errors == null || errorCost == null ? null : saved - errors * errorCost;
        Double netPerRequest = saving == null
                ? null
                : errorCost == null ? saving : Double.valueOf(saving + gate.difference() * errorCost);
        Double byMoney = saving == null || errorCost == null || errorCost == 0 ? null : saving / errorCost;
        return new Money(
                perDay,
                errorCost,
                baselineCost,
                candidateCost,
                errors,
                times(perDay, -gate.high()),
                times(perDay, -gate.low()),
                saved,
                netPerRequest,
                net,
                saving == null || gate.difference() >= 0 ? null : rounded(Math.max(0, saving) / -gate.difference()),
                byMoney,
                byMoney == null ? null : NetBenefit.probabilityAbove(outcomes, -byMoney));
    }

    /** Whether it is known that the candidate costs more than it saves. */
    public boolean isNetLoss() {
        return netPerRequest != null && netPerRequest < 0;
    }

    /** Cost of one useful output: mean cost / quality; null if unknown or nothing was useful. */
    public static @Nullable Double perUseful(@Nullable Double cost, double quality) {
        return cost == null || quality <= 0 ? null : cost / quality;
    }

    /** In decimals: 0.3 less 0.1 is 0.2. */
    private static @Nullable Double difference(@Nullable Double cost, @Nullable Double other) {
        return cost == null || other == null
                ? null
                : Double.valueOf(BigDecimal.valueOf(cost)
                        .subtract(BigDecimal.valueOf(other))
                        .doubleValue());
    }

    private static @Nullable Double times(@Nullable Integer perDay, double share) {
        return perDay == null ? null : rounded(perDay * share);
    }

    /** To a millionth, so that 250 does not become 249.99999999999997; no negative zero. */
    static double rounded(double value) {
        return Math.abs(value) > 1e9 ? value : Math.round(value * 1e6) / 1e6 + 0.0;
    }
}
