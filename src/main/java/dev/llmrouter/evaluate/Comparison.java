package dev.llmrouter.evaluate;

import dev.llmrouter.evaluate.Example.Output;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is known about one task and candidate, example by example; keeps scores and hashes, not texts. */
final class Comparison {
    private static final int FAILURES = 8;
    private static final int SHOWN = 600;
    /** Share of missing or unusable answers that is accepted on either side. */
    static final double MOST_UNUSABLE = 0.01;
    /** How far a candidate may be above the baseline before the baseline's answers are doubted. */
    private static final double DOUBTFUL_GAIN = 0.1;
    /** Different expected answers up to which they are taken for labels, so that guessing has a known chance. */
    private static final int MOST_LABELS = 10;
    /** Fewest examples on which quality is judged as doubtful. */
    private static final int FEW = 10;

    private final String task;
    private final Settings settings;
    private final Terms terms;
    private final String candidate;
    private final Scorer scorer;
    private final Observer observer;
    private final PairedOutcomes outcomes = new PairedOutcomes();
    private final Slices slices = new Slices();
    private final RepeatedInputs repeats = new RepeatedInputs();
    private final NearCopies nearCopies = new NearCopies();
    private final Set<Long> answers = new HashSet<>();
    private final PriorityQueue<Failure> failures =
            new PriorityQueue<>(Comparator.comparingDouble(f -> f.baselineScore() - f.candidateScore()));
    private final SystemPrompts systemPrompts = new SystemPrompts();
    private final LiftedExamples lifted = new LiftedExamples();
    private final Side base = new Side();
    private final Side cheap = new Side();
    private final Set<String> judgeFaults = new LinkedHashSet<>();
    private int withExpected;
    private int unanswerable;
    private int neither;
    private int unjudged;
    private int differing;
    private int learned;
    private int costed;
    private double saved;
    private double savedSquares;

    Comparison(String task, String candidate, Terms terms, Settings settings, Scorer scorer, Observer observer) {
        this.observer = observer;
        this.task = task;
        this.terms = terms;
        this.candidate = candidate;
        this.settings = settings;
        this.scorer = scorer;
    }

    PairedOutcomes outcomes() {
        return outcomes;
    }

    String task() {
        return task;
    }

    String candidate() {
        return candidate;
    }

    Terms terms() {
        return terms;
    }

    /** Hash of all system prompts of the inputs, whatever their order; empty if there are none. */
    String systemPrompt() {
        return systemPrompts.hash();
    }

    /** Which examples the policy kept from the candidate, as {@link TaskResult#lifted}. */
    String lifted() {
        return lifted.hash();
    }

    /** One more example that the gate has learned from: a proof may not stand on it. */
    void leaveOut() {
        learned++;
        lifted.addLeftOut();
    }

    /**
     * An example with the scores of both sides.
     *
     * @param example null for one of which no judge could say anything
     * @param isLifted whether the baseline serves it in the candidate's place
     */
    record Scored(@Nullable Example example, double baseline, double candidate, boolean isLifted) {}

    /** Scores an example; keeps nothing. @param example null for one of which no judge could say anything */
    Scored score(@Nullable Example example, boolean isLifted) {
        if (example == null) {
            return new Scored(null, 0, 0, isLifted);
        }
        Example alike = example.alike(terms.baseline(), candidate);
        return new Scored(
                alike,
                score(alike.outputs().get(terms.baseline()), alike),
                score(alike.outputs().get(candidate), alike),
                isLifted);
    }

    private double score(@Nullable Output output, Example example) {
        if (output == null) {
            return 0;
        }
        if (output.score() != null) {
            return output.score();
        }
        String text = output.text();
        if (text == null || text.isBlank() || isUnscorable(example)) {
            return 0;
        }
        double score = scorer.score(example.expected(), text);
        return Double.isNaN(score) ? 0 : Math.max(0, Math.min(1, score));
    }

    private boolean isUnscorable(Example example) {
        return example.expected() == null && scorer.needsExpected();
    }

    /** Keeps what was scored, in the order of the data set. */
    void add(Scored scored) {
        lifted.add(scored.isLifted());
        Example example = scored.example();
        if (example == null) {
            unjudged++;
            return;
        }
        Output a = example.outputs().get(terms.baseline());
        Output b = example.outputs().get(candidate);
        if (a == null
                || isMissing(a)) { // nothing to compare with: a win of the candidate would be the baseline's fault
            boolean isAlone = b != null && !isMissing(b);
            base.missing += isAlone ? 1 : 0;
            neither += isAlone ? 0 : 1;
            return;
        }
        base.add(a, example);
        cheap.add(b, example);
        double baseScore = scored.baseline();
        double cheapScore = scored.candidate();
        outcomes.add(baseScore, cheapScore);
        if (scored.isLifted()) {
            outcomes.lift();
        }
        save(a, b);
        observer.compared(task, candidate, example, baseScore, cheapScore);
        differing += b != null && b.text() != null && !b.text().equals(a.text()) ? 1 : 0;
        slices.add(example.input(), baseScore, cheapScore);
        look(scored, example);
        if (cheapScore < baseScore) {
            failures.add(new Failure(
                    example.id(),
                    cut(example.input()),
                    example.expected() == null ? null : cut(Scorers.plain(example.expected())),
                    baseScore,
                    cheapScore,
                    a == null || a.text() == null ? null : cut(a.text()),
                    b == null || b.text() == null ? null : cut(b.text())));
            if (failures.size() > FAILURES) {
                failures.remove();
            }
        }
    }

