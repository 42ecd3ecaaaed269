package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What can be said before an answer is scored or paid for.
 *
 * @param remarks a text for each task that has nothing to compare, or too few examples to pass at all
 * @param looks a text for each candidate whose next look is too strict for as many examples; it matters where answers are asked for, since those
 *     make the look another one
 * @param faults what makes the data unusable as proof whatever the models answer, in words that name the task
 * @param provesNothing whether every task that is to be compared has such faults
 */
public record Preflight(List<String> remarks, List<String> looks, List<String> faults, boolean provesNothing) {
    public Preflight {
        remarks = List.copyOf(remarks);
        looks = List.copyOf(looks);
        faults = List.copyOf(faults);
    }

    /**
     * Reads the examples of each task; answers are not looked at, only whether they are there.
     *
     * @param withoutCandidate tasks that are left out because they are on the baseline tier
     * @param system prompt of examples that have none; empty for none
     * @param earlier evidence of a task, whose looks are counted; null if there is none
     * @param bad is told every line that cannot be used
     * @throws IOException if the file cannot be read
     */
    public static Preflight of(
            Path file,
            Settings settings,
            Set<String> withoutCandidate,
            String system,
            Function<String, @Nullable EvidenceFile> earlier,
            BadLines bad)
            throws IOException {
        Map<String, Inputs> byTask = new LinkedHashMap<>();
        DataSetReader.Summary summary = DataSetReader.read(
                file,
                example -> byTask.computeIfAbsent(example.task(), task -> new Inputs(task, settings, system, earlier))
                        .add(example),
                bad::tell);
        bad.sumOfFile();
        List<String> remarks = new ArrayList<>();
        List<String> looks = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        int compared = 0;
        int faulty = 0;
        for (Inputs inputs : byTask.values()) {
            if (inputs.terms == null) {
                continue;
            }
            double level = level(settings, inputs.terms);
            Gate gate = new Gate(inputs.terms.margin(), level);
            if (inputs.n < gate.fewest()) {
                remarks.add(text(inputs.task, inputs.n, inputs.terms.margin(), level));
            }
            if (inputs.look != null) {
                looks.addAll(inputs.look.remarks(inputs.task, inputs.n));
            }
            List<String> of = inputs.faults(UnreadableLines.of(inputs.task, summary));
            of.forEach(fault -> faults.add("task '" + inputs.task + "': " + fault));
            compared++;
            faulty += of.isEmpty() ? 0 : 1;
        }
        byTask.keySet().stream()
                .filter(withoutCandidate::contains)
                .map(task -> "task '" + task + "' is on the baseline tier, so there is no candidate: name one with"
                        + " --candidate, or use --suggest")
                .forEach(remarks::add);
        return new Preflight(remarks, looks, faults, compared > 0 && faulty == compared);
    }

    /** The error level that some candidate of a task has to pass at; the others of its tier share it. */
    private static double level(Settings settings, Terms terms) {
        return settings.correction().first(settings.alpha(), terms.candidates().size());
    }

    /** The inputs of one task. */
    private static final class Inputs {
        private final String task;
        private final @Nullable Terms terms;
        private final boolean needsExpected;
        private final @Nullable ComingLook look;
        private final RepeatedInputs repeats = new RepeatedInputs();
        private int n;
        private int unscorable;

        Inputs(String task, Settings settings, String system, Function<String, @Nullable EvidenceFile> earlier) {
            this.task = task;
            this.terms = settings.terms(task).orElse(null);
            this.look = terms == null
                    ? null
                    : new ComingLook(
                            terms,
                            level(settings, terms),
                            settings.scoring(task).words(),
                            system,
                            earlier);
            this.needsExpected =
                    terms != null && needsExpected(settings.scoring(task).specs());
        }

        private static boolean needsExpected(List<String> specs) {
            try {
                return ScorerSpec.parse(specs).needsExpected();
            } catch (ScorerFaultException e) {
                return false; // it is told with the line where it fails
            }
        }

        void add(Example example) {
            n++;
            if (terms != null && look != null) {
                look.add(example);
                repeats.add(example, Scorers.normalise(example.whole()));
                unscorable += needsExpected && example.expected() == null && !isScored(example, terms) ? 1 : 0;
            }
        }

        /** Whether the data have a score of every model. One that only some have does not count: {@link Example#alike}. */
        private static boolean isScored(Example example, Terms terms) {
            return hasScore(example, terms.baseline())
                    && terms.candidates().stream().allMatch(model -> hasScore(example, model));
        }

        private static boolean hasScore(Example example, String model) {
            Example.Output output = example.outputs().get(model);
            return output != null && output.score() != null;
        }

        List<String> faults(UnreadableLines unreadable) {
            List<String> all = new ArrayList<>(repeats.faults(n));
            if (unscorable > Comparison.MOST_UNUSABLE * n) {
                all.add(String.format(
                        Locale.ROOT,
                        "%,d of %,d examples have no 'expected', without which their answers cannot be scored (accepted:"
                                + " %.0f %%): give them one, or name a scorer that needs none, such as judge:rubric",
                        unscorable,
                        n,
                        100 * Comparison.MOST_UNUSABLE));
            }
            all.addAll(unreadable.faults(n));
            return all;
        }
    }

    /**
     * Tasks of a data set that a policy does not know, in words.
     *
     * @throws IOException if the file cannot be read
     */
    public static List<String> unknown(Path file, RoutingPolicy policy) throws IOException {
        Set<String> tasks = new LinkedHashSet<>();
        DataSetReader.read(file, example -> tasks.add(example.task()), bad -> {});
        return Conclusion.unknown(tasks, policy);
    }

    private static String text(String task, int n, double margin, double alpha) {
        String wider = n < Gate.MIN_EXAMPLES // no margin lets so few pass
                ? ""
                : String.format(
                        Locale.ROOT,
                        " a margin of %.1f points or wider,",
                        Math.ceil(1000 * (1 - Math.pow(alpha, 1.0 / n))) / 10);
        return String.format(
                Locale.ROOT,
                "task '%s' has %,d examples: fewer than %,d can never pass a graded gate at a margin of %.1f points and an"
                        + " error level of %.1f %%, nor right-or-wrong scores of a candidate that never wins. What helps:"
                        + " %,d more examples,%s or evidence that accumulates on live traffic (evidence: collect).",
                task,
                n,
                new Gate(margin, alpha).fewest(),
                100 * margin,
                100 * alpha,
                new Gate(margin, alpha).fewest() - n,
                wider);
    }
}
