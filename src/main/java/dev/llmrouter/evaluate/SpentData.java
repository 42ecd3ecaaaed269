package dev.llmrouter.evaluate;

import dev.llmrouter.policy.RoutingPolicy;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says of data that were looked at before whether they may still prove something. Stateless. */
public final class SpentData {
    private static final String REMEDY = "; ask all models anew (validate --fresh, without recorded outputs of these"
            + " models), or give new examples";

    private SpentData() {}

    /**
     * The validation in which each result from answers that prove nothing any more says so, before anybody reads it.
     *
     * @param earlier evidence of a task; null if there is none
     * @param policy says which models answer now; null if the validation was made without one
     */
    public static Validation marked(
            Validation validation,
            Function<String, @Nullable EvidenceFile> earlier,
            @Nullable RoutingPolicy policy,
            LocalDate today) {
        List<TaskResult> results = new ArrayList<>();
        for (TaskResult result : validation.tasks()) {
            EvidenceFile file = earlier.apply(result.task());
            Proof old = file == null || !file.task().equals(result.task()) || !file.isIntact()
                    ? null
                    : file.proof(result.candidate()).orElse(null);
            List<Look> looks = old == null ? List.of() : old.completedLooks();
            results.add(result.spent(why(looks, validation, result, policy, today)));
        }
        return validation.with(results);
    }

    /** Why the answers of a result prove nothing any more: a clause that says what to do; null while they do. */
    static @Nullable String why(
            List<Look> looks,
            Validation validation,
            TaskResult result,
            @Nullable RoutingPolicy policy,
            LocalDate today) {
        Map<String, String> versions = versions(result, policy);
        Stream<Optional<String>> parts =
                validation.parts().stream().map(part -> why(looks, part, part, versions, today));
        return Stream.concat(
                        Stream.of(
                                why(looks, validation.answersSha256(), validation.sha256(), versions, today),
                                beforeDrift(looks, result),
                                tooOld(result, today)),
                        parts)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    /** Answers of before a fall of quality that revoked evidence say nothing of after it, also where other examples are among them. */
    private static Optional<String> beforeDrift(List<Look> looks, TaskResult result) {
        LocalDate since = result.answeredSince();
        return looks.stream()
                .map(Look::driftSince)
                .flatMap(Stream::ofNullable)
                .max(Comparator.naturalOrder())
                .filter(day -> since != null && since.toString().compareTo(day) <= 0)
                .map(day -> "the oldest of these answers is of " + since
                        + ", and evidence was revoked because quality has" + " fallen since " + day + REMEDY);
    }

    private static Optional<String> tooOld(TaskResult result, LocalDate today) {
        LocalDate since = result.answeredSince();
        return since != null && today.isAfter(since.plusDays(EvidenceFile.VALID_DAYS))
                ? Optional.of("the oldest of these answers is of " + since + ", and answers prove something for "
                        + EvidenceFile.VALID_DAYS + " days" + REMEDY)
                : Optional.empty();
    }

    /** Provider and remote name of both models of a result, by their names; empty without a policy. */
    static Map<String, String> versions(TaskResult result, @Nullable RoutingPolicy policy) {
        return Proof.versions(
                result.candidate(),
                policy == null ? null : TaskDefinition.version(policy, result.candidate()),
                result.baseline(),
                policy == null ? null : TaskDefinition.version(policy, result.baseline()));
    }

    /**
     * Why data prove nothing any more.
     *
     * @param looks so far, completed
     * @param answers SHA-256 of the data with the answers, without what judges said of them
     * @param all the same with it
     * @param versions of the models as they are now, by name
     * @return a clause that says what to do; empty if the data are new, or still as good as they were
     */
    private static Optional<String> why(
            List<Look> looks, String answers, String all, Map<String, String> versions, LocalDate today) {
        for (Look look : looks) {
            if (!look.isOf(answers, all)) {
                continue;
            }
            if (look.spent() != null) {
                return Optional.of("evidence from exactly these answers was revoked (" + look.spent()
                        + "): they are older than what revoked it" + REMEDY);
            }
            for (Map.Entry<String, String> then : look.versions().entrySet()) {
                String now = versions.get(then.getKey());
                if (now != null && !now.equals(then.getValue())) {
                    return Optional.of("exactly these answers were looked at on " + look.date() + ", when '"
                            + then.getKey() + "' was " + then.getValue() + "; now it is " + now + REMEDY);
                }
            }
        }
        LocalDate last = lastDay(looks, answers, all, today);
        return today.isAfter(last)
                ? Optional.of("exactly these answers were first looked at on " + last.minusDays(EvidenceFile.VALID_DAYS)
                        + " and prove something for " + EvidenceFile.VALID_DAYS + " days" + REMEDY)
                : Optional.empty();
    }

    /**
     * Last day on which a validation proves something: counted from its oldest answer, at the latest from the first look at its data, so
     * that looking again renews nothing.
     */
    static LocalDate lastDay(List<Look> looks, Validation validation, TaskResult result, LocalDate today) {
        LocalDate since = result.answeredSince();
        LocalDate last = lastDay(looks, validation.answersSha256(), validation.sha256(), today);
        return since != null && since.plusDays(EvidenceFile.VALID_DAYS).isBefore(last)
                ? since.plusDays(EvidenceFile.VALID_DAYS)
                : last;
    }

    private static LocalDate lastDay(List<Look> looks, String answers, String all, LocalDate today) {
        LocalDate first = today;
        for (Look look : looks) {
            LocalDate day = look.isOf(answers, all) ? look.day() : null;
            first = day != null && day.isBefore(first) ? day : first;
        }
        return first.plusDays(EvidenceFile.VALID_DAYS);
    }
}
