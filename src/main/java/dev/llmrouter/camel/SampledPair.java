package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.PairBegunEntry;
import dev.llmrouter.route.Dispatched;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sampled: its answer is compared with that of another model. It is in memory only, until both are
 * scored.
 *
 * @param of the request as it was served
 * @param answer what its caller got from the model that is compared; null if that was not usable
 * @param isServed whether the candidate served it and the baseline is asked in shadow; else the other way round
 * @param other the model that is asked in shadow; null if its answer is known
 * @param otherAnswer what it answered where that is known; null while it is not
 * @param input what was asked; null where the candidate served it, whose repeats count
 * @param loss how the candidate that served it failed its caller; null if it did not, or the baseline served it
 * @param probability with which the request was drawn, above 0 to 1
 * @param reserved USD of the day's budget that are set aside while it is compared: the most that it may cost
 * @param begunMillis when its comparison began, in ms since 1970-01-01T00:00Z; null before that
 */
record SampledPair(
        PairQuestion question,
        Dispatched of,
        @Nullable ComparedAnswer answer,
        boolean isServed,
        @Nullable Candidate other,
        @Nullable ComparedAnswer otherAnswer,
        @Nullable InputHash input,
        @Nullable Loss loss,
        double probability,
        BigDecimal reserved,
        PairAdmission admission,
        @Nullable Long begunMillis) {
    private static final int CHARS_PER_TOKEN = 4;
    /** What a number or a field takes in memory, as characters. Assumption. */
    private static final int NODE = 16;

    /**
     * The caller has no answer of the candidate.
     *
     * @param input hash of what was asked where he has none at all, so that he may ask again; null where another answer was had
     * @param isLate whether it was not answered in time
     */
    record Loss(@Nullable String input, boolean isLate) {}

    /** The same, and its comparison has begun. */
    SampledPair begun(Instant now) {
        return new SampledPair(
                question,
                of,
                answer,
                isServed,
                other,
                otherAnswer,
                input,
                loss,
                probability,
                reserved,
                admission,
                now.toEpochMilli());
    }

    /**
     * When its comparison began, in ms since 1970-01-01T00:00Z. Pairs are tested in this order, which no answer has a say in, and cost something
     * on this day.
     */
    long begunAt() {
        return Objects.requireNonNull(begunMillis, "not begun");
    }

    /** What was asked, as the ledger keeps it; null where the candidate served it. */
    @Nullable
    String inputHash() {
        return input == null ? null : input.kept();
    }

    /** That it has begun, for the ledger: what begins later is not tested before it. */
    PairBegunEntry begunEntry() {
        return question.begun(of.received().id(), begunAt());
    }

    /** About how long what is kept of it is, in characters. */
    long chars() {
        JsonNode body = of.described().request().body();
        long asked =
                body == null ? CHARS_PER_TOKEN * of.decision().characteristics().inputTokens() : chars(body);
        return asked + chars(answer) + chars(otherAnswer);
    }

    private static long chars(@Nullable ComparedAnswer any) {
        return any == null ? 0 : any.text().length();
    }

    private static long chars(JsonNode node) {
        long all = node.isTextual() ? node.textValue().length() : NODE;
        for (JsonNode each : node) {
            all += chars(each);
        }
        return all;
    }

    /** How the policy has the task's evidence collected; null if it does not. */
    @Nullable
    Collect collect() {
        Task task = of.decision().policy().tasks().get(question.task());
        return task == null ? null : task.collect();
    }

    /** Without the texts, which no log may hold. */
    @Override
    public String toString() {
        return "comparison for request " + of.received().id();
    }
}
