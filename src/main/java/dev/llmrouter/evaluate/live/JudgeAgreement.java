package dev.llmrouter.evaluate.live;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a judge's scores agree with those of people in one task. Not safe for use by many threads. */
final class JudgeAgreement {
    /** Largest distance between two grades that agree: a step of the rubric. */
    private static final double STEP = 0.25;

    /** Below it, what is left of a mean is rounding. */
    private static final double NEAR = 5e-4;

    private final Judge.Form form;
    private int labelled;
    private int unlabelled;
    private int agreed;
    private double bias;

    JudgeAgreement(Judge.Form form) {
        this.form = form;
    }

    /** A grade beside a person's score. @param judged null if the judge gave no usable reply */
    void grade(double human, @Nullable Double judged) {
        if (judged == null) {
            unlabelled++;
        } else {
            add(Math.abs(human - judged) <= STEP, judged - human);
        }
    }

    /**
     * A preference beside people's.
     *
     * @param human the candidate's score less the baseline's, by people
     * @param judged above 0 where the judge prefers the candidate, below where the baseline; null if it did not decide
     */
    void preference(double human, @Nullable Double judged) {
        if (judged == null) {
            unlabelled++;
        } else {
            add(Math.signum(human) == Math.signum(judged), Math.signum(judged) - Math.signum(human));
        }
    }

    private void add(boolean agrees, double more) {
        labelled++;
        agreed += agrees ? 1 : 0;
        bias += more;
    }

    /** In words. @param task that it is about */
    String text(String task) {
        String of = "'" + task + "': the judge ";
        String undecided = form == Judge.Form.RUBRIC
                ? "it gave no usable reply"
                : "it gave no usable reply, or preferred the same place in both orders,";
        if (labelled == 0) {
            return unlabelled == 0
                    ? of + "was not compared with people: no line where it is asked has a 'score' beside a 'text'"
                    : String.format(
                            Locale.ROOT,
                            "%swas not compared with people: %s on any of %,d labels",
                            of,
                            undecided,
                            unlabelled);
        }
        String without = unlabelled == 0 ? "" : String.format(Locale.ROOT, "; %s on %,d more", undecided, unlabelled);
        return String.format(
                Locale.ROOT,
                "%sagrees with people on %,d of %,d labels (%.1f %%), and %s%s",
                of,
                agreed,
                labelled,
                100.0 * agreed / labelled,
                leaning(bias / labelled),
                without);
    }

    private String leaning(double mean) {
        boolean isRubric = form == Judge.Form.RUBRIC;
        if (Math.abs(mean) < NEAR) {
            return isRubric ? "is neither stricter nor more lenient on average" : "leans to neither side on average";
        }
        return isRubric
                ? String.format(
                        Locale.ROOT, "is %.3f %s on average", Math.abs(mean), mean < 0 ? "stricter" : "more lenient")
                : String.format(
                        Locale.ROOT,
                        "leans to the %s more than people do (%.3f on average, a preference being 1)",
                        mean < 0 ? "baseline" : "candidate",
                        Math.abs(mean));
    }
}
