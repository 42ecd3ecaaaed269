package dev.llmrouter.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.llmrouter.policy.Task;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one model for one task, and everything that it depends on. Immutable.
 *
 * @param model the candidate, as the policy calls it
 * @param modelVersion provider and the provider's name for it; null if it was compared without a policy
 * @param baseline model that it was compared with
 * @param baselineVersion as {@code modelVersion}
 * @param definition hash of the task's definition ({@link TaskDefinition#compared}, of live traffic {@link TaskDefinition#hash}); null if compared without a policy
 * @param gate SHA-256 of the difficulty gate's file that kept inputs from the model; null without a gate, and in files of older
 *     versions
 * @param systemPrompt hash of the inputs' system prompts; empty if they have none
 * @param scorer the scorers with their settings; empty for the one that fits the expected answer
 * @param margin quality loss that was accepted, as a share
 * @param alpha one-sided error level of the decision, all its candidates together
 * @param level error level of this candidate after correction for several
 * @param verdict {@code pass}, {@code fail} or {@code inconclusive}
 * @param acceptance {@code accepted}, or why it is not ({@link Acceptance#key})
 * @param dataHash SHA-256 of the data set's content
 * @param faults faults of the data
 * @param override who accepted the faults, and why; null if nobody did
 * @param by who accepted the result
 * @param accepted day of the result, ISO 8601
 * @param expires last day on which it holds
 * @param looks every look so far at any question, this one last
 */
@JsonPropertyOrder({
    "model",
    "modelVersion",
    "baseline",
    "baselineVersion",
    "verdict",
    "acceptance",
    "by",
    "accepted",
    "expires",
    "margin",
    "alpha",
    "level",
    "n",
    "candidateQuality",
    "baselineQuality",
    "difference",
    "low",
    "high",
    "pValue",
    "method",
    "correction",
    "definition",
    "gate",
    "systemPrompt",
    "scorer",
    "dataSet",
    "dataHash",
    "faults",
    "override",
    "warnings",
    "tool",
    "looks"
})
public record Proof(
        String model,
        @Nullable String modelVersion,
        String baseline,
        @Nullable String baselineVersion,
        @Nullable String definition,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String gate,
        String systemPrompt,
        List<String> scorer,
        double margin,
        double alpha,
        double level,
        String verdict,
        String acceptance,
        int n,
        double candidateQuality,
        double baselineQuality,
        double difference,
        double low,
        double high,
        double pValue,
        String method,
        String correction,
        String dataSet,
        String dataHash,
        List<String> faults,
        @Nullable DataOverride override,
        List<String> warnings,
        String by,
        String accepted,
        String expires,
        String tool,
        List<Look> looks) {
    private static final String SETTLED = ", settled at pair "; // no field: gateways of older versions share the file

    public Proof {
        scorer = scorer == null ? List.of() : List.copyOf(scorer);
        faults = faults == null ? List.of() : List.copyOf(faults);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        looks = looks == null ? List.of() : List.copyOf(looks);
    }

    /** Whether the model was accepted; expiry and what the proof binds are another matter ({@link EvidenceCheck}). */
    public boolean isAccepted() {
        return Acceptance.ACCEPTED.key().equals(acceptance)
                && Verdict.PASS.key().equals(verdict);
    }

    /** Whether it speaks against the model: it failed, saves nothing, or was revoked because of drift. */
    public boolean isRefused() {
        return Acceptance.FAILED.key().equals(acceptance)
                || Acceptance.NET_LOSS.key().equals(acceptance)
                || EvidenceRevocation.DRIFT.equals(acceptance);
    }

    /** The method of a proof by live pairs, with the pair, from 1, at which they had shown it; null if they had not. */
    public static String settled(String method, @Nullable Integer pair) {
        return pair == null ? method : method + SETTLED + pair;
    }

    /** The pair, from 1, at which live pairs had shown it, as {@link #settled} wrote it; null where the proof does not say so. */
    public @Nullable String settledAt() {
        int at = method.lastIndexOf(SETTLED);
        return at < 0 ? null : method.substring(at + SETTLED.length());
    }

    /** Whether it is from live traffic, not from the examples of a data set. */
    public boolean isLive() {
        return scorer.stream().anyMatch(each -> each.startsWith("live:"));
    }

    /** Whether it is about this task as it is; one that an older version made of examples is, too. */
    public boolean isAbout(Task task) {
        return TaskDefinition.hash(task).equals(definition)
                || TaskDefinition.compared(task).equals(definition);
    }

    /** Day of its oldest answer, at the latest that of its acceptance; null if it names none that can be read. */
    @Nullable
    LocalDate answeredSince() {
        Stream<LocalDate> answered = looks.stream()
                .filter(look -> look.dataHash().equals(dataHash))
                .map(Look::oldestAnswer)
                .flatMap(Stream::ofNullable);
        return Stream.concat(answered, Stream.ofNullable(Look.day(accepted)))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Last day on which it holds; null if the file has none that can be read. */
    public @Nullable LocalDate lastDay() {
        return Look.day(expires);
    }

    /** What was asked, as a look of an older version has it that does not say so itself. */
    private String question() {
        return LookQuestion.of(baseline, margin, scorer, systemPrompt).former();
    }

    /** Every look so far; those of older versions with what the proof says about them. */
    public List<Look> completedLooks() {
        Map<String, String> versions = versions(model, modelVersion, baseline, baselineVersion);
        String spent = EvidenceRevocation.DRIFT.equals(acceptance) ? EvidenceRevocation.DRIFT : null;
        return looks.stream()
                // one that names its question says itself whether its data are spent: it may have come after the
                // revocation
                .map(look -> look.completed(question(), versions, look.question() == null ? spent : null, null))
                .toList();
    }

    /** Provider and remote name of both models by their names, as far as they are known. */
    static Map<String, String> versions(
            String model, @Nullable String modelVersion, String baseline, @Nullable String baselineVersion) {
        Map<String, String> all = new TreeMap<>();
        if (modelVersion != null) {
            all.put(model, modelVersion);
        }
        if (baselineVersion != null) {
            all.put(baseline, baselineVersion);
        }
        return all;
    }

    /**
     * The same proof, no longer accepted; the data that it stood on are spent.
     *
     * @param because one word that takes the place of {@code accepted}
     * @param since first day of what revokes it
     */
    Proof revoked(String because, LocalDate since, String warning) {
        List<String> told = new ArrayList<>(warnings);
        told.add(warning);
        Map<String, String> versions = versions(model, modelVersion, baseline, baselineVersion);
        List<Look> spent = looks.stream()
                .map(look -> look.completed(question(), versions, because, since.toString()))
                .toList();
        return with(because, told, spent);
    }

    /** The same proof after looks that neither renewed nor revoked it. */
    Proof withLooks(List<Look> all) {
        return with(acceptance, warnings, all);
    }

    private Proof with(String otherAcceptance, List<String> otherWarnings, List<Look> otherLooks) {
        return new Proof(
                model,
                modelVersion,
                baseline,
                baselineVersion,
                definition,
                gate,
                systemPrompt,
                scorer,
                margin,
                alpha,
                level,
                verdict,
                otherAcceptance,
                n,
                candidateQuality,
                baselineQuality,
                difference,
                low,
                high,
                pValue,
                method,
                correction,
                dataSet,
                dataHash,
                faults,
                override,
                otherWarnings,
                by,
                accepted,
                expires,
                tool,
                otherLooks);
    }
}
