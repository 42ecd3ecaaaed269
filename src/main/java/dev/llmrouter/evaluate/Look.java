package dev.llmrouter.evaluate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One look at the evidence of a task, as the evidence file keeps it.
 *
 * @param date day, ISO 8601
 * @param dataHash SHA-256 of the data set's content, 64 hexadecimal digits
 * @param answersHash the same without what judges and vectors said of the answers; null in files of older versions, and where
 *     it is the same
 * @param n examples compared
 * @param verdict what the look said: {@code pass}, {@code fail} or {@code inconclusive}
 * @param method name of the test
 * @param question hash of what was asked ({@link LookQuestion}); null in files of older versions, where it is that of the
 *     proof
 * @param lifted hash of which examples the policy kept from the candidate ({@code premiumWhen}, gate); empty if none; null in
 *     files of older versions
 * @param answeredSince day, ISO 8601 (UTC), of the oldest answer that was asked for; null where that is not known
 * @param versions provider and remote name of both models by their names, as they were then; empty where that is not known
 * @param spent why these data prove nothing any more, one word; null while they do
 * @param driftSince first day, ISO 8601, of the fall of quality that spent them; null if none did, and in files of older versions
 */
public record Look(
        String date,
        String dataHash,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String answersHash,
        int n,
        String verdict,
        String method,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String question,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String lifted,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String answeredSince,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> versions,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String spent,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String driftSince) {
    @JsonCreator
    public Look {
        versions = versions == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(versions));
    }

    /** A look that says neither what was asked nor which models answered: the proof that holds it does. */
    public Look(String date, String dataHash, int n, String verdict, String method) {
        this(date, dataHash, null, n, verdict, method, null, null, null, Map.of(), null, null);
    }

    /** The same with what it does not say itself. @param otherSince of what spent it */
    Look completed(
            String otherQuestion,
            Map<String, String> otherVersions,
            @Nullable String otherSpent,
            @Nullable String otherSince) {
        return new Look(
                date,
                dataHash,
                answersHash,
                n,
                verdict,
                method,
                question == null ? otherQuestion : question,
                lifted,
                answeredSince,
                versions.isEmpty() ? otherVersions : versions,
                spent == null ? otherSpent : spent,
                spent == null ? otherSince : driftSince);
    }

    /** The same with what only the other knows of it, because a newer version made that of the same data. */
    Look knowing(Look same) {
        return new Look(
                date,
                dataHash,
                answersHash,
                n,
                verdict,
                method,
                question,
                lifted == null ? same.lifted : lifted,
                answeredSince == null ? same.answeredSince : answeredSince,
                versions,
                spent,
                driftSince);
    }

    /** Its day; null if it names none that can be read. */
    @Nullable
    LocalDate day() {
        return day(date);
    }

    /** Day of its oldest answer; null where that is not known. */
    @Nullable
    LocalDate oldestAnswer() {
        return day(answeredSince);
    }

    /** A day; null if it is none that can be read. @param date ISO 8601 */
    static @Nullable LocalDate day(@Nullable String date) {
        try {
            return date == null ? null : LocalDate.parse(date);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * Whether it was a look at these answers, whatever judges said of them.
     *
     * @param answers hash of data and answers
     * @param all the same with what judges said, which is all that a look of an older version knows
     */
    boolean isOf(String answers, String all) {
        return answersHash != null ? answersHash.equals(answers) : dataHash.equals(answers) || dataHash.equals(all);
    }

    /**
     * Whether it is this look: at the same question, on the same data, of which the policy kept the same examples from the candidate. One
     * of an older version, which does not know the latter, is taken to be.
     */
    boolean isSame(LookQuestion asked, String data, String kept) {
        return dataHash.equals(data) && asked.isOf(this) && (lifted == null || lifted.equals(kept));
    }
}