    private static boolean isMissing(Output output) {
        return output.text() == null && output.score() == null;
    }

    private void save(@Nullable Output a, @Nullable Output b) {
        if (a != null && b != null && a.costUsd() != null && b.costUsd() != null) {
            double less = a.costUsd() - b.costUsd();
            costed++;
            saved += less;
            savedSquares += less * less;
        }
    }

    private void look(Scored scored, Example example) {
        String text = Scorers.normalise(example.whole());
        nearCopies.add(text, scored.isLifted());
        repeats.add(example, text);
        systemPrompts.add(example.system());
        if (example.expected() != null) {
            withExpected++;
            answers.add(RepeatedInputs.hash(Scorers.normalise(Scorers.plain(example.expected()))));
            unanswerable += scored.baseline() == 0 && scored.candidate() == 0 ? 1 : 0;
        }
    }

    /** @param answeredSince as {@link TaskResult#answeredSince} */
    TaskResult result(GateResult gate, UnreadableLines unreadable, @Nullable LocalDate answeredSince) {
        List<Failure> worst = new ArrayList<>(failures);
        worst.sort(Comparator.comparingDouble((Failure f) -> f.candidateScore() - f.baselineScore())
                .thenComparing(Failure::id));
        Double baseCost = base.meanCost();
        Double cheapCost = cheap.meanCost();
        return new TaskResult(
                task,
                terms.baseline(),
                candidate,
                outcomes,
                gate,
                base.missing,
                cheap.missing,
                baseCost,
                cheapCost,
                ScorerSpec.arePreferences(settings.scoring(task).specs())
                        ? Money.ofPreferences(settings.perDay(task), baseCost, cheapCost)
                        : Money.of(outcomes, gate, settings.perDay(task), terms.errorCost(), baseCost, cheapCost),
                baseCost == null || cheapCost == null ? null : Saving.of(costed, saved, savedSquares, settings.alpha()),
                slices.result(outcomes.n(), settings.alpha()),
                faults(unreadable),
                judgeFaults(),
                settings.override(),
                systemPrompt(),
                lifted.hash(),
                answeredSince,
                warnings(gate),
                worst,
                learned,
                null);
    }

    /** Who scores makes the data unusable as proof. @param fault in words */
    void fault(String fault) {
        judgeFaults.add(fault);
    }

    /** What makes the data unusable as proof, of which only another judge or embedding helps. */
    private List<String> judgeFaults() {
        List<String> all = new ArrayList<>(judgeFaults);
        undecided(all);
        return all;
    }

    /** What makes the data unusable as proof. */
    private List<String> faults(UnreadableLines unreadable) {
        List<String> all = new ArrayList<>(judgeFaults());
        int n = outcomes.n();
        all.addAll(repeats.faults(n));
        all.addAll(unreadable.faults(n));
        unusable(all, "baseline", base);
        unusable(all, "candidate", cheap);
        double quality = outcomes.baselineQuality();
        if (n >= FEW && outcomes.difference() > DOUBTFUL_GAIN) {
            all.add(format(
                    "the baseline is %.1f points below the candidate: look at how its answers were read "
                            + "before this is taken for a saving",
                    100 * outcomes.difference()));
        }
        if (n >= FEW && outcomes.isBinary() && quality < chance()) {
            all.add(format(
                    "the baseline is right on only %.1f %% of the examples%s, where %s %.1f %%: %s",
                    100 * quality,
                    judged(),
                    areLabels() ? "guessing among the expected answers gives" : "a baseline should reach at least",
                    100 * chance(),
                    suspects()));
        }
        return all;
    }

    /** By whose word, where a model judges; empty else. */
    private String judged() {
        Blend.Asked judge = Blend.of(settings.scoring(task).specs()).judge();
        return judge == null
                ? ""
                : ", as " + (judge.model().isEmpty() ? "the judge" : "judge '" + judge.model() + "'") + " has it";
    }

    private String suspects() {
        if (judged().isEmpty()) {
            return "the answers or the expected answers are probably faulty";
        }
        return withExpected == 0
                ? "the answers are probably faulty, or the judge cannot tell without an 'expected'; give examples one, or"
                        + " name another judge"
                : "the answers, the expected answers or the judge are probably faulty";
    }

