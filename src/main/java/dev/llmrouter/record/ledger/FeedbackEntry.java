package dev.llmrouter.record.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody thought of an answer. The corrected text itself is not kept.
 *
 * @param id of this feedback
 * @param requestId of the request; it may be unknown, or come to the ledger later
 * @param timeMillis when it came in, in ms since 1970-01-01T00:00Z
 * @param useful whether the answer could be used
 * @param score 0 to 1; null if not stated
 * @param correctedChars length of the corrected text in characters; null if there is none
 * @param correctedSha256 of the corrected text in UTF-8, hexadecimal; null if there is none
 * @param by who says so; null if not stated
 * @param caller name of the access key that it came with; null without one
 */
public record FeedbackEntry(
        String id,
        String requestId,
        long timeMillis,
        boolean useful,
        @Nullable Double score,
        @Nullable Integer correctedChars,
        @Nullable String correctedSha256,
        @Nullable String by,
        @Nullable String caller)
        implements LedgerEntry {

    /** Whether the other one says the same of the same request, whoever sent it and whenever. */
    boolean saysTheSameAs(FeedbackEntry other) {
        return requestId.equals(other.requestId)
                && useful == other.useful
                && Objects.equals(score, other.score)
                && Objects.equals(correctedSha256, other.correctedSha256)
                && Objects.equals(by, other.by);
    }
}
