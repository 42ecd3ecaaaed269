package dev.llmrouter.evaluate;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about one candidate for one task.
 *
 * @param outcomes the scores, example by example
 * @param gate what the test says about them, whatever the faults of the data
 * @param baselineMissing examples with an answer of the candidate alone; they are left out, and not in {@code outcomes}
 * @param candidateMissing examples without an answer of the candidate; each counts as score 0
 * @param baselineCost mean USD per answer; null unless every answer's cost is recorded
 * @param candidateCost the same for the candidate
 * @param saving per request, with its interval; null unless every answer's cost is recorded, of 30 examples at least
 * @param faults what makes the data unusable as proof; empty if nothing does
 * @param judgeFaults those of the faults that lie with who scores: another judge or embedding helps, and no correction of the data
 * @param override who accepts the faults, and why; null if nobody does
 * @param systemPrompt first 12 hexadecimal digits of a SHA-256 over the system prompts of the inputs; empty if they have none
 * @param lifted hash of which examples the policy kept from the candidate; empty if none
 * @param answeredSince day (UTC) of the oldest answer that was asked for; null where none was, or none is known
 * @param warnings what else looks wrong with the data, to be read before the verdict
 * @param learned examples that are left out, because the task's difficulty gate has learned from them
 * @param spent why these answers, looked at before, prove nothing any more, a clause that says what to do; null while they do
 */
public record TaskResult(
        String task,
        String baseline,
        String candidate,
        PairedOutcomes outcomes,
        GateResult gate,
        int baselineMissing,
        int candidateMissing,
        @Nullable Double baselineCost,
        @Nullable Double candidateCost,
        Money money,
        @Nullable Saving saving,
        List<Slice> slices,
        List<String> faults,
        List<String> judgeFaults,
        @Nullable DataOverride override,
        String systemPrompt,
        String lifted,
        @Nullable LocalDate answeredSince,
        List<String> warnings,
        List<Failure> failures,
        int learned,
        @Nullable String spent) {
    public TaskResult {
        slices = List.copyOf(slices);
        faults = List.copyOf(faults);
        judgeFaults = List.copyOf(judgeFaults);
        warnings = List.copyOf(warnings);
        failures = List.copyOf(failures);
    }

    /** The same of answers that prove nothing any more. @param why a clause; null if they still do */
    TaskResult spent(@Nullable String why) {
        return new TaskResult(
                task,
                baseline,
                candidate,
                outcomes,
                gate,
                baselineMissing,
                candidateMissing,
                baselineCost,
                candidateCost,
                money,
                saving,
                slices,
                faults,
                judgeFaults,
                override,
                systemPrompt,
                lifted,
                answeredSince,
                warnings,
                failures,
                learned,
                why);
    }

    /** Whether the data may prove anything: they have no fault, or a named person accepts the faults. */
    public boolean isUsable() {
        return faults.isEmpty() || override != null;
    }

    /** Whether the data have a fault that is not the judge's. */
    public boolean haveDataFaults() {
        return faults.size() > judgeFaults.size();
    }

    /** Whether somebody who accepts the faults of the data would get a pass by it. */
    public boolean wouldOverridePass() {
        return gate.verdict() == Verdict.PASS && !money.isNetLoss();
    }

    /** The verdict that counts: inconclusive where the data are not usable, else the gate's. */
    public Verdict verdict() {
        return isUsable() ? gate.verdict() : Verdict.INCONCLUSIVE;
    }

    /** Whether the task may be served by the candidate, all things considered. */
    public Acceptance acceptance() {
        if (!isUsable()) {
            return Acceptance.NOT_USABLE;
        }
        return switch (gate.verdict()) {
            case FAIL -> Acceptance.FAILED;
            case INCONCLUSIVE -> Acceptance.NOT_PROVEN;
            case PASS -> {
                if (money.isNetLoss()) {
                    yield Acceptance.NET_LOSS;
                }
                yield spent == null ? Acceptance.ACCEPTED : Acceptance.SPENT;
            }
        };
    }

    /**
     * Examples that have to reach the candidate before it can pass, where too few do because the policy lifts the others to the
     * baseline; null where enough do, or none is lifted.
     */
    public @Nullable Integer leastReached() {
        int least = new Gate(gate.margin(), gate.alpha()).leastReached(outcomes);
        return outcomes.reached() < outcomes.n() && outcomes.reached() < least ? least : null;
    }

    /** Examples in all that would likely settle it; null where it is settled, out of reach, or the data are not usable. */
    public @Nullable Integer needed() {
        return isUsable() ? gate.needed() : null;
    }
}