    private void undecided(List<String> all) {
        int n = outcomes.n();
        Undecided preferences = new Undecided(unjudged, differing);
        if (ScorerSpec.arePreferences(settings.scoring(task).specs())) {
            if (preferences.isTooMuch(n)) {
                all.add(format(
                        "the judge gave no usable reply on %,d of %,d examples whose answers differ (accepted: %.0f %%; one that prefers"
                                + " the same place in both orders has not compared), which are left out",
                        unjudged, preferences.asked(), 100 * Undecided.MOST));
            }
        } else if (unjudged > MOST_UNUSABLE * (n + unjudged)) {
            all.add(format(
                    "judge or embedding gave no usable reply on %,d of %,d examples (accepted: %.0f %%), which are left out",
                    unjudged, n + unjudged, 100 * MOST_UNUSABLE));
        }
    }

    /** What guessing among the expected answers gives; where they are many or not known, what no baseline should be under. */
    private double chance() {
        return areLabels() ? 1.0 / answers.size() : Gate.DOUBTFUL_QUALITY;
    }

    private boolean areLabels() {
        return withExpected == outcomes.n() && answers.size() >= 2 && answers.size() <= MOST_LABELS;
    }

    private void unusable(List<String> all, String whose, Side side) {
        int lines = outcomes.n() + neither + base.missing;
        int count = side.missing + side.empty + side.unscorable + neither;
        if (count > MOST_UNUSABLE * lines) {
            all.add(format(
                    "%,d of %,d answers of the %s are missing or cannot be used (%.1f %%; accepted: %.0f %%)",
                    count, lines, whose, 100.0 * count / lines, 100 * MOST_UNUSABLE));
        }
    }

    private List<String> warnings(GateResult gate) {
        List<String> all = new ArrayList<>();
        int n = outcomes.n();
        double baseQuality = outcomes.baselineQuality();
        if (n >= FEW && outcomes.isBinary() && baseQuality <= 0.25 && baseQuality >= chance()) {
            all.add(format(
                    "the baseline is right on only %.1f %% of the examples%s, no better than guessing one of four: "
                            + "look at its answers and at %s",
                    100 * baseQuality,
                    judged(),
                    withExpected == 0 && !judged().isEmpty() ? "how the judge grades" : "the expected answers"));
        }
        all.addAll(repeats.notes(n));
        String copies = nearCopies.warning(outcomes, gate);
        if (copies != null) {
            all.add(copies);
        }
        if (withExpected >= 10 && answers.size() == 1) {
            all.add("every expected answer is the same: a model that always says it would look perfect");
        }
        if (unanswerable > 0 && unanswerable * 10 >= withExpected) {
            note(
                    all,
                    unanswerable,
                    "has an expected answer that no model gave",
                    "have expected answers that no model gave");
        }
        note(
                all,
                base.missing,
                "has no answer of the baseline and was left out",
                "have no answer of the baseline and were left out");
        note(
                all,
                cheap.missing,
                "has no answer of the candidate (scored 0)",
                "have no answer of the candidate (scored 0)");
        note(all, base.empty + cheap.empty, "answer is empty", "answers are empty", "");
        note(
                all,
                base.unscorable + cheap.unscorable,
                "answer could not be scored: no expected answer (scored 0)",
                "answers could not be scored: no expected answer (scored 0)",
                "");
        note(
                all,
                unjudged,
                "has no usable reply of judge or embedding and was left out",
                "have no usable reply of judge or embedding and were left out");
        note(
                all,
                learned,
                "was learned from by the difficulty gate and was left out",
                "were learned from by the difficulty gate and were left out");
        note(
                all,
                neither,
                "has an answer of neither model and was left out",
                "have answers of neither model and were left out");
        return all;
    }

    private static void note(List<String> all, int count, String one, String many) {
        note(all, count, "example " + one, "examples " + many, "");
    }

    private static void note(List<String> all, int count, String one, String many, String end) {
        if (count > 0) {
            all.add(format("%,d ", count) + (count == 1 ? one : many) + end);
        }
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    private static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " ...";
    }

    private final class Side {
        private int answered;
        private int missing;
        private int empty;
        private int unscorable;
        private int costed;
        private BigDecimal cost = BigDecimal.ZERO;

        void add(@Nullable Output output, Example example) {
            if (output == null || isMissing(output)) {
                missing++;
                return;
            }
            answered++;
            if (output.costUsd() != null) {
                costed++;
                cost = cost.add(BigDecimal.valueOf(output.costUsd()));
            }
            String text = output.text();
            if (text != null && text.isBlank()) {
                empty++;
            } else if (output.score() == null && isUnscorable(example)) {
                unscorable++;
            }
        }

        /** Added up in decimals: what is paid with has no digits that nobody paid. */
        @Nullable
        Double meanCost() {
            return answered == 0 || costed < answered
                    ? null
                    : Double.valueOf(cost.divide(BigDecimal.valueOf(answered), MathContext.DECIMAL64)
                            .doubleValue());
        }
    }
}
