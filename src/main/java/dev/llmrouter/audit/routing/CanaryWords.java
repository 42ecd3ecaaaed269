package dev.llmrouter.audit.routing;

import dev.llmrouter.audit.StratifiedDifference;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Says how a canary fares. */
final class CanaryWords {
    private static final double NOTABLE = 0.95; // of the others' cost; prices differ by more

    private CanaryWords() {}

    /** Over all tasks if that is shown, and each task at which it is. */
    static List<String> worse(CanaryTrial trial) {
        List<String> all = new ArrayList<>();
        CanaryDifference overall = trial.difference();
        if (overall != null && trial.isWorseOverall()) {
            StratifiedDifference whole = overall.useful();
            all.add(text(
                    "outputs are useful less often where it is asked first than where the tier's other models are, by %s of %,d judged ones",
                    points(whole), whole.n()));
        }
        for (CanaryTrial.OfTask task : trial.tasks()) {
            CanaryDifference own = task.difference();
            if (own != null && task.isWorse()) {
                all.add(text(
                        "at task '%s' %.1f %% of %,d judged ones are useful, of the others' %.1f %% of %,d, which is worse by %s",
                        task.task(),
                        100 * Objects.requireNonNull(task.useful()).mean(),
                        task.useful().n(),
                        100 * Objects.requireNonNull(task.others()).mean(),
                        task.others().n(),
                        points(own.useful())));
            }
        }
        return all;
    }

    private static String points(StratifiedDifference by) {
        return text(
                "%.1f points (%.1f to %.1f) where a loss of %.1f is accepted",
                -100 * by.difference(), -100 * by.high(), -100 * by.low(), 100 * by.margin());
    }

    static boolean isCheaper(CanaryTrial trial) {
        return trial.priced() >= CanaryTrial.FEW
                && trial.costUsd().doubleValue() < NOTABLE * trial.othersUsd().doubleValue();
    }

    /** Of one that is cheaper. */
    static String acceptable(CanaryTrial trial) {
        CanaryDifference difference = Objects.requireNonNull(trial.difference());
        StratifiedDifference whole = difference.useful();
        return text(
                "outputs are useful as often as those of the tier's other models but for %.1f points at most, those that it"
                        + " leaves to others included, where a loss of %.1f is accepted (%,d judged ones), and its requests cost %.0f %% less (%s USD for %,d, where as many"
                        + " others cost %s)",
                Math.max(0, -100 * difference.low()),
                100 * whole.margin(),
                whole.n(),
                100 * (1 - trial.costUsd().doubleValue() / trial.othersUsd().doubleValue()),
                rounded(trial.costUsd()),
                trial.priced(),
                rounded(trial.othersUsd()));
    }

    private static String rounded(BigDecimal usd) {
        return usd.round(new MathContext(4)).toPlainString();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
