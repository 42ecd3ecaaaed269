package dev.llmrouter.evaluate;

import dev.llmrouter.classify.gate.TaskGate;
import dev.llmrouter.evaluate.Example.Output;
import dev.llmrouter.policy.RoutingPolicy;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers as the policy would give them: an input that it lifts is answered by the baseline, so that the comparison is of what
 * callers would get. An input that a gate was made from is left out, as far as the gate's file knows it: it would flatter the
 * gate. Used by one thread.
 */
public final class LiftedAnswers implements Answers {
    private final Answers answers;
    private final PremiumInputs inputs;
    private final Map<String, int[]> counts = new TreeMap<>();
    private final Map<String, Unread> unread = new TreeMap<>();
    private int leftOut;

    /** Examples that are no request, with the first of them. */
    private record Unread(int count, int line, String fault) {}

    /** Answers as they would be served. @param inputs says which are lifted, and which a gate has learned from */
    public LiftedAnswers(Answers answers, PremiumInputs inputs) {
        this.answers = answers;
        this.inputs = inputs;
    }

    /**
     * Answers as a policy would give them; the same where it lifts nothing.
     *
     * @param gates difficulty gates by task
     */
    public static Answers of(Answers answers, RoutingPolicy policy, Map<String, TaskGate> gates) {
        PremiumInputs inputs = new PremiumInputs(policy, gates);
        return inputs.areAny() ? new LiftedAnswers(answers, inputs) : answers;
    }

    @Override
    public Example fill(Example example) {
        return answers.fill(example);
    }

    @Override
    public boolean leavesOut(Example example, String candidate) {
        boolean isLeftOut = inputs.isLearned(example.task(), candidate, example.input());
        leftOut += isLeftOut ? 1 : 0;
        return isLeftOut;
    }

    /** Examples that do not count, because a gate has learned from them. */
    public int leftOut() {
        return leftOut;
    }

    @Override
    public boolean isLifted(Example example, String candidate) {
        return inputs.isLifted(example, candidate);
    }

    @Override
    public @Nullable Example judged(Example example, String baseline, String candidate) {
        int[] count = counts.computeIfAbsent(example.task() + "', '" + candidate, k -> new int[2]);
        count[1]++;
        Example judged = answers.judged(example, baseline, candidate);
        if (inputs.looksAt(example.task())) {
            String fault = example.request().fault(example.system());
            if (!fault.isEmpty()) {
                unread.merge(
                        example.task() + "', '" + candidate,
                        new Unread(1, example.line(), fault),
                        (first, other) -> new Unread(first.count() + 1, first.line(), first.fault()));
            }
        }
        if (judged == null || !isLifted(example, candidate)) {
            return judged;
        }
        count[0]++;
        Output served = judged.outputs().get(baseline);
        return served == null ? judged : judged.with(judged.system(), Map.of(candidate, served));
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(answers.remarks());
        counts.forEach((what, count) -> {
            if (count[0] > 0) {
                all.add(String.format(
                        Locale.ROOT,
                        "'%s': the policy lifts %,d of %,d inputs to the baseline (premiumWhen, gate), and they count as its"
                                + " answers. Inputs that the condition was chosen on, or a gate of an older version, flatter it: use"
                                + " others.",
                        what,
                        count[0],
                        count[1]));
            }
        });
        unread.forEach((what, found) -> all.add(String.format(
                Locale.ROOT,
                "'%s': %,d of the inputs are no request that the gateway takes, and count as not lifted; the first is in line %d: %s",
                what,
                found.count(),
                found.line(),
                found.fault())));
        return all;
    }

    @Override
    public List<String> faults(String task) {
        return answers.faults(task);
    }

    @Override
    public String hash(String dataHash) {
        return answers.hash(dataHash);
    }

    @Override
    public @Nullable LocalDate oldest(String task) {
        return answers.oldest(task);
    }

    @Override
    public String answersHash(String dataHash) {
        return answers.answersHash(dataHash);
    }
}
